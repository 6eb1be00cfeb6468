package dev.reconciler.sim;

import java.util.Random;

/// What moves a simulated world: one stream of numbers for each step of each seed.
final class Chance {
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    final Random random;
    private final long seed;

    Chance(long seed) {
        this.seed = seed * SPREAD + 1;
        random = new Random(this.seed);
    }

    /// From now on the numbers are those of this step, whatever was drawn before.
    void of(int step) {
        random.setSeed(seed + (step + 1) * 0xD1B54A32D192ED03L);
    }
}
