package dev.reconciler.sim;

import java.util.BitSet;

/// A failed history made short: as many steps as possible are left out while the same law stays broken.
final class Shrinking {
    /// Histories that may be tried.
    private int left = Integer.getInteger("sim.shrink", 400);

    private final Daemon.Maker maker;
    private Failure smallest;

    private Shrinking(Failure failure, Daemon.Maker maker) {
        this.smallest = failure;
        this.maker = maker;
    }

    /// @return the failure of the shortest history that was found
    static Failure shrink(Failure failure, Daemon.Maker maker) {
        return new Shrinking(failure, maker).shrink();
    }

    private Failure shrink() {
        int steps = new Simulation(smallest.seed, maker).steps();
        var without = new BitSet();
        // What comes after it never mattered, unless it was the end that failed.
        if (smallest.step() > 0 && smallest.step() < steps) {
            without = tried(without, smallest.step() + 1, steps + 1);
        }
        for (int size = steps / 2; size > 0 && left > 0; size = Math.min(size - 1, size / 2)) {
            for (int from = 1; from <= steps && left > 0; from += size) {
                without = tried(without, from, Math.min(from + size, steps + 1));
            }
        }
        return smallest;
    }

    /// With these left out as well, when it then still fails.
    private BitSet tried(BitSet without, int from, int to) {
        var fewer = (BitSet) without.clone();
        fewer.set(from, to);
        if (fewer.equals(without)) {
            return without;
        }
        left--;
        try {
            new Simulation(smallest.seed, fewer, maker).run();
            return without;
        } catch (Failure failure) {
            if (failure.law().equals(smallest.law())) {
                smallest = failure;
                return fewer;
            }
            return without;
        }
    }
}
