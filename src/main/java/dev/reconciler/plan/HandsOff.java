package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Session;
import org.jspecify.annotations.Nullable;

/// Whether `reconciler.dev/reconcile: disabled` holds: the spec decides; the mark, else the last good spec, only where no
/// spec is readable.
final class HandsOff {
    private HandsOff() {}

    static boolean holds(Desire desire, Session session, AgentHistory agent) {
        return switch (desire) {
            case Desire.Wanted(var want) -> want.reconcileDisabled();
            case Desire.Suspended(var want) -> want.reconcileDisabled();
            case Desire.Unwanted() -> {
                var mark = mark(session);
                yield mark != null ? mark : session instanceof Session.Orphaned && lastGood(agent.lastGood());
            }
            case Desire.Unreadable(var lastGood, var why) -> {
                var mark = mark(session);
                yield mark != null ? mark : lastGood != null && lastGood.reconcileDisabled();
            }
        };
    }

    /// What the mark on any of its panes says, null without a pane.
    private static @Nullable Boolean mark(Session session) {
        return switch (session) {
            case Session.Running(var pane, var process) -> pane.mark().disabled();
            case Session.Exited(var pane, var exit, var leftovers) -> pane.mark().disabled();
            case Session.Doubled(var runs) -> runs.stream().anyMatch(run -> Boolean.TRUE.equals(mark(run)));
            case Session.Absent absent -> null;
            case Session.Orphaned orphaned -> null;
            case Session.Ghost ghost -> null;
            case Session.OtherSource other -> null;
            case Session.Foreign foreign -> null;
            case Session.Unknown unknown -> null;
        };
    }

    /// In canonical JSON these quotes cannot stand inside of a string.
    private static boolean lastGood(@Nullable String document) {
        return document != null && document.contains("\"" + Agent.RECONCILE + "\":\"disabled\"");
    }
}
