package dev.reconciler.plan;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Moment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The kubelet's crash-loop back-off: the first restart at once, then a delay that doubles, counted from the end of
/// the last run, forgotten after a healthy run.
final class CrashBackoff {
    private CrashBackoff() {}

    /// When a restart may happen, null: now.
    static @Nullable Moment until(
            AgentHistory.@Nullable Backoff backoff, Moment finishedAt, AgentSpec.Backoff limits, Moment now) {
        if (backoff == null || expired(backoff, finishedAt, limits)) {
            return null;
        }
        var until = finishedAt.plus(Duration.ofSeconds(backoff.seconds()));
        return now.reached(until) ? null : until;
    }

    /// The state after a restart at `now` of a run that ended at `finishedAt`.
    static AgentHistory.Backoff restarted(
            AgentHistory.@Nullable Backoff backoff, Moment finishedAt, AgentSpec.Backoff limits, Moment now) {
        int seconds = backoff == null || expired(backoff, finishedAt, limits)
                ? limits.initialSeconds()
                : Math.min(backoff.seconds() * 2, limits.maxSeconds());
        return new AgentHistory.Backoff(Math.min(seconds, limits.maxSeconds()), now);
    }

    private static boolean expired(AgentHistory.Backoff backoff, Moment finishedAt, AgentSpec.Backoff limits) {
        return finishedAt.since(backoff.at()).compareTo(Duration.ofSeconds(limits.resetAfterSeconds())) > 0;
    }

    /// 1, 2, 4 … 300 s: for starts that tmux refuses and servers that do not come up.
    static Duration retry(int failures) {
        return Duration.ofSeconds(Math.min(300, 1L << Math.min(failures, 9)));
    }

    /// 0.1, 0.2, 0.4 … 60 s: for KILL without effect.
    static Duration killAgain(int kills) {
        return Duration.ofMillis(Math.min(60_000, 100L << Math.min(kills, 10)));
    }
}
