package dev.reconciler.observed;

import org.jspecify.annotations.Nullable;
import java.nio.file.Path;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Health;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Vitals;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What one look proves.
///
/// @param sessions one for every name that is desired, remembered or marked
/// @param servers one for every namespace of those names and every socket of ours
/// @param preflights for the wanted names that may need a start or a replacement
/// @param vitals of runs that were looked at closer
/// @param health of runs that have probes or signs of activity
/// @param scopes the units that hold servers and runs
/// @param runtimeGone the directory that is gone and that only the system makes, so that no socket can be; null: none
public record ObservedState(
        SortedMap<AgentName, Session> sessions,
        SortedMap<String, ServerState> servers,
        SortedMap<AgentName, Preflight> preflights,
        SortedMap<AgentName, Vitals> vitals,
        SortedMap<AgentName, Health.Of> health,
        ScopesSeen scopes,
        @Nullable Path runtimeGone) {
    /// Why a session is unknown while an action of ours may change it at any moment.
    public static final String UNDER_WAY = "its last action is still under way";

    public ObservedState(
            SortedMap<AgentName, Session> sessions,
            SortedMap<String, ServerState> servers,
            SortedMap<AgentName, Preflight> preflights) {
        this(
                sessions, servers, preflights, Collections.emptySortedMap(), Collections.emptySortedMap(),
                ScopesSeen.NOTHING, null);
    }

    public ObservedState scopes(ScopesSeen seen) {
        return new ObservedState(sessions, servers, preflights, vitals, health, seen, runtimeGone);
    }

    public ObservedState runtimeGone(@Nullable Path gone) {
        return new ObservedState(sessions, servers, preflights, vitals, health, scopes, gone);
    }

    public ObservedState preflights(SortedMap<AgentName, Preflight> seen) {
        return new ObservedState(sessions, servers, seen, vitals, health, scopes, runtimeGone);
    }

    public ObservedState vitals(SortedMap<AgentName, Vitals> seen) {
        return new ObservedState(sessions, servers, preflights, seen, health, scopes, runtimeGone);
    }

    public ObservedState health(SortedMap<AgentName, Health.Of> seen) {
        return new ObservedState(sessions, servers, preflights, vitals, seen, scopes, runtimeGone);
    }

    public Vitals vitals(AgentName name) {
        return vitals.getOrDefault(name, Vitals.NONE);
    }

    /// The same without what a look cannot tell while an action is under way: a server that is just being started has a
    /// process and no socket yet, like a ghost.
    ///
    /// @param agents names with an action under way
    /// @param namespaces whose server is being started, stopped or rescued
    public ObservedState underWay(Set<AgentName> agents, Set<String> namespaces) {
        if (agents.isEmpty() && namespaces.isEmpty()) {
            return this;
        }
        var known = new TreeMap<>(sessions);
        known.replaceAll((name, session) -> namespaces.contains(name.namespace()) && session instanceof Session.Ghost
                ? new Session.Unknown(UNDER_WAY)
                : session);
        agents.forEach(name -> known.put(name, new Session.Unknown(UNDER_WAY)));
        var up = new TreeMap<>(servers);
        namespaces.forEach(namespace -> up.put(namespace, new ServerState.Silent(UNDER_WAY)));
        return new ObservedState(known, up, preflights, vitals, health, scopes, runtimeGone);
    }
}
