package dev.reconciler.sim;

import java.util.ArrayDeque;
import java.util.Locale;
import java.util.stream.Collectors;

/// The last things that happened, for whoever reads a failed history.
final class Trace {
    private static final int KEPT = Integer.getInteger("sim.trace", 40);

    private final FakeClock clock;
    private final ArrayDeque<Line> lines = new ArrayDeque<>();

    Trace(FakeClock clock) {
        this.clock = clock;
    }

    /// Put into words only when somebody asks.
    private record Line(long lived, Object what) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%10.3f  %s%s", lived / 1e9, what instanceof Effect ? "  " : "", what);
        }
    }

    /// @param what a text, or an effect
    void add(Object what) {
        if (lines.size() == KEPT) {
            lines.removeFirst();
        }
        lines.add(new Line(clock.lived(), what));
    }

    @Override
    public String toString() {
        return lines.stream().map(Line::toString).collect(Collectors.joining("\n"));
    }
}
