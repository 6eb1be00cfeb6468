package dev.reconciler.api;

import org.jspecify.annotations.Nullable;

/// Something we ended, as long as it is not seen that nothing of it is left.
///
/// @param name null: the namespace's tmux server
/// @param run null likewise
/// @param left what was left of it when it should have been gone, empty before
public record Teardown(
        @Nullable AgentName name, @Nullable RunId run, String namespace, Moment since, String left) {
    public Teardown left(String value) {
        return new Teardown(name, run, namespace, since, value);
    }
}
