package dev.reconciler.status;

import dev.reconciler.api.Reason;
import org.jspecify.annotations.Nullable;

/// What it means for who looks that an agent is in its state for this reason.
///
/// @param shown what the STATUS column says
/// @param progress which conditions it brings
/// @param told the event when it begins; null when other events tell it (a start, a stop, an exit) or none is due
record Outlook(Shown shown, Progress progress, Event.@Nullable Type told) {
    /// What the STATUS column says.
    enum Shown {
        /// What the session is: Running, or how it ended.
        Session,
        Pending,
        Terminating,
        Unknown,
        /// The reason itself, as kubectl shows `CrashLoopBackOff` and `ErrImagePull`.
        Reason
    }

    /// How far the agent is from what is wanted.
    enum Progress {
        /// As far as it gets by itself.
        Settled,
        /// On its way: `Reconciling`.
        Reconciling,
        /// A person is needed: `Stalled`.
        Stalled,
        /// `Complete`.
        Completed,
        /// `Failed`.
        Failed,
        /// `Failed`, and `Stalled` until a person changes something.
        GivenUp,
        /// Nothing is known, or nothing may be done.
        Held
    }

    static Outlook of(Reason reason) {
        return switch (reason) {
            case Running, Adopted, Restamped, Rescued, Reaped, GhostFound, Applied, SourceFailed, SourceNotVerified, SourceSuspended, SourceResumed, StateDamaged, StateUnwritten, Vacant, Expired, Terminated, Working, AwaitingInput, Idle,
                ActivityUnknown, HeartbeatResumed,
                WaitingForReady, Typed, Submitted ->
                quiet(Shown.Session, Progress.Settled);
            case LimitsEnforced, Leaked -> quiet(Shown.Session, Progress.Settled);
            case LimitsNotEnforced, TeardownIncomplete, OOMKilled -> warning(Shown.Session, Progress.Settled);
            case LogGap, DoneFileInvalid, HeartbeatLate, ModelMismatch -> warning(Shown.Session, Progress.Settled);
            case NotReady, DraftInTheWay, NotSubmitted, DeliveryUnknown -> warning(Shown.Session, Progress.Settled);
            case ShutdownOverdue -> warning(Shown.Terminating, Progress.Reconciling);
            case Starting, Created, Restarted, Rebooted, Resumed, Started, WaitingForServer ->
                quiet(Shown.Pending, Progress.Reconciling);
            case Terminating, SpecRemoved, SpecChanged, Deleted, RolloutRestart, SessionLost, Leftovers, Killed,
                TeardownVerified, PreStopFailed, Done, HeartbeatLost, Unhealthy -> quiet(Shown.Terminating, Progress.Reconciling);
            case Duplicate -> quiet(Shown.Reason, Progress.Reconciling);
            case Suspended -> normal(Shown.Reason, Progress.Settled);
            // The event of the exit itself tells these two.
            case Completed -> quiet(Shown.Reason, Progress.Completed);
            case Failed -> quiet(Shown.Reason, Progress.Failed);
            case DeadlineExceeded -> warning(Shown.Reason, Progress.Failed);
            case BackoffLimitExceeded -> warning(Shown.Reason, Progress.GivenUp);
            case CrashLoopBackOff -> warning(Shown.Reason, Progress.Settled);
            case ReconcileDisabled -> normal(Shown.Session, Progress.Held);
            case ObservationIncomplete -> warning(Shown.Unknown, Progress.Held);
            case PendingDeletion, RestartPending, SessionKeptForUser -> normal(Shown.Session, Progress.Reconciling);
            case SourceNotReady -> warning(Shown.Session, Progress.Reconciling);
            case ApprovalNeeded, ReplacementWouldFail -> warning(Shown.Session, Progress.Stalled);
            case WaitingForPredecessor -> normal(Shown.Reason, Progress.Reconciling);
            case Ghost -> warning(Shown.Reason, Progress.Reconciling);
            case OtherSource, NameTaken, StartWouldFail, StartFailed, SpecInvalid, RescueFailed, RuntimeDirGone, KillFailed ->
                warning(Shown.Reason, Progress.Stalled);
        };
    }

    private static Outlook quiet(Shown shown, Progress progress) {
        return new Outlook(shown, progress, null);
    }

    private static Outlook normal(Shown shown, Progress progress) {
        return new Outlook(shown, progress, Event.Type.Normal);
    }

    private static Outlook warning(Shown shown, Progress progress) {
        return new Outlook(shown, progress, Event.Type.Warning);
    }
}
