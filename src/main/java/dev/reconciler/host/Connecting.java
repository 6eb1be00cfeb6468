package dev.reconciler.host;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable.Sighting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
///
/// A tmux 3.3a dies when a session or a client comes or goes while a control client introduces itself: it tells the news
/// to one whose state is not yet allocated. A stopped server has both before it when it goes on. So a plain client asks
/// first, and the control client comes when that was answered, what we killed has been dropped, and the holder is there.
final class Connecting {
    private static final Duration POLL = Duration.ofMillis(5);

    private static final String HELD = "#{S:#{?#{==:#{session_name}," + Tmux.HOLDER + "},1,}}";

    private static final String NEW_HOLDER = "new-session -d -E -s " + Tmux.HOLDER + " -- cat -";

    private final String namespace;
    private final Path path;
    private final SortedMap<String, String> environment;
    private final ProcessTable processes;
    private final @Nullable Consumer<String> notifications;
    private final Set<Long> dropped;
    private final CompletableFuture<Link.Live> result = new CompletableFuture<>();
    private volatile long begun = System.nanoTime();
    private @Nullable Process asking;
    private @Nullable ControlClient client;
    private boolean cancelled;

    /// @param notifications null: nobody waits to be told anything, so plain clients do
    /// @param dropped pids of clients that were killed with something unanswered
    Connecting(
            String namespace,
            Path path,
            SortedMap<String, String> environment,
            ProcessTable processes,
            @Nullable Consumer<String> notifications,
            Set<Long> dropped) {
        this.namespace = namespace;
        this.path = path;
        this.environment = environment;
        this.processes = processes;
        this.notifications = notifications;
        this.dropped = Set.copyOf(dropped);
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
        if (asking != null) {
            // By SIGKILL: a client whose server is stopped ignores SIGTERM.
            asking.destroyForcibly();
        }
        if (client != null) {
            client.close();
        }
    }

    private Link.Live connect() throws IOException, TmuxException, ExecutionException, InterruptedException {
        var key = SocketProbe.key(path);
        refuseForeign();
        begun = System.nanoTime();
        var program = ready();
        var through = notifications == null
                ? new PlainClient(program, path, environment)
                : attach(program, notifications);
        var server = server(through);
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

    /// Waits until the server answers and a control client may come.
    ///
    /// @return the program that speaks with it: ours, or (tmux was upgraded under it) the server's own, even when its
    ///     file is deleted
    private String ready() throws IOException, TmuxException, InterruptedException {
        var program = "tmux";
        var first = ask(program);
        if (!first.waitFor(ControlClient.SILENCE.toNanos(), TimeUnit.NANOSECONDS)) {
            var other = otherProgram(first.pid());
            if (other != null) {
                first.destroyForcibly();
                program = other;
                first = ask(program);
            }
        }
        // What a killed connection asked can land until the server has dropped it.
        var clients = answer(first);
        long until = System.nanoTime() + ControlClient.SILENCE.toNanos();
        while (present(clients)) {
            if (System.nanoTime() > until) {
                throw TmuxException.unanswered("the tmux server on " + path + " has not dropped a broken connection");
            }
            LockSupport.parkNanos(POLL.toNanos());
            clients = answer(ask(program));
        }
        return program;
    }

    /// A plain client that tells the pids of the clients, and before us makes the holder again should somebody have
    /// closed it. -N: never a server.
    private synchronized Process ask(String program) throws IOException {
        var argv = new ArrayList<>(List.of(program, "-u", "-N", "-S", path.toString()));
        if (notifications != null) {
            argv.addAll(List.of("if-shell", "-F", HELD, "", NEW_HOLDER, ";"));
        }
        argv.addAll(List.of("list-clients", "-F", "#{client_pid}"));
        var started = new Command(argv, environment).start();
        asking = started;
        if (cancelled) {
            started.destroyForcibly();
        }
        return started;
    }

    private static List<String> answer(Process asked) throws IOException, InterruptedException {
        try (var out = asked.inputReader(StandardCharsets.UTF_8)) {
            asked.waitFor();
            return out.lines().toList();
        }
    }

    private boolean present(List<String> clients) {
        return dropped.stream().anyMatch(pid -> clients.contains(Long.toString(pid)));
    }

    private ControlClient attach(String program, Consumer<String> told)
            throws IOException, TmuxException, ExecutionException, InterruptedException {
        var opened = open(program, told);
        var attached = opened.attached().get();
        if (attached.error()) {
            throw TmuxException.refused("cannot attach to the tmux server on " + path + ": " + attached.last());
        }
        return opened;
    }

    private synchronized ControlClient open(String program, Consumer<String> told) throws IOException {
        var argv = List.of(
                program, "-u", "-N", "-S", path.toString(), "-C", "attach-session", "-E", "-t", "=" + Tmux.HOLDER,
                "-f", "no-output,ignore-size");
        var opened = new ControlClient(new Command(argv, environment).start(), namespace, told);
        client = opened;
        if (cancelled) {
            opened.close();
        }
        return opened;
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

    private ProcessRef server(TmuxClient through) throws TmuxException {
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
}
