package dev.reconciler.sim;

import java.util.ArrayDeque;
import java.util.Locale;

/// The last things that happened, for whoever reads a failed history.
final class Trace {
    private static final int KEPT = Integer.getInteger("sim.trace", 40);

    private final FakeClock clock;
    private final ArrayDeque<String> lines = new ArrayDeque<>();

    Trace(FakeClock clock) {
        this.clock = clock;
    }

    void add(String what) {
        if (lines.size() == KEPT) {
            lines.removeFirst();
        }
        lines.add(String.format(Locale.ROOT, "%10.3f  %s", clock.lived() / 1e9, what));
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
