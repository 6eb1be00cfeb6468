package dev.reconciler.api;

/// When a changed spec replaces the running program.
public enum UpdateStrategy {
    OnExit,
    OnIdle,
    Immediate
}
