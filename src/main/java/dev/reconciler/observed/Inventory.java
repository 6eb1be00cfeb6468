package dev.reconciler.observed;

import dev.reconciler.api.History;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.ServerTable;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Every tmux server of this user, and the sockets that servers left behind.
///
/// @param entries servers by pid, then stale sockets by path
/// @param blind what could not be seen; not empty: what is missing here proves nothing
public record Inventory(List<Entry> entries, List<String> blind) {
    /// Whom to believe.
    public enum Witness {
        Proc,
        Lsof,
        Both
    }

    /// What one look proves about one server.
    public enum State {
        /// Its path leads to it, and it answers where it was asked.
        Live,
        /// It lives, and nobody owns its path.
        Ghost,
        /// It lives, and another server owns its path: a split brain.
        Shadowed,
        /// A socket file that nobody listens on.
        Stale,
        /// It could not be asked, or the witnesses differ. A busy server is no ghost.
        Unknown
    }

    /// Whose it is.
    public sealed interface Owner {
        /// @param proof how that is known
        record Managed(String namespace, String proof) implements Owner {}

        record Foreign() implements Owner {}

        default boolean managed() {
            return this instanceof Managed;
        }
    }

    /// One line.
    ///
    /// @param process null of a stale socket
    /// @param path null when nothing tells it
    /// @param sessions as it says, else as `/proc` tells
    /// @param evidence why it is in that state, a sentence
    public record Entry(
            @Nullable ProcessRef process,
            @Nullable String path,
            State state,
            Owner owner,
            int sessions,
            ServerTable.Contents contents,
            String evidence) {
        /// Lives, and cannot be reached.
        public boolean lost() {
            return state == State.Ghost || state == State.Shadowed;
        }
    }

    /// @param sockets path of each namespace's socket
    public static Inventory of(
            ServerTable.Look look, Witness witness, History history, SortedMap<String, String> sockets) {
        return new Sightings(look, witness, history, sockets).inventory();
    }

    /// Those that live and cannot be reached.
    public List<Entry> lost() {
        return entries.stream().filter(Entry::lost).toList();
    }

    public @Nullable Entry find(long pid) {
        return first(e -> e.process() != null && e.process().pid() == pid);
    }

    public @Nullable Entry find(ProcessRef process) {
        return first(e -> process.equals(e.process()));
    }

    private @Nullable Entry first(Predicate<Entry> which) {
        return entries.stream().filter(which).findFirst().orElse(null);
    }

    /// A process is a tmux server of ours: we remember it, or it carries our mark in an environment that no program
    /// inherits. Never by its name or its arguments.
    static Owner owner(ProcessTable.Process process, History history, SortedMap<String, String> sockets) {
        for (var known : history.fleet().servers().entrySet()) {
            if (process.ref().equals(known.getValue().process())) {
                return new Owner.Managed(known.getKey(), "it was seen answering with our sessions (pid and start time)");
            }
        }
        var mark = process.server() == null ? null : process.server().mark();
        for (var socket : sockets.entrySet()) {
            if (socket.getValue().equals(mark)) {
                return new Owner.Managed(socket.getKey(), "it was started with our mark in its environment");
            }
        }
        return new Owner.Foreign();
    }
}
