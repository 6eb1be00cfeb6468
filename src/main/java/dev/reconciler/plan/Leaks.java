package dev.reconciler.plan;

import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.observed.ScopeInventory;
import dev.reconciler.observed.ScopesSeen;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Units that nobody is in and nobody will end. Those that our own servers and runs left are removed without asking; the
/// others wait for a person's `gc`.
final class Leaks {
    private static final Duration YOUNG = ScopeInventory.YOUNG;

    private Leaks() {}

    static SortedMap<String, Action.OfUnit> decide(ScopesSeen scopes, Moment now) {
        var actions = new TreeMap<String, Action.OfUnit>();
        for (var empty : scopes.empty().values()) {
            if (empty.ours() && leaked(empty, now)) {
                actions.put(empty.unit(), new Action.ReapUnit(empty.unit(), Reason.Leaked));
            }
        }
        return actions;
    }

    /// When the next one is old enough to be removed, null when none waits.
    static @Nullable Moment wakeAt(ScopesSeen scopes, Moment now) {
        @Nullable
        Moment wake = null;
        for (var empty : scopes.empty().values()) {
            if (empty.ours() && empty.leaked() && empty.activeNanos() > 0 && !leaked(empty, now)) {
                var left = YOUNG.minusNanos(now.nanos() - empty.activeNanos());
                wake = Moment.earlier(wake, now.plus(left));
            }
        }
        return wake;
    }

    /// @param now of this boot
    static boolean leaked(ScopesSeen.Empty empty, Moment now) {
        return empty.leaked() && empty.activeNanos() > 0 && now.nanos() - empty.activeNanos() >= YOUNG.toNanos();
    }
}
