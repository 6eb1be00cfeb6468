package dev.reconciler.host;

import dev.reconciler.api.ProcessRef;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// [ProcessTable] over Linux's `/proc`.
///
/// Processes come and go while it is read: one that vanishes is no trouble. What is trouble, because then absence
/// proves nothing: no `/proc`, another namespace's `/proc`, or no descriptors left to read it with.
public final class Proc implements ProcessTable, AutoCloseable {
    /// The 22 fields we need fit, whatever the name.
    private static final int STAT_BYTES = 1024;

    private final Path root;
    private final String self;
    private final Environments environments = new Environments();
    private final Exits exits = new Exits(this::look);
    private volatile @Nullable Boolean hides;

    public Proc() {
        this(Path.of("/proc"));
    }

    /// @param root where proc is mounted
    Proc(Path root) {
        this.root = root;
        this.self = Long.toString(ProcessHandle.current().pid());
    }

    @Override
    public Scan scan() {
        var processes = new ArrayList<Process>();
        var blind = new TreeSet<String>();
        var trouble = trouble();
        if (trouble != null) {
            return new Scan(List.of(), false, List.of(trouble));
        }
        long nanos = System.nanoTime();
        var servers = new ServerFacts(root);
        try (var entries = Files.newDirectoryStream(root)) {
            var user = Files.getAttribute(root.resolve(self), "unix:uid");
            for (var entry : entries) {
                if (isPid(entry.getFileName().toString())) {
                    add(entry, user, nanos, servers, processes, blind);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            blind.add("cannot list " + root + ": " + Why.of(e));
        }
        return new Scan(List.copyOf(processes), blind.isEmpty(), List.copyOf(blind));
    }

    private void add(
            Path directory,
            Object user,
            long nanos,
            ServerFacts servers,
            List<Process> processes,
            TreeSet<String> blind) {
        try {
            if (!Files.getAttribute(directory, "unix:uid").equals(user)) {
                return;
            }
            var stat = read(directory);
            if (stat == null || stat.ended()) {
                return;
            }
            var argv = stat.name().startsWith("tmux") || stat.name().equals(Launching.LOGGER) ? argv(directory)
                    : List.<String>of();
            var runId = environments.runId(stat.ref(), directory, nanos);
            var server = ServerFacts.isServer(stat.name()) ? servers.of(directory, stat.stopped()) : null;
            processes.add(new Process(stat.ref(), stat.parent(), stat.session(), stat.name(), runId, argv, server));
        } catch (NoSuchFileException | AccessDeniedException e) {
            // Ended meanwhile, or hidden from us by a security module: one process, not the table.
        } catch (IOException e) {
            if (!Files.notExists(directory)) {
                blind.add("cannot read processes in " + root + ": " + Why.of(e));
            }
        }
    }

    @Override
    public @Nullable Server server(ProcessRef ref) {
        var directory = root.resolve(Long.toString(ref.pid()));
        try {
            var stat = read(directory);
            return stat == null || stat.ended() || !stat.ref().equals(ref) || !ServerFacts.isServer(stat.name())
                    ? null
                    : new ServerFacts(root).of(directory, stat.stopped());
        } catch (IOException e) {
            return null;
        }
    }

    private static List<String> argv(Path directory) throws IOException {
        var line = new String(Files.readAllBytes(directory.resolve("cmdline")), StandardCharsets.UTF_8);
        if (line.isEmpty()) {
            return List.of();
        }
        return List.of((line.endsWith("\0") ? line.substring(0, line.length() - 1) : line).split("\0", -1));
    }

    @Override
    public Sighting look(long pid) {
        var directory = root.resolve(Long.toString(pid));
        try {
            var stat = read(directory);
            if (stat == null) {
                return new Sighting.Unreadable(directory + "/stat is cut or in a form unknown to us");
            }
            return stat.ended() ? new Sighting.Zombie(stat.ref(), stat.status()) : new Sighting.Alive(stat.ref());
        } catch (IOException e) {
            if (e instanceof NoSuchFileException || Files.notExists(directory)) {
                return missing(pid);
            }
            return new Sighting.Unreadable("cannot read " + directory + "/stat: " + Why.of(e));
        }
    }

    @Override
    public Sighting glance(long pid) {
        var ref = exits.alive(pid);
        return ref == null ? look(pid) : new Sighting.Alive(ref);
    }

    /// No such entry: gone, if this is our `/proc` at all and it shows everything.
    private Sighting missing(long pid) {
        var trouble = trouble();
        if (trouble != null) {
            return new Sighting.Unreadable(trouble);
        }
        if (!hidesProcesses()) {
            return new Sighting.Gone();
        }
        try {
            Native.close(Native.pidfdOpen(pid));
            return new Sighting.Unreadable(root + " is mounted with hidepid and hides process " + pid);
        } catch (Errno e) {
            return e.number() == Errno.ESRCH ? new Sighting.Gone() : new Sighting.Unreadable(Why.of(e));
        }
    }

    /// With `hidepid` even a program of ours vanishes from `/proc` once it is setuid (sudo).
    private boolean hidesProcesses() {
        var answer = hides;
        if (answer == null) {
            try (var mounts = Files.lines(root.resolve("self/mounts"), StandardCharsets.ISO_8859_1)) {
                answer = mounts.map(line -> line.split(" ", -1))
                        .anyMatch(mount -> mount.length > 3 && mount[1].equals(root.toString()) && hides(mount[3]));
            } catch (IOException | UncheckedIOException e) {
                answer = true;
            }
            hides = answer;
        }
        return answer;
    }

    private static boolean hides(String options) {
        return options.contains("hidepid=") && !options.contains("hidepid=0") && !options.contains("hidepid=off");
    }

    /// A sentence when this is not the process table we live in.
    private @Nullable String trouble() {
        try {
            var seen = Files.readSymbolicLink(root.resolve("self")).toString();
            return seen.equals(self)
                    ? null
                    : root + " belongs to another pid namespace: it calls this process " + seen + ", not " + self;
        } catch (IOException e) {
            return root + " does not show this process (is proc mounted there?): " + Why.of(e);
        }
    }

    /// The plain stream costs a third of a channel, whose errors in turn say what the trouble was.
    private static @Nullable StatLine read(Path directory) throws IOException {
        var bytes = new byte[STAT_BYTES];
        int length;
        try (var file = new FileInputStream(directory + "/stat")) {
            length = file.read(bytes);
        } catch (FileNotFoundException e) {
            try (var file = FileChannel.open(directory.resolve("stat"))) {
                length = file.read(ByteBuffer.wrap(bytes));
            }
        }
        return length <= 0 ? null : StatLine.parse(bytes, length);
    }

    private static boolean isPid(String name) {
        return name.charAt(0) >= '1' && name.charAt(0) <= '9';
    }

    /// Without pidfds (Linux before 5.3) nothing is sent, and the answer is Denied: a pid alone may be another process
    /// by the time the signal arrives. Neither pid 1 nor this process itself is ever a target.
    @Override
    public Sent signal(ProcessRef target, Signal signal) {
        if (target.pid() <= 1 || Long.toString(target.pid()).equals(self)) {
            return Sent.Denied;
        }
        int pidfd;
        try {
            pidfd = Native.pidfdOpen(target.pid());
        } catch (Errno e) {
            return e.number() == Errno.ESRCH ? Sent.Gone : Sent.Denied;
        }
        try {
            return switch (look(target.pid())) {
                case Sighting.Alive(var ref) when ref.equals(target) -> send(pidfd, signal);
                case Sighting.Alive(_),Sighting.Zombie(_, _),Sighting.Gone() -> Sent.Gone;
                case Sighting.Unreadable(_) -> Sent.Denied;
            };
        } finally {
            Native.close(pidfd);
        }
    }

    @Override
    public boolean ignores(ProcessRef target, Signal signal) {
        try (var lines = Files.lines(
                root.resolve(Long.toString(target.pid())).resolve("status"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> (signal.number() - 1)
                            & 1) == 1);
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return false;
        }
    }

    private static Sent send(int pidfd, Signal signal) {
        try {
            Native.pidfdSendSignal(pidfd, signal.number());
            return Sent.Delivered;
        } catch (Errno e) {
            return e.number() == Errno.ESRCH ? Sent.Gone : Sent.Denied;
        }
    }

    @Override
    public void watch(ProcessRef target, Runnable onExit) {
        exits.watch(target, onExit);
    }

    /// Ends the watching; nothing more is called back.
    @Override
    public void close() {
        exits.close();
    }
}
