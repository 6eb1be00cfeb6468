package dev.reconciler.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Ten thousand random histories of random worlds, with the real controller in them. A failure is shrunk and prints the
/// one line that repeats it: `make sim ARGS="-Dsim.seed=N -Dsim.without=..."`; `-Dsim.plans=true -Dsim.trace=500` tells
/// more about it. `-Dsim.histories=1000000` runs as many (`make sim`), `-Dsim.seconds=N` stops then, `-Dsim.first=N`
/// starts elsewhere.
@Tag("sim")
class SimulationTest {
    private static final int SHOWN = Integer.getInteger("sim.show", 3);
    private static final Long SEED = Long.getLong("sim.seed");
    /// After so many failures it is enough.
    private static final int ENOUGH = Integer.getInteger("sim.failures", Integer.MAX_VALUE);
    private static final long SECONDS = Long.getLong("sim.seconds", Long.MAX_VALUE);

    @Test
    void whatever_happens_the_laws_hold_and_everything_settles() throws Exception {
        var failures = run();
        failures.stream()
                .limit(SHOWN)
                .map(failure -> SEED == null ? Shrinking.shrink(failure, RealDaemon::new) : failure)
                .forEach(failure -> System.out.println(failure.getMessage() + "\n"));
        assertEquals(List.of(), failures.stream().map(Failure::line).toList());
    }

    private static BitSet without() {
        var without = new BitSet();
        Pattern.compile(",")
                .splitAsStream(System.getProperty("sim.without", ""))
                .filter(step -> !step.isEmpty())
                .forEach(step -> without.set(Integer.parseInt(step)));
        return without;
    }

    /// All failures, in the order they came.
    static List<Failure> run() throws InterruptedException {
        var seed = SEED;
        var without = without();
        long first = seed != null ? seed : Long.getLong("sim.first", 1);
        long end = first + (seed != null ? 1 : Integer.getInteger("sim.histories", 10_000));
        var next = new AtomicLong(first);
        var histories = new AtomicLong();
        var rounds = new AtomicLong();
        var effects = new AtomicLong();
        var failures = new ConcurrentLinkedQueue<Failure>();
        long start = System.nanoTime();
        try (var workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                workers.execute(() -> {
                    for (long at = next.getAndIncrement(); at < end && failures.size() < ENOUGH && !over(start); at =
                            next.getAndIncrement()) {
                        try {
                            var outcome = new Simulation(at, without, RealDaemon::new).run();
                            histories.incrementAndGet();
                            rounds.addAndGet(outcome.rounds());
                            effects.addAndGet(outcome.effects());
                        } catch (Failure e) {
                            failures.add(e);
                        }
                    }
                });
            }
        }
        System.out.printf(
                "simulated %d histories, %d rounds, %d effects in %d s, %d failed%n",
                histories.get() + failures.size(),
                rounds.get(),
                effects.get(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                failures.size());
        return new ArrayList<>(failures);
    }

    private static boolean over(long start) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) >= SECONDS;
    }
}
