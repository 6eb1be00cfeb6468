package dev.reconciler.host;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable.Sighting;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Tells when processes end that are not our children: a pidfd each, one thread for all. Where the system has no pidfd,
/// or this process no descriptor left, it looks every half second instead.
final class Exits implements AutoCloseable {
    private static final Executor LATER = CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS);

    private final Map<ProcessRef, Runnable> watched = new ConcurrentHashMap<>();
    /// Those whose pidfd has not told their end.
    private final Map<Long, ProcessRef> alive = new ConcurrentHashMap<>();
    private final LongFunction<Sighting> look;
    private @Nullable Poller poller;
    private boolean closed;

    Exits(LongFunction<Sighting> look) {
        this.look = look;
    }

    /// As [ProcessTable#watch]; runs `onExit` on the caller's thread when the process is gone already.
    void watch(ProcessRef target, Runnable onExit) {
        if (watched.putIfAbsent(target, onExit) != null) {
            return;
        }
        int pidfd;
        try {
            pidfd = Native.pidfdOpen(target.pid());
        } catch (Errno e) {
            lookAgain(target);
            return;
        }
        // Looked at after the pidfd was opened: if it still is that process, the pidfd is that process.
        if (!(look.apply(target.pid()) instanceof Sighting.Alive(var ref) && ref.equals(target))) {
            Native.close(pidfd);
            lookAgain(target);
            return;
        }
        try {
            listen(target, pidfd);
        } catch (Errno e) {
            lookAgain(target);
        }
    }

    /// The process that is watched under this number and has not ended, null when none is.
    @Nullable
    synchronized ProcessRef alive(long pid) {
        return poller != null && poller.listens() ? alive.get(pid) : null;
    }

    private synchronized void listen(ProcessRef target, int pidfd) throws Errno {
        if (closed) {
            Native.close(pidfd);
            return;
        }
        if (poller == null) {
            try {
                poller = new Poller("exits");
            } catch (Errno e) {
                Native.close(pidfd);
                throw e;
            }
        }
        var key = new long[1];
        var events = poller;
        alive.put(target.pid(), target);
        try {
            key[0] = events.add(pidfd, Native.EPOLLIN, () -> ended(target, events, key));
        } catch (Errno e) {
            alive.remove(target.pid(), target);
            throw e;
        }
    }

    private void ended(ProcessRef target, Poller events, long[] key) {
        alive.remove(target.pid(), target);
        synchronized (this) {
            // Under the lock, so that `add` has stored the key.
            events.remove(key[0]);
        }
        fire(target);
    }

    /// Fires when it ended, else looks again later: what cannot be looked at now is not gone.
    private void lookAgain(ProcessRef target) {
        switch (look.apply(target.pid())) {
            case Sighting.Gone(),Sighting.Zombie(_, _) -> fire(target);
            case Sighting.Alive(var ref) when !ref.equals(target) -> fire(target);
            case Sighting.Alive(_),Sighting.Unreadable(_) -> LATER.execute(() -> {
                if (watched.containsKey(target)) {
                    lookAgain(target);
                }
            });
        }
    }

    private void fire(ProcessRef target) {
        var onExit = watched.remove(target);
        if (onExit != null) {
            onExit.run();
        }
    }

    @Override
    public void close() {
        Poller events;
        synchronized (this) {
            closed = true;
            events = poller;
        }
        watched.clear();
        alive.clear();
        if (events != null) {
            events.close();
        }
    }
}
