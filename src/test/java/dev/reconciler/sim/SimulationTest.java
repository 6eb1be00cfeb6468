package dev.reconciler.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
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
/// starts elsewhere, `-Dsim.workers=N` takes so many processors. Every minute it says how far it is.
@Tag("sim")
class SimulationTest {
    private static final int SHOWN = Integer.getInteger("sim.show", 3);
    private static final Long SEED = Long.getLong("sim.seed");
    /// After so many failures it is enough.
    private static final int ENOUGH = Integer.getInteger("sim.failures", Integer.MAX_VALUE);
    private static final long SECONDS = Long.getLong("sim.seconds", Long.MAX_VALUE);
    private static final int WORKERS = Integer.getInteger("sim.workers", Runtime.getRuntime().availableProcessors());

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
        var counted = new Counted(first, end, start, histories, rounds, effects, failures, Counted.cpu());
        try (var teller = Executors.newSingleThreadScheduledExecutor()) {
            teller.scheduleAtFixedRate(() -> System.out.println(counted.progress()), 1, 1, TimeUnit.MINUTES);
            try (var workers = Executors.newFixedThreadPool(WORKERS)) {
                for (int i = 0; i < WORKERS; i++) {
                    workers.execute(() -> {
                        for (long at = next.getAndIncrement(); at < end && failures.size() < ENOUGH
                                && !over(start); at =
                                        next.getAndIncrement()) {
                            try {
                                var outcome = new Simulation(at, without, RealDaemon::new).run();
                                histories.incrementAndGet();
                                rounds.addAndGet(outcome.rounds());
                                effects.addAndGet(outcome.effects());
                            } catch (Failure e) {
                                failures.add(e);
                                System.out.println(counted.progress() + "\n" + e.line());
                            }
                        }
                    });
                }
            }
            teller.shutdownNow();
        }
        System.out.println(counted.summary());
        return new ArrayList<>(failures);
    }

    /// What a run has come to.
    private record Counted(
            long first, long end, long start, AtomicLong histories, AtomicLong rounds, AtomicLong effects,
            Collection<Failure> failures, Duration before) {
        long done() {
            return histories.get() + failures.size();
        }

        static Duration cpu() {
            return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        }

        double seconds() {
            return (System.nanoTime() - start) / 1e9;
        }

        /// `seeds 1..1000000: 61,204 histories after 5 min, 204 a second, 0 failed`
        String progress() {
            return String.format(
                    Locale.ROOT, "seeds %d..%d: %,d histories after %.0f min, %.0f a second, %d failed", first,
                    end - 1, done(), seconds() / 60, done() / seconds(), failures.size());
        }

        String summary() {
            return String.format(
                    Locale.ROOT,
                    "simulated %,d histories from seed %d on, %,d rounds, %,d effects in %.0f s (%.1f ms of processor"
                            + " time each), %d failed%s",
                    done(), first, rounds.get(), effects.get(), seconds(),
                    cpu().minus(before).toMillis() / (double) Math.max(1, done()),
                    failures.size(), failures.isEmpty() ? ": no law was broken" : "");
        }
    }

    private static boolean over(long start) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) >= SECONDS;
    }
}
