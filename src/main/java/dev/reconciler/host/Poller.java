package dev.reconciler.host;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// One platform thread that waits for many descriptors (epoll) and calls back on that thread: callbacks only enqueue.
final class Poller implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Poller.class.getName());
    private static final long WAKE = 0;
    private static final int BATCH_BYTES = 4096;

    private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicLong keys = new AtomicLong(WAKE);
    private final int epoll;
    private final int wake;
    private final Thread thread;
    private volatile boolean closed;

    private record Entry(int fd, Runnable onReady) {}

    Poller(String name) throws Errno {
        epoll = Native.epollCreate();
        try {
            wake = Native.eventfd();
            Native.epollAdd(epoll, wake, Native.EPOLLIN, WAKE);
        } catch (Errno e) {
            Native.close(epoll);
            throw e;
        }
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /// Takes over `fd`: it is closed by [#remove] or [#close], or here when this fails.
    ///
    /// @return the key to remove it by
    long add(int fd, int events, Runnable onReady) throws Errno {
        long key = keys.incrementAndGet();
        entries.put(key, new Entry(fd, onReady));
        try {
            Native.epollAdd(epoll, fd, events, key);
        } catch (Errno e) {
            entries.remove(key);
            Native.close(fd);
            throw e;
        }
        return key;
    }

    /// Closes the descriptor. Only from a callback, so that none is running on it.
    void remove(long key) {
        var entry = entries.remove(key);
        if (entry != null) {
            try {
                Native.epollRemove(epoll, entry.fd());
            } catch (Errno e) {
                // Closing it removes it as well.
            }
            Native.close(entry.fd());
        }
    }

    /// False once it told of its last event.
    boolean listens() {
        return thread.isAlive();
    }

    private void run() {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(BATCH_BYTES, 8);
            while (!closed) {
                for (long key : Native.epollWait(epoll, buffer)) {
                    var entry = entries.get(key);
                    if (entry != null) {
                        call(entry.onReady());
                    }
                }
            }
        } catch (Errno e) {
            LOG.log(Level.ERROR, "stopped waiting for events", e);
        } finally {
            entries.keySet().forEach(this::remove);
        }
    }

    private static void call(Runnable onReady) {
        try {
            onReady.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a callback failed", e);
        }
    }

    /// Idempotent; returns when the thread has ended and every descriptor is closed. Not from a callback.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            Native.eventfdAdd(wake);
            thread.join();
            Native.close(wake);
            Native.close(epoll);
        } catch (Errno e) {
            LOG.log(Level.WARNING, "could not wake the thread to end it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
