package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Completion;
import dev.reconciler.api.Done;
import dev.reconciler.api.Exit;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RestartPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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
        var done = history.dialogue().done(run.id());
        if (done != null && counts(agent.spec(), ended.by())) {
            return byWord(history, agent, ended, done, now);
        }
        return switch (ended.by()) {
            case SpecChanged, RolloutRestart, Rebooted -> new NewRun(ended.by(), false);
            case Suspended -> new NewRun(Reason.Resumed, false);
            case Duplicate -> new NewRun(Reason.Restarted, false);
            case DeadlineExceeded -> overdue(agent, ended);
            case SessionLost, Unhealthy, HeartbeatLost -> failed(history, agent, ended, now);
            case Done -> failed(history, agent, ended, now);
            case null -> byExit(history, agent, ended, now);
            case Running, Starting, Completed, Failed, BackoffLimitExceeded, CrashLoopBackOff, ReconcileDisabled,
                    ObservationIncomplete, OtherSource, NameTaken, SourceNotReady, ApprovalNeeded, PendingDeletion,
                    RestartPending, ReplacementWouldFail, StartWouldFail, StartFailed, SpecInvalid,
                    WaitingForPredecessor, WaitingForServer, RescueFailed, RuntimeDirGone, Terminating, KillFailed,
                    SpecRemoved,
                    Deleted, Leftovers, Created, Restarted, Resumed, Adopted, Restamped, Expired, Ghost, Started,
                    Killed, TeardownVerified, SessionKeptForUser, LogGap, StateDamaged, StateUnwritten, Rescued, Reaped,
                    GhostFound,
                    Applied,
                    SourceFailed,
                    SourceNotVerified,
                    SourceSuspended,
                    SourceResumed,
                    ModelMismatch, ShutdownOverdue, PreStopFailed, Terminated, Working, AwaitingInput, Idle,
                    ActivityUnknown, Vacant,
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

    /// Whether what the agent said about its end decides, however it ended then.
    private static boolean counts(@Nullable AgentSpec spec, @Nullable Reason by) {
        return by == Reason.Done
                || spec != null
                        && spec.completion().byWord()
                        && (by == null || by == Reason.SessionLost || by == Reason.Unhealthy
                                || by == Reason.HeartbeatLost
                                || by == Reason.DeadlineExceeded || by == Reason.Rebooted);
    }

    /// Whether a run that ended by itself, or because it said that it is done, was a success.
    ///
    /// @param spec null when none is known
    /// @param done what it said, null when nothing
    /// @param by null or [Reason#Done]: what we end for another reason is judged by that
    static boolean success(@Nullable AgentSpec spec, @Nullable Done done, @Nullable Reason by, Exit exit) {
        return done != null && counts(spec, by)
                ? done.succeeded()
                : by == null && exit.success() && (spec == null || spec.completion().by() != Completion.By.DoneFile);
    }

    private static Verdict byWord(
            AgentHistory history, Agent agent, AgentHistory.Ended ended, Done done, Moment now) {
        var policy = agent.spec().restartPolicy();
        var what = "it said that it " + done.sentence();
        if (!done.succeeded()) {
            return failed(history, agent, ended, now, what, policy != RestartPolicy.Never);
        }
        return policy == RestartPolicy.Always
                ? again(history, agent, ended, now, what)
                : new Finished(Reason.Completed, what);
    }

    private static Verdict byExit(AgentHistory history, Agent agent, AgentHistory.Ended ended, Moment now) {
        if (ended.exit() instanceof Exit.Unseen) {
            return failed(history, agent, ended, now);
        }
        if (agent.spec().completion().by() == Completion.By.DoneFile) {
            return failed(
                    history, agent, ended, now,
                    "the program " + describe(ended.exit()) + " without saying that it is done",
                    restarts(agent, ended));
        }
        if (!ended.exit().success()) {
            return failed(history, agent, ended, now);
        }
        return agent.spec().restartPolicy() == RestartPolicy.Always || rule(agent, ended)
                ? again(history, agent, ended, now, "the program " + describe(ended.exit()))
                : new Finished(Reason.Completed, "the program ended with exit code 0");
    }

    /// Whether a failure is followed by another run.
    private static boolean restarts(Agent agent, AgentHistory.Ended ended) {
        return agent.spec().restartPolicy() != RestartPolicy.Never || rule(agent, ended);
    }

    private static boolean rule(Agent agent, AgentHistory.Ended ended) {
        return !(ended.exit() instanceof Exit.Unseen)
                && agent.spec()
                        .restartPolicyRules()
                        .stream()
                        .anyMatch(r -> r.exitCodes().matches(ended.exit().shellCode()));
    }

    private static Verdict failed(AgentHistory history, Agent agent, AgentHistory.Ended ended, Moment now) {
        return failed(
                history, agent, ended, now, "the program " + describe(ended.exit()), restarts(agent, ended));
    }

    /// @param restarts whether policy and rules ask for another run
    private static Verdict failed(
            AgentHistory history, Agent agent, AgentHistory.Ended ended, Moment now, String what, boolean restarts) {
        if (!restarts) {
            return new Finished(Reason.Failed, what);
        }
        var limit = agent.spec().backoffLimit();
        if (limit != null && history.failures() > limit) {
            return new Finished(
                    Reason.BackoffLimitExceeded,
                    history.failures() + " failed runs, and spec.backoffLimit is " + limit + "; in the last one "
                            + what);
        }
        return again(history, agent, ended, now, what);
    }

    private static Verdict again(
            AgentHistory history, Agent agent, AgentHistory.Ended ended, Moment now, String what) {
        if (!ended.at().sameBoot(now)) {
            return new NewRun(Reason.Rebooted, false);
        }
        var until = CrashBackoff.until(history.backoff(), ended.at(), agent.spec().backoff(), now);
        if (until == null || history.backoff() == null) {
            return new NewRun(ended.by() == Reason.SessionLost ? Reason.SessionLost : Reason.Restarted, true);
        }
        return new Later(until, history.backoff().seconds(), what);
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
