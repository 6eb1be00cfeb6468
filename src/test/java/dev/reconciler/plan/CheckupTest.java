package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Activity;
import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Ended;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Dialogue;
import dev.reconciler.api.Exit;
import dev.reconciler.api.Health;
import dev.reconciler.api.Health.Answer;
import dev.reconciler.api.Session;
import dev.reconciler.api.SpecHash;
import dev.reconciler.api.UpdateStrategy;
import dev.reconciler.api.Vitals;
import dev.reconciler.observed.ObservedState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What the answers of probes and a screen mean.
class CheckupTest {
    private static final Answer PASSED = new Answer(true, "exit code 0"), FAILED = new Answer(false, "exit code 1");
    private static final String STARTING = "its startup probe has not passed yet";

    private static Checkup checkup(UnaryOperator<Sample.Spec> spec, Health health) {
        return new Checkup(Sample.agent(spec).spec(), health);
    }

    private static Health says(Answer startup, Answer readiness, Answer liveness) {
        return new Health(startup, readiness, liveness, null, null, null);
    }

    @Test
    void before_its_first_verdict_an_agent_is_alive_and_not_ready() {
        var all = checkup(s -> s.startup().readiness().liveness(), Health.UNKNOWN);
        assertNull(all.failed());
        assertEquals(STARTING, all.notReady());
        assertEquals(
                "its readiness probe has not passed yet", checkup(s -> s.readiness(), Health.UNKNOWN).notReady());
        assertNull(checkup(s -> s.liveness(), Health.UNKNOWN).notReady(), "nobody asks whether it is");
        assertEquals(
                STARTING + "; no such file",
                checkup(s -> s.startup(), Health.UNKNOWN.trouble("no such file")).notReady());
    }

    @Test
    void startup_gates_the_others() {
        assertNull(checkup(s -> s.startup().liveness(), says(null, null, FAILED)).failed());
        assertEquals("startup probe failed: exit code 1",
                checkup(s -> s.startup().liveness(), says(FAILED, null, null)).failed());
        assertEquals("liveness probe failed: exit code 1",
                checkup(s -> s.startup().liveness(), says(PASSED, null, FAILED)).failed());
        assertNull(checkup(s -> s.startup().liveness(), says(PASSED, null, PASSED)).failed());
        assertEquals(STARTING, checkup(s -> s.startup().readiness(), says(FAILED, PASSED, null)).notReady());
        assertNull(checkup(s -> s.startup().readiness(), says(PASSED, PASSED, null)).notReady());
        assertEquals("readiness probe failed: exit code 1",
                checkup(s -> s.startup().readiness(), says(PASSED, FAILED, null)).notReady());
    }

    @Test
    void what_the_spec_does_not_ask_has_no_answer() {
        var bad = checkup(s -> s, says(FAILED, FAILED, FAILED));
        assertNull(bad.failed());
        assertNull(bad.notReady());
        assertEquals("liveness probe failed: exit code 1",
                checkup(s -> s.liveness(), says(FAILED, null, FAILED)).failed());
    }

    @Test
    void another_model_is_one_whose_name_does_not_hold_the_wanted_one() {
        var shown = Health.UNKNOWN.model("Opus 4");
        assertEquals("Opus 4", checkup(s -> s.model("sonnet", "is (.*)"), shown).otherModel());
        assertNull(checkup(s -> s.model("oPUS", "is (.*)"), shown).otherModel());
        assertNull(checkup(s -> s.model("sonnet", null), shown).otherModel());
        assertNull(checkup(s -> s.model(null, "is (.*)"), shown).otherModel());
        assertNull(checkup(s -> s.model("sonnet", "is (.*)"), Health.UNKNOWN).otherModel());
    }

    /// An agent whose spec changed, idle by its screen, with nobody looking on: each test changes one thing.
    private static final class Idle {
        Agent want = Sample.agent(s -> s.command("new").strategy(UpdateStrategy.OnIdle).activity());
        Run run = Run.of(Sample.run(7), Worlds.MAIN, Sample.agent().runHash(), "/srv/ada", Sample.at(1))
                .health(Health.UNKNOWN.activity(Activity.Idle));
        Health.Of seen = new Health.Of(Sample.run(7), Health.UNKNOWN.activity(Activity.Idle));
        Vitals vitals = new Vitals(new Vitals.DoneFile.None(), null, Worlds.READY);
        Session session = Sample.running(Sample.agent(), 7, 700);
        Dialogue said;

        AgentHistory history() {
            return new HistoryEdit(Sample.created(want, Sample.UID, Sample.at(1))).run(run).said(said).done();
        }

        boolean replaces() {
            var observed = new ObservedState(
                    new TreeMap<>(Map.of(Sample.ADA, session)), new TreeMap<>(), new TreeMap<>())
                    .vitals(new TreeMap<>(Map.of(Sample.ADA, vitals)))
                    .health(seen == null ? new TreeMap<>() : new TreeMap<>(Map.of(Sample.ADA, seen)));
            return Checkup.replacesNow(want.spec(), history(), observed, session);
        }
    }

    private static void spares(String why, Consumer<Idle> change) {
        var idle = new Idle();
        change.accept(idle);
        assertFalse(idle.replaces(), why);
    }

    @Test
    void an_idle_program_is_replaced_only_when_nothing_is_taken_from_anybody() {
        assertTrue(new Idle().replaces());
        spares("it works", i -> i.run = i.run.health(Health.UNKNOWN.activity(Activity.Working)));
        spares("only remembered: nobody looks now", i -> i.seen = null);
        spares("seen of another run", i -> i.seen = new Health.Of(Sample.run(6), i.seen.health()));
        spares("the screen told nothing", i -> i.seen = new Health.Of(Sample.run(7), Health.UNKNOWN));
        spares("somebody is attached", i -> {
            var pane = ((Session.Running) i.session).pane();
            i.session = new Session.Running(
                    new Session.Pane(pane.server(), pane.id(), pane.sessionId(), pane.mark(), 1, true, false),
                    Worlds.MAIN);
        });
        spares("a text is on its way", i -> i.said = Dialogue.NONE.with(Delivery.waiting(
                Delivery.PROMPT, Sample.run(7), "d", true, Sample.at(1), Sample.at(2))));
        spares("its terminal could not be looked at", i -> i.vitals = Vitals.NONE);
        spares("a draft stands in it", i -> i.vitals = new Vitals(
                new Vitals.DoneFile.None(), null, Worlds.terminals().get("draft")));
        spares("no run is known", i -> i.run = null);
        spares("it is not seen running", i -> i.session = new Session.Absent(null));
    }

    @Test
    void without_signs_on_its_screen_only_a_beat_tells_that_it_is_idle_now() {
        Consumer<Idle> quiet =
                i -> i.want = Sample.agent(s -> s.command("new").strategy(UpdateStrategy.OnIdle).heartbeat(60, 30));
        spares("no beat", quiet);
        var beating = new Idle();
        quiet.accept(beating);
        beating.seen = null;
        beating.vitals = new Vitals(
                new Vitals.DoneFile.None(), new Vitals.Beat(Sample.at(1), "", Activity.Idle), Worlds.READY);
        assertTrue(beating.replaces());
    }

    @Test
    void at_once_means_at_once_and_at_the_next_exit_means_then() {
        for (var strategy : List.of(UpdateStrategy.Immediate, UpdateStrategy.OnExit)) {
            var idle = new Idle();
            idle.want = Sample.agent(s -> s.command("new").strategy(strategy).activity());
            assertEquals(strategy == UpdateStrategy.Immediate, idle.replaces());
        }
    }

    @Test
    void its_terminal_is_looked_at_while_a_changed_spec_waits_for_it_to_be_idle() {
        var idle = new Idle();
        assertTrue(Checkup.waitsForIdle(idle.want, idle.history()));
        idle.run = idle.run.hash(new SpecHash(99, "x"));
        assertFalse(Checkup.waitsForIdle(idle.want, idle.history()), "of another version: no change is known");
        idle.run = idle.run.hash(idle.want.runHash());
        assertFalse(Checkup.waitsForIdle(idle.want, idle.history()), "as wanted");
        idle.run = idle.run.hash(Sample.agent().runHash())
                .ended(new Ended(Sample.run(7), null, new Exit.Code(0), Sample.at(1), Sample.at(2)));
        assertFalse(Checkup.waitsForIdle(idle.want, idle.history()), "ended");
        idle.run = null;
        assertFalse(Checkup.waitsForIdle(idle.want, idle.history()), "never ran");
        idle = new Idle();
        idle.want = Sample.agent(s -> s.command("new").strategy(UpdateStrategy.Immediate));
        assertFalse(Checkup.waitsForIdle(idle.want, idle.history()), "not asked to wait");
    }
}
