package dev.reconciler.api;

import org.jspecify.annotations.Nullable;

/// `spec.lifecycle`.
@Doc("What happens around a run.")
public record Lifecycle(
        @Doc("How the program is asked to end before TERM, within the grace period; at least 2 of its seconds are left"
                + " for TERM.")
        @Nullable PreStop preStop) {}
