package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.DeleteIntent;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentHistory.Termination;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Completion;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Dialogue;
import dev.reconciler.api.Done;
import dev.reconciler.api.Health;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Prompt;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Vitals;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Single decisions, at the edges of their times, and which of two rows comes first.
class PlannerTest {
    private static final Moment NOW = Sample.at(10_000);
    private static final AgentName BOB = new AgentName("default", "bob");
    private static final ServerState UP = new ServerState.Up(Sample.SERVER, true, false);

    private Agent want = Sample.agent();
    private Desire desire;
    private Session session = Sample.running(Sample.agent(), 7, 700);
    private Vitals vitals = Vitals.NONE;
    private ServerState server = UP;
    private Moment now = NOW;
    private final TreeMap<AgentName, Desire> others = new TreeMap<>();
    private final TreeMap<AgentName, Session> sessions = new TreeMap<>();
    private final TreeMap<AgentName, AgentHistory> agents = new TreeMap<>();

    private static Run run() {
        return Run.of(Sample.run(7), Worlds.MAIN, Sample.agent().runHash(), "/srv/ada", Sample.at(1));
    }

    private static HistoryEdit known() {
        return new HistoryEdit(Sample.created(Sample.agent(), Sample.UID, Sample.at(1))).runs(7);
    }

    private Plan plan(AgentHistory history) {
        if (history != null) {
            agents.put(Sample.ADA, history);
        }
        var desires = new TreeMap<>(others);
        var said = desire == null ? new Desire.Wanted(want) : desire;
        if (!(said instanceof Desire.Unwanted)) {
            desires.put(Sample.ADA, said);
        }
        sessions.put(Sample.ADA, session);
        var observed = new ObservedState(
                sessions, new TreeMap<>(Map.of("default", server)),
                new TreeMap<>(Map.of(Sample.ADA, new Preflight.Passed())))
                .vitals(new TreeMap<>(Map.of(Sample.ADA, vitals)));
        return Planner.plan(
                new DesiredState(desires, Worlds.source(true, true, false, false)), observed,
                new History(new Fleet(100, List.of(), List.of(), new TreeMap<>()), agents), Sample.POLICY, now);
    }

    private Action.OfAgent of(AgentHistory history) {
        return plan(history).agents().get(Sample.ADA);
    }

    private Action.Hold hold(Reason reason, String message, Moment until) {
        return new Action.Hold(Sample.ADA, reason, message, until);
    }

    private static Health dying() {
        return new Health(null, null, new Health.Answer(false, "exit code 1"), null, null, null);
    }

    @Test
    void silence_past_its_grace_comes_before_a_failed_probe_and_half_a_last_word_after_it() {
        want = Sample.agent(s -> s.heartbeat(60, 30).liveness());
        var beat = new Vitals.Beat(Sample.at(10_000 - 90), "");
        vitals = new Vitals(new Vitals.DoneFile.None(), beat, null);
        assertEquals(Reason.HeartbeatLost, of(known().run(run().health(dying())).done()).reason());
        vitals = new Vitals(new Vitals.DoneFile.Wrong("half", NOW), beat, null);
        assertEquals(Reason.HeartbeatLate, of(known().run(run()).done()).reason());
        assertEquals(Reason.Unhealthy, of(known().run(run().health(dying())).done()).reason());
        vitals = new Vitals(new Vitals.DoneFile.None(), new Vitals.Beat(NOW, ""), null);
        assertEquals(Reason.Unhealthy, of(known().run(run().health(dying())).done()).reason());
    }

    /// Seconds since its log pipe was opened again, null: never.
    @ParameterizedTest
    @CsvSource({", true", "0, false", "29, false", "30, true"})
    void a_pipe_that_breaks_again_within_half_a_minute_is_left_for_later(Long ago, boolean opened) {
        var pane = ((Session.Running) session).pane();
        var broken = new Session.Running(
                new Session.Pane(pane.server(), pane.id(), pane.sessionId(), pane.mark(), 0, false, false),
                Worlds.MAIN);
        session = broken;
        var run = ago == null ? run() : run().repiped(Sample.at(10_000 - ago));
        assertEquals(
                opened
                        ? new Action.Repipe(Sample.ADA, broken.pane(), want.spec().logs(), Reason.LogGap)
                        : hold(Reason.Running, "pid 700, run 7", Sample.at(10_000 - ago + 30)),
                of(known().run(run).done()));
        session = Sample.running(Sample.agent(), 7, 700);
        assertEquals(hold(Reason.Running, "pid 700, run 7", null), of(known().run(run).done()), "it is piped");
    }

    /// Failed runs before; `spec.backoffLimit` is 1, and it may stay when it is done.
    @ParameterizedTest
    @CsvSource({"0, Done", "1, BackoffLimitExceeded"})
    void a_failure_by_its_word_counts_before_it_is_asked_whether_it_may_stay(int failures, Reason reason) {
        want = Sample.agent(s -> s.completion(Completion.By.Either, Completion.OnDone.Keep).backoffLimit(1));
        var said = Dialogue.NONE.done(new Done(Sample.run(7), false, "m", null, NOW));
        var action = of(known().run(run()).failures(failures).said(said).done());
        assertEquals(reason, action.reason());
        assertEquals(failures == 0, action instanceof Action.Stop, "another run follows, or none");
    }

    /// How often KILL was sent, the last time just now.
    @ParameterizedTest
    @CsvSource({"1, Terminating, 200", "4, Terminating, 1600", "5, KillFailed, 3200", "30, KillFailed, 60000"})
    void a_program_that_survives_kill_is_told_after_five_times_and_killed_on(int kills, Reason reason, long millis) {
        var termination = Termination.decided(Reason.Suspended, Sample.at(1), Sample.at(2)).sent(Sample.at(1));
        for (int i = 0; i < kills; i++) {
            termination = termination.killed(NOW);
        }
        var history = known().run(run().termination(termination)).done();
        var again = NOW.plus(Duration.ofMillis(millis));
        assertEquals(
                hold(reason, "killed " + kills + " times, still there: " + List.of(Worlds.MAIN), again), of(history));
        now = again;
        assertTrue(of(history) instanceof Action.Stop stop && stop.step() == Action.Step.Kill);
    }

    @Test
    void a_pre_stop_has_time_until_two_seconds_before_kill() {
        var agent = known().done();
        var deadline = NOW.plus(Duration.ofSeconds(2));
        assertTrue(Ending.hurried(agent, deadline, NOW));
        assertFalse(Ending.hurried(agent, deadline.plus(Duration.ofNanos(1)), NOW));
        var shorter = new HistoryEdit(agent).delete(new DeleteIntent(NOW, null, 2)).done();
        assertTrue(Ending.hurried(shorter, deadline.plus(Duration.ofSeconds(60)), NOW), "a delete shortens it");
    }

    private void bob(Desire desire, boolean deleted, Session session) {
        var bob = Sample.agent(BOB, s -> s);
        var run = Run.of(new RunId("bob1", 1), new ProcessRef(7, 7), bob.runHash(), "/srv/ada", Sample.at(1));
        agents.put(BOB, new HistoryEdit(Sample.created(bob, "bob1", Sample.at(1)))
                .run(run)
                .delete(deleted ? new DeleteIntent(Sample.at(1), null, null) : null)
                .done());
        others.remove(BOB);
        if (desire != null) {
            others.put(BOB, desire);
        }
        sessions.put(BOB, session);
    }

    @Test
    void nobody_begins_in_a_directory_that_somebody_is_leaving() {
        session = new Session.Absent(null);
        var bob = new Desire.Wanted(Sample.agent(BOB, s -> s));
        var disabled = new Desire.Wanted(Sample.agent(BOB, s -> s.disabled()));
        var running = new Session.Running(Sample.pane(Sample.mark(bob.agent(), new RunId("bob1", 1))),
                new ProcessRef(7, 7));
        bob(bob, false, running);
        assertTrue(of(known().done()) instanceof Action.Start, "two agents may share one");
        bob(bob, true, running);
        assertEquals(hold(Reason.WaitingForPredecessor, "default/bob still works in /srv/ada", null),
                of(known().done()));
        bob(disabled, true, running);
        assertTrue(of(known().done()) instanceof Action.Start, "he is left alone, and does not go");
        bob(null, false, running);
        assertEquals(Reason.WaitingForPredecessor, of(known().done()).reason());
        bob(null, false, new Session.Unknown("busy"));
        assertEquals(Reason.WaitingForPredecessor, of(known().done()).reason(), "he may be there");
        bob(null, false, new Session.Absent(null));
        assertTrue(of(known().done()) instanceof Action.Start, "he is gone");
        bob(null, false, running);
        want = Sample.agent(s -> s.directory("/elsewhere"));
        assertTrue(of(known().done()) instanceof Action.Start);
    }

    @Test
    void the_next_run_is_told_its_prompt_unless_it_has_had_it() {
        UnaryOperator<Sample.Spec> first = s -> s.prompt("build it", Prompt.On.FirstRun);
        var agent = Sample.agent(first);
        var nobody = new History(new Fleet(1, List.of(), List.of(), new TreeMap<>()), new TreeMap<>());
        assertSame(agent, Planner.nextRun(agent, nobody), "never heard of");
        var told = known().said(Dialogue.NONE.prompted(agent.spec().prompt().digest())).done();
        var history = new History(nobody.fleet(), new TreeMap<>(Map.of(Sample.ADA, told)));
        assertNull(Planner.nextRun(agent, history).spec().prompt());
        var other = Sample.agent(s -> s.prompt("test it", Prompt.On.FirstRun));
        assertSame(other, Planner.nextRun(other, history));
        var every = Sample.agent(s -> s.prompt("build it", Prompt.On.EveryRun));
        assertSame(every, Planner.nextRun(every, history));
        assertSame(Sample.agent().name(), Planner.nextRun(Sample.agent(), history).name());
    }

    @Test
    void the_next_look_is_at_the_first_time_at_which_anything_may_change() {
        desire = new Desire.Unwanted();
        var due = Sample.at(10_000 - 10 + 30);
        var pending = known().run(run()).absentSince(Sample.at(10_000 - 10)).done();
        assertEquals(due, plan(pending).wakeAt());
        var tried = Sample.at(10_000 - 1);
        server = new ServerState.Ghosted(Sample.SERVER);
        var rescues = dev.reconciler.api.ServerHistory.UNKNOWN.tryRescue(tried);
        var fleet = new Fleet(100, List.of(), List.of(), new TreeMap<>(Map.of("default", rescues)));
        var observed = new ObservedState(sessions, new TreeMap<>(Map.of("default", server)), new TreeMap<>());
        var both = Planner.plan(
                new DesiredState(new TreeMap<>(), Worlds.source(true, true, false, false)), observed,
                new History(fleet, agents), Sample.POLICY, now);
        assertEquals(Sample.at(10_000 - 1 + 2), both.wakeAt());
        assertNull(new PlannerTest().plan(known().run(run()).done()).wakeAt(), "only an event changes anything");
    }

    @Test
    void a_ghost_beside_another_server_of_its_namespace_is_told_apart() {
        var hidden = new ProcessRef(60, 60);
        session = new Session.Ghost(hidden);
        var message = "it lives in tmux server 60, and tmux server 50 has the path of its namespace: both are ours and"
                + " in use, so neither is touched; `reconciler rescue 60` makes the first reachable beside the other,"
                + " and what ends in it starts anew in the other";
        assertEquals(hold(Reason.Ghost, message, null), of(known().run(run()).done()));
        var gone = "its tmux server (pid 60) lives, its socket is gone";
        server = new ServerState.Ghosted(hidden);
        assertEquals(hold(Reason.Ghost, gone, null), of(known().run(run()).done()));
        server = new ServerState.Up(hidden, false, false);
        assertEquals(hold(Reason.Ghost, gone, null), of(known().run(run()).done()));
    }
}
