package dev.reconciler.observed;

import dev.reconciler.api.Moment;
import dev.reconciler.api.Units;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Scopes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Every unit that holds our servers and runs, or that tmux made, whoever's: what a person asks for. Pure.
///
/// @param trouble why there are none, or not all; empty when all could be seen
public record ScopeInventory(List<Entry> entries, String trouble) {
    /// A unit is made before its first process is in it, and removed after its last one: this much time is left to both.
    public static final Duration YOUNG = Duration.ofSeconds(10);

    private static final String SERVICE = "reconciler-tmux.";

    /// Whether somebody is in it.
    public enum State {
        Held,
        /// Nobody is, and its maker lives, or it was made just now.
        Empty,
        /// Nobody is, and nobody will end it.
        Leaked,
        /// Nobody is, and its maker is not known.
        Unknown
    }

    /// Whose it is.
    public sealed interface Owner {
        /// A run of an agent's.
        record Run(Units.Run run) implements Owner {}

        /// The tmux server of a namespace.
        record Server(String namespace) implements Owner {}

        /// Made by a tmux server of ours.
        record OurTmux() implements Owner {}

        record Foreign() implements Owner {}

        default boolean managed() {
            return !(this instanceof Foreign);
        }
    }

    /// @param processes in it, `pid (name)`
    /// @param limits that are set, such as `MemoryMax=2147483648`
    /// @param age null when the manager does not tell
    public record Entry(
            String unit,
            State state,
            Owner owner,
            List<String> processes,
            List<String> limits,
            @Nullable Duration age,
            String evidence) {}

    /// @param look with what is in the units
    /// @param told of all of them
    /// @param scan taken before the look
    public static ScopeInventory of(
            Scopes.Look look, List<Scopes.Told> told, ProcessTable.Scan scan, Moment now) {
        return switch (look) {
            case Scopes.Look.Nowhere(var why) -> new ScopeInventory(List.of(), why);
            case Scopes.Look.Blind(var why) -> new ScopeInventory(List.of(), why);
            case Scopes.Look.Seen(var units, boolean complete, var controllers) -> {
                var known = new HashMap<String, Scopes.Told>();
                told.forEach(one -> known.put(one.unit(), one));
                var entries = new ArrayList<Entry>();
                for (var unit : units) {
                    entries.add(entry(unit, known.get(unit.name()), scan, now));
                }
                yield new ScopeInventory(List.copyOf(entries), "");
            }
        };
    }

    private static Entry entry(
            Scopes.Unit unit, Scopes.@Nullable Told told, ProcessTable.Scan scan, Moment now) {
        var age = told == null || told.activeNanos() == 0
                ? null
                : Duration.ofNanos(Math.max(0, now.nanos() - told.activeNanos()));
        var limits = told == null ? List.<String>of() : told.limits();
        var inside = ScopesSeen.words(unit, ScopesSeen.names(scan));
        if (!unit.empty()) {
            return new Entry(unit.name(), State.Held, owner(unit), inside, limits, age, "somebody is in it");
        }
        var maker = told == null ? ScopesSeen.Maker.Unknown : ScopesSeen.maker(told, scan);
        boolean young = age == null || age.compareTo(YOUNG) < 0;
        var state = switch (maker) {
            case Gone -> young ? State.Empty : State.Leaked;
            case Lives -> State.Empty;
            case Unknown -> State.Unknown;
        };
        var evidence = "nobody is in it, " + switch (maker) {
            case Gone -> Units.run(unit.name()) != null
                    ? "and its run is over"
                    : "and the tmux server that made it is gone (" + told(told) + ")";
            case Lives -> "and the tmux server that made it lives (" + told(told) + ")";
            case Unknown -> "and what made it cannot be told" + (told == null ? "" : " (" + told(told) + ")");
        };
        return new Entry(unit.name(), state, owner(unit), inside, limits, age, evidence);
    }

    private static String told(Scopes.@Nullable Told told) {
        return told == null ? "" : told.description();
    }

    private static Owner owner(Scopes.Unit unit) {
        var name = unit.name();
        var run = Units.run(name);
        if (run != null) {
            return new Owner.Run(run);
        }
        if (name.startsWith(SERVICE) && name.endsWith(".service")) {
            return new Owner.Server(name.substring(SERVICE.length(), name.length() - ".service".length()));
        }
        return unit.ours() ? new Owner.OurTmux() : new Owner.Foreign();
    }
}
