package dev.reconciler.plan;

import dev.reconciler.api.Desire;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Session;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What [Planner] decides, as a person reads it: rows are asked from top to bottom, the first that fits decides. It
/// decides nothing itself: a test finds the row of every world there is, and the planner's action must be that row's.
public final class DecisionTable {
    /// What must hold besides session and desire for a row to fit.
    enum When {
        Always(""),
        StaleMark("its mark says another generation or annotation"),
        HandsOff("`reconcile: disabled` (in the spec; without one, in the mark or the last good spec)"),
        DeletedInFolder("a person said delete, the document is still there"),
        Deleted("a person said delete"),
        NoLastGood("there never was a good version"),
        OneIsDead("one is only a dead pane"),
        Unknown("this run is not remembered"),
        Newer("this run is newer than the remembered one"),
        NotThisRun("it is the pane of another run"),
        Asked("asked to end in its own way, which may take its time"),
        Decided("a stop was decided, TERM not sent"),
        Overdue("TERM sent 2 s ago, although it took its preStop"),
        InGrace("TERM sent, the grace period runs"),
        GraceOver("TERM sent, the grace period is over"),
        KilledLately("KILL sent, and again with back-off"),
        LeftKilledLately("it left processes, KILL sent, and again with back-off"),
        LeftKilled("it left processes, KILL sent before"),
        LeftSomething("it left processes"),
        SourceNotReady("folder incomplete, changing or empty"),
        Unsettled("folder changing, or its file broken"),
        HeldDown("gone for less than the hold-down"),
        TooMany("too many at once, not approved"),
        Done("it said that it is done, and that counts"),
        DoneKept("it said that it is done, and may stay"),
        ToType("it is ready for a text, and nothing ends it now"),
        ToSubmit("a text stands in its input, and nothing ends it now"),
        HeartbeatUnclear("no sign of life, grace period over, a done file may be half-written"),
        HeartbeatOver("no sign of life, grace period over"),
        HeartbeatLate("no sign of life for `heartbeat.timeoutSeconds`"),
        DoneFileWrong("its done file is none, and has been for 10 s"),
        DeadlineOver("`activeDeadlineSeconds` over"),
        Unhealthy("its liveness or startup probe failed"),
        ReplacementUnseen("spec changed or rollout, directory and program could not be looked at"),
        ReplacementFails("spec changed or rollout, a start would fail"),
        Rollout("a person said rollout restart"),
        ChangedLater("spec changed, `updateStrategy` says later, or it is not known to be idle and unwatched"),
        ChangedUnsettled("spec changed, folder changing or its file broken"),
        ChangedTooMany("spec changed, too many at once, not approved"),
        Changed("spec changed"),
        PipeBroken("its log pipe broke"),
        OtherModel("its screen names another model than `model`"),
        NotReady("its startup or readiness probe has not passed"),
        Over("that agent was removed or deleted: this is a new one"),
        Expired("finished, `ttlSecondsAfterFinished` over"),
        Finished("finished, by `restartPolicy`, `backoffLimit` or deadline"),
        Backoff("the back-off runs"),
        Predecessor("an agent that is going away works in its directory"),
        StartRefused("the last start failed, its back-off runs"),
        StartUnseen("directory and program could not be looked at"),
        StartFails("a start would fail"),
        ServerDown("no tmux server yet");

        private final String text;

        When(String text) {
            this.text = text;
        }
    }

    /// One row.
    ///
    /// @param sessions those it is about, empty: any
    /// @param desires likewise; [Desire.Unreadable] with a last good version is what that version says
    /// @param step of a stop, null for other actions; see [#begins]
    /// @param reasons one of these, empty: the one the stop was decided with
    record Row(
            List<Class<? extends Session>> sessions,
            List<Class<? extends Desire>> desires,
            When when,
            Class<? extends Action.OfAgent> action,
            Action.@Nullable Step step,
            Set<Reason> reasons) {
        /// The first step of a stop: what its preStop says, if there is one and time for it, else TERM.
        boolean begins() {
            return step == Action.Step.Term && !reasons.isEmpty();
        }

        private boolean does(Action.OfAgent done) {
            boolean kind = action.isInstance(done) || begins() && done instanceof Action.Ask;
            boolean sameStep = step == null || done instanceof Action.Ask
                    || done instanceof Action.Stop stop && stop.step() == step;
            return kind && sameStep && (reasons.isEmpty() || reasons.contains(done.reason()));
        }

        private String line() {
            var what = action.getSimpleName()
                    + (step == null || begins() ? "" : step == Action.Step.Term ? " (TERM)" : " (KILL)");
            var why = reasons.isEmpty()
                    ? "as decided"
                    : reasons.stream().map(Reason::name).collect(Collectors.joining(", "));
            return "| " + String.join(" | ", names(sessions), names(desires), when.text, what, why) + " |";
        }

        private static String names(List<? extends Class<?>> classes) {
            return classes.isEmpty()
                    ? "any"
                    : classes.stream().map(Class::getSimpleName).collect(Collectors.joining(", "));
        }
    }

    private static final List<Class<? extends Session>> ANY = List.of();
    private static final List<Class<? extends Desire>> ANYHOW = List.of();
    private static final Class<Desire.Wanted> WANTED = Desire.Wanted.class;
    private static final Class<Desire.Suspended> SUSPENDED = Desire.Suspended.class;
    private static final Class<Desire.Unwanted> UNWANTED = Desire.Unwanted.class;
    private static final Class<Session.Running> RUNNING = Session.Running.class;
    private static final Class<Session.Exited> EXITED = Session.Exited.class;
    private static final Class<Session.Absent> ABSENT = Session.Absent.class;
    private static final Class<Session.Orphaned> ORPHANED = Session.Orphaned.class;
    private static final Class<Session.Doubled> DOUBLED = Session.Doubled.class;
    private static final Class<Session.OtherSource> OTHER_SOURCE = Session.OtherSource.class;
    private static final Class<Session.Foreign> FOREIGN = Session.Foreign.class;
    private static final List<Class<? extends Session>> ALIVE = List.of(RUNNING, ORPHANED);
    /// Of a doubled one, the run that goes: the one that is not remembered, dead panes before live ones, then the younger.
    private static final List<Class<? extends Session>> LIVING = List.of(RUNNING, ORPHANED, DOUBLED);
    private static final List<Class<? extends Session>> DEAD = List.of(EXITED, DOUBLED);
    private static final List<Class<? extends Session>> OURS = List.of(RUNNING, ORPHANED, EXITED, ABSENT);
    private static final List<Class<? extends Session>> NOT_OURS = List.of(OTHER_SOURCE, FOREIGN);
    private static final List<Class<? extends Session>> ENDED = List.of(EXITED, ABSENT);
    private static final List<Class<? extends Desire>> GONE = List.of(UNWANTED);

    static final List<Row> ROWS = List.of(
            row(List.of(RUNNING), List.of(WANTED, SUSPENDED), When.StaleMark, Action.Restamp.class, Reason.Restamped),
            hold(ANY, ANYHOW, When.HandsOff, Reason.ReconcileDisabled),
            hold(List.of(Session.Unknown.class), ANYHOW, When.Always, Reason.ObservationIncomplete),
            row(NOT_OURS, ANYHOW, When.DeletedInFolder, Action.RemoveManifest.class, Reason.Deleted),
            row(NOT_OURS, ANYHOW, When.Deleted, Action.Forget.class, Reason.Deleted),
            hold(NOT_OURS, GONE, When.SourceNotReady, Reason.SourceNotReady),
            hold(NOT_OURS, GONE, When.HeldDown, Reason.PendingDeletion),
            row(NOT_OURS, GONE, When.Always, Action.Forget.class, Reason.SpecRemoved),
            hold(List.of(OTHER_SOURCE), ANYHOW, When.Always, Reason.OtherSource),
            hold(List.of(FOREIGN), ANYHOW, When.Always, Reason.NameTaken),
            hold(ANY, List.of(Desire.Unreadable.class), When.NoLastGood, Reason.SpecInvalid),
            hold(List.of(Session.Ghost.class), ANYHOW, When.Always, Reason.Ghost),
            hold(List.of(DOUBLED), GONE, When.SourceNotReady, Reason.SourceNotReady),
            hold(List.of(DOUBLED), GONE, When.HeldDown, Reason.PendingDeletion),
            hold(List.of(DOUBLED), GONE, When.TooMany, Reason.ApprovalNeeded),
            row(List.of(DOUBLED), ANYHOW, When.OneIsDead, Action.Reap.class, Reason.Duplicate),
            row(List.of(RUNNING), ANYHOW, When.Unknown, Action.Adopt.class, Reason.Adopted),
            row(List.of(EXITED), ANYHOW, When.Newer, Action.Adopt.class, Reason.Adopted),
            hold(DEAD, ANYHOW, When.LeftKilledLately, Reason.Terminating, Reason.KillFailed),
            stop(DEAD, ANYHOW, When.LeftKilled, Action.Step.Kill),
            stop(DEAD, ANYHOW, When.LeftSomething, Action.Step.Kill, Reason.Leftovers),
            hold(LIVING, ANYHOW, When.Asked, Reason.Terminating),
            stop(LIVING, ANYHOW, When.Decided, Action.Step.Term),
            hold(LIVING, ANYHOW, When.Overdue, Reason.ShutdownOverdue),
            hold(LIVING, ANYHOW, When.InGrace, Reason.Terminating),
            hold(LIVING, ANYHOW, When.KilledLately, Reason.Terminating, Reason.KillFailed),
            stop(LIVING, ANYHOW, When.GraceOver, Action.Step.Kill),
            stop(List.of(DOUBLED), ANYHOW, When.Always, Action.Step.Term, Reason.Duplicate),
            row(OURS, ANYHOW, When.DeletedInFolder, Action.RemoveManifest.class, Reason.Deleted),
            stop(ALIVE, ANYHOW, When.Deleted, Action.Step.Term, Reason.Deleted),
            row(List.of(EXITED), ANYHOW, When.Deleted, Action.Reap.class, Reason.Deleted),
            row(List.of(ABSENT), ANYHOW, When.Deleted, Action.Forget.class, Reason.Deleted),
            stop(List.of(ORPHANED), List.of(WANTED), When.Always, Action.Step.Term, Reason.SessionLost),
            stop(List.of(RUNNING), List.of(WANTED), When.Done, Action.Step.Term, Reason.Done),
            row(List.of(RUNNING), List.of(WANTED), When.ToType, Action.Type.class, Reason.Typed),
            row(List.of(RUNNING), List.of(WANTED), When.ToSubmit, Action.Submit.class, Reason.Submitted),
            hold(List.of(RUNNING), List.of(WANTED), When.DoneKept, Reason.Completed, Reason.Failed),
            stop(List.of(RUNNING), List.of(WANTED), When.DeadlineOver, Action.Step.Term, Reason.DeadlineExceeded),
            stop(List.of(RUNNING), List.of(WANTED), When.Unhealthy, Action.Step.Term, Reason.Unhealthy),
            hold(List.of(RUNNING), List.of(WANTED), When.HeartbeatUnclear, Reason.HeartbeatLate),
            stop(List.of(RUNNING), List.of(WANTED), When.HeartbeatOver, Action.Step.Term, Reason.HeartbeatLost),
            hold(List.of(RUNNING), List.of(WANTED), When.ReplacementUnseen, Reason.ObservationIncomplete),
            hold(List.of(RUNNING), List.of(WANTED), When.ReplacementFails, Reason.ReplacementWouldFail),
            stop(List.of(RUNNING), List.of(WANTED), When.Rollout, Action.Step.Term, Reason.RolloutRestart),
            hold(List.of(RUNNING), List.of(WANTED), When.ChangedLater, Reason.RestartPending),
            hold(List.of(RUNNING), List.of(WANTED), When.ChangedUnsettled, Reason.SourceNotReady),
            hold(List.of(RUNNING), List.of(WANTED), When.ChangedTooMany, Reason.ApprovalNeeded),
            stop(List.of(RUNNING), List.of(WANTED), When.Changed, Action.Step.Term, Reason.SpecChanged),
            row(List.of(RUNNING), List.of(WANTED), When.PipeBroken, Action.Repipe.class, Reason.LogGap),
            hold(List.of(RUNNING), List.of(WANTED), When.OtherModel, Reason.ModelMismatch),
            hold(List.of(RUNNING), List.of(WANTED), When.NotReady, Reason.NotReady),
            hold(List.of(RUNNING), List.of(WANTED), When.HeartbeatLate, Reason.HeartbeatLate),
            hold(List.of(RUNNING), List.of(WANTED), When.DoneFileWrong, Reason.DoneFileInvalid),
            hold(List.of(RUNNING), List.of(WANTED), When.Always, Reason.Running),
            row(List.of(EXITED), List.of(WANTED), When.NotThisRun, Action.Reap.class, Reason.Leftovers),
            row(List.of(EXITED), List.of(WANTED), When.Over, Action.Reap.class, Reason.SpecRemoved, Reason.Deleted),
            row(List.of(ABSENT), List.of(WANTED), When.Over, Action.Forget.class, Reason.SpecRemoved, Reason.Deleted),
            row(List.of(EXITED), List.of(WANTED), When.Expired, Action.Reap.class, Reason.Expired),
            hold(
                    ENDED, List.of(WANTED), When.Finished, Reason.Completed, Reason.Failed, Reason.BackoffLimitExceeded,
                    Reason.DeadlineExceeded),
            hold(ENDED, List.of(WANTED), When.Backoff, Reason.CrashLoopBackOff),
            hold(List.of(ABSENT), List.of(WANTED), When.Predecessor, Reason.WaitingForPredecessor),
            hold(ENDED, List.of(WANTED), When.StartRefused, Reason.StartFailed),
            hold(ENDED, List.of(WANTED), When.StartUnseen, Reason.ObservationIncomplete),
            hold(ENDED, List.of(WANTED), When.StartFails, Reason.StartWouldFail),
            hold(List.of(ABSENT), List.of(WANTED), When.ServerDown, Reason.WaitingForServer),
            row(
                    List.of(EXITED), List.of(WANTED), When.Always, Action.Restart.class, Reason.Created,
                    Reason.Restarted,
                    Reason.SessionLost, Reason.SpecChanged, Reason.RolloutRestart, Reason.Resumed, Reason.Rebooted),
            row(
                    List.of(ABSENT), List.of(WANTED), When.Always, Action.Start.class, Reason.Created, Reason.Restarted,
                    Reason.SessionLost, Reason.SpecChanged, Reason.RolloutRestart, Reason.Resumed, Reason.Rebooted),
            hold(ALIVE, List.of(SUSPENDED), When.Unsettled, Reason.SourceNotReady),
            hold(ALIVE, List.of(SUSPENDED), When.TooMany, Reason.ApprovalNeeded),
            stop(ALIVE, List.of(SUSPENDED), When.Always, Action.Step.Term, Reason.Suspended),
            row(List.of(EXITED), List.of(SUSPENDED), When.Over, Action.Reap.class, Reason.SpecRemoved),
            row(List.of(ABSENT), List.of(SUSPENDED), When.Over, Action.Forget.class, Reason.SpecRemoved),
            hold(ENDED, List.of(SUSPENDED), When.Always, Reason.Suspended),
            hold(OURS, GONE, When.SourceNotReady, Reason.SourceNotReady),
            hold(OURS, GONE, When.HeldDown, Reason.PendingDeletion),
            hold(OURS, GONE, When.TooMany, Reason.ApprovalNeeded),
            stop(ALIVE, GONE, When.Always, Action.Step.Term, Reason.SpecRemoved),
            row(List.of(EXITED), GONE, When.Always, Action.Reap.class, Reason.SpecRemoved),
            row(List.of(ABSENT), GONE, When.Always, Action.Forget.class, Reason.SpecRemoved));

    private DecisionTable() {}

    private static Row row(
            List<Class<? extends Session>> sessions,
            List<Class<? extends Desire>> desires,
            When when,
            Class<? extends Action.OfAgent> action,
            Reason... reasons) {
        return new Row(sessions, desires, when, action, null, reasons(reasons));
    }

    private static Row hold(
            List<Class<? extends Session>> sessions, List<Class<? extends Desire>> desires, When when,
            Reason... reasons) {
        return new Row(sessions, desires, when, Action.Hold.class, null, reasons(reasons));
    }

    private static Row stop(
            List<Class<? extends Session>> sessions,
            List<Class<? extends Desire>> desires,
            When when,
            Action.Step step,
            Reason... reasons) {
        return new Row(sessions, desires, when, Action.Stop.class, step, reasons(reasons));
    }

    private static Set<Reason> reasons(Reason... reasons) {
        var set = EnumSet.noneOf(Reason.class);
        set.addAll(List.of(reasons));
        return set;
    }

    /// The rows that such a decision can come from, top to bottom, as the README prints them; what else must hold tells
    /// them apart where there are several.
    ///
    /// @param decided the end of its run was decided before
    public static List<String> rows(Desire desire, Session session, Action.OfAgent action, boolean decided) {
        var effective = desire instanceof Desire.Unreadable(var lastGood, var why) && lastGood != null
                ? lastGood.spec().suspend() ? SUSPENDED : WANTED
                : desire.getClass();
        var fitting = ROWS.stream()
                .filter(row -> row.sessions().isEmpty() || row.sessions().contains(session.getClass()))
                .filter(row -> row.desires().isEmpty() || row.desires().contains(effective))
                .filter(row -> row.does(action))
                .toList();
        var closer = fitting.stream()
                .filter(row -> row.step() != Action.Step.Term || row.reasons().isEmpty() == decided)
                .toList();
        return (closer.isEmpty() ? fitting : closer).stream().map(Row::line).toList();
    }

    /// The table as Markdown, for the README.
    public static String markdown() {
        return ROWS.stream()
                .map(Row::line)
                .collect(Collectors.joining(
                        "\n", "| session | desire | when | action | reason |\n|---|---|---|---|---|\n", "\n"));
    }
}
