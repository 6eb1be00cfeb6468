package dev.reconciler.desired;

import dev.reconciler.api.Agent;
import java.util.Collections;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the agents of one folder are given: its own Defaults over those of the folders above.
///
/// @param tree `metadata` and `spec`; no nulls
/// @param values each of its values, by path as in [Merge#leaves]
/// @param broken why it is not known what they are given; null: it is
public record FolderDefaults(
        ObjectNode tree, SortedMap<String, Agent.Filled> values, @Nullable FieldError broken) {
    public static final FolderDefaults NONE =
            new FolderDefaults(JsonNodeFactory.instance.objectNode(), Collections.emptySortedMap(), null);

    static FolderDefaults unknown(FieldError why) {
        return new FolderDefaults(NONE.tree, NONE.values, why);
    }

    /// Which count for the agent of a document.
    @FunctionalInterface
    public interface Giver {
        /// @param name null when it cannot be told
        FolderDefaults to(dev.reconciler.api.@Nullable AgentName name);
    }
}
