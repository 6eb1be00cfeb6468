package dev.reconciler.sim;

import java.util.BitSet;
import java.util.stream.Collectors;

/// A history that broke a law.
final class Failure extends AssertionError {
    private static final long serialVersionUID = 1L;

    final long seed;
    private final BitSet without;
    private final int step;
    private final String what;

    /// @param step at which it failed, -1 for its end
    /// @param cause null when a judge broke it off
    Failure(long seed, BitSet without, int step, String what, String trace, Throwable cause) {
        super(line(seed, without, step, what) + "\n" + trace, cause);
        this.seed = seed;
        this.without = without;
        this.step = step;
        this.what = what;
    }

    /// The line that repeats it.
    String line() {
        return line(seed, without, step, what);
    }

    private static String line(long seed, BitSet without, int step, String what) {
        var left = without.isEmpty()
                ? ""
                : " -Dsim.without="
                        + without.stream().mapToObj(Integer::toString).collect(Collectors.joining(","));
        return "SIM FAILED -Dsim.seed=" + seed + left + " (step " + step + "): " + what;
    }

    /// The law, without whom it was broken for.
    String law() {
        return what.lines().findFirst().orElse("").replaceAll("[0-9]+", "#").split("[:;\\[]")[0];
    }

    int step() {
        return step;
    }
}
