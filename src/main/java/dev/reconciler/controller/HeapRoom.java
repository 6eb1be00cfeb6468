package dev.reconciler.controller;

import dev.reconciler.api.Moment;
import dev.reconciler.host.ProgramPages;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Gives memory back that the start, a burst or clients have used. What serves them lives for a moment, but long enough to leave the
/// small young generation, and nothing collects the old one before it has grown to its limit: days of `--watch` would
/// take 100 MB.
final class HeapRoom {
    /// A collection of the daemon's 10 to 20 MB takes 20 to 40 ms: worth it at once for this much, ...
    private static final long MUCH_BYTES = 16 << 20;
    /// ... and for this much when the last one is a while ago: 0.03 % of a core where clients never pause.
    private static final long SOME_BYTES = 2 << 20;
    private static final Duration WHILE = Duration.ofMinutes(2);

    private long least = Long.MAX_VALUE;
    private @Nullable Moment last;
    /// Whatever it is the first time: nothing leaves as much behind as a start.
    private long some = 0;

    /// To be called now and then; costs nothing as long as little has grown.
    void tidy(Moment now) {
        long used = used();
        if (last == null) {
            last = now;
        }
        long room = now.since(last).compareTo(WHILE) > 0 ? some : MUCH_BYTES;
        if (used - room > least) {
            System.gc();
            ProgramPages.release();
            used = used();
            least = used;
            last = now;
            some = SOME_BYTES;
        }
        least = Math.min(least, used);
    }

    private static long used() {
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
