package dev.reconciler.observed;

import dev.reconciler.api.History;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.ProcessTable.Bound;
import dev.reconciler.host.ProcessTable.Standing;
import dev.reconciler.host.ServerTable;
import dev.reconciler.host.ServerTable.Contents;
import dev.reconciler.host.ServerTable.Heard;
import dev.reconciler.observed.Inventory.Entry;
import dev.reconciler.observed.Inventory.Owner;
import dev.reconciler.observed.Inventory.State;
import dev.reconciler.observed.Inventory.Witness;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What each witness says about each server, put together: pure.
final class Sightings {
    private static final String HOLDER = "cat -";

    private final ServerTable.Look look;
    private final Witness witness;
    private final History history;
    private final SortedMap<String, String> sockets;

    Sightings(ServerTable.Look look, Witness witness, History history, SortedMap<String, String> sockets) {
        this.look = look;
        this.witness = witness;
        this.history = history;
        this.sockets = sockets;
    }

    /// One witness's word.
    private record Word(State state, @Nullable String path, String evidence) {}

    Inventory inventory() {
        var blind = new ArrayList<>(look.scan().blind());
        var second = look.lsof();
        if (second != null && second.trouble() != null) {
            blind.add("lsof: " + second.trouble());
        }
        var found = new TreeMap<ProcessRef, Entry>();
        for (var process : look.scan().processes()) {
            if (process.server() != null) {
                var word = word(process, process.server());
                if (word != null) {
                    found.put(process.ref(), entry(process, word));
                }
            }
        }
        var entries = new ArrayList<>(found.values());
        for (var path : look.idle()) {
            entries.add(new Entry(
                    null, path, State.Stale, stale(path), 0, Contents.NONE, "a socket file that nobody listens on"));
        }
        return new Inventory(List.copyOf(entries), List.copyOf(blind));
    }

    /// In our own directory it is ours to remove, whoever left it.
    private Owner stale(String path) {
        for (var socket : sockets.entrySet()) {
            if (path.equals(socket.getValue()) || path.startsWith(socket.getValue() + ".")) {
                return new Owner.Managed(socket.getKey(), "it lies in our own directory");
            }
        }
        return new Owner.Foreign();
    }

    private Entry entry(ProcessTable.Process process, Word word) {
        var owner = Inventory.owner(process, history, sockets);
        var inside = look.contents().getOrDefault(process.ref(), Contents.NONE);
        var contents = owner.managed() ? withoutHolder(inside) : inside;
        int holder = owner.managed() ? 1 : 0;
        int sessions = word.path() != null
                && look.heard().get(word.path()) instanceof Heard.Answered(long pid, int said)
                && pid == process.ref().pid() ? Math.max(0, said - holder) : contents.sessions();
        return new Entry(process.ref(), word.path(), word.state(), owner, sessions, contents, word.evidence());
    }

    /// What keeps an empty server of ours alive is nobody's program.
    private static Contents withoutHolder(Contents contents) {
        var programs = contents.programs()
                .stream()
                .filter(p -> !p.pane().equals("%0") || !p.command().equals(HOLDER))
                .toList();
        return new Contents(contents.memory(), contents.age(), programs, contents.told());
    }

    /// Null: by the only witness that was asked, it is no server.
    private @Nullable Word word(ProcessTable.Process process, ProcessTable.Server facts) {
        var contents = look.contents().getOrDefault(process.ref(), Contents.NONE);
        return switch (witness) {
            case Proc -> byProc(process.ref(), facts, contents);
            case Lsof -> byLsof(process.ref());
            case Both -> {
                var one = byProc(process.ref(), facts, contents);
                var other = byLsof(process.ref());
                if (other == null) {
                    yield new Word(State.Unknown, one.path(), "/proc says " + one.state() + " (" + one.evidence()
                            + "), lsof sees it listen nowhere");
                }
                yield one.state() == other.state() || one.state() == State.Unknown
                        ? one
                        : new Word(State.Unknown, one.path(), "/proc says " + one.state() + " (" + one.evidence()
                                + "), lsof says " + other.state() + " (" + other.evidence() + ")");
            }
        };
    }

    private Word byProc(ProcessRef process, ProcessTable.Server facts, Contents contents) {
        if (facts.blind() != null) {
            return new Word(State.Unknown, null, facts.blind());
        }
        Word worst = null;
        for (var bound : facts.bound()) {
            var word = byProc(process, bound);
            if (word.state() == State.Live) {
                return word;
            }
            worst = worst == null || word.state() == State.Unknown ? word : worst;
        }
        return worst != null
                ? worst
                : new Word(State.Ghost, contents.told(), "it listens on no socket: making it again failed");
    }

    private Word byProc(ProcessRef process, Bound bound) {
        var heard = look.heard().get(bound.path());
        return switch (bound.standing()) {
            case Owner -> switch (heard) {
                case null -> new Word(State.Live, bound.path(), "its socket's file is on its path");
                case Heard.Answered(long pid, int sessions) when pid == process.pid() ->
                        new Word(State.Live, bound.path(), "it answers on its path");
                case Heard.Answered(long pid, int sessions) -> new Word(State.Unknown, bound.path(),
                        "its socket's file is on its path, and process " + pid + " answers there");
                case Heard.Nobody() -> new Word(State.Unknown, bound.path(),
                        "its socket's file is on its path, and nobody listens there");
                case Heard.Silent(var why) -> new Word(State.Unknown, bound.path(), why);
            };
            case Unlinked -> new Word(State.Ghost, bound.path(), "it listens, and its path is gone");
            case Taken -> taken(process, bound);
            case Unclear -> heard == null
                    ? new Word(State.Unknown, bound.path(), "who owns its path could not be told")
                    : byAnswer(process, bound.path(), heard);
        };
    }

    private Word taken(ProcessRef process, Bound bound) {
        for (var other : look.scan().processes()) {
            if (!other.ref().equals(process) && other.server() != null && other.server().owns(bound.path())) {
                return new Word(
                        State.Shadowed, bound.path(), "it listens, and tmux server " + other.ref().pid()
                                + " owns its path");
            }
        }
        return look.heard().get(bound.path()) instanceof Heard.Answered(long pid, int sessions)
                ? new Word(State.Shadowed, bound.path(), "it listens, and process " + pid + " owns its path")
                : new Word(State.Ghost, bound.path(), "it listens, and another file lies on its path");
    }

    /// What `lsof` and whoever answers say together; null when it sees no such server.
    private @Nullable Word byLsof(ProcessRef process) {
        var witness = look.lsof();
        if (witness == null || witness.trouble() != null) {
            return new Word(State.Unknown, null, "lsof said nothing");
        }
        Word word = null;
        for (var name : witness.listening().getOrDefault(process.pid(), List.of())) {
            for (var path : look.heard().keySet()) {
                if (named(path, name, process)) {
                    var next = byAnswer(process, path, look.heard().get(path));
                    if (next.state() == State.Live) {
                        return next;
                    }
                    boolean says = word == null || word.state() == State.Ghost;
                    word = says ? next : word;
                }
            }
            word = word == null ? new Word(State.Unknown, name, "its path was not asked") : word;
        }
        return word;
    }

    /// Whether `lsof` means that path: it cuts a name at its first space, leaves a relative one as it was bound, and does
    /// not know of a rescued one's second name.
    private static boolean named(String path, String name, ProcessRef process) {
        return name.startsWith("/")
                ? path.equals(name) || path.startsWith(name + " ") || path.equals(name + ".ghost-" + process.pid())
                : path.endsWith("/" + name) || path.contains("/" + name + " ");
    }

    private static Word byAnswer(ProcessRef process, String path, @Nullable Heard heard) {
        return switch (heard) {
            case Heard.Answered(long pid, int sessions) when pid == process.pid() ->
                    new Word(State.Live, path, "it answers on its path");
            case Heard.Answered(long pid, int sessions) ->
                    new Word(State.Shadowed, path, "it listens, and process " + pid + " answers on its path");
            case Heard.Nobody() -> new Word(State.Ghost, path, "it listens, and nobody is reached on its path");
            case Heard.Silent(var why) -> new Word(State.Unknown, path, why);
            case null -> new Word(State.Unknown, path, "its path was not asked");
        };
    }
}
