package dev.reconciler.host;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable.Bound;
import dev.reconciler.host.ProcessTable.Standing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Makes a server reachable that somebody else started, without taking anything from anybody.
///
/// SIGUSR1 lets it make its socket again and takes the path from whoever owns it. Where somebody does, the owner's socket
/// is kept under a second name meanwhile and put back by a rename: the path is missing for less than a millisecond, the
/// owner's clients notice nothing, and the rescued one is reached beside it. tmux's own lock is held, so that no client
/// starts a server in between.
record Beside(ProcessTable processes, Path logins) {
    /// The longest path that a unix socket can have, in bytes.
    private static final int PATH_MAX = 107;

    /// Where a rescued server is reached when its own path is another's.
    static String of(String path, String pid) {
        return path + ".ghost-" + pid;
    }

    /// @param told the path its panes were told, for a server without any socket
    String rescue(ProcessRef server, @Nullable String told) throws TmuxException {
        Rescue.checkAwake(processes, server);
        var facts = processes.server(server);
        if (facts == null) {
            throw TmuxException.refused("tmux server " + server + " has ended");
        }
        for (var bound : facts.bound()) {
            if (bound.standing() == Standing.Owner) {
                return bound.path();
            }
            if (bound.standing() == Standing.Unclear) {
                throw TmuxException.refused("cannot tell who owns " + bound.path() + ": nothing is done");
            }
        }
        var path = facts.bound().stream().map(Bound::path).findFirst().orElse(told);
        if (path == null) {
            throw TmuxException.refused(
                    "tmux server " + server.pid() + " has no socket, and nothing tells where it would make one");
        }
        prepare(Path.of(path));
        try (var _ = PathLock.take(path)) {
            return owner(path) == null ? alone(server, path) : shared(server, path);
        }
    }

    /// The directory has to be there before the signal: a server that cannot make its socket keeps a umask that spoils
    /// all that its new panes make.
    private void prepare(Path path) throws TmuxException {
        var directory = path.getParent();
        if (directory == null) {
            throw TmuxException.refused(path + " is no path of a socket");
        }
        var login = new RuntimeDirectory(directory, logins).gone();
        if (login != null) {
            throw TmuxException.refused("RuntimeDirGone: " + login + " is gone, the system removes it after the last"
                    + " logout; it is there again after a login (`loginctl enable-linger` keeps it)");
        }
        try {
            if (Files.notExists(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw TmuxException.refused("cannot make " + directory + " again: " + Why.of(e));
        }
        if (!Files.isWritable(directory)) {
            throw TmuxException.refused(directory + " cannot be written: the server could not make its socket there");
        }
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Aside.isSocket(path)) {
            throw TmuxException.refused(path + " is in the way: it is no socket; move it, then try again");
        }
    }

    /// Who owns the path, null: nobody listens there.
    private @Nullable ProcessRef owner(String path) throws TmuxException {
        for (var process : processes.scan().processes()) {
            if (process.server() != null && process.server().owns(path)) {
                return process.ref();
            }
        }
        return switch (SocketProbe.ask(Path.of(path))) {
            case SocketProbe.Answer.Nobody() -> null;
            case SocketProbe.Answer.Listens() ->
                    throw TmuxException.refused("somebody listens on " + path + " who is no tmux server of yours");
            case SocketProbe.Answer.Unclear(var why) -> throw TmuxException.refused(why);
        };
    }

    private String alone(ProcessRef server, String path) throws TmuxException {
        Rescue.signal(processes, server);
        await(server, path);
        return path;
    }

    private String shared(ProcessRef server, String path) throws TmuxException {
        var here = Path.of(path);
        var beside = Path.of(of(path, Long.toString(server.pid())));
        var kept = Path.of(path + ".kept-" + server.pid());
        if (beside.toString().getBytes(StandardCharsets.UTF_8).length > PATH_MAX) {
            throw TmuxException.refused(beside + " would be longer than a socket's path can be (" + PATH_MAX
                    + " bytes); end the server that owns " + path + " first, then it gets its own path back");
        }
        try {
            Files.deleteIfExists(kept);
            Files.deleteIfExists(beside);
            Files.createLink(kept, here);
        } catch (IOException e) {
            throw TmuxException.refused("cannot keep the socket of " + path + " under a second name: " + Why.of(e));
        }
        try {
            Rescue.signal(processes, server);
            await(server, path);
            Files.createLink(beside, here);
        } catch (IOException e) {
            throw TmuxException.refused("cannot make " + beside + ": " + Why.of(e));
        } finally {
            putBack(kept, here);
        }
        return beside.toString();
    }

    /// Whatever happened meanwhile, the owner gets its path back.
    private static void putBack(Path kept, Path here) throws TmuxException {
        try {
            Files.move(kept, here, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            // A rename onto a link to the same file does nothing and leaves both.
            Files.deleteIfExists(kept);
        } catch (IOException e) {
            throw TmuxException.refused("the owner of " + here + " is reached at " + kept + " now: " + Why.of(e));
        }
    }

    private void await(ProcessRef server, String path) throws TmuxException {
        long until = System.nanoTime() + Rescue.LIMIT.toNanos();
        while (true) {
            var facts = processes.server(server);
            if (facts == null) {
                throw TmuxException.refused("tmux server " + server + " has ended");
            }
            if (facts.owns(path)) {
                return;
            }
            if (System.nanoTime() > until) {
                throw TmuxException.unanswered("tmux server " + server.pid() + " did not make " + path
                        + " again within " + Rescue.LIMIT.toSeconds()
                        + " s; should it go on later, it takes that path");
            }
            LockSupport.parkNanos(Rescue.POLL.toNanos());
        }
    }
}
