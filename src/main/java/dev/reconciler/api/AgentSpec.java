package dev.reconciler.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `spec` of `kind: Agent`, defaults filled in. Names, units and nesting follow Kubernetes where it has the concept.
@Doc("What runs, where, and what happens when it ends.")
public record AgentSpec(
        @Doc(
                value = "Program and first arguments, executed directly: no shell unless you name one.",
                required = true,
                run = true) List<String> command,
        @Doc(value = "Further arguments, appended to command.", def = "[]", run = true) List<String> args,
        @Doc(
                value = "Directory the program starts in; `~` is your home directory. It must exist unless"
                        + " createWorkingDirectory is true.",
                def = "\"~\"",
                run = true) String workingDirectory,
        @Doc(value = "Create workingDirectory (mode 0755) when it is missing.",
                def = "false") boolean createWorkingDirectory,
        @Doc(value = "Environment variables on top of the base environment.", def = "[]", run = true,
                key = "name") List<EnvVar> env,
        @Doc(value = "What to do when the program ends by itself.", def = "OnFailure") RestartPolicy restartPolicy,
        @Doc(value = "Exceptions to restartPolicy by exit code; the first match wins.",
                def = "[]") List<RestartRule> restartPolicyRules,
        @Doc(value = "How long to wait between restarts.", def = "{}") Backoff backoff,
        @Doc(
                value = "Failed runs after which the agent is Failed for good, until its spec changes or"
                        + " `rollout restart`. Unset: no limit.",
                min = 0,
                max = 1_000_000)
        @Nullable Integer backoffLimit,
        @Doc(value = "True: stop the program, politely, and keep it stopped.", def = "false") boolean suspend,
        @Doc(value = "Seconds between the decision to stop and KILL.", def = "30", min = 0,
                max = 86_400) int terminationGracePeriodSeconds,
        @Doc(
                value = "Hard cap on one run, from its start; then the agent is Failed with DeadlineExceeded."
                        + " Unset: no cap.",
                min = 1,
                max = 31_536_000)
        @Nullable Integer activeDeadlineSeconds,
        @Doc(
                value = "Seconds after which a finished agent's session is removed; never its files. Unset:"
                        + " kept.",
                min = 0,
                max = 31_536_000)
        @Nullable Integer ttlSecondsAfterFinished,
        @Doc(
                value = "When a changed spec replaces the running program: OnExit (its next exit or `rollout"
                        + " restart`), OnIdle (once it is known to be idle), Immediate.",
                def = "OnExit") UpdateStrategy updateStrategy,
        @Doc("Until it has passed once the other probes wait, and the agent is not ready; when it fails, the run is"
                + " ended as unhealthy.")
        @Nullable Probe startupProbe,
        @Doc("While it has not passed, the agent is not Ready; nothing else follows from it.")
        @Nullable Probe readinessProbe,
        @Doc("When it fails, the run is ended as unhealthy: a failure, for restartPolicy and back-off.")
        @Nullable Probe livenessProbe,
        @Doc("How to tell what the agent does. Unset: its activity is Unknown.") @Nullable ActivitySigns activity,
        @Doc("What happens around a run.") @Nullable Lifecycle lifecycle,
        @Doc(value = "The model to work with: stands for `$(model)` in command and args, where it must appear.",
                run = true)
        @Nullable String model,
        @Doc("A regular expression with one group: what the program's first screens call the model. ModelMismatch when"
                + " that does not contain spec.model.")
        @Nullable String modelPattern,
        @Doc(value = "Size of the terminal, from the next run on.", def = "{}") Terminal terminal,
        @Doc(value = "How much of the output is kept.", def = "{}") Logs logs,
        @Doc("What the program is told at its start.") @Nullable Prompt prompt,
        @Doc(value = "What tells that a run is complete.", def = "{}") Completion completion,
        @Doc("A sign of life that is waited for. Unset: none is.") @Nullable Heartbeat heartbeat,
        @Doc(value = "What a run may use.", def = "{}", run = true) Resources resources,
        @Doc(
                value = "What programs of a run may ask of the daemon, besides looking, `done`, `heartbeat` and `send`:"
                        + " StopSelf and StopOthers (delete, rollout restart, attach), Apply, Approve, Rescue,"
                        + " CollectGarbage (gc --yes). A guard rail against mistakes, no sandbox.",
                def = "[]") List<Grant> grants) {

    public AgentSpec {
        command = List.copyOf(command);
        args = List.copyOf(args);
        env = List.copyOf(env);
        restartPolicyRules = List.copyOf(restartPolicyRules);
        grants = List.copyOf(grants);
    }

    /// One without limits and grants.
    public AgentSpec(
            List<String> command,
            List<String> args,
            String workingDirectory,
            boolean createWorkingDirectory,
            List<EnvVar> env,
            RestartPolicy restartPolicy,
            List<RestartRule> restartPolicyRules,
            Backoff backoff,
            @Nullable Integer backoffLimit,
            boolean suspend,
            int terminationGracePeriodSeconds,
            @Nullable Integer activeDeadlineSeconds,
            @Nullable Integer ttlSecondsAfterFinished,
            UpdateStrategy updateStrategy,
            @Nullable Probe startupProbe,
            @Nullable Probe readinessProbe,
            @Nullable Probe livenessProbe,
            @Nullable ActivitySigns activity,
            @Nullable Lifecycle lifecycle,
            @Nullable String model,
            @Nullable String modelPattern,
            Terminal terminal,
            Logs logs,
            @Nullable Prompt prompt,
            Completion completion,
            @Nullable Heartbeat heartbeat) {
        this(
                command, args, workingDirectory, createWorkingDirectory, env, restartPolicy, restartPolicyRules,
                backoff,
                backoffLimit, suspend, terminationGracePeriodSeconds, activeDeadlineSeconds, ttlSecondsAfterFinished,
                updateStrategy, startupProbe, readinessProbe, livenessProbe, activity, lifecycle, model, modelPattern,
                terminal, logs, prompt, completion, heartbeat, Resources.NONE, List.of());
    }

    /// The same for a run that the prompt is not meant for.
    public AgentSpec withoutPrompt() {
        return prompt == null
                ? this
                : new AgentSpec(
                        command, args, workingDirectory, createWorkingDirectory, env, restartPolicy, restartPolicyRules,
                        backoff, backoffLimit, suspend, terminationGracePeriodSeconds, activeDeadlineSeconds,
                        ttlSecondsAfterFinished, updateStrategy, startupProbe, readinessProbe, livenessProbe, activity,
                        lifecycle, model, modelPattern, terminal, logs, null, completion, heartbeat, resources, grants);
    }

    /// Where [#model] goes in command and args.
    public static final String MODEL = "$(model)";

    /// `command` followed by `args`, with the model in its place.
    public List<String> argv() {
        var argv = new ArrayList<>(command);
        argv.addAll(args);
        if (model != null) {
            argv.replaceAll(word -> word.replace(MODEL, model));
        }
        return List.copyOf(argv);
    }

    public @Nullable PreStop preStop() {
        return lifecycle == null ? null : lifecycle.preStop();
    }

    /// Null without such a probe.
    public @Nullable Probe probe(Probe.Kind kind) {
        return switch (kind) {
            case Startup -> startupProbe;
            case Readiness -> readinessProbe;
            case Liveness -> livenessProbe;
        };
    }

    @Doc("One environment variable: a value, or where to read it from.")
    public record EnvVar(
            @Doc(
                    value = "Name of the variable: letters, digits and `_`, not starting with a digit."
                            + " RECONCILER_ names are the daemon's.",
                    required = true) String name,
            @Doc(value = "The value, as it is.", secret = true) @Nullable String value,
            @Doc("Where to read the value from, at each start.") @Nullable ValueSource valueFrom) {}

    @Doc("Where to read a value from.")
    public record ValueSource(
            @Doc(
                    value = "A file whose content, without one trailing newline, is the value. Never shown,"
                            + " never stored.",
                    required = true) String file) {}

    @Doc("An exception to restartPolicy.")
    public record RestartRule(
            @Doc(value = "What to do on a match.", required = true) RuleAction action,
            @Doc(value = "Which exit codes match; a signal counts as 128 + its number.",
                    required = true) ExitCodes exitCodes) {}

    /// The one action Kubernetes has.
    public enum RuleAction {
        Restart
    }

    @Doc("A set of exit codes.")
    public record ExitCodes(
            @Doc(value = "Whether a code matches that is among values, or one that is not.",
                    required = true) Operator operator,
            @Doc(value = "Exit codes, at most 255 of them.", required = true, min = 0,
                    max = 255) List<Integer> values) {
        public ExitCodes {
            values = List.copyOf(values);
        }

        public boolean matches(int code) {
            return values.contains(code) == (operator == Operator.In);
        }
    }

    /// How exit codes are compared.
    public enum Operator {
        In,
        NotIn
    }

    @Doc("First restart at once, then after initialSeconds, doubled each time up to maxSeconds.")
    public record Backoff(
            @Doc(value = "First delay.", def = "10", min = 1, max = 300) int initialSeconds,
            @Doc(value = "Longest delay.", def = "300", min = 1, max = 300) int maxSeconds,
            @Doc(
                    value = "A run at least this long was healthy and resets the delay.",
                    def = "600",
                    min = 1,
                    max = 86_400) int resetAfterSeconds) {}

    @Doc("Size of the terminal.")
    public record Terminal(
            @Doc(value = "Width.", def = "200", min = 20, max = 1000) int columns,
            @Doc(value = "Height.", def = "50", min = 5, max = 500) int rows,
            @Doc(
                    value = "Lines of scrollback tmux keeps: 5 bytes a cell, 27 in colour.",
                    def = "2000",
                    min = 0,
                    max = 100_000) int historyLimit) {}

    @Doc("How much of the output is kept.")
    public record Logs(
            @Doc(
                    value = "Bytes kept of one run; the oldest are dropped first.",
                    def = "10Mi",
                    min = 65_536,
                    max = 1_099_511_627_776L,
                    quantity = true) long maxBytes,
            @Doc(value = "Runs kept, the current one included.", def = "5", min = 1, max = 100) int keep) {}
}
