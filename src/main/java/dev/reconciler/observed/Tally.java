package dev.reconciler.observed;

import dev.reconciler.api.Health;
import dev.reconciler.api.Probe;
import org.jspecify.annotations.Nullable;

/// Counts as the kubelet does: a verdict changes when enough answers in a row say so; what could not be asked counts
/// neither way and breaks no row.
///
/// @param row equal answers in a row up to now
/// @param verdict null before the first
record Tally(int row, boolean passing, Health.@Nullable Answer verdict) {
    Tally after(Reply reply, Probe probe) {
        return switch (reply) {
            case Reply.Passed() -> after(true, "", probe.successThreshold());
            case Reply.Failed(var why) -> after(false, why, probe.failureThreshold());
            case Reply.Unasked(var why) -> this;
        };
    }

    private Tally after(boolean passed, String message, int threshold) {
        int now = row > 0 && passing == passed ? row + 1 : 1;
        boolean same = verdict != null && verdict.passed() == passed;
        return new Tally(
                now, passed, now < threshold || same ? verdict : new Health.Answer(passed, message));
    }
}
