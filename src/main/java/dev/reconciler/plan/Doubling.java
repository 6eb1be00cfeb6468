package dev.reconciler.plan;

import dev.reconciler.api.Desire;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.plan.Action.OfAgent;
import dev.reconciler.plan.Action.Reap;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/// The rows of an agent with more than one run: one of them is ended, the one that history does not know, else the
/// younger.
record Doubling(Subject of, Ending ending, Removal removal) {
    OfAgent decide(Desire desire, List<Session> runs) {
        if (desire instanceof Desire.Unwanted && !of.deleted()) {
            var guard = removal.guard();
            if (guard != null && runs.stream().noneMatch(r -> ending.decided(runOf(r)))) {
                return guard;
            }
        }
        var victim = Collections.max(
                runs,
                Comparator.comparingLong(this::rank)
                        .thenComparing(run -> runOf(run).number())
                        .thenComparing(run -> String.valueOf(Subject.mark(run))));
        var id = runOf(victim);
        return switch (victim) {
            case Session.Running(var pane, var process) -> end(id, List.of(process));
            case Session.Orphaned(var run, var processes) -> end(id, processes);
            case Session.Exited(var pane, var exit, var left) ->
                    left.isEmpty() ? new Reap(of.name(), pane, Reason.Duplicate) : ending.leftovers(id, left);
            case Session.Absent a -> of.hold(Reason.ObservationIncomplete, "more than one run");
            case Session.Doubled d -> of.hold(Reason.ObservationIncomplete, "more than one run");
            case Session.Ghost g -> of.hold(Reason.Ghost, "its tmux server has no socket");
            case Session.OtherSource o -> of.hold(Reason.OtherSource, o.source());
            case Session.Foreign f -> of.hold(Reason.NameTaken, f.evidence());
            case Session.Unknown u -> of.hold(Reason.ObservationIncomplete, u.why());
        };
    }

    private OfAgent end(RunId run, List<ProcessRef> targets) {
        return ending.decided(run) ? ending.goOn(run, targets) : ending.stop(run, Reason.Duplicate, targets);
    }

    /// The higher, the sooner it goes: dead panes of other runs, then runs history does not know, the younger first.
    private long rank(Session run) {
        if (known(run)) {
            return -1;
        }
        return switch (run) {
            case Session.Exited e -> Long.MAX_VALUE;
            case Session.Running(var pane, var process) -> process.startTime();
            case Session.Orphaned(var id, var processes) -> processes.getFirst().startTime();
            case Session.Absent a -> -1;
            case Session.Doubled d -> -1;
            case Session.Ghost g -> -1;
            case Session.OtherSource o -> -1;
            case Session.Foreign f -> -1;
            case Session.Unknown u -> -1;
        };
    }

    private boolean known(Session session) {
        var run = of.agent().run();
        return run != null
                && run.ended() == null
                && run.id().equals(runOf(session))
                && !(session instanceof Session.Running(var pane, var process)
                        && run.process() != null
                        && !run.process().equals(process));
    }

    private RunId runOf(Session session) {
        var mark = Subject.mark(session);
        return mark != null
                ? mark.run()
                : session instanceof Session.Orphaned(var run, var processes) ? run
                : new RunId(of.agent().uid(), 0);
    }
}
