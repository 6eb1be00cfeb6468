package dev.reconciler.controller;

/// Gives memory back that clients have used. What serves one lives for a moment, but long enough to leave the small young
/// generation, and nothing collects the old one before it has grown to its limit: days of `--watch` would take 100 MB.
final class HeapRoom {
    /// A collection of the daemon's 10 to 20 MB takes 20 to 40 ms: worth it for this much, every few hours.
    private static final long GROWN_BYTES = 16 << 20;

    private long least = Long.MAX_VALUE;

    /// To be called now and then; costs nothing as long as little has grown.
    void tidy() {
        long used = used();
        if (used - GROWN_BYTES > least) {
            System.gc();
            used = used();
            least = used;
        }
        least = Math.min(least, used);
    }

    private static long used() {
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
