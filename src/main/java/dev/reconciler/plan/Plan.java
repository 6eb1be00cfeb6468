package dev.reconciler.plan;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Exactly one action for each agent, at most one for each server, and when to look again even if nothing happens.
///
/// @param wakeAt null: only an event or the relist changes anything
/// @param awaitingApproval the names that a person may approve, sorted
public record Plan(
        SortedMap<String, Action.OfServer> servers,
        SortedMap<AgentName, Action.OfAgent> agents,
        List<AgentName> awaitingApproval,
        @Nullable Moment wakeAt) {}
