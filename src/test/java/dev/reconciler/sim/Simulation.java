package dev.reconciler.sim;

import dev.reconciler.plan.ActionText;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/// One random history of one random world, with the daemon in it: the same seed, the same history. Each step draws from
/// a chance of its own, so that the others stay what they are when one is left out.
final class Simulation {
    private static final List<Step> STEPS = Stream.of(
            People.STEPS, Strangers.STEPS, Accidents.STEPS)
            .flatMap(List::stream)
            .toList();
    private static final int WEIGHTS = STEPS.stream().mapToInt(Step::weight).sum();
    private static final Duration RELIST = Duration.ofSeconds(5);
    private static final int ROUNDS_A_STEP = 4;
    private static final int PROMPT_ROUNDS = 12;

    /// Shows each plan in the trace.
    private static final boolean PLANS = Boolean.getBoolean("sim.plans");

    private final long seed;
    private final World world;
    private final Daemon.Maker maker;
    private final BitSet without;
    private boolean woken;
    private boolean moving;
    private boolean inRound;
    private int step;
    private long rounds;

    /// What came of a history.
    record Outcome(long rounds, long effects, Duration lived) {}

    Simulation(long seed, Daemon.Maker maker) {
        this(seed, new BitSet(), maker);
    }

    /// @param without the steps that are left out, and the time after each; the first is 1
    Simulation(long seed, BitSet without, Daemon.Maker maker) {
        this.without = without;
        this.seed = seed;
        this.maker = maker;
        world = new World(seed);
        world.host.gate.watch(new Gate.Watcher() {
            @Override
            public void before(Effect effect) {
                betweenEffects(effect);
            }
        });
    }

    /// How many steps it has, with those that are left out.
    int steps() {
        world.chance.of(0);
        return 30 + world.random.nextInt(31);
    }

    /// @throws Failure with the one line that repeats it, and what happened last
    Outcome run() {
        try {
            int steps = steps();
            newDaemon();
            live(Duration.ofSeconds(world.random.nextInt(60)));
            for (step = 1; step <= steps; step++) {
                if (!without.get(step)) {
                    world.chance.of(step);
                    happen();
                    live(pause());
                }
            }
            world.chance.of(step);
            new Settlement(world, this).settle();
            return new Outcome(rounds, world.host.gate.passed(), Duration.ofNanos(world.host.clock.lived()));
        } catch (Throwable e) {
            var what = e instanceof Violation ? e.getMessage() : e.toString();
            showPlan();
            throw new Failure(seed, without, step, what, world.trace.toString(), e instanceof Violation ? null : e);
        }
    }

    private void happen() {
        if (world.chance(12)) {
            killDaemon();
            return;
        }
        anything();
    }

    private void anything() {
        int at = world.random.nextInt(WEIGHTS);
        for (var one : STEPS) {
            at -= one.weight();
            if (at < 0) {
                happen(one);
                return;
            }
        }
    }

    private void happen(Step one) {
        world.trace.add(one.name());
        try {
            one.deed().happen(world);
            woken |= world.chance(80);
        } catch (DaemonKilled e) {
            world.host.gate.kill();
        }
        if (world.host.gate.dead() && !inRound) {
            newDaemon();
        }
        world.referee.rethrow();
        world.referee.check();
        world.strangers.checkUntouched();
    }

    /// The world does not wait for the daemon: now and then it moves between its look and its effect.
    private void betweenEffects(Effect effect) {
        if (moving && !effect.onDisk() && world.chance(4)) {
            moving = false;
            world.trace.add("between, before " + effect);
            world.referee.noteCauses();
            happen(world.any(world.chance(50) ? Accidents.STEPS : world.chance(50) ? Strangers.STEPS : People.STEPS));
            world.host.clock.advance(Duration.ofMillis(world.random.nextInt(30)));
            moving = true;
        }
    }

    private void killDaemon() {
        if (world.chance(20)) {
            world.trace.add("kill -9 of the daemon");
            newDaemon();
        } else {
            world.host.gate.killAt(1 + world.random.nextInt(12), world.chance(50));
        }
    }

    private void newDaemon() {
        world.host.clock.advance(pause().dividedBy(4));
        world.host.newDaemon();
        world.fleet.newDaemon();
        world.trace.add("a new daemon");
        world.daemon = maker.start(world.host, () -> woken |= world.chance(85));
        woken = true;
    }

    private Duration pause() {
        return switch (world.random.nextInt(10)) {
            case 0, 1 -> Duration.ofMillis(world.random.nextInt(300));
            case 2, 3, 4 -> world.seconds(0.3, 3);
            case 5, 6 -> world.seconds(3, 20);
            case 7, 8 -> world.seconds(20, 60);
            default -> world.seconds(60, 900);
        };
    }

    /// Time passes with the daemon in it: it runs when something wakes it, when it said it would, and at the relist; a
    /// busy machine delays it.
    void live(Duration time) {
        var clock = world.host.clock;
        long end = clock.lived() + time.toNanos();
        long relist = Math.max(RELIST.toNanos(), time.toNanos() / ROUNDS_A_STEP);
        long next = clock.lived();
        long earliest = next;
        int here = 0;
        while (clock.lived() < end) {
            if (clock.lived() >= earliest && (woken || clock.lived() >= next || due())) {
                round();
                next = clock.lived() + relist;
                earliest = ++here < PROMPT_ROUNDS ? 0 : clock.lived() + time.toNanos() / PROMPT_ROUNDS;
            }
            long left = Math.min(end, next) - clock.lived();
            left = Math.min(left, clock.untilNext());
            left = Math.min(left, Math.max(untilDue(), earliest - clock.lived()));
            clock.advance(Duration.ofNanos(Math.max(left, 1_000_000)));
        }
    }

    private boolean due() {
        var at = world.daemon.wakeAt();
        return at != null && world.host.clock.now().reached(at);
    }

    private long untilDue() {
        var at = world.daemon.wakeAt();
        var now = world.host.clock.now();
        return at == null || now.reached(at) ? Long.MAX_VALUE : at.nanos() - now.nanos();
    }

    void round() {
        woken = false;
        rounds++;
        world.referee.roundStarts();
        moving = !healed;
        inRound = true;
        try {
            world.daemon.round();
        } catch (DaemonKilled e) {
            // Seen at the gate.
        }
        moving = false;
        inRound = false;
        showPlan();
        world.referee.rethrow();
        world.strangers.checkUntouched();
        if (world.host.gate.dead()) {
            world.trace.add("killed");
            newDaemon();
        } else {
            world.fleet.roundEnded();
            world.referee.checkCounts(world.daemon.view());
        }
    }

    private void showPlan() {
        var view = world.daemon.view();
        if (PLANS && view != null) {
            world.trace.add(ActionText.of(view.plan(), world.host.clock.now()));
        }
    }

    private boolean healed;

    /// From now on nothing goes wrong any more.
    void healed() {
        healed = true;
        step = -1;
        if (world.host.gate.armed()) {
            world.host.gate.revive();
        }
    }
}
