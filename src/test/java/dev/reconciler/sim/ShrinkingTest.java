package dev.reconciler.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import dev.reconciler.controller.View;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ShrinkingTest {
    /// A daemon under which a law is broken as soon as a person deletes something.
    private record Undeleting(Daemon real) implements Daemon {
        static Daemon start(FakeHost host, Runnable wake) {
            return new Undeleting(new RealDaemon(host, wake));
        }

        @Override
        public boolean delete(AgentName name) {
            throw new Violation("law 0: nobody deletes");
        }

        @Override
        public void round() {
            real.round();
        }

        @Override
        public Moment wakeAt() {
            return real.wakeAt();
        }

        @Override
        public View view() {
            return real.view();
        }

        @Override
        public boolean rollout(AgentName name) {
            return real.rollout(name);
        }

        @Override
        public List<AgentName> approve() {
            return real.approve();
        }
    }

    @Test
    void what_has_nothing_to_do_with_it_is_left_out_and_the_line_repeats_the_rest() {
        var failure = firstFailure();
        var shrunk = Shrinking.shrink(failure, Undeleting::start);
        assertEquals(failure.law(), shrunk.law());
        int steps = new Simulation(shrunk.seed, Undeleting::start).steps();
        var without = without(shrunk);
        assertTrue(!without.get(shrunk.step()), shrunk.line());
        assertEquals(steps - 1, without.cardinality(), "one step alone breaks this law: " + shrunk.line());
        var again = assertThrows(
                Failure.class, () -> new Simulation(shrunk.seed, without, Undeleting::start).run());
        assertEquals(shrunk.line(), again.line());
    }

    private static Failure firstFailure() {
        for (long seed = 1;; seed++) {
            try {
                new Simulation(seed, Undeleting::start).run();
            } catch (Failure failure) {
                return failure;
            }
        }
    }

    private static BitSet without(Failure failure) {
        var without = new BitSet();
        var option = Pattern.compile("-Dsim\\.without=([0-9,]+)").matcher(failure.line());
        assertTrue(option.find(), failure.line());
        for (var step : option.group(1).split(",")) {
            without.set(Integer.parseInt(step));
        }
        return without;
    }
}
