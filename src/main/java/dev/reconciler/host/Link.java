package dev.reconciler.host;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable.Sighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The way to one namespace's server: at most one control client, connected or connecting.
///
/// A client that waits for a stopped server is left waiting, whoever looks how often: when the server goes on, it is
/// through. A connection that falls silent is kept for a while, because what was asked on it is then done in order or
/// not at all; after that it is killed, and the next one begins only when the server has dropped it.
final class Link implements AutoCloseable {
    /// A connection silent for so long may be broken itself.
    private static final Duration GIVE_UP = Duration.ofSeconds(15);

    private static final Duration POLL = Duration.ofMillis(5);

    private final String namespace;
    private final Path path;
    private final SortedMap<String, String> environment;
    private final ProcessTable processes;
    private final Consumer<String> notifications;
    private final Set<Long> dropped = new HashSet<>();
    private @Nullable Live live;
    private @Nullable Attempt attempt;
    private @Nullable ControlClient connecting;
    private @Nullable Object own;
    private @Nullable Object foreign;
    private final Object starting = new Object();
    private boolean closed;

    Link(
            String namespace,
            Path path,
            SortedMap<String, String> environment,
            ProcessTable processes,
            Consumer<String> notifications) {
        this.namespace = namespace;
        this.path = path;
        this.environment = environment;
        this.processes = processes;
        this.notifications = notifications;
    }

    /// An open connection.
    ///
    /// @param server cannot change while it is open
    record Live(ControlClient client, ProcessRef server) {}

    /// What reaching for the server gave.
    sealed interface Reach {
        record Open(Live live) implements Reach {}

        record Nobody() implements Reach {}

        record Silent(String why) implements Reach {}
    }

    private record Attempt(CompletableFuture<Live> result, long begun) {}

    /// The connection, made when there is none. Waits two seconds at most, and not at all for a server that has kept
    /// others waiting so long.
    Reach reach() {
        Attempt attempt;
        synchronized (this) {
            var open = live;
            if (open != null && open.client.open()) {
                var silence = open.client.silence();
                if (silence == null) {
                    return new Reach.Open(open);
                }
                if (silence.compareTo(GIVE_UP) < 0) {
                    return new Reach.Silent(silent(open.server));
                }
                dropped.add(open.client.pid());
                open.client.close();
            }
            live = null;
            attempt = this.attempt;
            if (attempt == null) {
                switch (SocketProbe.ask(path)) {
                    case SocketProbe.Answer.Nobody() -> {
                        return new Reach.Nobody();
                    }
                    case SocketProbe.Answer.Unclear(var why) -> {
                        return new Reach.Silent(why);
                    }
                    case SocketProbe.Answer.Listens() -> attempt = begin();
                }
            }
        }
        return outcome(attempt);
    }

    /// True while a connection is open, answering or not.
    synchronized boolean connected() {
        return live != null && live.client.open();
    }

    /// Held while a server is started or rescued, so that we never do both on one path.
    Object starting() {
        return starting;
    }

    /// Waits until a server that was told to stop is gone.
    boolean awaitEnd(Live ended) throws TmuxException {
        long until = System.nanoTime() + ControlClient.SILENCE.toNanos();
        while (processes.look(ended.server.pid()) instanceof Sighting.Alive(var ref) && ref.equals(ended.server)) {
            if (System.nanoTime() > until) {
                throw TmuxException.unanswered("tmux server " + ended.server.pid() + " was told to stop and runs on");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        ended.client.close();
        return true;
    }

    private static String silent(ProcessRef server) {
        return "tmux server " + server.pid() + " does not answer (stopped or busy)";
    }

    private Attempt begin() {
        var begun = new Attempt(new CompletableFuture<>(), System.nanoTime());
        attempt = begun;
        Thread.ofVirtual().name("tmux-connect-" + namespace).start(() -> connect(begun));
        return begun;
    }

    private Reach outcome(Attempt attempt) {
        try {
            long waited = System.nanoTime() - attempt.begun;
            var open = attempt.result.get(
                    Math.max(0, ControlClient.SILENCE.toNanos() - waited), TimeUnit.NANOSECONDS);
            return new Reach.Open(open);
        } catch (TimeoutException e) {
            return new Reach.Silent("somebody listens on " + path + " and does not answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reach.Silent("interrupted while connecting to tmux");
        } catch (ExecutionException e) {
            var why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            return SocketProbe.ask(path) instanceof SocketProbe.Answer.Nobody
                    ? new Reach.Nobody()
                    : new Reach.Silent(String.valueOf(why));
        }
    }

    private void connect(Attempt attempt) {
        @Nullable
        ControlClient client = null;
        try {
            var key = SocketProbe.key(path);
            client = attach();
            var server = server(client);
            awaitDropped(client, server);
            var open = new Live(client, server);
            synchronized (this) {
                if (closed) {
                    client.close();
                }
                if (key != null && key.equals(SocketProbe.key(path))) {
                    own = key;
                }
                live = open;
                this.attempt = null;
                connecting = null;
            }
            attempt.result.complete(open);
        } catch (IOException | TmuxException | ExecutionException | InterruptedException e) {
            if (client != null) {
                client.close();
            }
            synchronized (this) {
                this.attempt = null;
            }
            attempt.result.completeExceptionally(e);
        }
    }

    /// A client that got through. Where ours does not speak the server's language (tmux was upgraded under it), the
    /// server's own program does, even when its file is deleted.
    private ControlClient attach() throws IOException, TmuxException, ExecutionException, InterruptedException {
        var client = client("tmux");
        try {
            check(client.attached().get(ControlClient.SILENCE.toMillis(), TimeUnit.MILLISECONDS));
            return client;
        } catch (TimeoutException e) {
            var program = otherProgram(client.pid());
            if (program != null) {
                client.close();
                client = client(program);
            }
            check(client.attached().get());
            return client;
        }
    }

    private ControlClient client(String program) throws IOException {
        // -A makes the holder again should somebody have closed it; -N: never a server.
        var argv = List.of(
                program, "-u", "-N", "-S", path.toString(), "-C", "new-session", "-A", "-E", "-s", Tmux.HOLDER, "-f",
                "no-output,ignore-size", "--", "cat", "-");
        var client = new ControlClient(new Command(argv, environment).start(), namespace, notifications);
        synchronized (this) {
            connecting = client;
            if (closed) {
                client.close();
            }
        }
        return client;
    }

    private void check(ControlClient.Reply attached) throws TmuxException {
        if (attached.error()) {
            throw TmuxException.refused("cannot attach to the tmux server on " + path + ": " + attached.last());
        }
    }

    private @Nullable String otherProgram(long client) {
        for (var process : processes.scan().processes()) {
            if (process.name().equals("tmux: server") && process.argv().contains(path.toString())) {
                var program = Path.of("/proc/" + process.ref().pid() + "/exe");
                try {
                    return Files.isSameFile(program, Path.of("/proc/" + client + "/exe")) ? null : program.toString();
                } catch (IOException e) {
                    return null;
                }
            }
        }
        return null;
    }

    private ProcessRef server(ControlClient client) throws TmuxException {
        var reply = client.ask(Chain.of("display-message", "-p", "#{pid}"));
        if (!reply.error() && !reply.last().isEmpty() && reply.last().chars().allMatch(Character::isDigit)) {
            if (processes.look(Long.parseLong(reply.last())) instanceof Sighting.Alive(var server)) {
                return server;
            }
        }
        throw TmuxException.refused("the tmux server on " + path + " calls itself process " + reply.last()
                + ", which is not on this machine");
    }

    /// What a killed connection asked can land until the server has dropped it.
    private void awaitDropped(ControlClient client, ProcessRef server) throws TmuxException {
        long until = System.nanoTime() + ControlClient.SILENCE.toNanos();
        while (true) {
            synchronized (this) {
                if (dropped.isEmpty()) {
                    return;
                }
            }
            var reply = client.ask(Chain.of("list-clients", "-F", "#{client_pid}"));
            var pids = List.of(reply.texts().getFirst().split("\n"));
            synchronized (this) {
                dropped.removeIf(pid -> !pids.contains(Long.toString(pid)));
            }
            if (System.nanoTime() > until) {
                throw TmuxException.unanswered("tmux server " + server.pid() + " has not dropped a broken connection");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /// Whether the file on the path is this server's own socket. A stat; when it is another file than before, one
    /// client asks who answers there.
    boolean reachable(ProcessRef server) {
        var key = SocketProbe.key(path);
        synchronized (this) {
            if (key == null || key.equals(own) || key.equals(foreign)) {
                return key != null && key.equals(own);
            }
        }
        boolean ours = answering() == server.pid();
        synchronized (this) {
            own = ours ? key : own;
            foreign = ours ? foreign : key;
        }
        return ours;
    }

    /// Pid of whoever answers on the path, asked through a connection of its own; 0 when nobody does in time.
    long answering() {
        var argv = List.of("tmux", "-u", "-N", "-S", path.toString(), "display-message", "-p", "#{pid}");
        if (new Command(argv, environment)
                .run(ControlClient.SILENCE) instanceof Command.Outcome.Ended(int code, var out, var err)) {
            var text = out.strip();
            return code == 0 && !text.isEmpty() && text.chars().allMatch(Character::isDigit)
                    ? Long.parseLong(text)
                    : 0;
        }
        return 0;
    }

    /// Forgets who was seen on the path.
    synchronized void forgetSocket() {
        own = null;
        foreign = null;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (live != null) {
            live.client.close();
        }
        if (connecting != null) {
            connecting.close();
        }
    }
}
