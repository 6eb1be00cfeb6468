package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.recording.Inputs;
import dev.reconciler.recording.Tape;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Without secrets, as JSON, and only what differs from the world before: the planner decides the same. One world in so
/// many, spread over all; `-Drecording.every=1` takes each.
class RecordedWorldsTest {
    private static final int EVERY = Integer.getInteger("recording.every", 61);

    @Test
    void the_recorded_world_is_decided_as_the_world() {
        var tape = new Tape(Sample.POLICY);
        tape.begin(problem -> {
            throw new AssertionError(problem);
        });
        var next = new AtomicLong();
        Worlds.all().filter(world -> next.getAndIncrement() % EVERY == 0).forEach(world -> {
            var noted = world.noted();
            var plan = Planner.plan(world.desired(), world.observed(), noted, Sample.POLICY, world.now());
            try {
                tape.round(new Inputs(world.desired(), world.observed(), noted, world.now(), plan));
            } catch (AssertionError e) {
                throw new AssertionError(world + "\n" + e.getMessage(), e);
            }
        });
        System.out.println("recorded " + tape.rounds() + " worlds, " + tape.acting() + " of them acting");
        assertTrue(tape.rounds() > 1000 && tape.acting() > 200);
    }
}
