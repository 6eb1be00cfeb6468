package dev.reconciler.api;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A point in time that survives clock jumps, laptop sleep and reboots.
///
/// @param bootId the kernel's boot id: monotonic times of two boots cannot be compared
/// @param nanos CLOCK_MONOTONIC, nanoseconds since that boot, suspended time not counted
/// @param wall for display only; it may jump
public record Moment(String bootId, long nanos, Instant wall) {
    /// How long ago `earlier` was, at least. Of another boot only the time since this boot is certain.
    public Duration since(Moment earlier) {
        return sameBoot(earlier) ? Duration.ofNanos(nanos - earlier.nanos) : Duration.ofNanos(nanos);
    }

    public boolean sameBoot(Moment other) {
        return bootId.equals(other.bootId);
    }

    public Moment plus(Duration delay) {
        return new Moment(bootId, nanos + delay.toNanos(), wall.plus(delay));
    }

    /// True at `deadline` and after; a deadline set in another boot is over.
    public boolean reached(Moment deadline) {
        return !sameBoot(deadline) || nanos >= deadline.nanos;
    }

    /// The earlier of two, either of which may be missing. Both of this boot.
    public static @Nullable Moment earlier(@Nullable Moment a, @Nullable Moment b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return b.nanos < a.nanos ? b : a;
    }
}
