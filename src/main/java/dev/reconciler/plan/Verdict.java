package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.Exit;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RestartPolicy;
import java.time.Duration;

/// What follows from the end of a run.
sealed interface Verdict {
    /// A new run, now.
    ///
    /// @param restart whether it counts as a restart
    record NewRun(Reason reason, boolean restart) implements Verdict {}

    /// A new run, later.
    record Later(Moment until, int seconds, String what) implements Verdict {}

    /// That is all.
    record Finished(Reason reason, String message) implements Verdict {}

    /// That incarnation is over; whatever the folder says now is another agent.
    record Over(Reason reason) implements Verdict {}

    /// @param history with its run ended, or without a run
    static Verdict of(AgentHistory history, Agent agent, Moment now) {
        var run = history.run();
        if (run == null) {
            return new NewRun(Reason.Created, false);
        }
        var ended = run.ended();
        if (ended == null) {
            throw new IllegalArgumentException(history.name() + ": its run has not ended");
        }
        if (ended.by() == Reason.SpecRemoved || ended.by() == Reason.Deleted) {
            return new Over(ended.by());
        }
        if (run.id().equals(history.rollout())) {
            return new NewRun(Reason.RolloutRestart, false);
        }
        if (run.hash().comparable() && !run.hash().equals(agent.runHash())) {
            return new NewRun(Reason.SpecChanged, false);
        }
        return switch (ended.by()) {
            case SpecChanged, RolloutRestart, Rebooted -> new NewRun(ended.by(), false);
            case Suspended -> new NewRun(Reason.Resumed, false);
            case Duplicate -> new NewRun(Reason.Restarted, false);
            case DeadlineExceeded -> overdue(agent, ended);
            case SessionLost, Unhealthy -> failed(history, agent, ended, now);
            case null -> byExit(history, agent, ended, now);
            case Running, Starting, Completed, Failed, BackoffLimitExceeded, CrashLoopBackOff, ReconcileDisabled,
                    ObservationIncomplete, OtherSource, NameTaken, SourceNotReady, ApprovalNeeded, PendingDeletion,
                    RestartPending, ReplacementWouldFail, StartWouldFail, StartFailed, SpecInvalid,
                    WaitingForPredecessor, WaitingForServer, RescueFailed, Terminating, KillFailed, SpecRemoved,
                    Deleted, Leftovers, Created, Restarted, Resumed, Adopted, Restamped, Expired, Ghost, Started,
                    Killed, TeardownVerified, SessionKeptForUser, LogGap, StateDamaged, StateUnwritten, Rescued,
                    ModelMismatch, ShutdownOverdue, PreStopFailed, Terminated, Working, AwaitingInput, Idle,
                    ActivityUnknown, Vacant,
                    Done,
                    DoneFileInvalid, HeartbeatLate, HeartbeatResumed, WaitingForReady, Typed, Submitted,
                    NotReady, DraftInTheWay, NotSubmitted, DeliveryUnknown, OOMKilled, LimitsEnforced,
                    LimitsNotEnforced, TeardownIncomplete, Leaked ->
                    throw new IllegalStateException(history.name() + ": no run ends by " + ended.by());
        };
    }

    /// Failed for as long as the deadline is one that the run reached: a raised one is a new chance.
    private static Verdict overdue(Agent agent, AgentHistory.Ended ended) {
        var limit = agent.spec().activeDeadlineSeconds();
        var lasted = ended.at().since(ended.startedAt());
        return limit == null || lasted.compareTo(Duration.ofSeconds(limit)) < 0
                ? new NewRun(Reason.SpecChanged, false)
                : new Finished(Reason.DeadlineExceeded, "the run was active for longer than " + limit + "s");
    }

    private static Verdict byExit(AgentHistory history, Agent agent, AgentHistory.Ended ended, Moment now) {
        if (ended.exit() instanceof Exit.Unseen) {
            return failed(history, agent, ended, now);
        }
        int code = ended.exit().shellCode();
        boolean rule = agent.spec()
                .restartPolicyRules()
                .stream()
                .anyMatch(r -> r.exitCodes().matches(code));
        if (!ended.exit().success() && (rule || agent.spec().restartPolicy() != RestartPolicy.Never)) {
            return failed(history, agent, ended, now);
        }
        if (rule || agent.spec().restartPolicy() == RestartPolicy.Always) {
            return again(history, agent, ended, now);
        }
        return ended.exit().success()
                ? new Finished(Reason.Completed, "the program ended with exit code 0")
                : new Finished(Reason.Failed, "the program " + describe(ended.exit()));
    }

    private static Verdict failed(AgentHistory history, Agent agent, AgentHistory.Ended ended, Moment now) {
        boolean rule = !(ended.exit() instanceof Exit.Unseen)
                && agent.spec()
                        .restartPolicyRules()
                        .stream()
                        .anyMatch(r -> r.exitCodes().matches(ended.exit().shellCode()));
        if (!rule && agent.spec().restartPolicy() == RestartPolicy.Never) {
            return new Finished(Reason.Failed, "the program " + describe(ended.exit()));
        }
        var limit = agent.spec().backoffLimit();
        if (limit != null && history.failures() > limit) {
            return new Finished(
                    Reason.BackoffLimitExceeded,
                    history.failures() + " failed runs, and spec.backoffLimit is " + limit + "; the last one "
                            + describe(ended.exit()));
        }
        return again(history, agent, ended, now);
    }

    private static Verdict again(AgentHistory history, Agent agent, AgentHistory.Ended ended, Moment now) {
        if (!ended.at().sameBoot(now)) {
            return new NewRun(Reason.Rebooted, false);
        }
        var until = CrashBackoff.until(history.backoff(), ended.at(), agent.spec().backoff(), now);
        if (until == null || history.backoff() == null) {
            return new NewRun(ended.by() == Reason.SessionLost ? Reason.SessionLost : Reason.Restarted, true);
        }
        return new Later(until, history.backoff().seconds(), "the program " + describe(ended.exit()));
    }

    static String describe(Exit exit) {
        return switch (exit) {
            case Exit.Code(int code) -> "ended with exit code " + code;
            case Exit.Signal(int number) -> "was ended by signal " + number;
            case Exit.OutOfMemory() -> "was killed by the kernel: out of memory";
            case Exit.Unseen() -> "went away unseen, with its session";
        };
    }
}
