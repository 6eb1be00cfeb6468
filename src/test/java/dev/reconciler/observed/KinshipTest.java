package dev.reconciler.observed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Units;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Scopes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who belongs to a run. What is wrong here kills a stranger.
class KinshipTest {
    private static final String RUN = "uid-1";
    private static final ProcessRef MAIN = ref(100);

    private final List<ProcessTable.Process> processes = new ArrayList<>();

    private Scopes.Look scopes = new Scopes.Look.Nowhere("no user manager of systemd");

    private KinshipTest scope(String run, Long... pids) {
        var unit = Units.scope(new AgentName("default", "ada"), RunId.parse(run));
        scopes = new Scopes.Look.Seen(
                List.of(new Scopes.Unit(unit, true, List.of(pids), 0)), true, java.util.Set.of());
        return this;
    }

    private KinshipTest process(long pid, long parent, String name, String runId) {
        processes.add(new ProcessTable.Process(ref(pid), parent, pid, name, runId, List.of()));
        return this;
    }

    private List<Long> of(ProcessRef main) {
        return new Kinship(new ProcessTable.Scan(processes, true, List.of()), scopes)
                .of(main, RUN::equals)
                .stream()
                .map(ProcessRef::pid)
                .toList();
    }

    private static ProcessRef ref(long pid) {
        return new ProcessRef(pid, 1);
    }

    private KinshipTest agent() {
        return process(1, 0, "init", null).process(50, 1, "tmux: server", null).process(100, 50, "agent", RUN);
    }

    @Test
    void all_that_descends_from_the_main_process_is_of_the_run_whatever_its_environment() {
        agent().process(101, 100, "bash", null).process(102, 101, "sleep", "another-7");
        assertEquals(List.of(100L, 101L, 102L), of(MAIN));
    }

    @Test
    void a_server_that_the_agent_left_behind_and_init_took_over_is_of_the_run() {
        agent().process(110, 1, "mcp-server", RUN);
        assertEquals(List.of(100L, 110L), of(MAIN));
        assertEquals(List.of(110L), of(ref(999)), "also when the main process is gone");
    }

    @Test
    void a_subreaper_is_as_good_as_init() {
        agent().process(7, 1, "systemd", null).process(110, 7, "mcp-server", RUN);
        assertEquals(List.of(100L, 110L), of(MAIN));
    }

    @Test
    void the_users_own_tmux_started_from_inside_an_agent_and_what_runs_in_it_are_not() {
        agent().process(200, 1, "tmux: server", RUN).process(201, 200, "bash", RUN).process(202, 201, "vim", RUN);
        assertEquals(List.of(100L), of(MAIN));
        processes.removeIf(p -> p.ref().equals(MAIN));
        assertEquals(List.of(), of(null));
    }

    @Test
    void a_tmux_below_the_main_process_is_not_either_nor_what_is_below_that() {
        agent().process(200, 100, "tmux: server", RUN).process(201, 200, "bash", RUN);
        assertEquals(List.of(100L), of(MAIN));
    }

    @Test
    void a_shell_that_a_person_opened_in_the_agents_session_inherits_the_environment_and_is_theirs() {
        agent().process(120, 50, "bash", RUN).process(121, 120, "less", RUN);
        assertEquals(List.of(100L), of(MAIN));
    }

    @Test
    void the_environment_of_another_run_proves_nothing() {
        agent().process(110, 1, "mcp-server", "uid-2");
        assertEquals(List.of(100L), of(MAIN));
    }

    @Test
    void a_pid_that_is_another_process_now_is_not_the_main_process() {
        agent().process(101, 100, "sleep", null);
        assertEquals(List.of(), new Kinship(new ProcessTable.Scan(processes, true, List.of()), scopes)
                .of(new ProcessRef(100, 2), "other"::equals));
    }

    @Test
    void what_is_in_the_scope_of_the_run_is_of_the_run_whatever_its_parents_and_environment() {
        agent().process(110, 1, "daemon", null).process(120, 1, "other", null).scope(RUN, 100L, 110L);
        assertEquals(List.of(100L, 110L), of(MAIN));
        assertEquals(List.of(110L), of(null).stream().filter(pid -> pid != 100).toList());
    }

    @Test
    void the_scope_of_another_run_proves_nothing() {
        agent().process(110, 1, "daemon", null).scope("uid-2", 110L);
        assertEquals(List.of(100L), of(MAIN));
    }

    @Test
    void the_users_own_tmux_server_in_the_scope_and_what_it_holds_are_the_users() {
        agent().process(110, 1, "tmux: server", RUN)
                .process(111, 110, "bash", RUN)
                .process(112, 111, "vim", null)
                .scope(RUN, 100L, 110L, 111L, 112L);
        assertEquals(List.of(100L), of(MAIN));
        assertEquals(List.of(), new Kinship(new ProcessTable.Scan(processes, false, List.of("x")), scopes)
                .of(null, "none"::equals));
    }

    @Test
    void parents_in_a_circle_end_the_search() {
        process(10, 11, "a", RUN).process(11, 10, "b", RUN);
        assertEquals(List.of(10L, 11L), of(null));
    }
}
