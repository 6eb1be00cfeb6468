package dev.reconciler.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.plan.Ghosts;
import dev.reconciler.plan.Policy;
import dev.reconciler.recording.Tape;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What the daemon of random histories recorded gives the decisions it took: through restarts of the daemon, jumps of
/// the clock and reboots. `-Drecording.histories=N` plays more of them.
class RecordedSimulationTest {
    private static final int HISTORIES = Integer.getInteger("recording.histories", 150);

    @Test
    void what_was_recorded_decides_what_was_decided() {
        long rounds = 0;
        long acting = 0;
        long restarts = 0;
        for (long seed = 1; seed <= HISTORIES; seed++) {
            var tape = new Tape(new Policy(Duration.ofSeconds(30), FakeWorkplace.HOME, Ghosts.DEFAULT));
            new Simulation(seed, (host, wake) -> new RealDaemon(host, wake, Ghosts.DEFAULT, tape)).run();
            rounds += tape.rounds();
            acting += tape.acting();
            restarts += tape.daemons() - 1;
        }
        System.out.println("recorded " + rounds + " rounds, " + acting + " of them acting, " + restarts + " restarts");
        assertTrue(acting > HISTORIES && restarts > HISTORIES / 2, acting + " acting, " + restarts + " restarts");
    }
}
