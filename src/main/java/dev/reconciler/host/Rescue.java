package dev.reconciler.host;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable.Bound;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/// Makes a server of ours reachable again, at its own path: SIGUSR1 lets a tmux server unlink its path and make its
/// socket anew.
///
/// Whatever lies there by then is put aside first, under another name in the same directory, because tmux would remove
/// it: another server's socket stays a way to that server, a file stays a file. Sent while the directory is missing or
/// cannot be written, the signal would leave the server without a socket and with a umask that spoils all that its new
/// panes make: so the directory is mended first.
record Rescue(RuntimeDirectory directory, Path path, Link link, ProcessTable processes) {
    static final Duration LIMIT = Duration.ofSeconds(2);
    static final Duration POLL = Duration.ofMillis(1);

    void run(ProcessRef server) throws TmuxException {
        checkAwake(processes, server);
        directory.prepare();
        try (var _ = PathLock.take(path.toString())) {
            if (!inPlace(server)) {
                new Aside(path, link.owner()).clear();
                var before = sockets(server);
                signal(processes, server);
                await(server, before);
            }
        }
        link.owner().forget();
        link.dropUnless(server);
        long pid = link.owner().answering();
        if (pid == 0 && SocketProbe.ask(path) instanceof SocketProbe.Answer.Nobody) {
            // It was made, and removed again meanwhile: no failure, and the next look sees it.
            return;
        }
        if (pid != server.pid()) {
            throw TmuxException.refused(
                    pid == 0
                            ? "tmux server " + server.pid() + " made " + path + " again and does not answer there"
                            : "another tmux server, process " + pid + ", listens on " + path);
        }
    }

    /// A stopped server would make its socket when it goes on, whoever listens there by then.
    static void checkAwake(ProcessTable processes, ProcessRef server) throws TmuxException {
        var facts = processes.server(server);
        if (facts == null) {
            throw TmuxException.refused("tmux server " + server + " has ended");
        }
        if (facts.blind() != null) {
            throw TmuxException.refused("tmux server " + server.pid() + " is left alone: " + facts.blind());
        }
        if (facts.stopped()) {
            throw TmuxException.refused("tmux server " + server.pid() + " is stopped: `kill -CONT " + server.pid()
                    + "` lets it go on");
        }
    }

    static void signal(ProcessTable processes, ProcessRef server) throws TmuxException {
        switch (processes.signal(server, Signal.USR1)) {
            case Delivered -> {}
            case Gone -> throw TmuxException.refused("tmux server " + server + " has ended");
            case Denied -> throw TmuxException.refused("not allowed to signal tmux server " + server);
        }
    }

    private boolean inPlace(ProcessRef server) {
        var facts = processes.server(server);
        return facts != null && facts.owns(path.toString());
    }

    private Set<Long> sockets(ProcessRef server) {
        var facts = processes.server(server);
        return facts == null ? Set.of() : facts.bound().stream().map(Bound::inode).collect(Collectors.toSet());
    }

    /// Until it listens there; or has done so, for whoever removes the path at once is faster than we look.
    ///
    /// @param before its sockets before it was told to make another
    private void await(ProcessRef server, Set<Long> before) throws TmuxException {
        long until = System.nanoTime() + LIMIT.toNanos();
        while (!(SocketProbe.ask(path) instanceof SocketProbe.Answer.Listens)
                && sockets(server).stream().allMatch(before::contains)) {
            if (System.nanoTime() > until) {
                throw TmuxException.unanswered("tmux server " + server.pid() + " did not make " + path
                        + " again within " + LIMIT.toSeconds() + " s (stopped, or its socket was elsewhere)");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
