package dev.reconciler.api;

/// What happens when a program ends by itself.
public enum RestartPolicy {
    Always,
    OnFailure,
    Never
}
