package dev.reconciler.controller;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// How a person's word is recorded: it outlives the daemon before it is acknowledged.
@FunctionalInterface
interface Words {
    /// @param about the agent whose file must hold it, null: the fleet's
    /// @throws Access.Refusal when somebody else is the writer, or the disk refuses
    void record(@Nullable AgentName about, UnaryOperator<History> change) throws Access.Refusal;

    static Words of(Memory memory) {
        return (about, change) -> {
            if (about == null) {
                memory.update(change);
            } else if (!memory.updateDurably(about, change)) {
                throw new Access.Refusal("it could not be recorded: " + String.join("; ", memory.problems()));
            }
        };
    }
}
