package dev.reconciler.observed;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import java.util.SortedMap;

/// What one look proves.
///
/// @param sessions one for every name that is desired, remembered or marked
/// @param servers one for every namespace of those names and every socket of ours
/// @param preflights for the wanted names that may need a start or a replacement
public record ObservedState(
        SortedMap<AgentName, Session> sessions,
        SortedMap<String, ServerState> servers,
        SortedMap<AgentName, Preflight> preflights) {}
