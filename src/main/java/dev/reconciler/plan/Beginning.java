package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.Prompt;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.plan.Action.Forget;
import dev.reconciler.plan.Action.Hold;
import dev.reconciler.plan.Action.OfAgent;
import dev.reconciler.plan.Action.Reap;
import dev.reconciler.plan.Action.Restart;
import dev.reconciler.plan.Action.Start;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rows of an agent without a living program: a new run, or why there is none.
record Beginning(Subject of) {
    /// Its dead pane is there.
    OfAgent exited(Agent want, Session.Pane pane) {
        if (of.unknown(pane.mark().run())) {
            return new Reap(of.name(), pane, Reason.Leftovers);
        }
        return switch (verdict(want)) {
            case Verdict.Over(var reason) -> new Reap(of.name(), pane, reason);
            case Verdict.Finished(var reason, var message) -> finished(want, pane, reason, message);
            case Verdict.Later later -> backoff(later);
            case Verdict.NewRun(var reason, boolean restart) ->
                    begin(want, mark -> new Restart(of.name(), told(want), mark, reason, restart, pane));
        };
    }

    /// Nothing of it is there.
    OfAgent absent(Agent want, @Nullable String squatter) {
        return switch (verdict(want)) {
            case Verdict.Over(var reason) -> new Forget(of.name(), reason);
            case Verdict.Finished(var reason, var message) -> of.hold(reason, message);
            case Verdict.Later later -> backoff(later);
            case Verdict.NewRun(var reason, boolean restart) -> {
                var predecessor = predecessor(want);
                yield predecessor != null
                        ? of.hold(Reason.WaitingForPredecessor,
                                predecessor + " still works in " + directory(want))
                        : begin(want,
                                mark -> onServer(new Start(
                                        of.name(), told(want), mark, reason, restart, squatter)));
            }
        };
    }

    /// Its dead pane is there, and it stays down.
    OfAgent suspended(Session.Pane pane) {
        return over() ? new Reap(of.name(), pane, Reason.SpecRemoved) : suspended();
    }

    /// Nothing of it is there, and it stays down.
    OfAgent suspendedAbsent() {
        return over() ? new Forget(of.name(), Reason.SpecRemoved) : suspended();
    }

    private Hold suspended() {
        return of.hold(Reason.Suspended, "spec.suspend is true");
    }

    /// Stopped because its manifest was gone: what the folder says now is another agent.
    private boolean over() {
        var run = of.agent().run();
        return run != null
                && run.ended() != null
                && (run.ended().by() == Reason.SpecRemoved || run.ended().by() == Reason.Deleted);
    }

    private OfAgent finished(Agent want, Session.Pane pane, Reason reason, String message) {
        var ttl = want.spec().ttlSecondsAfterFinished();
        var last = of.agent().last();
        if (ttl == null || last == null) {
            return of.hold(reason, message);
        }
        var expires = last.at().plus(Duration.ofSeconds(ttl));
        return of.now().reached(expires)
                ? new Reap(of.name(), pane, Reason.Expired)
                : of.hold(reason, message, expires);
    }

    /// What follows from the end of the last run. A run that was intended and never seen goes on: its back-off was
    /// waited for, and it is counted already.
    private Verdict verdict(Agent want) {
        var verdict = Verdict.of(of.agent(), want, of.now());
        var next = of.agent().next();
        var begun = next == null || !next.at().sameBoot(of.now())
                ? null
                : new Verdict.NewRun(next.reason(), next.restart());
        return switch (verdict) {
            case Verdict.Over over -> over;
            case Verdict.Finished finished -> finished;
            case Verdict.Later later -> begun != null ? begun : later;
            case Verdict.NewRun run -> begun != null ? begun : run;
        };
    }

    private Hold backoff(Verdict.Later later) {
        return of.hold(
                Reason.CrashLoopBackOff,
                "back-off " + later.seconds() + "s restarting after failure: " + later.what(),
                later.until());
    }

    private OfAgent begin(Agent want, Function<OwnerMark, OfAgent> action) {
        var failure = of.agent().startFailure();
        if (failure != null) {
            var again = failure.at().plus(CrashBackoff.retry(failure.count()));
            if (!of.now().reached(again)) {
                return of.hold(Reason.StartFailed, failure.message(), again);
            }
        }
        return switch (of.round().preflight(of.name())) {
            case Preflight.Unseen(var why) -> of.hold(Reason.ObservationIncomplete, why);
            case Preflight.WouldFail(var message) -> of.hold(Reason.StartWouldFail, message);
            case Preflight.Passed() -> action.apply(mark(want));
        };
    }

    private Agent told(Agent want) {
        return told(want, of.agent());
    }

    /// With its prompt only where the next run is one that it is meant for.
    static Agent told(Agent want, AgentHistory history) {
        var prompt = want.spec().prompt();
        return prompt == null || prompt.on() == Prompt.On.EveryRun
                || !prompt.digest().equals(history.dialogue().prompted()) ? want : want.withoutPrompt();
    }

    private OwnerMark mark(Agent want) {
        var agent = of.agent();
        var next = agent.next();
        var run = next != null ? next.id() : new RunId(agent.uid(), agent.runs() + 1);
        return new OwnerMark(
                of.round().desired().source().id(), of.name(), run, want.runHash(), agent.generation(),
                want.reconcileDisabled());
    }

    private OfAgent onServer(Start start) {
        var namespace = of.name().namespace();
        if (of.round().observed().servers().get(namespace) instanceof ServerState.Up) {
            return start;
        }
        of.round().serversNeeded().add(namespace);
        return of.hold(Reason.WaitingForServer, "the tmux server of " + namespace + " is being started");
    }

    /// Another agent that is going away and still works in the same directory. One that is left alone does not go,
    /// whatever a person said of it.
    private @Nullable AgentName predecessor(Agent want) {
        var round = of.round();
        var directory = directory(want);
        for (var other : round.history().agents().values()) {
            var run = other.run();
            if (other.name().equals(of.name()) || run == null || run.ended() != null
                    || !run.workingDirectory().equals(directory)) {
                continue;
            }
            var desire = round.desired().of(other.name());
            var session = round.session(other.name());
            boolean leaving = desire instanceof Desire.Unwanted
                    || other.delete() != null && !HandsOff.holds(desire, session, other);
            if (leaving && !(session instanceof Session.Absent)) {
                return other.name();
            }
        }
        return null;
    }

    private String directory(Agent want) {
        return of.round().policy().directory(want.spec());
    }
}
