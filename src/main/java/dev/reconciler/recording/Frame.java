package dev.reconciler.recording;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Health;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Source;
import dev.reconciler.api.Vitals;
import dev.reconciler.observed.ScopesSeen;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// One round as it is written down: one line of JSON. Null is what did not change since the frame before.
///
/// @param whole it says all there is, and follows from nothing before it
/// @param quiet rounds between the frame before and this one in which nothing was new, null without
/// @param lost rounds before it that were not written down, for want of time or of room on the disk
/// @param units what is seen of the service manager's units
/// @param runtimeGone the directory, empty: it is there
/// @param decisions what was decided, by [dev.reconciler.plan.ActionText#object]
/// @param end nothing follows: the daemon ended by itself
public record Frame(
        boolean whole,
        Moment at,
        @Nullable Quiet quiet,
        long lost,
        @Nullable Source source,
        @Nullable Delta<Desire> desires,
        @Nullable Delta<Session> sessions,
        @Nullable Delta<ServerState> servers,
        @Nullable Delta<Preflight> preflights,
        @Nullable Delta<Vitals> vitals,
        @Nullable Delta<Health.Of> health,
        @Nullable Units units,
        @Nullable String runtimeGone,
        @Nullable Delta<AgentHistory> agents,
        AgentHistory.@Nullable Fleet fleet,
        @Nullable Delta<Decision> decisions,
        boolean end) {
    /// Whether nothing is different from the frame before.
    boolean same() {
        return !whole && source == null && desires == null && sessions == null && servers == null
                && preflights == null && vitals == null && health == null && units == null && runtimeGone == null
                && agents == null && fleet == null && decisions == null && !end;
    }

    Frame quiet(@Nullable Quiet between, long unwritten) {
        return new Frame(
                whole, at, between, unwritten, source, desires, sessions, servers, preflights, vitals, health, units,
                runtimeGone, agents, fleet, decisions, end);
    }

    /// Nothing was new for long.
    static Frame tick(Quiet quiet) {
        return new Frame(
                false, quiet.until(), quiet, 0, null, null, null, null, null, null, null, null, null, null, null, null,
                false);
    }

    /// The daemon ends.
    static Frame end(Moment at) {
        return new Frame(
                false, at, null, 0, null, null, null, null, null, null, null, null, null, null, null, null, true);
    }

    /// Rounds in which nothing was new.
    ///
    /// @param until when the last of them looked
    public record Quiet(long rounds, Moment until) {}

    /// What changed in a map.
    public record Delta<T>(SortedMap<String, T> set, List<String> gone) {}

    /// What decisions about units follow from, [ScopesSeen].
    public record Units(
            String trouble, boolean absent, List<String> controllers, List<String> names, List<Empty> empty) {}

    /// [ScopesSeen.Empty].
    public record Empty(String unit, boolean ours, ScopesSeen.Maker server, long activeNanos) {}
}
