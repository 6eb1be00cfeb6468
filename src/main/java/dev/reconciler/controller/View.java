package dev.reconciler.controller;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.plan.Plan;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// One round's picture, immutable: what every reading verb renders.
///
/// @param round counts the rounds of this process
/// @param at when that round looked
/// @param complete the last round that could look at everything, null before one
/// @param daemonPid null when a command looked by itself
/// @param troubles what a person should know besides the agents, a sentence each
public record View(
        long round,
        Moment at,
        @Nullable Moment complete,
        @Nullable Long daemonPid,
        DesiredState desired,
        ObservedState observed,
        History history,
        Plan plan,
        SortedMap<AgentName, AgentStatus> statuses,
        List<String> troubles) {}
