package dev.reconciler.controller;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import dev.reconciler.status.HistoryStore;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;

/// The one writer of history: each change is applied to what is remembered and put on disk before it returns.
final class Memory {
    private final HistoryStore store;
    private volatile History history;
    private volatile List<String> problems;
    private HistoryStore.Saved saved = new HistoryStore.Saved(new java.util.TreeSet<>(), true, List.of());

    /// @throws IOException when the state directory cannot be read: nobody may go on as if nothing were remembered
    Memory(HistoryStore store) throws IOException {
        this.store = store;
        var loaded = store.load();
        history = loaded.history();
        problems = loaded.problems();
    }

    History history() {
        return history;
    }

    /// What went wrong with the last write, or at the start, a sentence each.
    List<String> problems() {
        return problems;
    }

    /// @return the history with the change in it
    synchronized History update(UnaryOperator<History> change) {
        var before = history;
        var after = change.apply(before);
        history = after;
        if (after.equals(before) && saved.whole()) {
            problems = List.of();
            return after;
        }
        saved = store.save(after);
        if (!saved.problems().isEmpty() || !problems.isEmpty()) {
            problems = saved.problems();
        }
        return after;
    }

    /// The same, or nothing: what is not on disk is not remembered either.
    ///
    /// @return false when the disk refused
    synchronized boolean updateDurably(AgentName about, UnaryOperator<History> change) {
        var before = history;
        update(change);
        if (durable(about)) {
            return true;
        }
        update(h -> before);
        return false;
    }

    /// Whether all that was said of this agent, and of the fleet, is on disk.
    synchronized boolean durable(AgentName name) {
        return saved.fleetWritten() && saved.durable(name);
    }
}
