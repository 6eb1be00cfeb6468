package dev.reconciler.plan;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Termination;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.plan.Action.Ask;
import dev.reconciler.plan.Action.Hold;
import dev.reconciler.plan.Action.OfAgent;
import dev.reconciler.plan.Action.Step;
import dev.reconciler.plan.Action.Stop;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows that end a run: every stop, whatever its reason, goes this one way. Its preStop, TERM, the
/// grace period, KILL.
public record Ending(Subject of) {
    /// At least this long between TERM and KILL, however late TERM went out.
    static final Duration LEAST_GRACE = Duration.ofSeconds(2);

    /// The first step of a stop.
    Stop stop(RunId run, Reason reason, List<ProcessRef> targets) {
        return new Stop(of.name(), run, reason, Step.Term, targets, deadline());
    }

    /// The first step of a stop of what runs in its own pane: it is asked first, if its spec says how and time is left.
    OfAgent stop(Session.Pane pane, ProcessRef process, Reason reason) {
        var how = of.agent().preStop();
        var deadline = deadline();
        return how == null || of.now().reached(beforeTerm(deadline))
                ? stop(pane.mark().run(), reason, List.of(process))
                : new Ask(of.name(), pane.mark().run(), reason, pane, how, of.agent().lastGood(), deadline);
    }

    /// Whether the preStop of a stop in which KILL is due at `deadline` has no time left.
    public static boolean hurried(AgentHistory agent, Moment deadline, Moment now) {
        return now.reached(beforeTerm(agent.shortened(deadline)));
    }

    private Moment deadline() {
        return of.agent().shortened(of.now().plus(Duration.ofSeconds(of.agent().graceSeconds())));
    }

    /// When TERM is sent at the latest.
    private static Moment beforeTerm(Moment deadline) {
        return deadline.plus(LEAST_GRACE.negated());
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
        var deadline = of.agent().shortened(termination.deadline());
        var sent = termination.sentAt();
        var patience = patience(termination);
        if (sent == null && patience != null && !of.now().reached(patience)) {
            return of.hold(Reason.Terminating, "asked to end in its own way; TERM follows", patience);
        }
        if (sent == null) {
            return new Stop(of.name(), run, termination.reason(), Step.Term, targets, deadline);
        }
        return kill(run, targets, termination, later(deadline, sent.plus(LEAST_GRACE)));
    }

    /// Until when a program that took its keys may end by itself, null: it was not asked that way, or not understood.
    private @Nullable Moment patience(Termination termination) {
        var how = of.agent().preStop();
        var agreed = termination.agreedAt();
        return how == null || how.sendKeys() == null || agreed == null
                ? null
                : Moment.earlier(
                        agreed.plus(Duration.ofSeconds(how.sendKeys().waitSeconds())),
                        beforeTerm(of.agent().shortened(termination.deadline())));
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
            return grace(termination, due);
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

    /// TERM was sent. Who said that he would stop, and does not, is overdue.
    private Hold grace(Termination termination, Moment due) {
        var sent = termination.sentAt();
        var said = termination.agreedAt() != null ? "it took its preStop"
                : termination.reason() == Reason.Done ? "it said that it is done"
                : null;
        if (sent == null || said == null) {
            return of.hold(Reason.Terminating, "asked to end (" + termination.reason() + "); KILL follows", due);
        }
        var overdue = sent.plus(LEAST_GRACE);
        return of.now().reached(overdue)
                ? of.hold(Reason.ShutdownOverdue,
                        said + ", was sent TERM, and runs on (" + termination.reason() + "); KILL follows",
                        due)
                : of.hold(Reason.Terminating, "asked to end (" + termination.reason() + "); KILL follows",
                        Moment.earlier(overdue, due));
    }

    private static Moment later(Moment a, Moment b) {
        return a.reached(b) ? a : b;
    }
}
