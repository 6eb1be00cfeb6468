package dev.reconciler.sim;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.OwnerMark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Counts what the manifests made stop in ten minutes. Laxer than the product's own guard: it knows only the largest
/// fleet there ever was, so whatever exceeds it is certainly too much. What the folder does not name any more and a full
/// disk let nobody stop yet is a part of the fleet, too.
final class MassChange {
    private static final long WINDOW = Duration.ofMinutes(10).toNanos();

    private final FakeClock clock;
    private final Fleet fleet;
    private final List<Stop> stops = new ArrayList<>();
    private final Set<AgentName> approved = new HashSet<>();
    private int largest;

    private record Stop(AgentName name, long at) {}

    MassChange(FakeClock clock, Fleet fleet) {
        this.clock = clock;
        this.fleet = fleet;
    }

    void approve(List<AgentName> names) {
        approved.addAll(names);
    }

    /// Null, or the law that this one breaks.
    ///
    /// @param alive names of whom something of ours lives
    String add(OwnerMark mark, Set<AgentName> alive) {
        if (approved.contains(mark.name())) {
            return null;
        }
        stops.removeIf(stop -> clock.lived() - stop.at > WINDOW);
        stops.add(new Stop(mark.name(), clock.lived()));
        var names = stops.stream().map(Stop::name).collect(Collectors.toSet());
        var there = new HashSet<>(names);
        there.addAll(alive);
        there.addAll(fleet.names());
        largest = Math.max(largest, Math.max(there.size(), fleet.largest()));
        if (names.size() >= 2 && names.size() * 2 > largest || names.size() > 10) {
            return "mass change: " + stops + " within ten minutes, of at most " + largest + " agents";
        }
        return null;
    }

    /// Everything stopped anyway, or nobody can know what there was.
    void forgotten() {
        stops.clear();
    }
}
