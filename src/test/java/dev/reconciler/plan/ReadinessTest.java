package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Health;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Vitals.Terminal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Whether a program takes a text now, and if not, why.
class ReadinessTest {
    private static final Moment DUE = Sample.at(1000);
    private static final Moment EARLY = DUE.plus(Duration.ofNanos(-1));

    private AgentSpec spec = Sample.agent().spec();
    private Run run = Run.of(Sample.run(7), Worlds.MAIN, Sample.agent().runHash(), "/srv/ada", Sample.at(1));
    private boolean oneLine = true;
    private Terminal terminal = terminal(true, false, null, 0, false);
    private Moment now = EARLY;

    private static Terminal terminal(boolean raw, boolean mode, Boolean brackets, int attached, boolean draft) {
        return new Terminal(raw, mode, brackets, attached, "> ", Sample.at(1), draft, "", "");
    }

    private Readiness readiness() {
        return new Readiness(
                spec, run, Delivery.waiting("m1", Sample.run(7), "", oneLine, Sample.at(1), DUE), terminal, now);
    }

    private void takesIt() {
        assertNull(readiness().why());
        assertNull(readiness().obstacle());
        assertTrue(readiness().ready());
    }

    private void refuses(Reason reason, String why) {
        assertEquals(why, readiness().why());
        assertEquals(reason, readiness().obstacle());
        assertFalse(readiness().ready());
    }

    @Test
    void one_that_reads_keys_takes_any_text_unless_it_said_no_to_pasting() {
        takesIt();
        oneLine = false;
        takesIt();
        terminal = terminal(true, false, true, 0, false);
        takesIt();
        terminal = terminal(true, false, false, 0, false);
        refuses(Reason.NotReady, "it did not turn on bracketed paste, so each line would be submitted by itself");
        oneLine = true;
        takesIt();
    }

    @Test
    void one_that_reads_lines_takes_one_line_once_it_had_all_its_time() {
        terminal = terminal(false, false, null, 0, false);
        refuses(Reason.NotReady, "it does not read keys yet");
        now = DUE;
        takesIt();
        oneLine = false;
        refuses(Reason.NotReady, "it reads lines, not keys: it can take one line of less than 4096 bytes");
    }

    @Test
    void a_startup_probe_that_passed_says_that_it_had_its_time() {
        spec = Sample.agent(s -> s.startup()).spec();
        terminal = terminal(false, false, null, 0, false);
        refuses(Reason.NotReady, "its startup probe has not passed");
        run = run.health(Health.UNKNOWN.with(dev.reconciler.api.Probe.Kind.Startup, new Health.Answer(false, "")));
        refuses(Reason.NotReady, "its startup probe has not passed");
        run = run.health(Health.UNKNOWN.with(dev.reconciler.api.Probe.Kind.Startup, new Health.Answer(true, "")));
        takesIt();
        spec = null;
        refuses(Reason.NotReady, "it does not read keys yet");
    }

    @Test
    void people_come_first() {
        terminal = terminal(true, false, null, 1, true);
        refuses(Reason.DraftInTheWay, "a person's half-typed input stands in it");
        terminal = terminal(true, true, null, 1, false);
        refuses(Reason.NotReady, "somebody looks back in its output");
        terminal = terminal(true, true, null, 0, false);
        takesIt();
        terminal = terminal(true, false, null, 1, false);
        takesIt();
    }

    @Test
    void what_was_not_seen_is_not_ready() {
        terminal = null;
        refuses(Reason.NotReady, "its terminal could not be looked at");
    }

    @Test
    void its_input_line_stands_still_for_a_moment_first() {
        now = terminal.still().plus(Readiness.STILL).plus(Duration.ofNanos(-1));
        assertFalse(readiness().ready());
        assertNull(readiness().obstacle(), "only time is missing");
        now = terminal.still().plus(Readiness.STILL);
        assertTrue(readiness().ready());
    }
}
