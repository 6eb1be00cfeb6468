package dev.reconciler.api;

import java.util.SortedMap;

/// All that is remembered: one file for each agent, one for the fleet.
public record History(AgentHistory.Fleet fleet, SortedMap<AgentName, AgentHistory> agents) {}
