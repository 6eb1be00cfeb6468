package dev.reconciler.api;

/// What a run may ask of the daemon beyond looking, speaking of itself and sending texts: one of `spec.grants`.
public enum Grant {
    /// End or replace its own run.
    StopSelf,
    /// End or replace other agents, of any namespace, or take over their terminals.
    StopOthers,
    /// Write manifests.
    Apply,
    /// Allow what waits for a person.
    Approve,
    /// Make tmux servers reachable.
    Rescue,
    /// End what seems to be nobody's any more.
    CollectGarbage
}
