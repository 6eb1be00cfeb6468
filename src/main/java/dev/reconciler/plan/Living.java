package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Session;
import dev.reconciler.api.UpdateStrategy;
import dev.reconciler.plan.Action.OfAgent;
import dev.reconciler.plan.Action.Repipe;
import dev.reconciler.plan.Action.Restamp;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The rows of a wanted agent whose program runs.
record Living(Subject of, Ending ending, Removal removal) {
    /// A log pipe that breaks again within this time is left for later: the disk is probably full.
    static final Duration REPIPE = Duration.ofSeconds(30);

    OfAgent decide(Agent want, Session.Pane pane, ProcessRef process) {
        var run = of.agent().run();
        if (run == null) {
            throw new IllegalStateException(of.name() + " runs and is not known");
        }
        var limit = want.spec().activeDeadlineSeconds();
        @Nullable
        Moment deadline = limit == null ? null : run.startedAt().plus(Duration.ofSeconds(limit));
        if (deadline != null && of.now().reached(deadline)) {
            return ending.stop(pane, process, Reason.DeadlineExceeded);
        }
        var checkup = Checkup.of(want.spec(), run);
        if (checkup.failed() != null) {
            return ending.stop(pane, process, Reason.Unhealthy);
        }
        boolean rollout = run.id().equals(of.agent().rollout());
        boolean changed = run.hash().comparable() && !run.hash().equals(want.runHash());
        if (rollout || changed) {
            return replacement(want, run, pane, process, rollout, deadline);
        }
        var repipe = pane.piped() || run.repipedAt() == null ? null : run.repipedAt().plus(REPIPE);
        if (!pane.piped() && (repipe == null || of.now().reached(repipe))) {
            return new Repipe(of.name(), pane, want.spec().logs(), Reason.LogGap);
        }
        var other = checkup.otherModel();
        if (other != null) {
            return of.hold(Reason.ModelMismatch,
                    "its screen says " + other + ", spec.model is " + want.spec().model(),
                    Moment.earlier(deadline, repipe));
        }
        var why = checkup.notReady();
        if (why != null) {
            return of.hold(Reason.NotReady, why, Moment.earlier(deadline, repipe));
        }
        return of.hold(
                Reason.Running, "pid " + process.pid() + ", run " + run.id().number(),
                Moment.earlier(deadline, repipe));
    }

    private OfAgent replacement(
            Agent want, Run run, Session.Pane pane, ProcessRef process, boolean rollout, @Nullable Moment deadline) {
        return switch (of.round().preflight(of.name())) {
            case Preflight.Unseen(var why) -> of.hold(Reason.ObservationIncomplete, why, deadline);
            case Preflight.WouldFail(var message) -> of.hold(Reason.ReplacementWouldFail, message, deadline);
            case Preflight.Passed() -> {
                if (rollout) {
                    yield ending.stop(pane, process, Reason.RolloutRestart);
                }
                yield Checkup.replacesNow(want.spec(), run, new Session.Running(pane, process))
                        ? removal.changed(() -> ending.stop(pane, process, Reason.SpecChanged))
                        : of.hold(
                                Reason.RestartPending,
                                "generation " + of.agent().generation() + " starts "
                                        + (want.spec().updateStrategy() == UpdateStrategy.OnIdle
                                                ? "when it is known to be idle"
                                                : "at the next exit")
                                        + " or with `rollout restart`",
                                deadline);
            }
        };
    }

    /// The annotation or the generation changed while the program runs on: its mark says so too.
    ///
    /// @return null when the mark is right
    @Nullable
    Restamp staleMark(Desire desire, Session session) {
        var want =
                switch (desire) {
                    case Desire.Wanted(var wanted) -> wanted;
                    case Desire.Suspended(var wanted) -> wanted;
                    case Desire.Unwanted() -> null;
                    case Desire.Unreadable(var lastGood, var why) -> null;
                };
        if (want == null || !(session instanceof Session.Running(var pane, var process))
                || of.unknown(pane.mark().run())) {
            return null;
        }
        var mark = pane.mark();
        boolean same = !mark.hash().comparable() || mark.hash().equals(want.runHash());
        var fresh = new OwnerMark(
                mark.source(), of.name(), mark.run(), same ? want.runHash() : mark.hash(),
                same ? of.agent().generation() : mark.generation(), want.reconcileDisabled());
        return fresh.equals(mark) ? null : new Restamp(of.name(), pane, fresh, Reason.Restamped);
    }
}
