package dev.reconciler.cli;

import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Condition;
import dev.reconciler.api.Reason;
import dev.reconciler.api.ServerState;
import dev.reconciler.controller.Access;
import dev.reconciler.controller.View;
import dev.reconciler.observed.Inventory;
import dev.reconciler.plan.Action;
import dev.reconciler.server.Request;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `status`: one screen. Exit code 0 all well, 1 something needs a person, 4 could not look.
@Command(
        name = "status",
        description = "One screen: the daemon, the folder, the agents, the trouble.",
        footer = {
            "",
            "Exit codes: 0 all is well, 1 something needs a person, 4 could not look.",
            "",
            "Examples:",
            "  reconciler status",
            "  reconciler status --watch    # a live screen; in a pipe, again whenever something changed",
            "  reconciler status || notify-send 'agents need you'",
        })
final class StatusVerb implements Verb {
    /// As [Ages] prints them, with the spaces before: a column grows with the ages in it.
    private static final Pattern AGE = Pattern.compile(" *\\b([0-9]+[smhdy])+\\b *");

    static final int NEEDS_A_PERSON = 1;
    static final int COULD_NOT_LOOK = 4;

    /// The kubelet's limit: the last complete look is older than this means that something is stuck.
    private static final Duration STALE = Duration.ofMinutes(3);

    private static final Duration BEAT = Duration.ofSeconds(1);

    @Option(names = {"-w", "--watch"}, description = "Show it again when something changed, until interrupted (or q).")
    private boolean watch;

    @Override
    public int run(Call call) throws Access.Refusal, InterruptedException {
        var access = call.access();
        var view = access.view();
        if (!watch) {
            return print(access, view, call.out(), call.terminal());
        }
        boolean live = call.terminal().live();
        call.resumable(GetVerb.LIVE);
        int code = 0;
        var shown = "";
        while (!call.gone()) {
            var text = new ByteArrayOutputStream();
            code = print(access, view, new PrintStream(text, true, StandardCharsets.UTF_8), call.terminal());
            var now = text.toString(StandardCharsets.UTF_8);
            // Ages grow without anything happening.
            var essence = AGE.matcher(now).replaceAll("");
            if (live) {
                call.out().print(now);
                call.picture();
            } else if (!essence.equals(shown)) {
                call.out().print(shown.isEmpty() ? now : "\n" + now);
                call.out().flush();
                shown = essence;
            }
            view = access.next(view, BEAT);
        }
        return code;
    }

    /// The exit code alone.
    static int code(Access access) {
        return print(access, access.view(), new PrintStream(OutputStream.nullOutputStream()), Request.Terminal.NONE);
    }

    private static int print(Access access, View view, PrintStream out, Request.Terminal terminal) {
        var trouble = new ArrayList<String>();
        daemon(access, view, out, trouble);
        source(access, view, out, trouble);
        servers(access, view, out, trouble);
        agents(access, view, out, trouble, terminal);
        if (!trouble.isEmpty()) {
            out.println();
            out.println(terminal.colour() ? Paint.trouble("Trouble:") : "Trouble:");
            // Between the two spaces before and the edge.
            int room = terminal.columns() == 0 ? 0 : Math.max(40, terminal.columns()) - 2;
            trouble.forEach(t -> Paint.wrap(Text.plain(t), room, "  ").forEach(line -> out.println("  " + line)));
        }
        if (view.complete() == null) {
            return COULD_NOT_LOOK;
        }
        return trouble.isEmpty() ? 0 : NEEDS_A_PERSON;
    }

    private static void daemon(Access access, View view, PrintStream out, List<String> trouble) {
        var complete = view.complete();
        var pid = view.daemonPid();
        if (pid == null) {
            out.println("Daemon:   not running");
            trouble.add("no daemon is running: nothing is started, restarted or stopped; run `reconciler run`");
        } else {
            out.println("Daemon:   running, pid " + pid + ", "
                    + (complete == null
                            ? "no complete look at the machine yet"
                            : "last complete look "
                                    + Ages.human(access.now().since(complete)) + " ago"));
        }
        if (complete == null) {
            trouble.add("the machine could not be looked at completely yet");
        } else if (access.now().since(complete).compareTo(STALE) > 0) {
            trouble.add("the last complete look at the machine is "
                    + Ages.human(access.now().since(complete)) + " old");
        }
    }

    private static void source(Access access, View view, PrintStream out, List<String> trouble) {
        var source = view.desired().source();
        var state = Text.checkout(source.checkout());
        state.add(source.complete() ? "complete" : "incomplete");
        if (view.daemonPid() != null) {
            // One look of our own can't tell.
            state.add(source.settled() ? "settled" : "settling");
        }
        if (source.empty()) {
            state.add("empty");
        }
        if (source.checkout() != null && source.checkout().pull() != null) {
            state.add("read from commits");
        }
        out.println("Source:   " + access.manifests() + ": " + String.join(", ", state));
        trouble.addAll(source.problems());
        if (!source.complete() && source.problems().isEmpty()) {
            trouble.add(access.manifests() + " could not be read completely");
        }
    }

    private static void servers(Access access, View view, PrintStream out, List<String> trouble) {
        var lines = new ArrayList<String>();
        view.observed().servers().forEach((namespace, state) -> {
            lines.add(namespace + " " + Text.server(state));
            if (state instanceof ServerState.Silent(String why)) {
                trouble.add("the tmux server of the namespace " + namespace + " does not answer: " + why);
            }
        });
        view.plan().servers().forEach((namespace, action) -> {
            if (action instanceof Action.HoldServer held
                    && (held.reason() == Reason.RuntimeDirGone || held.reason() == Reason.Ghost)) {
                trouble.add("namespace " + namespace + ": " + held.message());
            }
            // Of the last attempt, also while the next one is under way.
            var known = view.history().fleet().servers().get(namespace);
            if ((action.reason() == Reason.StartFailed || action instanceof Action.StartServer)
                    && known != null && known.startFailures() > 0 && !known.message().isEmpty()) {
                trouble.add("the tmux server of the namespace " + namespace + " could not be started: "
                        + known.message());
            }
        });
        for (var lost : access.lostServers()) {
            var pid = lost.process() == null ? "" : lost.process().pid();
            trouble.add("tmux server " + pid + (lost.path() == null ? "" : " of " + lost.path())
                    + (lost.owner().managed() ? ", ours," : ", not ours,") + " cannot be reached with "
                    + Text.count(lost.contents().programs().size(), "program") + " in it: " + lost.evidence()
                    + (lost.owner().managed() && lost.state() != Inventory.State.Shadowed
                            ? ""
                            : "; `reconciler rescue " + pid + "` makes it reachable"));
        }
        out.println("Servers:  " + (lines.isEmpty() ? Table.NONE : String.join(", ", lines)));
    }

    private static void agents(
            Access access, View view, PrintStream out, List<String> trouble, Request.Terminal terminal) {
        var phases = new TreeMap<String, Integer>();
        var namespaces = view.statuses()
                .values()
                .stream()
                .map(s -> s.name().namespace())
                .distinct()
                .toList();
        view.statuses().values().forEach(s -> phases.merge(s.phase(), 1, Integer::sum));
        out.println("Agents:   " + view.statuses().size()
                + (phases.isEmpty()
                        ? ""
                        : " (" + String.join(
                                ", ",
                                phases.entrySet()
                                        .stream()
                                        .map(e -> e.getValue() + " " + e.getKey())
                                        .toList())
                                + ")"));
        if (!view.statuses().isEmpty()) {
            out.println();
            boolean many = namespaces.size() > 1 || !namespaces.contains("default");
            out.print(new AgentTable(many, false, false).on(terminal)
                    .print(view, view.statuses().values(), access.now(), true));
        }
        view.statuses().values().stream().filter(StatusVerb::needsAPerson).forEach(s -> trouble.add(sentence(s)));
        view.statuses()
                .values()
                .stream()
                .filter(s -> s.conditions().stream().anyMatch(c -> c.type().equals(Condition.AWAITING_INPUT)))
                .forEach(s -> trouble.add(s.name() + ": " + Reason.AwaitingInput + ": "
                        + Reason.AwaitingInput.meaning() + " → "
                        + Text.remedy(Reason.AwaitingInput, s.name())));
        view.statuses().values().forEach(s -> s.conditions().forEach(c -> undelivered(s, c, trouble)));
        var waiting = view.plan()
                .awaitingApproval()
                .stream()
                .map(c -> c.name().toString())
                .distinct()
                .toList();
        if (!waiting.isEmpty()) {
            trouble.add(Reason.ApprovalNeeded.meaning() + " Waiting: " + String.join(", ", waiting) + " → "
                    + Reason.ApprovalNeeded.remedy());
        }
        trouble.addAll(view.troubles());
    }

    private static void undelivered(AgentStatus status, Condition condition, List<String> trouble) {
        boolean waits = condition.reason() == Reason.WaitingForReady || condition.reason() == Reason.Typed;
        if (condition.type().equals(Condition.PROMPT_DELIVERED) && condition.status() != Condition.Status.True
                && !waits) {
            trouble.add(status.name() + ": " + condition.type() + " is " + condition.status() + ": "
                    + condition.message() + " → " + Text.remedy(condition.reason(), status.name()));
        }
    }

    private static String sentence(AgentStatus status) {
        var reason = status.reason();
        return status.name() + ": " + reason + ": "
                + (status.message().isEmpty() ? reason.meaning() : status.message())
                + " → " + Text.remedy(reason, status.name());
    }

    /// Whether somebody has to do something, or should at least know.
    private static boolean needsAPerson(AgentStatus status) {
        return needsAPerson(status.reason());
    }

    static boolean needsAPerson(Reason reason) {
        return switch (reason) {
            case Failed,
                    BackoffLimitExceeded,
                    DeadlineExceeded,
                    CrashLoopBackOff,
                    ObservationIncomplete,
                    OtherSource,
                    NameTaken,
                    SourceNotReady,
                    PendingDeletion,
                    ReplacementWouldFail,
                    StartWouldFail,
                    StartFailed,
                    SpecInvalid,
                    RescueFailed, RuntimeDirGone,
                    KillFailed,
                    Ghost,
                    DoneFileInvalid,
                    HeartbeatLate,
                    ModelMismatch,
                    AwaitingInput,
                    OOMKilled,
                    TeardownIncomplete,
                    ShutdownOverdue -> true;
            case Running,
                    LimitsEnforced,
                    LimitsNotEnforced,
                    Leaked,
                    Done,
                    HeartbeatLost,
                    HeartbeatResumed,
                    WaitingForReady,
                    Typed,
                    Submitted,
                    DraftInTheWay,
                    NotSubmitted,
                    DeliveryUnknown,
                    Starting,
                    ApprovalNeeded,
                    Suspended,
                    Completed,
                    ReconcileDisabled,
                    RestartPending,
                    WaitingForPredecessor,
                    WaitingForServer,
                    Terminating,
                    SpecRemoved,
                    SpecChanged,
                    Deleted,
                    RolloutRestart,
                    SessionLost,
                    Duplicate,
                    Leftovers,
                    Created,
                    Restarted,
                    Rebooted,
                    Resumed,
                    Adopted,
                    Expired,
                    Started,
                    Killed,
                    TeardownVerified,
                    SessionKeptForUser,
                    LogGap,
                    StateDamaged,
                    StateUnwritten,
                    Rescued, Reaped, GhostFound,
                    Applied,
                    SourceFailed,
                    SourceNotVerified,
                    SourceSuspended,
                    SourceResumed,
                    Restamped,
                    NotReady,
                    Unhealthy,
                    Terminated,
                    PreStopFailed,
                    Working,
                    Idle,
                    ActivityUnknown,
                    Vacant -> false;
        };
    }
}
