package dev.reconciler.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// Measurements of one thing, in milliseconds.
final class Times {
    private final List<Double> all = new ArrayList<>();

    /// Runs it once and keeps how long that took.
    void measure(Callable<?> work) throws Exception {
        long begun = System.nanoTime();
        work.call();
        since(begun);
    }

    void since(long begun) {
        add((System.nanoTime() - begun) / 1e6);
    }

    void add(double value) {
        all.add(value);
    }

    double median() {
        var sorted = all.stream().sorted().toList();
        int n = sorted.size();
        return n % 2 == 1 ? sorted.get(n / 2) : (sorted.get(n / 2 - 1) + sorted.get(n / 2)) / 2;
    }
}
