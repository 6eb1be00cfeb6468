package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory.Ended;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.Completion;
import dev.reconciler.api.Exit;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Session;
import dev.reconciler.api.Vitals.DoneFile;
import dev.reconciler.plan.Action.Hold;
import dev.reconciler.plan.Action.OfAgent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The rows of a program that says it is done, or nothing any more. Done is asked first: what is done is not late.
record Judging(Subject of, Ending ending) {
    /// A done file that is no done file is waited for so long: it may be half-written.
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /// It said that it is done, and that counts: it is ended, unless it may stay. Null when it said nothing, or its exit
    /// code is waited for.
    @Nullable
    OfAgent done(Agent want, Run run, Session.Pane pane, ProcessRef process) {
        var done = of.agent().dialogue().done(run.id());
        if (done == null || !want.spec().completion().byWord()) {
            return null;
        }
        var ended = new Ended(run.id(), Reason.Done, new Exit.Unseen(), run.startedAt(), of.now());
        var over = new HistoryEdit(of.agent())
                .run(run.ended(ended))
                .failures(of.agent().failures() + (done.succeeded() ? 0 : 1))
                .done();
        boolean keep = want.spec().completion().onDone() == Completion.OnDone.Keep;
        return keep && Verdict.of(over, want, of.now()) instanceof Verdict.Finished(var reason, var message)
                ? of.hold(reason, message + "; it runs on, as spec.completion.onDone says")
                : ending.stop(pane, process, Reason.Done);
    }

    /// It gave no sign of life until its grace period was over, and nothing that may become its last word is there.
    @Nullable
    OfAgent silent(Agent want, Run run, Session.Pane pane, ProcessRef process) {
        var over = over(want, run);
        if (over == null || !of.now().reached(over)) {
            return null;
        }
        var patience = patience();
        return patience != null && !of.now().reached(patience)
                ? of.hold(Reason.HeartbeatLate, "no sign of life, but a done file that may still be written", patience)
                : ending.stop(pane, process, Reason.HeartbeatLost);
    }

    /// What is wrong with its words, null when nothing is.
    @Nullable
    Hold trouble(Agent want, Run run) {
        var late = late(want, run);
        var heartbeat = want.spec().heartbeat();
        if (late != null && heartbeat != null && of.now().reached(late)) {
            return of.hold(
                    Reason.HeartbeatLate,
                    "no sign of life for " + heartbeat.timeoutSeconds() + "s; unless one comes within "
                            + heartbeat.gracePeriodSeconds() + "s it is ended",
                    over(want, run));
        }
        var patience = patience();
        return patience != null && of.now().reached(patience)
                && of.vitals().done() instanceof DoneFile.Wrong(var why, var since)
                        ? of.hold(Reason.DoneFileInvalid, why)
                        : null;
    }

    /// When one of these may change by time alone.
    @Nullable
    Moment wake(Agent want, Run run) {
        return Moment.earlier(future(late(want, run)), Moment.earlier(future(over(want, run)), future(patience())));
    }

    private @Nullable Moment future(@Nullable Moment moment) {
        return moment == null || of.now().reached(moment) ? null : moment;
    }

    private @Nullable Moment late(Agent want, Run run) {
        var heartbeat = want.spec().heartbeat();
        var beat = of.vitals().beat();
        return heartbeat == null || beat == null || of.agent().dialogue().done(run.id()) != null
                ? null
                : beat.at().plus(Duration.ofSeconds(heartbeat.timeoutSeconds()));
    }

    private @Nullable Moment over(Agent want, Run run) {
        var late = late(want, run);
        var heartbeat = want.spec().heartbeat();
        return late == null || heartbeat == null
                ? null
                : late.plus(Duration.ofSeconds(heartbeat.gracePeriodSeconds()));
    }

    private @Nullable Moment patience() {
        return of.vitals().done() instanceof DoneFile.Wrong(var why, var since) ? since.plus(PATIENCE) : null;
    }
}
