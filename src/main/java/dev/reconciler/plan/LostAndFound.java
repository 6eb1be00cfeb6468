package dev.reconciler.plan;

import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.observed.Inventory;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is known of servers that cannot be reached, from one look of the patrol to the next: pure.
///
/// A server counts as lost when two looks say so: one that is just being made reachable looks like a ghost for a moment.
///
/// @param seen by identity, those that the last look found
public record LostAndFound(SortedMap<ProcessRef, Seen> seen) {
    public static final LostAndFound NOTHING = new LostAndFound(new TreeMap<>());

    /// @param times how many looks in a row
    /// @param failures of rescues that were tried
    /// @param again when the next may be tried, null: at once
    record Seen(Inventory.Entry entry, int times, int failures, @Nullable Moment again) {}

    /// What a look adds.
    public LostAndFound look(List<Inventory.Entry> lost) {
        var now = new TreeMap<ProcessRef, Seen>();
        for (var entry : lost) {
            if (entry.process() != null) {
                var before = seen.get(entry.process());
                now.put(entry.process(), before == null
                        ? new Seen(entry, 1, 0, null)
                        : new Seen(entry, before.times() + 1, before.failures(), before.again()));
            }
        }
        return new LostAndFound(now);
    }

    /// Those that are lost for certain.
    public List<Inventory.Entry> lost() {
        return seen.values().stream().filter(s -> s.times() > 1).map(Seen::entry).toList();
    }

    /// Whether another look at the same sockets would say nothing new.
    public boolean certain() {
        return seen.values().stream().allMatch(s -> s.times() > 2);
    }

    /// Those among them that the last look made certain: worth telling.
    public List<Inventory.Entry> news() {
        return seen.values().stream().filter(s -> s.times() == 2).map(Seen::entry).toList();
    }

    /// Those to make reachable unasked. Ours are not among them: the rounds decide about those.
    public List<ProcessRef> rescues(Ghosts ghosts, Moment now) {
        var due = new ArrayList<ProcessRef>();
        if (ghosts.foreign() == Ghosts.Treatment.Rescue) {
            seen.forEach((server, known) -> {
                boolean waits = known.again() != null && !now.reached(known.again());
                if (known.times() > 1 && !waits && !known.entry().owner().managed()) {
                    due.add(server);
                }
            });
        }
        return List.copyOf(due);
    }

    /// A rescue did not work: again with back-off.
    public LostAndFound failed(ProcessRef server, Moment now) {
        var known = seen.get(server);
        if (known == null) {
            return this;
        }
        var next = new TreeMap<>(seen);
        int failures = known.failures() + 1;
        next.put(server, new Seen(known.entry(), known.times(), failures, now.plus(CrashBackoff.retry(failures))));
        return new LostAndFound(next);
    }
}
