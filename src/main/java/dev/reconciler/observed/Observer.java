package dev.reconciler.observed;

import java.util.Set;
import dev.reconciler.api.Teardown;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import dev.reconciler.api.Names;
import dev.reconciler.host.AtOnce;
import dev.reconciler.host.Host;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Scopes;
import dev.reconciler.host.Tmux;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// Takes a census. The cheap facts always (one `list-panes` for each server, one stat for each pane of ours); the whole
/// process table only when something is not plainly running, or when asked.
public final class Observer {
    private final Host host;
    private final Executor executor;
    private final MemoryKills killed = new MemoryKills();

    /// @param executor where servers are asked side by side, so that a silent one holds up nobody's answer
    public Observer(Host host, Executor executor) {
        this.host = host;
        this.executor = executor;
    }

    /// @param names those desired or remembered
    /// @param deep read the process table in any case
    public Census look(Collection<AgentName> names, History history, String source, boolean deep) {
        var servers = servers(names, history);
        var sightings = new TreeMap<Long, ProcessTable.Sighting>();
        var running = new HashSet<AgentName>();
        boolean plain = true;
        for (var look : servers.entrySet()) {
            if (!(look.getValue() instanceof Tmux.Look.Answered answered)) {
                plain = false;
                continue;
            }
            sightings.putAll(answered.sightings());
            for (var pane : answered.panes()) {
                var mark = pane.mark();
                if (mark == null || !mark.source().equals(source)) {
                    continue;
                }
                var sighting = pane.dead() ? see(pane.pid(), sightings) : glance(pane.pid(), sightings);
                plain &= !pane.dead()
                        && sighting instanceof ProcessTable.Sighting.Alive
                        && running.add(mark.name());
            }
        }
        for (var agent : history.agents().values()) {
            var run = agent.run();
            if (run != null && run.process() != null && run.ended() == null) {
                glance(run.process().pid(), sightings);
            }
        }
        var scan = deep || !plain || !running.containsAll(names) ? host.processes().scan() : null;
        if (scan != null) {
            forgotten(scan, servers.keySet()).forEach(namespace -> servers.put(namespace, look(namespace)));
        }
        var sockets = new TreeMap<String, String>();
        servers.keySet().forEach(ns -> sockets.put(ns, host.tmux().socket(ns).toString()));
        // After the table: a process that is in a unit now and was in the table before is the same one, or gone.
        var scopes = host.scopes().look(scan != null);
        return new Census(servers, sightings, scan, sockets, scopes, told(scopes), killed.look(scopes, host.scopes()),
                bound(history.fleet().teardowns()),
                host.tmux().runtimeGone());
    }

    private Set<String> bound(List<Teardown> teardowns) {
        var bound = new TreeSet<String>();
        for (var teardown : teardowns) {
            var run = teardown.run();
            if (run == null ? host.tmux().bound(teardown.namespace()) : host.runFiles().bound(run)) {
                bound.add(run == null ? teardown.namespace() : run.toString());
            }
        }
        return bound;
    }

    /// Of units that nobody is in: usually there are none, and nobody is asked.
    private List<Scopes.Told> told(Scopes.Look look) {
        if (!(look instanceof Scopes.Look.Seen(var units, boolean complete, var controllers))) {
            return List.of();
        }
        var empty = units.stream().filter(Scopes.Unit::empty).map(Scopes.Unit::name).toList();
        return empty.isEmpty() ? List.of() : host.scopes().describe(empty);
    }

    private ProcessTable.Sighting glance(long pid, Map<Long, ProcessTable.Sighting> sightings) {
        return sightings.computeIfAbsent(
                pid, p -> p <= 0 ? new ProcessTable.Sighting.Gone() : host.processes().glance(p));
    }

    private ProcessTable.Sighting see(long pid, Map<Long, ProcessTable.Sighting> sightings) {
        return sightings.computeIfAbsent(
                pid, p -> p <= 0 ? new ProcessTable.Sighting.Gone() : host.processes().look(p));
    }

    /// Of every socket, every name, and every server that was ours: one that lost its socket and its last agent would be
    /// forgotten otherwise, and run for ever.
    private SortedMap<String, Tmux.Look> servers(Collection<AgentName> names, History history) {
        var namespaces = new TreeSet<>(host.tmux().namespaces());
        namespaces.addAll(history.fleet().servers().keySet());
        history.fleet().teardowns().forEach(teardown -> namespaces.add(teardown.namespace()));
        names.forEach(name -> namespaces.add(name.namespace()));
        var looks = new TreeMap<String, Supplier<Tmux.Look>>();
        namespaces.forEach(namespace -> looks.put(namespace, () -> look(namespace)));
        return AtOnce.ask(looks, executor);
    }

    /// Namespaces of live servers that carry our mark and that nothing else tells of: their socket is gone, no manifest
    /// names them, and the state directory was lost.
    private Set<String> forgotten(ProcessTable.Scan scan, Set<String> known) {
        var forgotten = new TreeSet<String>();
        for (var process : scan.processes()) {
            var mark = process.server() == null ? null : process.server().mark();
            if (mark == null) {
                continue;
            }
            var file = mark.substring(mark.lastIndexOf('/') + 1);
            var namespace = file.substring(0, Math.max(0, file.lastIndexOf('.')));
            if (Names.isLabel(namespace) && !known.contains(namespace)
                    && mark.equals(host.tmux().socket(namespace).toString())) {
                forgotten.add(namespace);
            }
        }
        return forgotten;
    }

    private Tmux.Look look(String namespace) {
        try {
            return host.tmux().look(namespace);
        } catch (RuntimeException e) {
            return new Tmux.Look.Silent(String.valueOf(e.getMessage()));
        }
    }

    /// Names without repetition, for callers that join several lists.
    public static Collection<AgentName> union(List<? extends Collection<AgentName>> lists) {
        var all = new TreeSet<AgentName>();
        lists.forEach(all::addAll);
        return all;
    }
}
