package dev.reconciler.host;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Calls somebody back: at once, or later, once, however often that is asked for meanwhile.
final class Wake implements AutoCloseable {
    /// A writer that has not closed its file after this long is worth a look.
    static final Duration UNFINISHED = Duration.ofMillis(100);

    private final Runnable call;
    private @Nullable Long due;
    private volatile boolean closed;

    Wake(Runnable call) {
        this.call = call;
    }

    void now() {
        if (!closed) {
            call.run();
        }
    }

    /// The earlier of two times wins.
    void later(Duration delay) {
        long at = System.nanoTime() + delay.toNanos();
        synchronized (this) {
            if (closed || (due != null && due - at <= 0)) {
                return;
            }
            due = at;
        }
        CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS).execute(() -> fire(at));
    }

    private void fire(long at) {
        synchronized (this) {
            if (due == null || due != at) {
                return;
            }
            due = null;
        }
        now();
    }

    @Override
    public void close() {
        closed = true;
    }
}
