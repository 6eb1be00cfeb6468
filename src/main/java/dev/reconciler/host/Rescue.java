package dev.reconciler.host;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable.Sighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Makes a ghost reachable: SIGUSR1 lets a tmux server make its socket again.
///
/// Sent while another server owns the path, it would steal the path and make a ghost of that one: so never then. Sent
/// while the directory is missing or cannot be written, the server fails and keeps a umask that spoils all that its new
/// panes make: so the directory is mended first.
record Rescue(Path directory, Path path, Link link, ProcessTable processes) {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(1);

    void run(ProcessRef server) throws TmuxException {
        if (!(processes.look(server.pid()) instanceof Sighting.Alive(var alive)) || !alive.equals(server)) {
            throw TmuxException.refused("tmux server " + server + " has ended");
        }
        switch (SocketProbe.ask(path)) {
            case SocketProbe.Answer.Nobody() -> {}
            case SocketProbe.Answer.Unclear(var why) -> throw TmuxException.refused(why);
            case SocketProbe.Answer.Listens() -> {
                refuseOther(server);
                link.owner().forget();
                return;
            }
        }
        prepare();
        switch (processes.signal(server, Signal.USR1)) {
            case Delivered -> {}
            case Gone -> throw TmuxException.refused("tmux server " + server + " has ended");
            case Denied -> throw TmuxException.refused("not allowed to signal tmux server " + server);
        }
        long until = System.nanoTime() + LIMIT.toNanos();
        while (!(SocketProbe.ask(path) instanceof SocketProbe.Answer.Listens)) {
            if (System.nanoTime() > until) {
                throw TmuxException.unanswered("tmux server " + server.pid() + " did not make " + path
                        + " again within " + LIMIT.toSeconds() + " s (stopped, or its socket was elsewhere)");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        link.owner().forget();
        refuseOther(server);
    }

    private void refuseOther(ProcessRef server) throws TmuxException {
        long pid = link.owner().answering();
        if (pid != server.pid()) {
            throw TmuxException.refused(
                    pid == 0
                            ? "somebody else listens on " + path + " and does not answer"
                            : "another tmux server, process " + pid + ", listens on " + path);
        }
    }

    private void prepare() throws TmuxException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !isSocket()) {
            throw TmuxException.refused(path + " is in the way: it is not a socket");
        }
        RuntimeDirectory.prepare(directory);
    }

    private boolean isSocket() throws TmuxException {
        try {
            return ((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0170000) == 0140000;
        } catch (IOException e) {
            throw TmuxException.refused("cannot look at " + path + ": " + Why.of(e));
        }
    }
}
