package dev.reconciler.host;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.ProcessRef;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// [ServerTable] over `/proc`, the kernel's socket table, tmux and `lsof`.
final class LocalServers implements ServerTable {
    private static final Duration ANSWER = Duration.ofSeconds(2);

    /// How many clients ask at once.
    private static final int AT_ONCE = 8;

    private final Path proc = Path.of("/proc");
    private final Path runtime;
    private final SortedMap<String, String> environment;
    private final ProcessTable processes;
    private final Roster roster;
    private final Object rescuing = new Object();

    /// @param runtime the directory of our own sockets
    LocalServers(Path runtime, SortedMap<String, String> environment, ProcessTable processes) {
        this.runtime = runtime.toAbsolutePath().normalize();
        this.environment = environment;
        this.processes = processes;
        roster = new Roster(proc, processes);
    }

    @Override
    public Look look(boolean ask, boolean lsof) {
        var scan = processes.scan();
        var contents = new TreeMap<ProcessRef, Contents>();
        var paths = new TreeSet<String>();
        var inside = new ServerContents(proc, scan);
        for (var process : scan.processes()) {
            var server = process.server();
            if (server != null) {
                if (ask || server.hidden()) {
                    contents.put(process.ref(), inside.of(process));
                }
                server.bound().forEach(bound -> paths.add(bound.path()));
            }
        }
        var witness = lsof ? new Lsof(environment).ask() : null;
        if (witness != null) {
            witness.listening().values().forEach(listening -> listening.forEach(name -> paths.addAll(named(name))));
        }
        return new Look(scan, ask ? heard(paths) : new TreeMap<>(), contents, idle(scan), witness);
    }

    /// The path that `lsof` names, and those that it may have cut at a space.
    private static List<String> named(String name) {
        var found = new ArrayList<String>();
        found.add(name);
        var path = Path.of(name);
        var directory = path.getParent();
        if (directory != null && !Files.exists(path)) {
            try (var files = Files.newDirectoryStream(directory, f -> f.toString().startsWith(name + " "))) {
                files.forEach(file -> found.add(file.toString()));
            } catch (IOException | DirectoryIteratorException e) {
                // No directory: nobody is reached there.
                return found;
            }
        }
        return found;
    }

    private SortedMap<String, Heard> heard(TreeSet<String> paths) {
        try (var executor = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            var questions = new TreeMap<String, Supplier<Heard>>();
            paths.forEach(path -> questions.put(path, () -> ask(path)));
            return AtOnce.ask(questions, executor);
        }
    }

    /// One client: its pid says who answers, a dot for each session how many there are.
    private Heard ask(String path) {
        switch (SocketProbe.ask(Path.of(path))) {
            case SocketProbe.Answer.Nobody() -> {
                return new Heard.Nobody();
            }
            case SocketProbe.Answer.Unclear(var why) -> {
                return new Heard.Silent(why);
            }
            case SocketProbe.Answer.Listens() -> {}
        }
        var argv = List.of("tmux", "-u", "-N", "-S", path, "display-message", "-p", "#{pid} #{S:.}");
        return switch (new Command(argv, environment).run(ANSWER)) {
            case Command.Outcome.NotStarted(var why) -> new Heard.Silent(why);
            case Command.Outcome.TimedOut(var limit) ->
                    new Heard.Silent("it did not answer within " + limit.toSeconds() + " s (stopped or busy)");
            case Command.Outcome.Ended(int code, var out, var err) -> answer(code, out.strip(), err.strip());
        };
    }

    private static Heard answer(int code, String out, String err) {
        var words = out.split(" ", 2);
        if (code != 0 || words[0].isEmpty() || !words[0].chars().allMatch(Character::isDigit)) {
            return new Heard.Silent("it did not say who it is: " + (err.isEmpty() ? out : err));
        }
        return new Heard.Answered(Long.parseLong(words[0]), words.length < 2 ? 0 : words[1].length());
    }

    /// In the directories that belong to tmux alone, ours among them: elsewhere a socket may be anybody's.
    private List<String> idle(ProcessTable.Scan scan) {
        var owned = new HashSet<String>();
        var directories = new TreeSet<Path>();
        directories.add(runtime);
        for (var process : scan.processes()) {
            if (process.server() != null) {
                process.server().bound().forEach(bound -> {
                    if (bound.standing() == ProcessTable.Standing.Owner) {
                        owned.add(bound.path());
                    }
                    var directory = Path.of(bound.path()).getParent();
                    if (directory != null && tmuxs(directory)) {
                        directories.add(directory);
                    }
                });
            }
        }
        var temporary = environment.getOrDefault("TMUX_TMPDIR", "/tmp");
        directories.add(Path.of(temporary.isEmpty() ? "/tmp" : temporary).resolve("tmux-" + uid()));
        var idle = new ArrayList<String>();
        for (var directory : directories) {
            try (var files = Files.newDirectoryStream(directory)) {
                for (var file : files) {
                    if (!owned.contains(file.toString()) && (!directory.equals(runtime) || ours(file)) && idle(file)) {
                        idle.add(file.toString());
                    }
                }
            } catch (IOException | DirectoryIteratorException e) {
                // No such directory, no sockets in it.
                continue;
            }
        }
        idle.sort(null);
        return List.copyOf(idle);
    }

    private static boolean tmuxs(Path directory) {
        return directory.getFileName() != null && directory.getFileName().toString().equals("tmux-" + uid());
    }

    private static String uid() {
        try {
            return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            return "";
        }
    }

    private static boolean ours(Path file) {
        return String.valueOf(file.getFileName()).contains(PrivateTmux.SUFFIX);
    }

    private static boolean idle(Path file) {
        try {
            return Aside.isSocket(file) && SocketProbe.ask(file) instanceof SocketProbe.Answer.Nobody;
        } catch (TmuxException e) {
            return false;
        }
    }

    @Override
    public Set<Long> astray() {
        var astray = new TreeSet<Long>();
        // Those of runs are ours, and as many: none is a tmux server.
        var runs = runtime.resolve(Machine.SOCKETS) + "/";
        for (var listener : Listeners.now(proc).byInode().values()) {
            var path = listener.path();
            if (!path.startsWith(runs) && !(path.startsWith("/")
                    && ServerFacts.standing(path, listener) == ProcessTable.Standing.Owner)) {
                astray.add(listener.inode());
            }
        }
        return astray;
    }

    @Override
    public Look lost() {
        return new Look(roster.look(), new TreeMap<>(), new TreeMap<>(), List.of(), null);
    }

    @Override
    public List<Pipe> pipes(Path logs) {
        var found = new ArrayList<Pipe>();
        for (var process : processes.scan().processes()) {
            if (process.name().equals("split")) {
                var log = written(process.ref(), logs);
                if (log != null) {
                    found.add(new Pipe(process.ref(), process.parent(), log));
                }
            }
        }
        return List.copyOf(found);
    }

    private @Nullable String written(ProcessRef process, Path logs) {
        try (var descriptors = Files.newDirectoryStream(proc.resolve(process.pid() + "/fd"))) {
            for (var descriptor : descriptors) {
                var file = Files.readSymbolicLink(descriptor);
                if (file.startsWith(logs)) {
                    return file.toString();
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Ended meanwhile: nothing to clean.
            return null;
        }
        return null;
    }

    @Override
    public SortedMap<ProcessRef, AgentName> carriers(ProcessTable.Scan scan) {
        var names = new TreeMap<ProcessRef, AgentName>();
        for (var process : scan.processes()) {
            if (process.runId() != null) {
                try {
                    var directory = proc.resolve(Long.toString(process.ref().pid()));
                    var namespace = Environments.value(directory, "RECONCILER_NAMESPACE");
                    var name = Environments.value(directory, "RECONCILER_AGENT");
                    if (namespace != null && name != null) {
                        names.put(process.ref(), new AgentName(namespace, name));
                    }
                } catch (IOException | IllegalArgumentException e) {
                    // Ended meanwhile, or no name of ours.
                    continue;
                }
            }
        }
        return names;
    }

    @Override
    public String rescue(ProcessRef server) throws TmuxException {
        // Two at once on one path would each put back what the other took.
        synchronized (rescuing) {
            var scan = processes.scan();
            for (var process : scan.processes()) {
                if (process.ref().equals(server) && process.server() != null) {
                    return new Beside(processes, RuntimeDirectory.LOGINS)
                            .rescue(server, new ServerContents(proc, scan).of(process).told());
                }
            }
            throw TmuxException.refused("tmux server " + server + " has ended");
        }
    }

    @Override
    public void removeIdle(String path) throws TmuxException {
        var file = Path.of(path);
        if (!runtime.equals(file.getParent()) || !ours(file)) {
            throw TmuxException.refused(path + " is not in our own directory");
        }
        try (var _ = PathLock.take(path)) {
            if (!idle(file)) {
                throw TmuxException.refused(path + " is in use again, or gone");
            }
            Files.delete(file);
        } catch (IOException e) {
            throw TmuxException.refused("cannot remove " + path + ": " + Why.of(e));
        }
    }
}
