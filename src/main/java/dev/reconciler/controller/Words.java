package dev.reconciler.controller;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A person's word, recorded so that it outlives the daemon before it is acknowledged.
final class Words {
    private Words() {}

    static void record(Memory memory, @Nullable AgentName about, UnaryOperator<History> change)
            throws Access.Refusal {
        memory.update(change);
        if (about != null && !memory.durable(about)) {
            throw new Access.Refusal("it could not be recorded: " + String.join("; ", memory.problems()));
        }
    }
}
