package dev.reconciler.sim;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.OwnerMark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Counts what the manifests made stop in ten minutes. Laxer than the product's own guard: it knows only the largest
/// fleet there ever was, so whatever exceeds it is certainly too much.
final class MassChange {
    private static final long WINDOW = Duration.ofMinutes(10).toNanos();

    private final FakeClock clock;
    private final Fleet fleet;
    private final List<Stop> stops = new ArrayList<>();
    private final Set<AgentName> approved = new HashSet<>();

    private record Stop(AgentName name, long at) {}

    MassChange(FakeClock clock, Fleet fleet) {
        this.clock = clock;
        this.fleet = fleet;
    }

    void approve(List<AgentName> names) {
        approved.addAll(names);
    }

    /// Null, or the law that this one breaks.
    String add(OwnerMark mark) {
        if (approved.contains(mark.name())) {
            return null;
        }
        stops.removeIf(stop -> clock.lived() - stop.at > WINDOW);
        stops.add(new Stop(mark.name(), clock.lived()));
        long names = stops.stream().map(Stop::name).distinct().count();
        if (names >= 2 && names * 2 > fleet.largest() || names > 10) {
            return "mass change: " + stops + " within ten minutes, of at most " + fleet.largest() + " agents";
        }
        return null;
    }

    /// Everything stopped anyway, or nobody can know what there was.
    void forgotten() {
        stops.clear();
    }
}
