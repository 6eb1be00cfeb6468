package dev.reconciler.status;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.Plan;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What taking in a revision came to, as one event: `applied main@sha1:1a2b3c4: 2 created, 1 restarted, 1 pending
/// deletion`. Pure.
public final class Applied {
    private Applied() {}

    /// @param before the history when the last revision was taken in
    /// @param plan of the round in which this one is
    /// @return null when none was taken in since
    public static @Nullable Event of(History before, History after, Plan plan, Moment now) {
        var applied = after.fleet().whence().applied();
        var brief = after.fleet().whence().brief();
        if (applied == null || brief == null || applied.equals(before.fleet().whence().applied())) {
            return null;
        }
        var counts = new LinkedHashMap<String, Integer>();
        for (var what : new String[] {"created", "restarted", "changed", "pending restart", "waiting for approval",
            "suspended", "pending deletion", "kept"}) {
            counts.put(what, 0);
        }
        after.agents().forEach((name, agent) -> {
            var what = what(before.agents().get(name), agent, plan.agents().get(name));
            if (what != null) {
                counts.merge(what, 1, Integer::sum);
            }
        });
        var parts = counts.entrySet().stream().filter(e -> e.getValue() > 0).map(Applied::part).toList();
        return new Event(now, now, 1, Event.Type.Normal, Reason.Applied, null,
                "applied " + brief + ": " + (parts.isEmpty() ? "nothing to do" : String.join(", ", parts)));
    }

    private static String part(Map.Entry<String, Integer> count) {
        return count.getValue() + " " + count.getKey();
    }

    private static @Nullable String what(
            @Nullable AgentHistory before, AgentHistory after, @Nullable Action action) {
        if (after.absentSince() != null) {
            boolean held = action != null && action.reason() == Reason.ApprovalNeeded;
            return held ? "waiting for approval" : before == null || before.absentSince() == null
                    ? "pending deletion" : null;
        }
        if (before == null || !before.uid().equals(after.uid())) {
            return "created";
        }
        if (before.absentSince() != null) {
            return "kept";
        }
        if (after.generation() == before.generation() || action == null) {
            return null;
        }
        var reason = action.reason();
        return reason == Reason.RestartPending || reason == Reason.ReplacementWouldFail ? "pending restart"
                : reason == Reason.ApprovalNeeded ? "waiting for approval"
                : reason == Reason.Suspended ? "suspended"
                : reason == Reason.SpecChanged ? "restarted"
                : "changed";
    }
}
