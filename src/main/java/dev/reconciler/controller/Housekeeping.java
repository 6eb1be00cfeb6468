package dev.reconciler.controller;

import dev.reconciler.actuate.Outcome;
import dev.reconciler.actuate.Reaper;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.host.Host;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Scopes;
import dev.reconciler.host.TmuxException;
import dev.reconciler.observed.Inventory;
import dev.reconciler.observed.ScopeInventory;
import dev.reconciler.plan.Finding;
import dev.reconciler.plan.Garbage;
import dev.reconciler.plan.Ghosts;
import dev.reconciler.plan.LeakedScopes;
import dev.reconciler.plan.LostAndFound;
import dev.reconciler.status.Event;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What is done about tmux servers beyond the rounds: everybody's are looked at, what a person names is made reachable
/// or ended. One at a time: two rescues on one path would undo each other.
final class Housekeeping {
    /// Each so many looks of the patrol go through the process table, for what the socket table does not show: every three
    /// minutes.
    private static final int EVERYTHING = 25;

    private final Host host;
    private final Path logs;
    private final Reaper reaper;
    private Set<Long> lastAstray = Set.of();
    private long looks;
    private volatile @Nullable LostAndFound known;

    /// @param logs the folder of what agents print
    Housekeeping(Host host, Path logs) {
        this.host = host;
        this.logs = logs;
        reaper = new Reaper(host);
    }

    /// @param ask connect to each and ask who it is
    Inventory inventory(Inventory.Witness witness, boolean ask, History history) {
        boolean lsof = witness != Inventory.Witness.Proc;
        return Inventory.of(host.servers().look(ask || lsof, lsof), witness, history, sockets(history));
    }

    private SortedMap<String, String> sockets(History history) {
        var namespaces = new TreeSet<>(host.tmux().namespaces());
        namespaces.addAll(history.fleet().servers().keySet());
        history.agents().keySet().forEach(name -> namespaces.add(name.namespace()));
        var sockets = new TreeMap<String, String>();
        namespaces.forEach(ns -> sockets.put(ns, host.tmux().socket(ns).toString()));
        return sockets;
    }

    /// @return where it is reached now
    String rescue(ProcessRef server, History history) throws TmuxException {
        var entry = inventory(Inventory.Witness.Proc, false, history).find(server);
        if (entry != null && entry.owner() instanceof Inventory.Owner.Managed(var namespace, var proof)
                && server.equals(current(namespace, history))) {
            host.tmux().rescue(namespace, server);
            return host.tmux().socket(namespace).toString();
        }
        return host.servers().rescue(server);
    }

    private static ProcessRef current(String namespace, History history) {
        var known = history.fleet().servers().get(namespace);
        return known == null || known.process() == null ? new ProcessRef(0, 0) : known.process();
    }

    /// @param foreign pids that a person named
    List<Finding> garbage(View view, Set<Long> foreign) {
        var inventory = inventory(Inventory.Witness.Both, true, view.history());
        var scan = host.processes().scan();
        var scopes = host.scopes().look(true);
        return new Garbage(
                inventory, scan, view.desired(), view.observed(), view.history(), view.plan(),
                host.servers().carriers(scan), host.servers().pipes(logs), scopes,
                LeakedScopes.of(scopes(scopes, scan)),
                foreign)
                .findings();
    }

    /// Every unit, looked at now.
    ScopeInventory scopes() {
        var scan = host.processes().scan();
        return scopes(host.scopes().look(true), scan);
    }

    private ScopeInventory scopes(Scopes.Look look, ProcessTable.Scan scan) {
        var told = look instanceof Scopes.Look.Seen(var units, boolean complete, var controllers)
                ? host.scopes().describe(units.stream().map(Scopes.Unit::name).toList())
                : List.<Scopes.Told>of();
        return ScopeInventory.of(look, told, scan, host.clock().now());
    }

    /// One look of the patrol: cheap as long as nobody is lost.
    ///
    /// @param tell what happened
    /// @return false when another look is needed to be certain
    boolean patrol(History history, Ghosts ghosts, Consumer<Event> tell) {
        var astray = host.servers().astray();
        var before = known == null ? LostAndFound.NOTHING : known;
        var now = host.clock().now();
        looks++;
        if (known != null && astray.equals(lastAstray) && looks % EVERYTHING != 0 && before.certain()
                && before.rescues(ghosts, now).isEmpty()) {
            return true;
        }
        lastAstray = astray;
        var next = before.look(inventory(Inventory.Witness.Proc, false, history).lost());
        for (var entry : next.news()) {
            if (!entry.owner().managed()) {
                tell.accept(event(now, Event.Type.Warning, Reason.GhostFound, sentence(entry)));
            }
        }
        for (var server : next.rescues(ghosts, now)) {
            try {
                var path = rescue(server, history);
                tell.accept(event(now, Event.Type.Normal, Reason.Rescued,
                        "Tmux server " + server.pid() + " is reachable again at " + path));
            } catch (TmuxException e) {
                next = next.failed(server, now);
                tell.accept(event(now, Event.Type.Warning, Reason.RescueFailed,
                        "Tmux server " + server.pid() + ": " + e.getMessage()));
            }
        }
        known = next;
        return next.certain();
    }

    private static Event event(Moment now, Event.Type type, Reason reason, String message) {
        return new Event(now, now, 1, type, reason, null, message);
    }

    private static String sentence(Inventory.Entry entry) {
        return "Tmux server " + (entry.process() == null ? "" : entry.process().pid()) + " of " + entry.path()
                + " cannot be reached: " + entry.evidence();
    }

    /// Those that live and cannot be reached: as the patrol knows, else looked at now.
    List<Inventory.Entry> lost(History history) {
        var patrolled = known;
        return patrolled != null ? patrolled.lost() : inventory(Inventory.Witness.Proc, false, history).lost();
    }

    Outcome reap(Finding finding) {
        return reaper.reap(finding);
    }
}
