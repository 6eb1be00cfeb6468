package dev.reconciler.controller;

import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long the daemon waits between one round and the next when nothing wakes it, and how long it looks away from what does.
final class Pace {
    /// The safety net below all events: how old a picture may get.
    static final Duration RELIST = Duration.ofSeconds(5);
    /// The same once a round changed nothing: what no event tells, such as the first output after a silence, is rare then, and
    /// each look at rest finds the caches of the machine cold. Shorter than what [dev.reconciler.observed.Listener]
    /// takes for a gap.
    static final Duration AT_REST = Duration.ofSeconds(8);
    /// How many times as long as a round the pause behind it is, whatever happens meanwhile: most of the time belongs to
    /// what the wake-ups are about, and each look costs tmux, too.
    private static final int PAUSE = 4;
    /// The same while no action is under way that a round would hold up.
    private static final Duration SHORT_PAUSE = Duration.ofMillis(10);

    private Pace() {}

    /// How old the newest picture may get, `before` being the one before it; null: there is none. A round that failed made none.
    static Duration relist(@Nullable View before, @Nullable View now) {
        boolean rests = before != null && now != null && before.round() < now.round() && before.plan() == now.plan();
        return rests ? AT_REST : RELIST;
    }

    /// @param due null: at no time
    /// @return no longer than `limit`
    static Duration until(@Nullable Moment due, Moment now, Duration limit) {
        if (due == null) {
            return limit;
        }
        var left = Duration.ofNanos(due.nanos() - now.nanos());
        return left.isNegative() ? Duration.ZERO : left.compareTo(limit) < 0 ? left : limit;
    }

    /// After a round that took so long. On a machine that is so busy that tmux answers after seconds nobody waits for
    /// minutes: a picture gets no older than without any event.
    ///
    /// @param acts whether actions are under way
    static Duration pause(Duration took, boolean acts) {
        var limit = acts ? RELIST : SHORT_PAUSE;
        var pause = took.multipliedBy(PAUSE);
        return pause.compareTo(limit) < 0 ? pause : limit;
    }

    /// A hold that ends by itself within moments.
    static boolean passes(Reason reason) {
        return switch (reason) {
            case Starting, WaitingForServer, ObservationIncomplete -> true;
            case Running, Suspended, Completed, Failed, BackoffLimitExceeded, DeadlineExceeded, CrashLoopBackOff,
                    ReconcileDisabled, OtherSource, NameTaken, SourceNotReady, ApprovalNeeded, PendingDeletion,
                    RestartPending, ReplacementWouldFail, StartWouldFail, StartFailed, SpecInvalid,
                    WaitingForPredecessor, RescueFailed, RuntimeDirGone, Terminating, KillFailed, SpecRemoved,
                    SpecChanged, Deleted,
                    RolloutRestart, SessionLost, Duplicate, Leftovers, Created, Restarted, Rebooted, Resumed, Adopted,
                    Restamped, Expired, Ghost, Started, Killed, TeardownVerified, SessionKeptForUser, LogGap,
                    StateDamaged, StateUnwritten, Rescued, Reaped, GhostFound, Applied, SourceFailed,
                    SourceNotVerified, SourceSuspended, SourceResumed, ModelMismatch, ShutdownOverdue, PreStopFailed,
                    Terminated, Working, AwaitingInput, Idle, ActivityUnknown, Vacant, Done, DoneFileInvalid,
                    HeartbeatLate, HeartbeatLost, HeartbeatResumed, Unhealthy, WaitingForReady, Typed, Submitted,
                    NotReady, DraftInTheWay, NotSubmitted, DeliveryUnknown, OOMKilled, LimitsEnforced,
                    LimitsNotEnforced, TeardownIncomplete, Leaked -> false;
        };
    }
}
