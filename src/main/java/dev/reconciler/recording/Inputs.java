package dev.reconciler.recording;

import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.plan.Plan;

/// What one round decided from, as the planner took it, and what it decided. Immutable.
///
/// @param history with that very look noted in it
public record Inputs(DesiredState desired, ObservedState observed, History history, Moment at, Plan plan) {}
