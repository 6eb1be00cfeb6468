package dev.reconciler.observed;

import dev.reconciler.api.Uids;
import dev.reconciler.api.Names;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Units;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Scopes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What one look proves about the units of the user's service manager, and about what is left of runs.
///
/// @param trouble why units could not be seen, empty when they were
/// @param absent there is no service manager: no unit can be left
/// @param controllers of the manager: limits without their controller are only words
/// @param names of the units below our slice
/// @param members of units by name, in words; null when this look was a cheap one
/// @param pipes `namespace/name/run.` of live log pipes
/// @param piping namespaces of which a log pipe of ours is live
/// @param bound namespaces and run ids, among those that were ended, whose sockets are still there
/// @param empty units that no process is in, by name
public record ScopesSeen(
        String trouble,
        boolean absent,
        Set<String> controllers,
        SortedSet<String> names,
        @Nullable SortedMap<String, List<String>> members,
        SortedSet<String> pipes,
        Set<String> piping,
        Set<String> bound,
        SortedMap<String, Empty> empty) {
    /// Nothing was looked at.
    public static final ScopesSeen NOTHING = new ScopesSeen(
            "not looked at", false, Set.of(), Collections.emptySortedSet(), null, Collections.emptySortedSet(),
            Set.of(), Set.of(), Collections.emptySortedMap());

    private static final Pattern LAUNCHED = Pattern.compile("tmux child pane [0-9]+ launched by process ([0-9]+)");

    /// A unit that no process is in.
    ///
    /// @param ours below our slice
    /// @param server what is known of the tmux server that made it; a run of ours needs none
    /// @param activeNanos CLOCK_MONOTONIC when it began to be active
    public record Empty(String unit, boolean ours, Maker server, long activeNanos) {
        /// Its maker is gone: nobody will use or end it.
        public boolean leaked() {
            return server == Maker.Gone;
        }
    }

    /// What is known of whoever made a unit.
    public enum Maker {
        Lives,
        Gone,
        Unknown
    }

    /// Whether nothing differs that anything is decided or told by; who is in which unit comes and goes.
    public boolean same(ScopesSeen other) {
        return trouble.equals(other.trouble)
                && absent == other.absent
                && controllers.equals(other.controllers)
                && names.equals(other.names)
                && empty.equals(other.empty);
    }

    /// @param source the manifests folder's id
    static ScopesSeen of(Census census, String source) {
        var scan = census.scan();
        var pipes = pipes(scan);
        var piping = piping(pipes, source);
        return switch (census.scopes()) {
            case Scopes.Look.Nowhere(var why) ->
                    new ScopesSeen(why, true, Set.of(), Collections.emptySortedSet(),
                            scan == null ? null : new TreeMap<>(), pipes, piping, census.bound(), new TreeMap<>());
            case Scopes.Look.Blind(var why) ->
                    new ScopesSeen(why, false, Set.of(), Collections.emptySortedSet(), null, pipes,
                            piping, census.bound(), new TreeMap<>());
            case Scopes.Look.Seen(var units, boolean complete, var controllers) -> {
                var names = new TreeSet<String>();
                units.stream().filter(Scopes.Unit::ours).forEach(unit -> names.add(unit.name()));
                yield new ScopesSeen("", false, controllers, names, members(units, scan), pipes, piping, census.bound(),
                        empty(units, census.told(), scan));
            }
        };
    }

    private static @Nullable SortedMap<String, List<String>> members(
            List<Scopes.Unit> units, ProcessTable.@Nullable Scan scan) {
        if (scan == null) {
            return null;
        }
        var names = names(scan);
        var members = new TreeMap<String, List<String>>();
        for (var unit : units) {
            members.put(unit.name(), words(unit, names));
        }
        return members;
    }

    /// Names of processes by pid.
    static Map<Long, String> names(ProcessTable.Scan scan) {
        var names = new HashMap<Long, String>();
        scan.processes().forEach(process -> names.put(process.ref().pid(), process.name()));
        return names;
    }

    /// Who is in it, `pid (name)` each.
    static List<String> words(Scopes.Unit unit, Map<Long, String> names) {
        var words = new ArrayList<String>();
        for (var pid : unit.processes() == null ? List.<Long>of() : unit.processes()) {
            words.add(names.containsKey(pid) ? pid + " (" + names.get(pid) + ")" : Long.toString(pid));
        }
        return List.copyOf(words);
    }

    private static SortedSet<String> pipes(ProcessTable.@Nullable Scan scan) {
        var pipes = new TreeSet<String>();
        if (scan != null) {
            for (var process : scan.processes()) {
                if (process.name().equals("split") && !process.argv().isEmpty()) {
                    pipes.add(process.argv().getLast());
                }
            }
        }
        return pipes;
    }

    /// Of `.../namespace/name/run.`, where the run is one of this source's agent of that name.
    private static Set<String> piping(Set<String> pipes, String source) {
        var namespaces = new TreeSet<String>();
        for (var pipe : pipes) {
            var words = pipe.split("/");
            int last = words.length - 1;
            if (last >= 2 && Names.isLabel(words[last - 2]) && Names.isLabel(words[last - 1])
                    && words[last].startsWith(Uids.prefix(source, new AgentName(words[last - 2], words[last - 1])))) {
                namespaces.add(words[last - 2]);
            }
        }
        return namespaces;
    }

    private static SortedMap<String, Empty> empty(
            List<Scopes.Unit> units, List<Scopes.Told> told, ProcessTable.@Nullable Scan scan) {
        var empty = new TreeMap<String, Empty>();
        for (var unit : units) {
            for (var one : told) {
                if (unit.empty() && one.unit().equals(unit.name())) {
                    empty.put(
                            unit.name(),
                            new Empty(unit.name(), unit.ours(), maker(one, scan), one.activeNanos()));
                }
            }
        }
        return empty;
    }

    /// A run's scope is made by the run itself: empty, it has no maker any more. One of tmux's is told by the words that
    /// tmux puts into its description; a pid that is a tmux server's again is taken for the same.
    static Maker maker(Scopes.Told told, ProcessTable.@Nullable Scan scan) {
        if (Units.run(told.unit()) != null) {
            return Maker.Gone;
        }
        var launched = LAUNCHED.matcher(told.description());
        if (!launched.find() || scan == null || !scan.complete()) {
            return Maker.Unknown;
        }
        long pid = Long.parseLong(launched.group(1));
        boolean lives = scan.processes()
                .stream()
                .anyMatch(process -> process.ref().pid() == pid && process.name().startsWith("tmux"));
        return lives ? Maker.Lives : Maker.Gone;
    }

    /// Whether this run is in a scope of its own; null when that could not be seen.
    public @Nullable Boolean holds(AgentName name, RunId run) {
        return trouble.isEmpty() || absent ? names.contains(Units.scope(name, run)) : null;
    }

    /// What is left of a run that ended, a few words each; null when that was not looked at.
    ///
    /// @param kept its dead pane is there, and holds the pipe until it goes (tmux to 3.7)
    public @Nullable List<String> left(AgentName name, RunId run, boolean kept) {
        var units = members;
        if (units == null) {
            return null;
        }
        var left = unit(units, Units.scope(name, run));
        var log = "/" + name + "/" + run + ".";
        if (!kept && pipes.stream().anyMatch(prefix -> prefix.endsWith(log))) {
            left.add("its log pipe");
        }
        if (bound.contains(run.toString())) {
            left.add("its socket");
        }
        return left;
    }

    /// What is left of a tmux server that was stopped.
    public @Nullable List<String> left(String namespace) {
        var units = members;
        if (units == null) {
            return null;
        }
        var left = unit(units, Units.server(namespace));
        if (piping.contains(namespace)) {
            left.add("log pipes of its agents");
        }
        if (bound.contains(namespace)) {
            left.add("its socket");
        }
        return left;
    }

    private static List<String> unit(Map<String, List<String>> units, String name) {
        var left = new ArrayList<String>();
        var inside = units.get(name);
        if (inside != null) {
            left.add("unit " + name + (inside.isEmpty()
                    ? ", empty"
                    : " with process" + (inside.size() == 1 ? " " : "es ") + String.join(", ", inside)));
        }
        return left;
    }
}
