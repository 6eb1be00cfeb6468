package dev.reconciler.status;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import org.jspecify.annotations.Nullable;

/// Something worth telling, counted when it repeats.
///
/// @param object null: about the daemon or a server
public record Event(
        Moment first, Moment last, int count, Type type, Reason reason, @Nullable AgentName object, String message) {
    /// Kubernetes' two types.
    public enum Type {
        Normal,
        Warning
    }
}
