package dev.reconciler.observed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.ServerHistory;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.SpecHash;
import dev.reconciler.api.Uids;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.ProcessTable.Sighting;
import dev.reconciler.host.Tmux;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a look proves, and what it does not.
class CorrelatorTest {
    private static final String SOURCE = "folder";
    private static final String SOCKET = "/run/reconciler/default.sock";
    private static final AgentName ADA = new AgentName("default", "ada");
    private static final String UID = Uids.prefix(SOURCE, ADA) + "00000001";
    private static final RunId RUN = new RunId(UID, 1);
    private static final ProcessRef SERVER = ref(50);
    private static final ProcessRef MAIN = ref(100);
    private static final Moment NOW = new Moment("boot", 0, Instant.EPOCH);

    private final List<Tmux.PaneLine> panes = new ArrayList<>();
    private final TreeMap<Long, Sighting> sightings = new TreeMap<>();
    private final List<ProcessTable.Process> processes = new ArrayList<>();
    private Tmux.Look look;
    private boolean complete = true;
    private boolean scanned = true;
    private Run run;

    @BeforeEach
    void everything_is_fine() {
        processes.add(process(1, 0, "init", null));
        processes.add(process(50, 1, "tmux: server", null));
        processes.add(process(100, 50, "agent", RUN.toString()));
        panes.add(pane("%1", "$1", "ada", 100, mark(SOURCE, RUN)));
        sightings.put(100L, new Sighting.Alive(MAIN));
        run = Run.of(RUN, MAIN, new SpecHash(SpecHash.CURRENT, "x"), "/srv", NOW);
    }

    private static ProcessRef ref(long pid) {
        return new ProcessRef(pid, 1);
    }

    private static ProcessTable.Process process(long pid, long parent, String name, String runId) {
        return new ProcessTable.Process(
                ref(pid), parent, pid, name, runId,
                name.startsWith("tmux") ? List.of("tmux", "-S", SOCKET) : List.of());
    }

    private static OwnerMark mark(String source, RunId run) {
        return new OwnerMark(source, ADA, run, new SpecHash(SpecHash.CURRENT, "x"), 1, false);
    }

    private static Tmux.PaneLine pane(String id, String session, String name, long pid, OwnerMark mark) {
        return new Tmux.PaneLine(session, name, id, pid, false, null, null, 0, true, mark,
                mark == null ? null : mark.uid());
    }

    private Tmux.PaneLine dead(Integer status, Integer signal) {
        var line = panes.getFirst();
        return new Tmux.PaneLine(
                line.sessionId(), line.sessionName(), line.paneId(), line.pid(), true, status, signal, 0, true,
                line.mark(),
                line.sessionMark());
    }

    private void gone(long pid) {
        sightings.put(pid, new Sighting.Gone());
        processes.removeIf(p -> p.ref().pid() == pid);
    }

    private ObservedState correlate() {
        var agents = new TreeMap<AgentName, AgentHistory>();
        if (run != null) {
            agents.put(ADA, new AgentHistory(
                    ADA, UID, NOW, 1, "", null, 30, null, 1, run, null, null, 0, 0, null, null, null, null, null, null,
                    new TreeMap<>(), null));
        }
        var servers = new TreeMap<>(Map.of("default", ServerHistory.UNKNOWN.well(SERVER)));
        var census = new Census(
                new TreeMap<>(Map.of("default", look == null ? new Tmux.Look.Answered(SERVER, true, panes) : look)),
                sightings,
                scanned ? new ProcessTable.Scan(processes, complete, complete ? List.of() : List.of("/proc/9: denied"))
                        : null,
                new TreeMap<>(Map.of("default", SOCKET)));
        return Correlator.correlate(
                census, List.of(ADA), new History(new Fleet(1, List.of(), List.of(), servers), agents), SOURCE);
    }

    private Session session() {
        return correlate().sessions().get(ADA);
    }

    @Test
    void a_marked_pane_with_a_live_process_runs_and_needs_no_process_table() {
        scanned = false;
        assertEquals(MAIN, assertInstanceOf(Session.Running.class, session()).process());
    }

    @Test
    void a_dead_pane_tells_how_its_program_ended() {
        gone(100);
        panes.set(0, dead(3, null));
        assertEquals(new Exit.Code(3), assertInstanceOf(Session.Exited.class, session()).exit());
        panes.set(0, dead(null, 9));
        assertEquals(new Exit.Signal(9), assertInstanceOf(Session.Exited.class, session()).exit());
        panes.set(0, dead(null, null));
        assertEquals(new Exit.Unseen(), assertInstanceOf(Session.Exited.class, session()).exit());
    }

    @Test
    void a_zombie_is_dead_but_only_tmux_knows_its_exit_code() {
        sightings.put(100L, new Sighting.Zombie(MAIN, 0));
        assertInstanceOf(Session.Unknown.class, session());
        panes.set(0, dead(0, null));
        processes.removeIf(p -> p.ref().equals(MAIN));
        assertInstanceOf(Session.Exited.class, session());
    }

    @Test
    void a_dead_pane_whose_pid_is_another_process_now_has_exited() {
        panes.set(0, dead(0, null));
        sightings.put(100L, new Sighting.Alive(new ProcessRef(100, 999)));
        processes.removeIf(p -> p.ref().equals(MAIN));
        processes.add(new ProcessTable.Process(new ProcessRef(100, 999), 1, 100, "stranger", null, List.of()));
        assertInstanceOf(Session.Exited.class, session());
    }

    @Test
    void a_pane_that_tmux_calls_dead_while_its_program_lives_still_runs() {
        panes.set(0, dead(null, null));
        assertInstanceOf(Session.Running.class, session());
        run = null;
        assertInstanceOf(Session.Running.class, session(), "without state, its run id proves it");
    }

    @Test
    void what_an_ended_program_left_behind_is_found() {
        gone(100);
        panes.set(0, dead(0, null));
        processes.add(process(110, 1, "mcp-server", RUN.toString()));
        assertEquals(List.of(ref(110)), assertInstanceOf(Session.Exited.class, session()).leftovers());
    }

    @Test
    void a_process_that_cannot_be_read_makes_its_agent_unknown() {
        sightings.put(100L, new Sighting.Unreadable("permission denied"));
        assertInstanceOf(Session.Unknown.class, session());
    }

    @Test
    void no_pane_and_no_process_is_absent_and_only_a_complete_table_says_so() {
        panes.clear();
        gone(100);
        assertEquals(new Session.Absent(null), session());
        complete = false;
        assertInstanceOf(Session.Unknown.class, session());
        scanned = false;
        assertInstanceOf(Session.Unknown.class, session());
    }

    @Test
    void a_program_that_outlived_its_pane_is_orphaned_never_absent() {
        panes.clear();
        assertEquals(new Session.Orphaned(RUN, List.of(MAIN)), session());
    }

    @Test
    void without_state_a_run_id_of_this_agent_tells_its_orphans() {
        panes.clear();
        run = null;
        processes.removeIf(p -> p.ref().equals(MAIN));
        processes.add(process(100, 1, "agent", RUN.toString()));
        assertEquals(new Session.Orphaned(RUN, List.of(MAIN)), session());
    }

    @Test
    void an_orphan_of_a_run_that_was_never_seen_is_that_run_not_the_one_before() {
        panes.clear();
        run = run.ended(new AgentHistory.Ended(RUN, null, new Exit.Code(1), NOW, NOW));
        processes.removeIf(p -> p.ref().equals(MAIN));
        processes.add(process(130, 1, "agent", RUN.next().toString()));
        assertEquals(new Session.Orphaned(RUN.next(), List.of(ref(130))), session());
    }

    @Test
    void a_server_that_does_not_answer_makes_its_agents_unknown() {
        look = new Tmux.Look.Silent("no answer in 2s");
        assertInstanceOf(Session.Unknown.class, session());
        assertInstanceOf(ServerState.Silent.class, correlate().servers().get("default"));
    }

    @Test
    void a_server_whose_socket_is_gone_is_a_ghost_and_so_are_its_agents() {
        look = new Tmux.Look.NobodyListens();
        assertEquals(new Session.Ghost(SERVER), session());
        assertEquals(new ServerState.Ghosted(SERVER), correlate().servers().get("default"));
    }

    @Test
    void a_server_is_down_only_when_the_whole_process_table_lacks_it() {
        look = new Tmux.Look.NobodyListens();
        gone(50);
        gone(100);
        assertInstanceOf(ServerState.Down.class, correlate().servers().get("default"));
        complete = false;
        assertInstanceOf(ServerState.Silent.class, correlate().servers().get("default"));
    }

    @Test
    void another_folders_session_is_theirs() {
        panes.set(0, pane("%1", "$1", "ada", 100, mark("another folder", RUN)));
        gone(100);
        assertEquals(new Session.OtherSource("another folder"), session());
    }

    @Test
    void a_session_that_has_another_folders_mark_by_now_is_no_orphan_of_ours() {
        panes.set(0, pane("%1", "$1", "ada", 100, mark("another folder", RUN)));
        assertEquals(new Session.OtherSource("another folder"), session());
    }

    @Test
    void our_own_orphan_beside_another_folders_session_is_seen_first() {
        panes.set(0, pane("%1", "$1", "ada", 300, mark("another folder", new RunId("other", 1))));
        assertEquals(new Session.Orphaned(RUN, List.of(MAIN)), session());
    }

    @Test
    void an_unmarked_session_of_that_name_is_a_strangers() {
        gone(100);
        panes.set(0, pane("%1", "$1", "ada", 300, null));
        assertInstanceOf(Session.Foreign.class, session());
    }

    @Test
    void a_name_that_begins_alike_is_another_name() {
        gone(100);
        panes.set(0, pane("%1", "$1", "ada2", 300, null));
        assertEquals(new Session.Absent(null), session());
    }

    @Test
    void our_session_without_our_pane_is_renamed_by_the_next_start() {
        gone(100);
        panes.set(0, new Tmux.PaneLine("$1", "ada", "%2", 300, false, null, null, 1, false, null, UID));
        assertEquals(new Session.Absent("$1"), session());
    }

    @Test
    void a_pane_that_a_person_opened_in_the_session_is_noticed() {
        panes.add(new Tmux.PaneLine("$1", "ada", "%2", 300, false, null, null, 1, false, null, UID));
        assertTrue(assertInstanceOf(Session.Running.class, session()).pane().shared());
    }

    @Test
    void two_marked_panes_are_a_double() {
        panes.add(pane("%2", "$2", "ada-2", 200, mark(SOURCE, RUN.next())));
        sightings.put(200L, new Sighting.Alive(ref(200)));
        assertEquals(2, assertInstanceOf(Session.Doubled.class, session()).runs().size());
    }

    @Test
    void a_known_run_that_lives_beside_a_pane_of_another_is_a_double() {
        panes.set(0, pane("%2", "$2", "ada", 200, mark(SOURCE, RUN.next())));
        sightings.put(200L, new Sighting.Alive(ref(200)));
        var runs = assertInstanceOf(Session.Doubled.class, session()).runs();
        assertTrue(runs.contains(new Session.Orphaned(RUN, List.of(MAIN))), runs::toString);
    }

    @Test
    void a_mark_alone_is_enough_to_be_looked_at() {
        var bob = new AgentName("default", "bob");
        panes.add(pane("%9", "$9", "bob", 900, new OwnerMark(
                SOURCE, bob, new RunId("bob", 1), new SpecHash(SpecHash.CURRENT, "y"), 1, false)));
        sightings.put(900L, new Sighting.Alive(ref(900)));
        assertInstanceOf(Session.Running.class, correlate().sessions().get(bob));
    }

    private static ProcessTable.Process tmuxServer(long pid, String mark, ProcessTable.Standing standing) {
        return new ProcessTable.Process(
                ref(pid), 1, pid, "tmux: server", null, List.of("tmux", "-S", SOCKET),
                new ProcessTable.Server(mark, List.of(new ProcessTable.Bound(SOCKET, pid, standing)), false, null));
    }

    /// Our server lost its path while nobody was connected, and another took it: its agents live, in it.
    @Test
    void an_agent_on_a_server_that_lost_its_path_to_another_is_no_orphan() {
        processes.set(1, tmuxServer(50, SOCKET, ProcessTable.Standing.Taken));
        processes.add(tmuxServer(60, null, ProcessTable.Standing.Owner));
        for (var said : List.of(
                new Tmux.Look.Silent("process 60 is not ours"), new Tmux.Look.NobodyListens(),
                new Tmux.Look.Answered(ref(60), true, List.of()))) {
            look = said;
            assertEquals(new Session.Ghost(SERVER), session(), said.toString());
            assertEquals(new ServerState.Ghosted(SERVER), correlate().servers().get("default"));
        }
    }

    @Test
    void of_two_servers_of_ours_the_answering_one_goes_on_and_agents_of_the_other_are_neither_orphans_nor_absent() {
        var other = ref(60);
        processes.set(1, tmuxServer(50, SOCKET, ProcessTable.Standing.Owner));
        processes.add(tmuxServer(60, SOCKET, ProcessTable.Standing.Taken));
        processes.set(2, process(100, 60, "agent", RUN.toString()));
        look = new Tmux.Look.Answered(SERVER, true, List.of());
        assertEquals(new Session.Ghost(other), session());
        assertEquals(new ServerState.Up(SERVER, true, true), correlate().servers().get("default"));
        run = null;
        assertEquals(new Session.Ghost(other), session());
    }

    @Test
    void a_server_called_like_ours_or_with_our_path_in_its_arguments_is_not_ours() {
        run = null;
        processes.clear();
        processes.add(new ProcessTable.Process(
                ref(70), 1, 70, "tmux: server", null, List.of("tmux", "-S", SOCKET),
                new ProcessTable.Server(
                        null,
                        List.of(new ProcessTable.Bound("/tmp/tmux-0/default", 1, ProcessTable.Standing.Unlinked)),
                        false, null)));
        look = new Tmux.Look.NobodyListens();
        assertEquals(new ServerState.Down(), correlate().servers().get("default"));
        assertEquals(new Session.Absent(null), session());
    }

    @Test
    void a_stopped_server_of_ours_that_has_its_path_is_silent_and_no_ghost() {
        processes.set(1, tmuxServer(50, SOCKET, ProcessTable.Standing.Owner));
        look = new Tmux.Look.Silent("does not answer");
        assertEquals(new ServerState.Silent("does not answer"), correlate().servers().get("default"));
    }
}
