package dev.reconciler.controller;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import dev.reconciler.status.HistoryStore;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The one writer of history. What a look shows is noted, and shows again; what is about to be done, or was said by a
/// person, is on disk before it goes on, and all that was noted before with it.
final class Memory {
    private final HistoryStore store;
    private volatile History history;

    /// What is on disk, null when a part of it may not be.
    private @Nullable History kept;

    private volatile List<String> problems;
    private HistoryStore.Saved saved = new HistoryStore.Saved(new java.util.TreeSet<>(), true, List.of());

    /// @throws IOException when the state directory cannot be read: nobody may go on as if nothing were remembered
    Memory(HistoryStore store) throws IOException {
        this.store = store;
        var loaded = store.load();
        history = loaded.history();
        kept = history;
        problems = loaded.problems();
    }

    History history() {
        return history;
    }

    /// The last good documents of all that a file which cannot be read may still ask for.
    static SortedMap<AgentName, String> remembered(History history) {
        var documents = new TreeMap<AgentName, String>();
        for (var agent : history.agents().values()) {
            if (agent.lastGood() != null && agent.absentSince() == null && agent.delete() == null) {
                documents.put(agent.name(), agent.lastGood());
            }
        }
        return documents;
    }

    /// What went wrong with the last write, or at the start, a sentence each.
    List<String> problems() {
        return problems;
    }

    /// Remembers; on disk with the next [#keep] or [#update].
    ///
    /// @return the history with the change in it
    synchronized History note(UnaryOperator<History> change) {
        history = change.apply(history);
        return history;
    }

    /// Remembers and puts on disk, unless there is nothing new.
    synchronized void update(UnaryOperator<History> change) {
        var before = history;
        if (note(change) != before) {
            keep();
        }
    }

    /// Puts all that is remembered on disk.
    synchronized void keep() {
        if (!history.equals(kept)) {
            saved = store.save(history);
            kept = saved.whole() ? history : null;
        }
        problems = saved.problems();
    }

    /// Tidies up what is on disk, when there is time.
    ///
    /// @return how much there was of it
    synchronized int settle() {
        try {
            return store.settle();
        } catch (IOException e) {
            problems = Stream.concat(saved.problems().stream(), Stream.of(String.valueOf(e.getMessage()))).toList();
            return 0;
        }
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
