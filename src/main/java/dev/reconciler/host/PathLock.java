package dev.reconciler.host;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// The lock that a tmux client holds while it starts a server on a path (`PATH.lock`): as long as it is ours, nobody's
/// client begins a server there or unlinks what it finds.
final class PathLock implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration POLL = Duration.ofMillis(2);
    private static final int NONE = -1;

    private final int fd;

    private PathLock(int fd) {
        this.fd = fd;
    }

    /// @throws TmuxException when somebody is just starting a server there, and for longer than that takes
    static PathLock take(String path) throws TmuxException {
        int fd;
        try {
            fd = Native.openLock(path + ".lock");
        } catch (Errno e) {
            // What tmux itself cannot open, it goes on without, too.
            return new PathLock(NONE);
        }
        long until = System.nanoTime() + LIMIT.toNanos();
        try {
            while (!Native.tryLock(fd)) {
                if (System.nanoTime() > until) {
                    Native.close(fd);
                    throw TmuxException.refused("somebody is starting a tmux server on " + path + " just now");
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        } catch (Errno e) {
            // A file system without such locks.
            return new PathLock(fd);
        }
        return new PathLock(fd);
    }

    @Override
    public void close() {
        if (fd != NONE) {
            Native.close(fd);
        }
    }
}
