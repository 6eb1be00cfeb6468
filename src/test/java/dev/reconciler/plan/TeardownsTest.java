package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Ended;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Teardown;
import dev.reconciler.api.Units;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.observed.ScopesSeen;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What we ended is looked at until nothing of it is left.
class TeardownsTest {
    private static final Moment NOW = Sample.at(1000);
    private static final RunId RUN = Sample.run(7);
    private static final Session.Pane PANE = Sample.pane(Sample.mark(Sample.agent(), RUN));
    private static final String UNIT = Units.scope(Sample.ADA, RUN);

    private Session session = new Session.Absent(null);
    private ServerState server = new ServerState.Down();
    private ScopesSeen scopes = scopes(new TreeMap<>());

    private static ScopesSeen scopes(TreeMap<String, List<String>> members) {
        return new ScopesSeen(
                "", false, Set.of(), new TreeSet<>(), members, new TreeSet<>(), Set.of(), Set.of(), new TreeMap<>());
    }

    private static Teardown run(long ago) {
        return new Teardown(Sample.ADA, RUN, "default", Sample.at(1000 - ago), "");
    }

    private static Teardown server(long ago) {
        return new Teardown(null, null, "default", Sample.at(1000 - ago), "");
    }

    private List<Teardown> look(Teardown... known) {
        return teardowns().note(new TreeMap<>(), new TreeMap<>(), List.of(known));
    }

    private Teardowns teardowns() {
        var sessions = new TreeMap<AgentName, Session>();
        if (session != null) {
            sessions.put(Sample.ADA, session);
        }
        var servers = new TreeMap<String, ServerState>();
        if (server != null) {
            servers.put("default", server);
        }
        return new Teardowns(new ObservedState(sessions, servers, new TreeMap<>()).scopes(scopes), NOW);
    }

    @Test
    void what_is_seen_to_be_gone_is_looked_at_no_more() {
        assertEquals(List.of(), look(run(1)));
        assertEquals(List.of(), look(server(1)));
        session = null;
        assertEquals(List.of(), look(run(1)), "forgotten");
    }

    @Test
    void what_stays_has_ten_seconds_before_it_is_said() {
        scopes = scopes(new TreeMap<>(Map.of(UNIT, List.of("7 (bash)"))));
        assertEquals(List.of(run(9)), look(run(9)));
        assertEquals(List.of(run(10).left("unit " + UNIT + " with process 7 (bash)")), look(run(10)));
        var orphans = List.of(new ProcessRef(700, 1), new ProcessRef(701, 1));
        session = new Session.Orphaned(RUN, orphans);
        assertEquals("process 700, 701; unit " + UNIT + " with process 7 (bash)", look(run(10)).getFirst().left());
    }

    @Test
    void only_processes_of_this_very_run_are_left_of_it() {
        var one = List.of(new ProcessRef(700, 1));
        for (var others : List.of(
                new Session.Orphaned(Sample.run(8), one),
                new Session.Exited(Sample.pane(Sample.mark(Sample.agent(), Sample.run(8))), new Exit.Code(0), one),
                new Session.Exited(PANE, new Exit.Code(0), List.of()),
                new Session.Running(PANE, new ProcessRef(700, 1)),
                new Session.OtherSource("other"), new Session.Foreign("theirs"))) {
            session = others;
            assertEquals(List.of(), look(run(10)), others.toString());
        }
        for (var own : List.of(
                new Session.Orphaned(RUN, one), new Session.Exited(PANE, new Exit.Code(0), one))) {
            session = own;
            assertEquals(List.of(run(10).left("process 700")), look(run(10)), own.toString());
        }
    }

    @Test
    void its_log_pipe_may_stay_as_long_as_its_dead_pane() {
        var nothing = scopes(new TreeMap<>());
        scopes = new ScopesSeen(
                "", false, Set.of(), new TreeSet<>(), new TreeMap<>(),
                new TreeSet<>(Set.of("/logs/default/ada/" + RUN + ".")), Set.of(), Set.of(), nothing.empty());
        session = new Session.Exited(PANE, new Exit.Code(0), List.of());
        assertEquals(List.of(), look(run(10)));
        session = new Session.Exited(Sample.pane(Sample.mark(Sample.agent(), Sample.run(8))), new Exit.Code(0),
                List.of());
        assertEquals(List.of(run(10).left("its log pipe")), look(run(10)), "another run's pane does not hold it");
    }

    @Test
    void what_could_not_be_seen_is_neither_gone_nor_left() {
        for (var hidden : List.<Session>of(
                new Session.Unknown("busy"), new Session.Ghost(Sample.SERVER), new Session.Doubled(List.of()))) {
            session = hidden;
            assertEquals(List.of(run(10)), look(run(10)), hidden.toString());
        }
        session = new Session.Absent(null);
        scopes = ScopesSeen.NOTHING;
        assertEquals(List.of(run(10)), look(run(10)), "units were not looked at");
        assertEquals(List.of(server(10)), look(server(10)));
        server = new ServerState.Silent("busy");
        assertEquals(List.of(server(10)), look(server(10)));
        server = null;
        assertEquals(List.of(server(10)), look(server(10)));
    }

    @Test
    void a_stopped_server_that_lives_without_a_socket_is_left_and_another_one_is_not_it() {
        server = new ServerState.Ghosted(Sample.SERVER);
        assertEquals(List.of(server(10).left("process 50, without a socket")), look(server(10)));
        server = new ServerState.Up(Sample.SERVER, true, false);
        assertEquals(List.of(), look(server(10)));
    }

    @Test
    void of_another_boot_nothing_is_left() {
        session = new Session.Unknown("busy");
        var before = new Teardown(Sample.ADA, RUN, "default", new Moment("the boot before", 0, NOW.wall()), "");
        assertEquals(List.of(), look(before));
    }

    private static TreeMap<AgentName, AgentHistory> ended(Reason by) {
        var run = Run.of(RUN, Worlds.MAIN, Sample.agent().runHash(), "/srv/ada", Sample.at(1));
        var agent = new HistoryEdit(Sample.created(Sample.agent(), Sample.UID, Sample.at(1)))
                .run(by == Reason.Running ? run : run.ended(new Ended(RUN, by, new Exit.Code(0), Sample.at(1), NOW)))
                .done();
        return new TreeMap<>(Map.of(Sample.ADA, agent));
    }

    @Test
    void a_run_that_we_ended_is_looked_at_from_then_on_once() {
        var fresh = new Teardown(Sample.ADA, RUN, "default", NOW, "");
        var running = ended(Reason.Running);
        var suspended = ended(Reason.Suspended);
        assertEquals(List.of(fresh), teardowns().note(running, suspended, List.of()));
        assertEquals(List.of(fresh), teardowns().note(new TreeMap<>(), suspended, List.of()), "first heard of");
        assertEquals(List.of(), teardowns().note(suspended, suspended, List.of()), "known already");
        assertEquals(List.of(), teardowns().note(running, running, List.of()));
        assertEquals(List.of(), teardowns().note(running, ended(null), List.of()), "it ended by itself");
        assertEquals(List.of(), teardowns().note(running, ended(Reason.Rebooted), List.of()));
    }

    @Test
    void a_server_that_was_stopped_again_is_looked_at_once_and_its_runs_still_are() {
        var other = new Teardown(null, null, "team", Sample.at(1), "");
        var fleet = new Fleet(0, List.of(), List.of(), new TreeMap<>()).teardowns(List.of(run(5), server(5), other));
        var noted = Teardowns.stopped(new History(fleet, new TreeMap<>()), "default", NOW);
        assertEquals(List.of(run(5), other, server(0)), noted.fleet().teardowns());
    }
}
