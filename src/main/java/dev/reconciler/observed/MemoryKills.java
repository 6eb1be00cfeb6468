package dev.reconciler.observed;

import dev.reconciler.host.Scopes;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// In which units the kernel killed for memory. A unit that is gone cannot be asked any more; but the slice that held it
/// counts on: what it counted more than its living units did was in those that went meanwhile.
final class MemoryKills {
    /// Names are kept for as long as a run's end may still be told; a fleet has fewer than this.
    private static final int KEPT = 4096;

    private final TreeSet<String> killed = new TreeSet<>();
    private Map<String, Long> counts = Map.of();
    private long total = -1;

    Set<String> look(Scopes.Look look, Scopes scopes) {
        if (look instanceof Scopes.Look.Seen(var units, boolean complete, var controllers)
                && controllers.contains("memory")
                && units.stream().allMatch(unit -> unit.processes() != null)) {
            note(units, scopes.oomKills());
        }
        return Collections.unmodifiableSet(new TreeSet<>(killed));
    }

    private void note(Iterable<Scopes.Unit> units, long now) {
        var fresh = new HashMap<String, Long>();
        long gone = now - total;
        for (var unit : units) {
            if (unit.ours()) {
                fresh.put(unit.name(), unit.oomKills());
                long more = unit.oomKills() - counts.getOrDefault(unit.name(), 0L);
                gone -= more;
                if (more > 0 && total >= 0) {
                    killed.add(unit.name());
                }
            }
        }
        if (gone > 0 && total >= 0) {
            counts.keySet().stream().filter(name -> !fresh.containsKey(name)).forEach(killed::add);
        }
        while (killed.size() > KEPT) {
            killed.pollFirst();
        }
        counts = fresh;
        total = now;
    }
}
