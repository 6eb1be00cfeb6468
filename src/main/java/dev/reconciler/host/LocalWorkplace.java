package dev.reconciler.host;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.Prompt;
import dev.reconciler.api.PromptText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// [Workplace] on this machine's disks. `~` and `~/x` are the home directory, as are relative directories' beginnings.
public final class LocalWorkplace implements Workplace {
    private static final Duration CHECK_LIMIT = Duration.ofSeconds(2);
    private static final Duration PREPARE_LIMIT = Duration.ofSeconds(10);

    private static final int LINE_MAX = 200;

    private final Path home;
    private final Programs programs;
    private final SortedMap<String, String> base;
    private final Scopes scopes;
    private final PatientChecks checks = new PatientChecks(this::examine, CHECK_LIMIT);

    /// @param home absolute
    /// @param baseEnvironment what programs start from; its PATH counts where the spec sets none
    public LocalWorkplace(Path home, SortedMap<String, String> baseEnvironment, Scopes scopes) {
        this.scopes = scopes;
        this.home = home;
        this.base = baseEnvironment;
        this.programs = new Programs(home, baseEnvironment.getOrDefault("PATH", "/usr/bin:/bin"));
    }

    /// `~` and relative parts resolved, without touching the disk.
    String directory(AgentSpec spec) {
        return Programs.expand(home, spec.workingDirectory()).toString();
    }

    @Override
    public Preflight check(AgentSpec spec) {
        return checks.check(spec, directory(spec) + ", the program and the secret files");
    }

    @Override
    public @Nullable Integer uncommitted(String directory) {
        var path = Path.of(directory);
        return path.isAbsolute() && GitDirectory.of(path) != null ? new GitProgram(base).uncommitted(path) : null;
    }

    private Preflight examine(AgentSpec spec) {
        try {
            var environment = environment(spec);
            var directory = Path.of(directory(spec));
            checkDirectory(directory, spec.createWorkingDirectory());
            programs.find("spec.command[0]", spec.argv().getFirst(), directory, environment);
            if (spec.prompt() != null) {
                var text = prompt(spec.prompt());
                if (spec.prompt().delivery() == Prompt.Means.Argument) {
                    PromptFile.argument(text);
                }
            }
            var service = scopes.service();
            if (service instanceof Scopes.Service.Silent(var why)) {
                return new Preflight.Unseen(why);
            }
            refuse(spec, service);
            return new Preflight.Passed();
        } catch (IOException e) {
            return new Preflight.WouldFail(Why.of(e));
        }
    }

    @Override
    public Ran run(Agent agent, List<String> command, Duration limit, BooleanSupplier hurried) {
        try {
            var directory = Path.of(directory(agent.spec()));
            var environment = new TreeMap<>(base);
            environment.putAll(environment(agent.spec()));
            environment.put("RECONCILER_AGENT", agent.name().name());
            environment.put("RECONCILER_NAMESPACE", agent.name().namespace());
            var argv = new ArrayList<>(command);
            argv.set(0, programs.find("exec.command[0]", argv.getFirst(), directory, environment).toString());
            return switch (new Command(argv, environment).run(directory, limit, hurried)) {
                case Command.Outcome.Ended(int code, var out, var err) -> new Ran.Ended(code, lastLine(out));
                case Command.Outcome.TimedOut timedOut -> new Ran.TimedOut();
                case Command.Outcome.NotStarted(var why) -> new Ran.NotStarted(why);
            };
        } catch (IOException e) {
            return new Ran.NotStarted(Why.of(e));
        }
    }

    /// What a program says last is why it failed.
    private static String lastLine(String output) {
        var lines = output.strip().lines().toList();
        var last = lines.isEmpty() ? "" : lines.getLast().strip();
        return last.length() > LINE_MAX ? last.substring(0, LINE_MAX) + "…" : last;
    }

    @Override
    public Prepared prepare(AgentSpec spec) throws IOException {
        var task = new FutureTask<>(() -> resolve(spec));
        Thread.ofVirtual().name("prepare").start(task);
        try {
            return task.get(PREPARE_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException(directory(spec) + ", the program or a secret file did not answer within "
                    + PREPARE_LIMIT.toSeconds() + " s: is a network file system hanging?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while looking at " + directory(spec), e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
        }
    }

    private Prepared resolve(AgentSpec spec) throws IOException {
        var environment = environment(spec);
        var directory = Path.of(directory(spec));
        if (spec.createWorkingDirectory() && Files.notExists(directory)) {
            try {
                Files.createDirectories(directory);
            } catch (IOException e) {
                throw new IOException("spec.workingDirectory: cannot create " + directory + ": " + Why.of(e), e);
            }
        }
        checkDirectory(directory, false);
        var argv = new ArrayList<>(spec.argv());
        argv.set(0, programs.find("spec.command[0]", argv.getFirst(), directory, environment).toString());
        var prompt = spec.prompt();
        if (prompt != null && prompt.delivery() == Prompt.Means.Argument) {
            argv.add(PromptFile.argument(prompt(prompt)));
        }
        return new Prepared(
                List.copyOf(argv), directory.toString(), environment, secrets(spec),
                prompt != null && prompt.delivery() == Prompt.Means.File ? prompt(prompt) : null,
                manager(spec));
    }

    @Override
    public String prompt(Prompt prompt) throws IOException {
        var file = prompt.file();
        return file == null
                ? PromptText.plain(String.valueOf(prompt.text()))
                : PromptFile.read("spec.prompt.file", Programs.expand(home, file));
    }

    private Scopes.Service.@Nullable Answers manager(AgentSpec spec) throws IOException {
        var service = scopes.service();
        refuse(spec, service);
        return switch (service) {
            case Scopes.Service.Answers answers -> answers;
            case Scopes.Service.Absent absent -> null;
            // It may hold the scope by the next try; without one, the limits would be lost for the whole run.
            case Scopes.Service.Silent(var why) -> throw new IOException(why);
        };
    }

    private static void refuse(AgentSpec spec, Scopes.Service service) throws IOException {
        var why = Confinement.unenforced(spec.resources().limits(), service);
        if (why != null && spec.resources().required()) {
            throw new IOException(
                    "spec.resources.limits cannot be enforced, and spec.resources.enforcement is Required: "
                            + why);
        }
    }

    private static void checkDirectory(Path directory, boolean mayBeCreated) throws IOException {
        if (Files.isDirectory(directory)) {
            if (!Files.isExecutable(directory)) {
                throw new IOException("spec.workingDirectory: " + directory + ": permission denied");
            }
        } else if (Files.exists(directory)) {
            throw new IOException("spec.workingDirectory: " + directory + " is not a directory");
        } else if (!mayBeCreated) {
            throw new IOException("spec.workingDirectory: " + directory
                    + " does not exist: create it, or set createWorkingDirectory: true");
        } else {
            checkCreatable(directory);
        }
    }

    private static void checkCreatable(Path directory) throws IOException {
        var existing = directory.getParent();
        while (existing != null && Files.notExists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
            throw new IOException("spec.workingDirectory: cannot create " + directory + ": " + existing
                    + " is not a directory you can write");
        }
    }

    private SortedMap<String, String> environment(AgentSpec spec) throws IOException {
        var environment = new TreeMap<String, String>();
        for (int i = 0; i < spec.env().size(); i++) {
            var variable = spec.env().get(i);
            var source = variable.valueFrom();
            var value = variable.value();
            if (source != null) {
                var file = Programs.expand(home, source.file());
                environment.put(variable.name(), SecretFile.read("spec.env[" + i + "].valueFrom.file", file));
            } else {
                environment.put(variable.name(), value == null ? "" : value);
            }
        }
        return environment;
    }

    private static List<String> secrets(AgentSpec spec) {
        return spec.env()
                .stream()
                .filter(variable -> variable.valueFrom() != null)
                .map(AgentSpec.EnvVar::name)
                .toList();
    }
}
