package dev.reconciler.plan;

import dev.reconciler.api.AgentHistory.Termination;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.plan.Action.OfAgent;
import dev.reconciler.plan.Action.Step;
import dev.reconciler.plan.Action.Stop;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows that end a run: every stop, whatever its reason, goes this one way. TERM, the grace period, KILL.
record Ending(Subject of) {
    /// At least this long between TERM and KILL, however late TERM went out.
    static final Duration LEAST_GRACE = Duration.ofSeconds(2);

    /// The first step of a stop.
    Stop stop(RunId run, Reason reason, List<ProcessRef> targets) {
        return new Stop(
                of.name(), run, reason, Step.Term, targets,
                deadline(of.now().plus(Duration.ofSeconds(of.agent().graceSeconds()))));
    }

    boolean decided(RunId run) {
        return termination(run) != null;
    }

    /// A stop that was decided goes on to its end, whatever the folder says by now.
    OfAgent goOn(RunId run, List<ProcessRef> targets) {
        var termination = termination(run);
        if (termination == null) {
            throw new IllegalStateException(of.name() + " " + run + " is not being stopped");
        }
        var deadline = deadline(termination.deadline());
        var sent = termination.sentAt();
        if (sent == null) {
            return new Stop(of.name(), run, termination.reason(), Step.Term, targets, deadline);
        }
        return kill(run, targets, termination, later(deadline, sent.plus(LEAST_GRACE)));
    }

    /// What the main process left behind is killed at once.
    OfAgent leftovers(RunId run, List<ProcessRef> left) {
        var termination = termination(run);
        return termination == null || termination.killedAt() == null
                ? new Stop(of.name(), run, Reason.Leftovers, Step.Kill, left, of.now())
                : kill(run, left, termination, of.now());
    }

    private @Nullable Termination termination(RunId id) {
        var run = of.agent().run();
        if (run != null && run.id().equals(id)) {
            return run.termination();
        }
        var second = of.agent().duplicate();
        return second != null && second.id().equals(id) ? second.termination() : null;
    }

    private OfAgent kill(RunId run, List<ProcessRef> targets, Termination termination, Moment due) {
        if (!of.now().reached(due)) {
            return of.hold(Reason.Terminating, "asked to end (" + termination.reason() + "); KILL follows", due);
        }
        var killed = termination.killedAt();
        if (killed != null && !of.now().reached(killed.plus(CrashBackoff.killAgain(termination.kills())))) {
            return of.hold(
                    termination.kills() < 5 ? Reason.Terminating : Reason.KillFailed,
                    "killed " + termination.kills() + " times, still there: " + targets,
                    killed.plus(CrashBackoff.killAgain(termination.kills())));
        }
        return new Stop(of.name(), run, termination.reason(), Step.Kill, targets, due);
    }

    /// A delete can only shorten it.
    private Moment deadline(Moment decided) {
        var delete = of.agent().delete();
        if (delete == null || delete.graceSeconds() == null) {
            return decided;
        }
        var shortened = delete.at().plus(Duration.ofSeconds(delete.graceSeconds()));
        var earlier = Moment.earlier(decided, shortened);
        return earlier == null ? decided : earlier;
    }

    private static Moment later(Moment a, Moment b) {
        return a.reached(b) ? a : b;
    }
}
