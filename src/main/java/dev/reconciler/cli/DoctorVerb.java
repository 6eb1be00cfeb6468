package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.controller.Daemon;
import dev.reconciler.controller.Directories;
import dev.reconciler.controller.Settings;
import dev.reconciler.host.BaseEnvironment;
import dev.reconciler.host.Fitness;
import dev.reconciler.host.Folder;
import dev.reconciler.host.Scopes;
import dev.reconciler.host.WatchedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.JsonNodeFactory;

/// `doctor`: whether this machine is fit, line by line, without a daemon.
@Command(
        name = "doctor",
        description = "Check this machine: what is needed, what is missing, what will hurt later, and what to do.",
        footer = {
            "",
            "Exit codes: 0 nothing that stops agents, 1 at least one problem.",
            "",
            "Examples:",
            "  reconciler doctor",
            "  reconciler doctor -o json",
        })
final class DoctorVerb implements Verb {
    /// Two for each agent and a few for itself, at the design's 100 agents.
    private static final long FILES = 400;
    private static final long TERMINALS = 100;
    /// An agent with its tools has tens of processes.
    private static final long PROCESSES = 4000;
    /// No machine that runs this lives earlier.
    private static final Instant WRITTEN = Instant.parse("2026-01-01T00:00:00Z");

    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    @Option(names = {"-o", "--output"}, paramLabel = "json", description = "json: for programs.")
    private @Nullable String output;

    enum Level {
        ok,
        warning,
        problem
    }

    /// One line.
    ///
    /// @param todo empty when there is nothing to do
    record Finding(Level level, String subject, String found, String todo) {}

    @Override
    public int run(Call call) throws Failure, Access.Refusal, IOException {
        if (output != null && !output.equals("json")) {
            throw Failure.of("unable to match a printer suitable for the output format \"" + output
                    + "\", allowed formats are: json");
        }
        var findings = new ArrayList<>(judge(Fitness.look(System.getenv())));
        findings.add(environment(Daemon.running(call.settings())));
        findings.addAll(folders(call.settings()));
        call.out().print(output == null ? text(findings) : json(findings));
        return findings.stream().anyMatch(f -> f.level() == Level.problem) ? 1 : 0;
    }

    /// What a machine like this means for agents.
    static List<Finding> judge(Fitness fitness) {
        var findings = new ArrayList<Finding>();
        findings.add(tmux(fitness));
        findings.add(fitness.lsof()
                ? new Finding(Level.ok, "lsof", "found", "")
                : new Finding(Level.warning, "lsof", "none",
                        "install lsof: the second witness before a ghost is ended"));
        findings.add(manager(fitness.manager()));
        findings.add(lingering(fitness.lingers()));
        findings.add(atLeast("open files", fitness.openFilesMost(), FILES,
                "raise the hard limit (LimitNOFILE=, /etc/security/limits.conf): tmux needs two for each agent"));
        findings.add(atLeast("processes", fitness.processes(), PROCESSES,
                "raise the limit (ulimit -u, TasksMax= of user-UID.slice): agents start many programs"));
        var terminals = fitness.terminals();
        findings.add(atLeast("terminals", terminals == null ? null : terminals.most() - terminals.used(), TERMINALS,
                "raise kernel.pty.max with sysctl: each session takes one"));
        findings.add(fitness.wall().isAfter(WRITTEN)
                ? new Finding(Level.ok, "clock", "plausible", "")
                : new Finding(Level.warning, "clock", fitness.wall().toString(),
                        "set the clock: ages and times shown will be wrong (limits are not: they use another clock)"));
        findings.add(new Finding(Level.ok, "java", fitness.java(), ""));
        return findings;
    }

    private static Finding tmux(Fitness fitness) {
        if (fitness.tmuxTrouble() != null) {
            return new Finding(Level.problem, "tmux", fitness.tmux(), fitness.tmuxTrouble());
        }
        var version = fitness.tmux().replaceFirst("^tmux (?:next-)?", "");
        boolean losesDeaths = version.matches("3\\.[345]\\D?.*");
        return losesDeaths
                ? new Finding(Level.ok, "tmux", version, "builds of 3.3 to 3.5 with utempter miss how some programs"
                        + " ended; reconciler asks them again")
                : new Finding(Level.ok, "tmux", version, "");
    }

    private static Finding manager(Scopes.Service manager) {
        return switch (manager) {
            case Scopes.Service.Answers(int version, var controllers) -> {
                var missing = new ArrayList<String>();
                for (var controller : List.of("cpu", "memory", "pids")) {
                    if (!controllers.contains(controller)) {
                        missing.add(controller);
                    }
                }
                yield missing.isEmpty()
                        ? new Finding(Level.ok, "systemd", "user manager " + version + ", limits are enforced", "")
                        : new Finding(Level.warning, "systemd", "user manager " + version + " without "
                                + String.join(", ", missing),
                                "delegate these controllers to user@.service, else spec.resources is not enforced");
            }
            case Scopes.Service.Absent(var why) -> new Finding(Level.warning, "systemd", why,
                    "agents run, but without spec.resources, and a logout may end them");
            case Scopes.Service.Silent(var why) -> new Finding(Level.warning, "systemd", why,
                    "look at `systemctl --user status`");
        };
    }

    private static Finding lingering(@Nullable Boolean lingers) {
        if (lingers == null) {
            return new Finding(Level.ok, "lingering", "no systemd here", "");
        }
        return lingers
                ? new Finding(Level.ok, "lingering", "on", "")
                : new Finding(Level.warning, "lingering", "off",
                        "loginctl enable-linger: else the last logout ends every agent");
    }

    /// What programs get: of the daemon that runs, else of one started here.
    private static Finding environment(@Nullable Long daemon) {
        try {
            return daemon == null
                    ? environment(BaseEnvironment.choice(System.getenv()), " (of a daemon started here: none runs)")
                    : environment(BaseEnvironment.choice(BaseEnvironment.ofProcess(daemon)), "");
        } catch (IOException e) {
            return new Finding(Level.warning, "environment", "could not be read: " + e.getMessage(),
                    "see that /proc is mounted, and that the daemon runs as you do and where you are");
        }
    }

    static Finding environment(BaseEnvironment.Choice choice, String note) {
        var trouble = choice.trouble();
        var found = "of " + choice.origin() + ", PATH=" + choice.variables().get("PATH") + note;
        return trouble == null
                ? new Finding(Level.ok, "environment", found, "")
                : new Finding(Level.warning, "environment", found + "; " + trouble,
                        "set RECONCILER_BASE_ENVIRONMENT to LoginShell or Inherit; profiles that ask or wait may leave"
                                + " that out where RECONCILER_ENVIRONMENT=1");
    }

    private static Finding atLeast(String subject, @Nullable Long have, long need, String todo) {
        if (have == null) {
            return new Finding(Level.warning, subject, "could not be read",
                    "see that /proc is mounted and readable, and that there are at least " + need);
        }
        var found = have < 0 ? "no limit" : String.format(Locale.ROOT, "%d", have);
        return have < 0 || have >= need
                ? new Finding(Level.ok, subject, found, "")
                : new Finding(Level.warning, subject, found + ", fewer than " + need, todo);
    }

    private static List<Finding> folders(Settings settings) throws IOException {
        return List.of(
                manifests(settings.manifests()),
                own("state", settings.state()),
                runtime(settings.directories()));
    }

    private static Finding manifests(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return new Finding(Level.warning, "manifests", folder + " is missing", "mkdir -p " + folder);
        }
        try (var watched = new WatchedFolder(folder, BaseEnvironment.of(System.getenv()), null)) {
            return switch (watched.look()) {
                case Folder.Look.Seen(var files, var checkout) ->
                        new Finding(Level.ok, "manifests", folder + ", " + Text.count(files.size(), "file"), "");
                case Folder.Look.Held(var checkout, var trouble) ->
                        new Finding(Level.warning, "manifests", folder + ": " + checkout.held(),
                                trouble.isEmpty() ? "it is read when that is over" : trouble);
                case Folder.Look.Blind(var why) ->
                        new Finding(Level.problem, "manifests", why, "until then nothing in it is believed");
            };
        }
    }

    private static Finding runtime(Directories directories) {
        var own = own("sockets", directories.runtime());
        return own.level() == Level.ok && directories.runtime().startsWith("/tmp")
                ? new Finding(Level.warning, own.subject(), own.found() + ", in a place that cleaners empty",
                        "log in with XDG_RUNTIME_DIR set, or set RECONCILER_RUNTIME; lost sockets are rescued")
                : own;
    }

    private static Finding own(String subject, Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                return new Finding(Level.ok, subject, directory + " (made at the first start)", "");
            }
            var others = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
            others.retainAll(OTHERS);
            return others.isEmpty()
                    ? new Finding(Level.ok, subject, directory.toString(), "")
                    : new Finding(Level.problem, subject, directory + " can be entered by others",
                            "chmod 700 " + directory + ": whoever enters it commands the agents");
        } catch (IOException e) {
            return new Finding(Level.problem, subject, directory + ": " + e.getMessage(), "make it readable for you");
        }
    }

    private static String text(List<Finding> findings) {
        var text = new StringBuilder();
        for (var finding : findings) {
            text.append(
                    String.format(Locale.ROOT, "%-9s%-12s%s%n", finding.level(), finding.subject(), finding.found()));
            if (!finding.todo().isEmpty()) {
                text.append(" ".repeat(21)).append("→ ").append(finding.todo()).append('\n');
            }
        }
        return text.toString();
    }

    private static String json(List<Finding> findings) {
        var list = JsonNodeFactory.instance.arrayNode();
        for (var finding : findings) {
            list.addObject()
                    .put("level", finding.level().name())
                    .put("subject", finding.subject())
                    .put("found", finding.found())
                    .put("todo", finding.todo());
        }
        return JsonText.of(list);
    }
}
