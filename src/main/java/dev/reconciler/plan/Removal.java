package dev.reconciler.plan;

import dev.reconciler.api.Desire;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.plan.Action.Forget;
import dev.reconciler.plan.Action.Hold;
import dev.reconciler.plan.Action.OfAgent;
import dev.reconciler.plan.Action.Reap;
import dev.reconciler.plan.Action.RemoveManifest;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The rows of an agent that is to go, or to stop, because the folder or a person says so.
record Removal(Subject of, Ending ending) {
    /// A person said delete.
    OfAgent delete(Desire desire, Session session) {
        var intent = of.agent().delete();
        var want =
                switch (desire) {
                    case Desire.Wanted(var wanted) -> wanted;
                    case Desire.Suspended(var wanted) -> wanted;
                    case Desire.Unwanted() -> null;
                    case Desire.Unreadable(var lastGood, var why) -> null;
                };
        if (intent != null && want != null && want.documentDigest().equals(intent.documentDigest())) {
            return new RemoveManifest(of.name(), want.origin(), want.documentDigest(), Reason.Deleted);
        }
        return switch (session) {
            case Session.Running(var pane, var process) ->
                    ending.stop(pane, process, Reason.Deleted);
            case Session.Orphaned(var run, var processes) -> ending.stop(run, Reason.Deleted, processes);
            case Session.Exited(var pane, var exit, var left) -> new Reap(of.name(), pane, Reason.Deleted);
            case Session.Absent a -> new Forget(of.name(), Reason.Deleted);
            case Session.Doubled d -> of.hold(Reason.ObservationIncomplete, "more than one run");
            case Session.Ghost g -> of.hold(Reason.Ghost, "its tmux server has no socket");
            case Session.OtherSource o -> new Forget(of.name(), Reason.Deleted);
            case Session.Foreign f -> new Forget(of.name(), Reason.Deleted);
            case Session.Unknown u -> of.hold(Reason.ObservationIncomplete, u.why());
        };
    }

    OfAgent suspend(Session.Pane pane, ProcessRef process) {
        return changed(() -> ending.stop(pane, process, Reason.Suspended));
    }

    OfAgent suspend(RunId run, List<ProcessRef> targets) {
        return changed(() -> ending.stop(run, Reason.Suspended, targets));
    }

    OfAgent stop(Session.Pane pane, ProcessRef process) {
        return guarded(() -> ending.stop(pane, process, Reason.SpecRemoved));
    }

    OfAgent stop(RunId run, List<ProcessRef> targets) {
        return guarded(() -> ending.stop(run, Reason.SpecRemoved, targets));
    }

    OfAgent reap(Session.Pane pane) {
        return guarded(() -> new Reap(of.name(), pane, Reason.SpecRemoved));
    }

    /// Nothing of it lives: only what is remembered goes.
    OfAgent forget() {
        return guarded(() -> new Forget(of.name(), Reason.SpecRemoved));
    }

    private OfAgent guarded(Supplier<OfAgent> action) {
        var guard = guard();
        return guard != null ? guard : action.get();
    }

    /// A change of the folder that ends a program waits until the folder is settled and says it in a file that can be
    /// read, and for a person when it is one of too many.
    OfAgent changed(Supplier<OfAgent> action) {
        if (of.round().desired().of(of.name()) instanceof Desire.Unreadable(var lastGood, var why)) {
            return of.hold(Reason.SourceNotReady, why);
        }
        if (!of.round().desired().source().settled()) {
            return of.hold(Reason.SourceNotReady, "the folder is still changing");
        }
        return blocked() ? approvalNeeded() : action.get();
    }

    /// Why it may not be removed now, null when it may.
    @Nullable
    Hold guard() {
        var source = of.round().desired().source();
        if (!source.complete()) {
            return of.hold(Reason.SourceNotReady, "no file asks for it, but the folder could not be read completely");
        }
        if (source.empty() && !source.allowEmpty()) {
            return of.hold(Reason.SourceNotReady, "the folder is empty; source.allowEmpty says whether that is meant");
        }
        if (!source.settled()) {
            return of.hold(Reason.SourceNotReady, "the folder is still changing");
        }
        var since = of.agent().absentSince();
        var due = (since == null ? of.now() : since).plus(of.round().policy().holdDown());
        if (since == null || !of.now().reached(due)) {
            return of.hold(Reason.PendingDeletion, "no file asks for it any more; put it back to keep it", due);
        }
        return blocked() ? approvalNeeded() : null;
    }

    private boolean blocked() {
        return of.round().mass().blocked(of.name(), of.round().history());
    }

    private Hold approvalNeeded() {
        var mass = of.round().mass();
        return of.hold(Reason.ApprovalNeeded, mass.message(), mass.until());
    }
}
