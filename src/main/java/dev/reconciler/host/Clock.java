package dev.reconciler.host;

import dev.reconciler.api.Moment;

/// The machine's time.
@FunctionalInterface
public interface Clock {
    Moment now();
}
