package dev.reconciler.host;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Whose socket lies on a path. A ghost and the server that took its path cannot be told apart by name; by inode they
/// can, once somebody has answered there.
final class SocketOwner {
    private final Path path;
    private final SortedMap<String, String> environment;
    private @Nullable Object own;
    private @Nullable Object foreign;

    SocketOwner(Path path, SortedMap<String, String> environment) {
        this.path = path;
        this.environment = environment;
    }

    /// Our server was just connected through this file.
    synchronized void proven(Object key) {
        own = key;
    }

    /// Whether the file on the path is this server's own socket. A stat; when it is another file than before, one
    /// client asks who answers there.
    ///
    /// @param server pid
    boolean is(long server) {
        var key = SocketProbe.key(path);
        synchronized (this) {
            if (key == null || key.equals(own) || key.equals(foreign)) {
                return key != null && key.equals(own);
            }
        }
        boolean ours = answering() == server;
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

    /// Whoever was seen there may be another by now.
    synchronized void forget() {
        own = null;
        foreign = null;
    }
}
