package dev.reconciler.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Ten thousand random histories of random worlds, with the real controller in them. A failure prints the one line that
/// repeats it: `mvn test -Dtest=SimulationTest -Dsim.seed=N`; `-Dsim.plans=true -Dsim.trace=500` tells more about it.
/// `-Dsim.histories=1000000` runs as many (`make sim`), `-Dsim.first=N` starts elsewhere.
@Tag("sim")
class SimulationTest {
    private static final int SHOWN = Integer.getInteger("sim.show", 3);

    @Test
    void whatever_happens_the_laws_hold_and_everything_settles() throws Exception {
        var failures = run();
        failures.stream().limit(SHOWN).forEach(failure -> System.out.println(failure.getMessage() + "\n"));
        assertEquals(
                List.of(),
                failures.stream()
                        .map(failure -> failure.getMessage().lines().findFirst().orElse(""))
                        .toList());
    }

    /// All failures, by seed.
    static List<AssertionError> run() throws InterruptedException {
        var seed = Long.getLong("sim.seed");
        long first = seed != null ? seed : Long.getLong("sim.first", 1);
        long end = first + (seed != null ? 1 : Integer.getInteger("sim.histories", 10_000));
        var next = new AtomicLong(first);
        var rounds = new AtomicLong();
        var effects = new AtomicLong();
        var failures = new ConcurrentLinkedQueue<AssertionError>();
        long start = System.nanoTime();
        try (var workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                workers.execute(() -> {
                    for (long at = next.getAndIncrement(); at < end; at = next.getAndIncrement()) {
                        try {
                            var outcome = new Simulation(at, RealDaemon::new).run();
                            rounds.addAndGet(outcome.rounds());
                            effects.addAndGet(outcome.effects());
                        } catch (AssertionError e) {
                            failures.add(e);
                        }
                    }
                });
            }
        }
        System.out.printf(
                "simulated %d histories, %d rounds, %d effects in %d s, %d failed%n",
                end - first,
                rounds.get(),
                effects.get(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                failures.size());
        return new ArrayList<>(failures);
    }
}
