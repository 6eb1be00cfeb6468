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

/// One attempt to get through to the server on a path, for as long as it takes: a client that waits for a stopped
/// server is through as soon as the server goes on.
final class Connecting {
    private static final Duration POLL = Duration.ofMillis(5);

    private final String namespace;
    private final Path path;
    private final SortedMap<String, String> environment;
    private final ProcessTable processes;
    private final Consumer<String> notifications;
    private final Set<Long> dropped;
    private final CompletableFuture<Link.Live> result = new CompletableFuture<>();
    private volatile long begun = System.nanoTime();
    private @Nullable ControlClient client;
    private boolean cancelled;

    /// @param dropped pids of clients that were killed with something unanswered
    Connecting(
            String namespace,
            Path path,
            SortedMap<String, String> environment,
            ProcessTable processes,
            Consumer<String> notifications,
            Set<Long> dropped) {
        this.namespace = namespace;
        this.path = path;
        this.environment = environment;
        this.processes = processes;
        this.notifications = notifications;
        this.dropped = new HashSet<>(dropped);
    }

    /// Begins, on a thread of its own.
    void start() {
        Thread.ofVirtual().name("tmux-connect-" + namespace).start(() -> {
            try {
                result.complete(connect());
            } catch (IOException
                    | TmuxException
                    | ExecutionException
                    | InterruptedException
                    | RuntimeException e) {
                cancel();
                result.completeExceptionally(e);
            }
        });
    }

    /// The connection. Waits until two seconds after the beginning, and not at all later.
    ///
    /// @throws TimeoutException when it is still under way
    Link.Live await() throws ExecutionException, InterruptedException, TimeoutException {
        long limit = ControlClient.SILENCE.toNanos();
        try {
            return result.get(Math.max(0, limit - (System.nanoTime() - begun)), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // It began to wait for the server only when it knew whose that is.
            return result.get(Math.max(0, limit - (System.nanoTime() - begun)), TimeUnit.NANOSECONDS);
        }
    }

    synchronized void cancel() {
        cancelled = true;
        if (client != null) {
            client.close();
        }
    }

    private Link.Live connect() throws IOException, TmuxException, ExecutionException, InterruptedException {
        var key = SocketProbe.key(path);
        refuseForeign();
        begun = System.nanoTime();
        var through = attach();
        var server = server(through);
        awaitDropped(through, server);
        boolean same = key != null && key.equals(SocketProbe.key(path));
        return new Link.Live(through, server, same ? key : null);
    }

    /// Nothing is ever attached to, or made on, a server that we did not start: whoever listens on our path is asked
    /// nothing before the kernel has told who it is.
    private void refuseForeign() throws TmuxException {
        for (var process : processes.scan().processes()) {
            if (process.server() != null && process.server().owns(path.toString())) {
                refuseForeign(process.ref(), process.server());
            }
        }
    }

    private void refuseForeign(ProcessRef server, ProcessTable.Server facts) throws TmuxException {
        if (!path.toString().equals(facts.mark())) {
            throw TmuxException.refused("tmux server " + server.pid() + " listens on " + path
                    + " and is not ours: it does not carry the mark of a server that reconciler started for this path."
                    + " Should it be one of an older build, or nobody's: `tmux -S " + path + " attach` shows what is in"
                    + " it, `tmux -S " + path + " kill-server` ends it with all that, and the daemon starts its own");
        }
    }

    /// A client that got through. Where ours does not speak the server's language (tmux was upgraded under it), the
    /// server's own program does, even when its file is deleted.
    private ControlClient attach() throws IOException, TmuxException, ExecutionException, InterruptedException {
        var first = open("tmux");
        try {
            check(first.attached().get(ControlClient.SILENCE.toMillis(), TimeUnit.MILLISECONDS));
            return first;
        } catch (TimeoutException e) {
            var program = otherProgram(first.pid());
            if (program == null) {
                check(first.attached().get());
                return first;
            }
            first.close();
            var second = open(program);
            check(second.attached().get());
            return second;
        }
    }

    private synchronized ControlClient open(String program) throws IOException {
        // -A makes the holder again should somebody have closed it; -N: never a server.
        var argv = List.of(
                program, "-u", "-N", "-S", path.toString(), "-C", "new-session", "-A", "-E", "-s", Tmux.HOLDER, "-f",
                "no-output,ignore-size", "--", "cat", "-");
        var opened = new ControlClient(new Command(argv, environment).start(), namespace, notifications);
        client = opened;
        if (cancelled) {
            opened.close();
        }
        return opened;
    }

    private void check(ControlClient.Reply attached) throws TmuxException {
        if (attached.error()) {
            throw TmuxException.refused("cannot attach to the tmux server on " + path + ": " + attached.last());
        }
    }

    private @Nullable String otherProgram(long client) {
        for (var process : processes.scan().processes()) {
            if (process.server() != null && process.argv().contains(path.toString())) {
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

    private ProcessRef server(ControlClient through) throws TmuxException {
        var reply = through.ask(Chain.of("display-message", "-p", "#{pid}"));
        if (!reply.error() && !reply.last().isEmpty() && reply.last().chars().allMatch(Character::isDigit)) {
            if (processes.look(Long.parseLong(reply.last())) instanceof Sighting.Alive(var server)) {
                var facts = processes.server(server);
                if (facts != null) {
                    refuseForeign(server, facts);
                }
                return server;
            }
        }
        throw TmuxException.refused("the tmux server on " + path + " calls itself process " + reply.last()
                + ", which is not on this machine");
    }

    /// What a killed connection asked can land until the server has dropped it.
    private void awaitDropped(ControlClient through, ProcessRef server) throws TmuxException {
        long until = System.nanoTime() + ControlClient.SILENCE.toNanos();
        while (!dropped.isEmpty()) {
            var pids = List.of(through.ask(Chain.of("list-clients", "-F", "#{client_pid}")).text().split("\n"));
            dropped.removeIf(pid -> !pids.contains(Long.toString(pid)));
            if (System.nanoTime() > until) {
                throw TmuxException.unanswered("tmux server " + server.pid() + " has not dropped a broken connection");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
