package dev.reconciler.host;

import dev.reconciler.host.ProcessTable.Bound;
import dev.reconciler.host.ProcessTable.Process;
import dev.reconciler.host.ProcessTable.Scan;
import dev.reconciler.host.ProcessTable.Server;
import dev.reconciler.host.ProcessTable.Sighting;
import dev.reconciler.host.ProcessTable.Standing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which tmux server listens on which socket, remembered from one look to the next, so that finding those that lost
/// their path costs one question to the kernel and a stat for each: a socket's inode is its for as long as it is open.
/// Only a socket astray that was never seen before costs a whole look at the process table.
final class Roster {
    private final Path proc;
    private final ProcessTable processes;

    /// By inode; null: some other program's.
    private final Map<Long, @Nullable Process> known = new HashMap<>();

    Roster(Path proc, ProcessTable processes) {
        this.proc = proc;
        this.processes = processes;
    }

    /// All servers whose sockets are known, those that lost their paths proven to live.
    synchronized Scan look() {
        var listeners = Listeners.now(proc);
        if (listeners.trouble() != null) {
            return new Scan(List.of(), false, List.of(listeners.trouble()));
        }
        known.keySet().retainAll(listeners.byInode().keySet());
        var standings = new HashMap<Long, Standing>();
        for (var listener : listeners.byInode().values()) {
            standings.put(listener.inode(), standing(listener));
        }
        if (standings.entrySet()
                .stream()
                .anyMatch(s -> s.getValue() != Standing.Owner && !known.containsKey(s.getKey()))) {
            learn(listeners.byInode().keySet());
        }
        var found = new ArrayList<Process>();
        var done = new HashSet<Long>();
        known.forEach((inode, process) -> {
            if (process != null && process.server() != null && done.add(process.ref().pid())) {
                var now = now(process, process.server(), standings, listeners.byInode());
                if (now != null) {
                    found.add(now);
                }
            }
        });
        return new Scan(List.copyOf(found), true, List.of());
    }

    private static Standing standing(Listener listener) {
        return listener.path().startsWith("/")
                ? ServerFacts.standing(listener.path(), listener)
                : Standing.Unclear;
    }

    private void learn(Set<Long> inodes) {
        for (var process : processes.scan().processes()) {
            if (process.server() != null) {
                process.server().bound().forEach(bound -> known.put(bound.inode(), process));
            }
        }
        inodes.forEach(inode -> known.putIfAbsent(inode, null));
    }

    private @Nullable Process now(
            Process process, Server server, Map<Long, Standing> standings, Map<Long, Listener> listeners) {
        var bound = new ArrayList<Bound>();
        boolean lost = true;
        for (var before : server.bound()) {
            var listener = listeners.get(before.inode());
            var standing = standings.get(before.inode());
            if (listener == null || standing == null) {
                continue;
            }
            // A relative path and a second name are looked at by the name that the process table gave.
            var here = before.path().equals(listener.path())
                    ? standing
                    : ServerFacts.standing(before.path(), listener);
            bound.add(new Bound(before.path(), before.inode(), here));
            var beside = Beside.of(before.path(), Long.toString(process.ref().pid()));
            if (here != Standing.Owner && ServerFacts.standing(beside, listener) == Standing.Owner) {
                bound.add(new Bound(beside, before.inode(), Standing.Owner));
                lost = false;
            }
            lost &= here != Standing.Owner;
        }
        if (bound.isEmpty() || lost && !(processes.look(process.ref().pid()) instanceof Sighting.Alive(var ref)
                && ref.equals(process.ref()))) {
            return null;
        }
        return new Process(
                process.ref(), process.parent(), process.session(), process.name(), process.runId(), process.argv(),
                new Server(server.mark(), List.copyOf(bound), false, server.blind()));
    }
}
