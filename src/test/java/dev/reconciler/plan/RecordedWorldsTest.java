package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.History;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Session;
import dev.reconciler.api.Source;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.recording.Inputs;
import dev.reconciler.recording.Tape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
        assertTrue(tape.rounds() * Worlds.EVERY > 1000 && tape.acting() * Worlds.EVERY > 200);
    }

    @Test
    void that_the_last_good_version_said_hands_off_is_recorded() {
        var agent = Sample.agent();
        var process = new ProcessRef(7, 7);
        var run = AgentHistory.Run.of(Sample.run(1), process, agent.runHash(), "/srv/ada", Sample.at(2));
        var known = new HistoryEdit(Sample.created(agent, Sample.UID, Sample.at(1)))
                .lastGood("{\"annotations\":{\"reconciler.dev/reconcile\":\"disabled\"}}")
                .run(run)
                .absentSince(Sample.at(3))
                .done();
        var history = new History(
                new AgentHistory.Fleet(1, List.of(), List.of(), new TreeMap<>()),
                new TreeMap<>(Map.of(Sample.ADA, known)));
        var desired = new DesiredState(new TreeMap<>(), new Source("source", true, true, false, true, List.of()));
        var observed = new ObservedState(
                new TreeMap<>(Map.of(Sample.ADA, new Session.Orphaned(Sample.run(1), List.of(process)))),
                new TreeMap<>(), new TreeMap<>());
        var now = Sample.at(1000);
        var plan = Planner.plan(desired, observed, history, Sample.POLICY, now);
        assertEquals(Reason.ReconcileDisabled, plan.agents().get(Sample.ADA).reason());
        var tape = new Tape(Sample.POLICY);
        tape.begin(problem -> {});
        tape.round(new Inputs(desired, observed, history, now, plan));
    }
}
