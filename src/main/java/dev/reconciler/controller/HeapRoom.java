package dev.reconciler.controller;

import java.util.concurrent.TimeUnit;

/// Gives memory back that a burst or clients have used. What serves them lives for a moment, but long enough to leave the
/// small young generation, and nothing collects the old one before it has grown to its limit: days of `--watch` would
/// take 100 MB.
final class HeapRoom {
    /// A collection of the daemon's 10 to 20 MB takes 20 to 40 ms: worth it for this much, ...
    private static final long GROWN_BYTES = 2 << 20;
    /// ... and no more often than this: 0.03 % of a core where clients never pause.
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(2);

    private long least = Long.MAX_VALUE;
    private long last = System.nanoTime();

    /// To be called now and then; costs nothing as long as little has grown.
    void tidy() {
        long used = used();
        if (used - GROWN_BYTES > least && System.nanoTime() - last > PAUSE_NANOS) {
            System.gc();
            used = used();
            least = used;
            last = System.nanoTime();
        }
        least = Math.min(least, used);
    }

    private static long used() {
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
