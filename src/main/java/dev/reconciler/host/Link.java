package dev.reconciler.host;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable.Sighting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The way to one namespace's server: at most one control client, connected or connecting, whoever looks how often.
///
/// A connection that falls silent is kept for a while, because what was asked on it is then done in order or not at
/// all; after that it is killed, and the next one counts only when the server has dropped it.
final class Link implements AutoCloseable {
    /// A connection silent for so long may be broken itself.
    static final Duration GIVE_UP = Duration.ofSeconds(15);

    private static final Duration POLL = Duration.ofMillis(2);

    private final String namespace;
    private final Path path;
    private final SortedMap<String, String> environment;
    private final ProcessTable processes;
    private final @Nullable Consumer<String> notifications;
    private final Duration giveUp;
    private final SocketOwner owner;
    private final Object starting = new Object();
    private final Set<Long> dropped = new HashSet<>();
    private @Nullable Live live;
    private @Nullable Connecting connecting;
    private boolean closed;

    /// @param notifications null: nobody waits to be told anything, so plain clients do
    /// @param giveUp how long a silent connection is kept
    Link(
            String namespace,
            Path path,
            SortedMap<String, String> environment,
            ProcessTable processes,
            @Nullable Consumer<String> notifications,
            Duration giveUp) {
        this.namespace = namespace;
        this.path = path;
        this.environment = environment;
        this.processes = processes;
        this.notifications = notifications;
        this.giveUp = giveUp;
        owner = new SocketOwner(path, environment);
    }

    /// An open connection.
    ///
    /// @param server cannot change while it is open
    /// @param key the file it was connected through; null when that changed meanwhile
    record Live(TmuxClient client, ProcessRef server, @Nullable Object key) {}

    /// What reaching for the server gave.
    sealed interface Reach {
        record Open(Live live) implements Reach {}

        record Nobody() implements Reach {}

        record Silent(String why) implements Reach {}
    }

    /// The connection, made when there is none. Waits two seconds at most, and not at all for a server that has kept
    /// others waiting so long.
    Reach reach() {
        Connecting attempt;
        synchronized (this) {
            var open = live;
            if (open != null && open.client.open()) {
                var silence = open.client.silence();
                if (silence == null) {
                    return new Reach.Open(open);
                }
                if (silence.compareTo(giveUp) < 0) {
                    return new Reach.Silent("tmux server " + open.server.pid() + " does not answer (stopped or busy)");
                }
                dropped.add(open.client.pid());
                open.client.close();
            }
            live = null;
            if (connecting == null) {
                switch (SocketProbe.ask(path)) {
                    case SocketProbe.Answer.Nobody() -> {
                        return new Reach.Nobody();
                    }
                    case SocketProbe.Answer.Unclear(var why) -> {
                        return new Reach.Silent(why);
                    }
                    case SocketProbe.Answer.Listens() -> begin();
                }
            }
            attempt = connecting;
        }
        return attempt == null ? new Reach.Silent("closed") : outcome(attempt);
    }

    private void begin() {
        if (!closed) {
            connecting = new Connecting(namespace, path, environment, processes, notifications, dropped);
            connecting.start();
        }
    }

    private Reach outcome(Connecting attempt) {
        try {
            return arrived(attempt, attempt.await());
        } catch (TimeoutException e) {
            return new Reach.Silent("somebody listens on " + path + " and does not answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reach.Silent("interrupted while connecting to tmux");
        } catch (ExecutionException e) {
            synchronized (this) {
                connecting = connecting == attempt ? null : connecting;
            }
            // It may have failed because the server ended.
            return SocketProbe.ask(path) instanceof SocketProbe.Answer.Nobody
                    ? new Reach.Nobody()
                    : new Reach.Silent(String.valueOf(root(e).getMessage()));
        }
    }

    private synchronized Reach arrived(Connecting attempt, Live open) {
        if (connecting == attempt) {
            connecting = null;
            live = open;
            dropped.clear();
            if (open.key != null) {
                owner.proven(open.key);
            }
        }
        return new Reach.Open(open);
    }

    /// What failed, in its own words: those of its cause do not say which program could not be started.
    private static Throwable root(Throwable e) {
        return e instanceof ExecutionException && e.getCause() != null ? root(e.getCause()) : e;
    }

    /// True while a connection is open, answering or not.
    synchronized boolean connected() {
        return live != null && live.client.open();
    }

    /// Ends a connection to any other server than this one.
    synchronized void dropUnless(ProcessRef server) {
        if (live != null && !live.server.equals(server)) {
            live.client.close();
            live = null;
        }
        if (connecting != null) {
            connecting.cancel();
            connecting = null;
        }
    }

    SocketOwner owner() {
        return owner;
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

    @Override
    public synchronized void close() {
        closed = true;
        if (live != null) {
            live.client.close();
        }
        if (connecting != null) {
            connecting.cancel();
        }
    }
}
