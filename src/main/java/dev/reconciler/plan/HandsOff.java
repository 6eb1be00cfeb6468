package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Session;
import org.jspecify.annotations.Nullable;

/// Whether `reconciler.dev/reconcile: disabled` holds: the spec decides; where none is readable, the mark or the last good
/// spec, whichever says so.
final class HandsOff {
    private HandsOff() {}

    static boolean holds(Desire desire, Session session, AgentHistory agent) {
        return switch (desire) {
            case Desire.Wanted(var want) -> want.reconcileDisabled();
            case Desire.Suspended(var want) -> want.reconcileDisabled();
            case Desire.Unwanted() ->
                    marked(session) || session instanceof Session.Orphaned && lastGood(agent.lastGood());
            case Desire.Unreadable(var lastGood, var why) ->
                    marked(session) || lastGood != null && lastGood.reconcileDisabled();
        };
    }

    private static boolean marked(Session session) {
        return switch (session) {
            case Session.Running(var pane, var process) -> pane.mark().disabled();
            case Session.Exited(var pane, var exit, var leftovers) -> pane.mark().disabled();
            case Session.Doubled(var runs) -> runs.stream().anyMatch(HandsOff::marked);
            case Session.Absent absent -> false;
            case Session.Orphaned orphaned -> false;
            case Session.Ghost ghost -> false;
            case Session.OtherSource other -> false;
            case Session.Foreign foreign -> false;
            case Session.Unknown unknown -> false;
        };
    }

    /// In canonical JSON these quotes cannot stand inside of a string.
    private static boolean lastGood(@Nullable String document) {
        return document != null && document.contains("\"" + Agent.RECONCILE + "\":\"disabled\"");
    }
}
