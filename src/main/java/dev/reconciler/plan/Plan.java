package dev.reconciler.plan;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Exactly one action for each agent, at most one for each server, and when to look again even if nothing happens.
///
/// @param wakeAt null: only an event or the relist changes anything
/// @param awaitingApproval what a person may approve, sorted by name
/// @param units leaked ones to remove
/// @param unchecked wanted names whose decision needs a preflight that was not given: look, and plan again
public record Plan(
        SortedMap<String, Action.OfServer> servers,
        SortedMap<AgentName, Action.OfAgent> agents,
        List<AgentHistory.Change> awaitingApproval,
        SortedSet<AgentName> unchecked,
        @Nullable Moment wakeAt,
        SortedMap<String, Action.OfUnit> units) {
    /// Every action, servers first.
    public Stream<Action> all() {
        return Stream.of(servers.values(), agents.values(), units.values()).flatMap(Collection::stream);
    }

    /// One that does nothing to units.
    public Plan(
            SortedMap<String, Action.OfServer> servers,
            SortedMap<AgentName, Action.OfAgent> agents,
            List<AgentHistory.Change> awaitingApproval,
            SortedSet<AgentName> unchecked,
            @Nullable Moment wakeAt) {
        this(servers, agents, awaitingApproval, unchecked, wakeAt, Collections.emptySortedMap());
    }
}
