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
import dev.reconciler.plan.Action.Hold;
import dev.reconciler.plan.Action.OfAgent;
import dev.reconciler.plan.Action.Repipe;
import dev.reconciler.plan.Action.Restamp;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The rows of a wanted agent whose program runs.
record Living(Subject of, Ending ending, Removal removal, Judging judging) {
    /// A log pipe that breaks again within this time is left for later: the disk is probably full.
    static final Duration REPIPE = Duration.ofSeconds(30);

    OfAgent decide(Agent want, Session.Pane pane, ProcessRef process) {
        var run = of.agent().run();
        if (run == null) {
            throw new IllegalStateException(of.name() + " runs and is not known");
        }
        var talking = new Talking(of);
        var done = judging.done(want, run, pane, process);
        var end = done != null ? done : ended(want, run, pane, process);
        if (end != null && !(end instanceof Hold)) {
            return end;
        }
        // A text for it does not wait for what is held back.
        var step = talking.step(want, pane, process, run);
        if (step != null) {
            return step;
        }
        var rest = end != null ? end : running(want, run, pane, process);
        return rest instanceof Hold(var name, var reason, var message, var until)
                ? of.hold(reason, message,
                        Moment.earlier(until, Moment.earlier(wake(want, run, done), talking.again())))
                : rest;
    }

    /// When something about a run that is not done may change by time alone.
    private @Nullable Moment wake(Agent want, Run run, @Nullable OfAgent done) {
        return done != null ? null : Moment.earlier(deadline(want, run), judging.wake(want, run));
    }

    private static @Nullable Moment deadline(Agent want, Run run) {
        var limit = want.spec().activeDeadlineSeconds();
        return limit == null ? null : run.startedAt().plus(Duration.ofSeconds(limit));
    }

    /// Why a run that is not done is ended, or waits for its end; null when it may go on.
    private @Nullable OfAgent ended(Agent want, Run run, Session.Pane pane, ProcessRef process) {
        var deadline = deadline(want, run);
        if (deadline != null && of.now().reached(deadline)) {
            return ending.stop(pane, process, Reason.DeadlineExceeded);
        }
        var silent = judging.silent(want, run, pane, process);
        if (silent != null && !(silent instanceof Hold)) {
            return silent;
        }
        if (Checkup.of(want.spec(), run).failed() != null) {
            return ending.stop(pane, process, Reason.Unhealthy);
        }
        if (silent != null) {
            return silent;
        }
        boolean rollout = run.id().equals(of.agent().rollout());
        boolean changed = run.hash().comparable() && !run.hash().equals(want.runHash());
        return rollout || changed ? replacement(want, run, pane, process, rollout) : null;
    }

    private OfAgent running(Agent want, Run run, Session.Pane pane, ProcessRef process) {
        var repipe = pane.piped() || run.repipedAt() == null ? null : run.repipedAt().plus(REPIPE);
        if (!pane.piped() && (repipe == null || of.now().reached(repipe))) {
            return new Repipe(of.name(), pane, want.spec().logs(), Reason.LogGap);
        }
        var checkup = Checkup.of(want.spec(), run);
        var other = checkup.otherModel();
        if (other != null) {
            return of.hold(Reason.ModelMismatch,
                    "its screen says " + other + ", spec.model is " + want.spec().model(), repipe);
        }
        var trouble = judging.trouble(want, run);
        if (trouble != null) {
            return of.hold(trouble.reason(), trouble.message(), Moment.earlier(trouble.until(), repipe));
        }
        var why = checkup.notReady();
        return why != null
                ? of.hold(Reason.NotReady, why, repipe)
                : of.hold(Reason.Running, "pid " + process.pid() + ", run " + run.id().number(), repipe);
    }

    private OfAgent replacement(Agent want, Run run, Session.Pane pane, ProcessRef process, boolean rollout) {
        return switch (of.round().preflight(of.name())) {
            case Preflight.Unseen(var why) -> of.hold(Reason.ObservationIncomplete, why);
            case Preflight.WouldFail(var message) -> of.hold(Reason.ReplacementWouldFail, message);
            case Preflight.Passed() -> {
                if (rollout) {
                    yield ending.stop(pane, process, Reason.RolloutRestart);
                }
                yield Checkup.replacesNow(
                        want.spec(), of.agent(), of.round().observed(), new Session.Running(pane, process))
                                ? removal.changed(() -> ending.stop(pane, process, Reason.SpecChanged))
                                : of.hold(
                                        Reason.RestartPending,
                                        "generation " + of.agent().generation() + " starts "
                                                + (want.spec().updateStrategy() == UpdateStrategy.OnIdle
                                                        ? "when it is known to be idle"
                                                        : "at the next exit")
                                                + " or with `rollout restart`");
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
