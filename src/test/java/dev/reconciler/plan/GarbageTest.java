package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.ServerHistory;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.api.Source;
import dev.reconciler.api.SpecHash;
import dev.reconciler.api.Uids;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Scopes;
import dev.reconciler.host.ServerTable;
import dev.reconciler.host.ServerTable.Contents;
import dev.reconciler.observed.Inventory;
import dev.reconciler.observed.Inventory.Entry;
import dev.reconciler.observed.Inventory.Owner;
import dev.reconciler.observed.Inventory.State;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.plan.Finding.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What may be ended, and what holds it back.
class GarbageTest {
    private static final String SOURCE = "folder";
    private static final AgentName ADA = new AgentName("default", "ada");
    private static final Moment NOW = new Moment("boot", 0, Instant.EPOCH);
    private static final ProcessRef SERVER = new ProcessRef(50, 1);
    private static final ProcessRef MAIN = new ProcessRef(100, 1);
    private static final Owner OURS = new Owner.Managed("default", "proven");
    private static final RunId RUN = new RunId(Uids.prefix(SOURCE, ADA) + "00000001", 1);

    private final List<Entry> entries = new ArrayList<>();
    private final List<ProcessTable.Process> processes = new ArrayList<>();
    private final TreeMap<AgentName, Desire> desires = new TreeMap<>();
    private final TreeMap<AgentName, Session> sessions = new TreeMap<>();
    private final TreeMap<AgentName, Action.OfAgent> actions = new TreeMap<>();
    private final TreeMap<AgentName, AgentHistory> agents = new TreeMap<>();
    private final TreeMap<String, ServerHistory> servers = new TreeMap<>();
    private final TreeMap<ProcessRef, AgentName> carriers = new TreeMap<>();
    private final Set<Long> foreign = new TreeSet<>();
    private final List<ServerTable.Pipe> pipes = new ArrayList<>();
    private Source source = new Source(SOURCE, true, true, false, false, List.of());
    private int fleet = 10;
    private boolean complete = true;

    private List<Finding> findings() {
        return new Garbage(
                new Inventory(entries, List.of()),
                new ProcessTable.Scan(processes, complete, complete ? List.of() : List.of("/proc/9: denied")),
                new DesiredState(desires, source),
                new ObservedState(sessions, new TreeMap<>(), new TreeMap<>()),
                new History(new Fleet(fleet, List.of(), List.of(), servers), agents),
                new Plan(new TreeMap<>(), actions, List.of(), new TreeSet<>(), null), carriers, pipes,
                new Scopes.Look.Nowhere(""), List.of(), foreign)
                .findings();
    }

    private Judgement only() {
        var found = findings();
        assertEquals(1, found.size(), found.toString());
        return found.getFirst().judgement();
    }

    private void entry(State state, Owner owner, ServerTable.Program... programs) {
        entries.clear();
        entries.add(new Entry(
                SERVER, "/tmp/x", state, owner, 1, new Contents(1, Duration.ZERO, List.of(programs), null),
                "evidence"));
    }

    private static ServerTable.Program program() {
        return new ServerTable.Program(MAIN, "1", "%1", "vim", "/home");
    }

    private void running(AgentName name, Reason held) {
        var mark = new OwnerMark(SOURCE, name, RUN, new SpecHash(SpecHash.CURRENT, "x"), 1, false);
        sessions.put(name, new Session.Running(new Session.Pane(SERVER, "%1", "$1", mark, 0, true, false), MAIN));
        agents.put(name, new AgentHistory(
                name, RUN.uid(), NOW, 1, "", null, 30, null, 1, null, null, null, 0, 0, null, null, null, null, null,
                null, new TreeMap<>(), null));
        actions.put(name, new Action.Hold(name, held, "held", null));
    }

    @Test
    void a_foreign_server_goes_only_when_it_is_named_and_lost_for_certain() {
        entry(State.Ghost, new Owner.Foreign(), program());
        assertInstanceOf(Judgement.Leave.class, only());
        foreign.add(SERVER.pid());
        assertInstanceOf(Judgement.Reap.class, only());
        assertEquals(List.of("vim (pid 100, in /home)"), findings().getFirst().lost());
        entry(State.Shadowed, new Owner.Foreign());
        assertInstanceOf(Judgement.Reap.class, only());
        entry(State.Live, new Owner.Foreign());
        assertInstanceOf(Judgement.Leave.class, only());
        entry(State.Unknown, new Owner.Foreign());
        assertInstanceOf(Judgement.Unknown.class, only());
        foreign.clear();
        assertInstanceOf(Judgement.Unknown.class, only());
        entry(State.Live, new Owner.Foreign());
        assertEquals(List.of(), findings());
    }

    @Test
    void a_server_of_ours_goes_when_it_is_empty_or_could_not_be_rescued_and_nothing_in_it_is_wanted() {
        entry(State.Shadowed, OURS);
        assertInstanceOf(Judgement.Reap.class, only());
        servers.put("default", ServerHistory.UNKNOWN.well(SERVER));
        assertInstanceOf(Judgement.Leave.class, only(), "the namespace's own: the rounds rescue it");
        entry(State.Ghost, OURS, program());
        assertInstanceOf(Judgement.Leave.class, only());
        servers.put("default", ServerHistory.UNKNOWN.well(SERVER).tryRescue(NOW).failed("no room"));
        assertInstanceOf(Judgement.Reap.class, only());
        source = new Source(SOURCE, false, true, false, false, List.of());
        assertInstanceOf(Judgement.Leave.class, only(), "incomplete");
        source = new Source(SOURCE, true, true, false, false, List.of());
        carriers.put(MAIN, ADA);
        desires.put(ADA, new Desire.Unreadable(null, "broken"));
        assertInstanceOf(Judgement.Leave.class, only());
    }

    @Test
    void every_gate_of_a_round_holds_a_session_without_a_manifest() {
        running(ADA, Reason.PendingDeletion);
        assertInstanceOf(Judgement.Reap.class, only());
        source = new Source(SOURCE, false, true, false, false, List.of());
        assertInstanceOf(Judgement.Leave.class, only(), "incomplete");
        source = new Source(SOURCE, true, false, false, false, List.of());
        assertInstanceOf(Judgement.Leave.class, only(), "changing");
        source = new Source(SOURCE, true, true, true, false, List.of());
        assertInstanceOf(Judgement.Leave.class, only(), "empty");
        source = new Source(SOURCE, true, true, true, true, List.of());
        assertInstanceOf(Judgement.Reap.class, only());
        running(ADA, Reason.ApprovalNeeded);
        assertInstanceOf(Judgement.Leave.class, only());
        running(ADA, Reason.ReconcileDisabled);
        assertInstanceOf(Judgement.Leave.class, only());
        running(ADA, Reason.PendingDeletion);
        desires.put(ADA, new Desire.Unreadable(null, "broken"));
        assertEquals(List.of(), findings());
    }

    @Test
    void too_many_at_once_wait_for_a_person() {
        for (var name : List.of("a", "b", "c", "d", "e", "f")) {
            running(new AgentName("default", name), Reason.PendingDeletion);
        }
        assertTrue(findings().stream().allMatch(f -> f.judgement() instanceof Judgement.Leave), "6 of 10");
        fleet = 12;
        assertTrue(findings().stream().allMatch(Finding::reaps), "6 of 12");
        for (var name : List.of("g", "h", "i", "j", "k")) {
            running(new AgentName("default", name), Reason.PendingDeletion);
        }
        fleet = 100;
        assertTrue(findings().stream().noneMatch(Finding::reaps), "11");
    }

    @Test
    void other_sessions_are_named_and_left() {
        sessions.put(ADA, new Session.OtherSource("other"));
        assertInstanceOf(Judgement.Leave.class, only());
        sessions.put(ADA, new Session.Foreign("no mark of ours"));
        assertInstanceOf(Judgement.Leave.class, only());
        sessions.put(ADA, new Session.Unknown("silent"));
        assertInstanceOf(Judgement.Unknown.class, only());
        sessions.put(ADA, new Session.Absent(null));
        assertEquals(List.of(), findings());
    }

    private ProcessTable.Process process(long pid, long parent, String name, RunId run) {
        var process = new ProcessTable.Process(
                new ProcessRef(pid, 1), parent, pid, name, run == null ? null : run.toString(), List.of());
        processes.add(process);
        if (run != null) {
            carriers.put(process.ref(), ADA);
        }
        return process;
    }

    @Test
    void an_orphan_goes_when_it_is_proven_ours_and_nobody_asks_for_it() {
        process(1, 0, "init", null);
        process(100, 1, "agent", RUN);
        assertInstanceOf(Judgement.Reap.class, only());
        complete = false;
        assertInstanceOf(Judgement.Unknown.class, only());
        complete = true;
        desires.put(ADA, new Desire.Unreadable(null, "broken"));
        assertInstanceOf(Judgement.Leave.class, only());
        desires.clear();
        carriers.put(MAIN, new AgentName("default", "bob"));
        assertInstanceOf(Judgement.Leave.class, only(), "its uid is not that of our bob");
        carriers.put(MAIN, ADA);
        running(ADA, Reason.PendingDeletion);
        sessions.put(ADA, new Session.Orphaned(RUN, List.of(MAIN)));
        assertTrue(findings().stream().allMatch(f -> f instanceof Finding.UnwantedSession), "the rounds know it");
    }

    @Test
    void what_only_inherited_a_run_id_is_explained_and_left() {
        process(1, 0, "init", null);
        process(60, 1, "tmux: server", RUN);
        process(61, 60, "bash", RUN);
        assertInstanceOf(Judgement.Leave.class, only());
        assertTrue(only().why().contains("proves nothing"), only().why());
    }

    @Test
    void a_stale_socket_goes_from_our_own_directory_only() {
        entries.add(new Entry(null, "/run/x.mux", State.Stale, OURS, 0, Contents.NONE, "nobody"));
        assertInstanceOf(Judgement.Reap.class, only());
        entries.set(0, new Entry(null, "/tmp/x", State.Stale, new Owner.Foreign(), 0, Contents.NONE, "nobody"));
        assertInstanceOf(Judgement.Leave.class, only());
    }

    @Test
    void the_screen_of_a_finished_one_is_what_is_lost_with_it() {
        running(ADA, Reason.PendingDeletion);
        var pane = ((Session.Running) sessions.get(ADA)).pane();
        sessions.put(ADA, new Session.Exited(pane, new Exit.Code(0), List.of()));
        assertEquals(List.of("the screen of the program that ended"), findings().getFirst().lost());
    }

    @Test
    void what_holds_it_back_is_said() {
        running(ADA, Reason.PendingDeletion);
        source = new Source(SOURCE, false, true, false, false, List.of());
        assertEquals("the manifests folder could not be read completely", only().why());
        source = new Source(SOURCE, true, true, true, false, List.of());
        assertEquals("the manifests folder is empty; source.allowEmpty says whether that is meant", only().why());
        source = new Source(SOURCE, true, false, false, false, List.of());
        assertEquals("the manifests folder is still changing", only().why());
        source = new Source(SOURCE, true, true, false, false, List.of());
        running(ADA, Reason.ReconcileDisabled);
        assertEquals("ReconcileDisabled: held", only().why());
        actions.put(ADA, new Action.Stop(ADA, RUN, Reason.SpecRemoved, Action.Step.Term, List.of(MAIN), NOW));
        assertEquals(new Judgement.Leave("it is being ended already"), only());
        agents.clear();
        assertEquals(new Judgement.Leave("it is just being taken over: look again"), only());
        agents.put(ADA, Sample.created(Sample.agent(), Sample.UID, NOW));
        actions.clear();
        assertEquals(new Judgement.Leave("it is just being taken over: look again"), only());
    }

    @Test
    void as_many_as_a_round_would_end_at_once_may_go() {
        for (int i = 0; i < 10; i++) {
            running(new AgentName("default", "a" + i), Reason.PendingDeletion);
        }
        fleet = 100;
        assertTrue(findings().stream().allMatch(Finding::reaps), "ten of a hundred");
        sessions.clear();
        running(ADA, Reason.PendingDeletion);
        fleet = 1;
        assertInstanceOf(Judgement.Reap.class, only(), "the only one there is");
    }

    @Test
    void of_two_runs_both_programs_are_lost() {
        running(ADA, Reason.PendingDeletion);
        var other = new Session.Orphaned(RUN.next(), List.of(new ProcessRef(101, 1)));
        sessions.put(ADA, new Session.Doubled(List.of(sessions.get(ADA), other)));
        assertEquals(
                List.of("the running program, pid 100", "the running program, pid 101"), findings().getFirst().lost());
    }

    @Test
    void an_orphans_programs_are_named_and_its_agent_is_that_of_any_of_them() {
        process(1, 0, "init", null);
        process(99, 1, "sh", RUN);
        process(100, 1, "agent", RUN);
        carriers.remove(new ProcessRef(99, 1));
        var found = (Finding.OrphanedPrograms) findings().getFirst();
        assertEquals(ADA, found.name());
        assertEquals(List.of("process 99 (sh)", "process 100 (agent)"), found.lost());
        source = new Source(SOURCE, true, false, false, false, List.of());
        assertEquals(new Judgement.Leave("the manifests folder is still changing"), only());
    }

    @Test
    void right_below_a_server_of_ours_that_answers_a_run_id_proves_something() {
        process(50, 1, "tmux: server", null);
        process(100, 50, "agent", RUN);
        entry(State.Live, OURS);
        assertInstanceOf(Judgement.Reap.class, only());
        entry(State.Live, new Owner.Foreign());
        assertInstanceOf(Judgement.Leave.class, only());
        entries.set(0, new Entry(SERVER, "/tmp/x", State.Stale, OURS, 0, Contents.NONE, "nobody"));
        assertTrue(findings().stream().anyMatch(f -> f.judgement().why().contains("proves nothing")));
        entries.set(0, new Entry(null, "/run/x.mux", State.Stale, OURS, 0, Contents.NONE, "nobody"));
        assertTrue(findings().stream().anyMatch(f -> f.judgement().why().contains("proves nothing")));
    }

    @Test
    void what_runs_in_a_pane_of_ours_is_no_finding_of_its_own() {
        process(50, 1, "tmux: server", null);
        process(100, 50, "agent", RUN);
        process(101, 100, "bash", RUN);
        running(ADA, Reason.PendingDeletion);
        assertInstanceOf(Finding.UnwantedSession.class, findings().getFirst());
        assertEquals(1, findings().size(), "its main program and what that started");
        process(60, 1, "tmux: server", null);
        process(102, 60, "vim", RUN);
        assertEquals(2, findings().size(), "not what somebody else's tmux server runs");
        sessions.put(ADA, new Session.Ghost(SERVER));
        assertEquals(List.of(), findings(), "a ghost's cannot be told apart: the rounds make it reachable");
        sessions.put(ADA, new Session.Absent(null));
        assertEquals(1, findings().size());
    }

    @Test
    void a_pipe_goes_when_the_server_that_fed_it_is_gone() {
        pipes.add(new ServerTable.Pipe(new ProcessRef(300, 1), SERVER.pid(), "/state/logs/default/ada/1."));
        var gone = only();
        assertEquals(
                new Judgement.Reap("it holds a log of ours open, and the tmux server that fed it is gone"), gone);
        entry(State.Live, OURS);
        assertEquals(List.of(), findings());
        entries.set(0, new Entry(null, "/tmp/x", State.Stale, new Owner.Foreign(), 0, Contents.NONE, "nobody"));
        assertEquals(2, findings().size(), "a socket without a server feeds nobody");
        entries.set(0, new Entry(
                new ProcessRef(51, 1), "/tmp/x", State.Live, OURS, 1, Contents.NONE, "evidence"));
        assertEquals(gone, only(), "nor does another server");
    }
}
