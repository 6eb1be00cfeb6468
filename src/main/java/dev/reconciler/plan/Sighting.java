package dev.reconciler.plan;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Ended;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Exit;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.api.SpecHash;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is remembered of an agent's session: that its run is seen, that it ended, how it is counted.
///
/// @param spec tells a healthy run and what its end means; null when none is known
record Sighting(@Nullable AgentSpec spec, Moment now) {
    AgentHistory note(AgentHistory history, Session session) {
        return switch (session) {
            case Session.Running(var pane, var process) -> running(single(history, null), pane.mark(), process);
            case Session.Exited(var pane, var exit, var leftovers) ->
                    exited(single(history, pane.mark().run()), pane.mark(), exit, leftovers.isEmpty());
            case Session.Absent absent -> absent(single(history, null));
            case Session.Doubled(var runs) -> {
                var next = history.next();
                var noted = history;
                for (var run : runs) {
                    if (next != null && run instanceof Session.Running(var pane, var process)
                            && pane.mark().run().equals(next.id())
                            && (history.run() == null || history.run().ended() != null)) {
                        noted = running(history, pane.mark(), process);
                    }
                    noted = run instanceof Session.Orphaned(var orphan, var processes) ? numbered(noted, orphan)
                            : noted;
                }
                yield noted;
            }
            case Session.Orphaned(var run, var processes) ->
                    numbered(promote(history, run, null, processes.getFirst()), run);
            case Session.Ghost ghost -> history;
            case Session.OtherSource other -> history;
            case Session.Foreign foreign -> history;
            case Session.Unknown unknown -> history;
        };
    }

    /// A full disk may have let an older record survive a run. Nothing adopts an orphan, and its number is used up all the
    /// same: the next run with it would be taken for the one that is over, and for done when that was (seed 316773).
    private static AgentHistory numbered(AgentHistory history, RunId seen) {
        return seen.uid().equals(history.uid())
                ? new HistoryEdit(history).runs(Math.max(history.runs(), seen.number())).done()
                : history;
    }

    /// No second run is there any more, unless it is the one whose dead pane is seen: what it left is still being ended.
    private static AgentHistory single(AgentHistory history, @Nullable RunId seen) {
        return history.duplicate() == null || history.duplicate().id().equals(seen)
                ? history
                : new HistoryEdit(history).duplicate(null).done();
    }

    private AgentHistory running(AgentHistory history, OwnerMark mark, ProcessRef process) {
        var promoted = promote(history, mark.run(), mark.hash(), process);
        var run = promoted.run();
        if (run == null || !run.id().equals(mark.run())) {
            return promoted;
        }
        if (process.equals(run.process()) && run.ended() == null) {
            return promoted;
        }
        // A run that was taken for ended and lives: what was decided about its end is void too.
        var living = run.process(process).ended(null).cleared(null);
        return new HistoryEdit(promoted)
                .run(run.ended() == null ? living : living.termination(null))
                .done();
    }

    /// The intended run was seen: it is the run now. A command without an answer may have landed late, so it counts from
    /// this sight, not from the intent. An intent that a full disk refused left an older one behind: then the mark says
    /// what was started.
    ///
    /// @param stamped null when no mark is seen
    private AgentHistory promote(
            AgentHistory history, RunId seen, @Nullable SpecHash stamped, @Nullable ProcessRef process) {
        var next = history.next();
        if (next == null || !next.id().equals(seen)) {
            return history;
        }
        var run = stamped == null || stamped.equals(next.hash())
                ? Run.of(next.id(), process, next.hash(), next.workingDirectory(), now).argv(next.argv())
                : Run.of(next.id(), process, stamped, "", now);
        return new HistoryEdit(history)
                .run(run)
                .next(null)
                .restarts(history.restarts() + (next.restart() ? 1 : 0))
                .rollout(null)
                .startFailure(null)
                .said(Hearing.begun(history, next, now))
                .done();
    }

    private AgentHistory exited(
            AgentHistory history, OwnerMark mark, Exit exit, boolean clear) {
        var promoted = promote(history, mark.run(), mark.hash(), null);
        var run = promoted.run();
        if (run == null || !run.id().equals(mark.run())) {
            return promoted;
        }
        var noted = run.ended() != null ? promoted : ended(promoted, run, exit, null);
        return clear ? cleared(noted) : noted;
    }

    /// Nothing of the run that ended is left.
    private AgentHistory cleared(AgentHistory history) {
        var run = history.run();
        return run == null || run.ended() == null || run.clearedAt() != null
                ? history
                : new HistoryEdit(history).run(run.cleared(now)).done();
    }

    private AgentHistory absent(AgentHistory history) {
        var run = history.run();
        if (run == null || run.ended() != null) {
            return cleared(history);
        }
        boolean rebooted = !run.startedAt().sameBoot(now);
        return cleared(ended(history, run, new Exit.Unseen(), rebooted ? Reason.Rebooted : Reason.SessionLost));
    }

    /// A decision that was never carried out is erased: then the program ended by itself and its exit code judges. Where
    /// there is no exit code, or a signal such as ours, the daemon died between sending it and writing that down.
    private AgentHistory ended(
            AgentHistory history, Run run, Exit exit, @Nullable Reason otherwise) {
        var termination = run.termination();
        boolean sent = termination != null
                && (termination.sentAt() != null || termination.askedAt() != null || unexplained(exit));
        var by = otherwise == Reason.Rebooted || !sent || termination == null ? otherwise : termination.reason();
        boolean failed = by == Reason.SessionLost
                || by == Reason.Unhealthy
                || by == Reason.HeartbeatLost
                || (by == null || by == Reason.Done)
                        && !Verdict.success(spec, history.dialogue().done(run.id()), by, exit);
        boolean differs = by == null && failed == exit.success();
        var ended = new Ended(run.id(), by, exit, run.startedAt(), now, differs ? failed : null);
        boolean healthy =
                spec != null
                        && now.since(run.startedAt())
                                .compareTo(Duration.ofSeconds(spec.backoff().resetAfterSeconds())) >= 0;
        var edit = new HistoryEdit(history)
                .run(run.termination(sent ? termination : null).ended(ended))
                .last(ended)
                .failures((healthy ? 0 : history.failures()) + (failed ? 1 : 0));
        return by == Reason.Rebooted ? edit.backoff(null).done() : edit.done();
    }

    /// Nobody saw it, or it was HUP, KILL or TERM: what a stop sends.
    private static boolean unexplained(Exit exit) {
        return switch (exit) {
            case Exit.Code code -> false;
            case Exit.OutOfMemory killed -> false;
            case Exit.Signal(int number) -> number == 1 || number == 9 || number == 15;
            case Exit.Unseen unseen -> true;
        };
    }
}
