package dev.reconciler.status;

import java.time.Duration;
import java.util.Set;
import dev.reconciler.api.Teardown;
import dev.reconciler.api.Completion;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Desire;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RestartPolicy;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Units;
import dev.reconciler.api.UpdateStrategy;
import dev.reconciler.plan.HistoryEdit;
import java.util.List;
import java.util.TreeMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TellerTest {
    private final Story story = new Story();

    private void started() {
        story.round();
        story.lives(1).pass(1).round();
        story.takeTold();
    }

    private void told(String... events) {
        assertEquals(List.of(events), story.takeTold());
    }

    @Test
    void a_start_is_told_once_it_is_seen() {
        story.round();
        told();
        story.lives(1).pass(1).round();
        told("Normal Started: Started run 1, pid 4001");
        story.pass(1).round();
        told();
    }

    @Test
    void a_crash_and_the_back_off_after_it_are_told() {
        started();
        story.ends(1, new Exit.Code(7)).pass(61).round();
        told("Warning Failed: Run 1 ended with exit code 7 after 1m1s");
        story.lives(2).pass(1).round();
        told("Normal Started: Started run 2, pid 4002, restart 1");
        story.ends(2, new Exit.Signal(11)).pass(1).round();
        told(
                "Warning Failed: Run 2 was ended by signal 11 after 1s",
                "Warning CrashLoopBackOff: back-off 10s restarting after failure: the program was ended by signal 11");
        story.pass(5).round();
        told();
    }

    @Test
    void success_is_no_warning() {
        started();
        story.ends(1, new Exit.Code(0)).pass(1).round();
        told("Normal Completed: Run 1 ended with exit code 0 after 1s");
    }

    @Test
    void what_an_exit_means_is_said_by_what_completes_the_agent() {
        story.spec = Story.spec(RestartPolicy.OnFailure, UpdateStrategy.OnExit, null, Completion.By.DoneFile);
        story.edit("aaaa");
        started();
        story.ends(1, new Exit.Code(0)).pass(1).round();
        told("Warning Failed: Run 1 ended with exit code 0 after 1s, which is no success by spec.completion");
    }

    @Test
    void a_grace_period_is_told_as_it_is_in_the_spec_however_late_the_stop_was_recorded() {
        started();
        story.late = Duration.ofMillis(700);
        story.desire(new Desire.Unwanted()).pass(1).round();
        story.pass(32).round();
        story.pass(31).round();
        story.pass(1).round();
        story.takeTold();
        story.ends(1, new Exit.Signal(9)).pass(1).round();
        told("Normal Terminated: Run 1 was ended by KILL, after a grace period of 30s (SpecRemoved): it was ended by signal 9");
    }

    @Test
    void a_removed_agent_is_told_from_the_hold_down_to_the_last_trace() {
        started();
        story.desire(new Desire.Unwanted()).pass(1).round();
        told("Normal PendingDeletion: no file asks for it any more; put it back to keep it");
        story.pass(31).round();
        told();
        story.pass(1).round();
        told("Normal SpecRemoved: Stopping run 1, pid 4001: " + Reason.SpecRemoved.meaning());
        story.pass(31).round();
        story.pass(1).round();
        told("Warning Killed: Run 1 did not end within its grace period: its whole tree is killed");
        story.ends(1, new Exit.Signal(9)).pass(1).round();
        told("Normal Terminated: Run 1 was ended by KILL, after a grace period of 30s (SpecRemoved): it was ended by signal 9");
        story.session = new Session.Absent(null);
        story.pass(1).round();
        told("Normal TeardownVerified: Run 1: no process, unit, socket or log pipe of it is left");
        story.pass(1).round();
        told("Normal TeardownVerified: Nothing is left of it, and it is forgotten");
    }

    @Test
    void a_unit_that_stays_is_told_once_and_told_to_be_gone() {
        started();
        story.desire(new Desire.Unwanted()).pass(32).round();
        story.pass(32).round();
        var unit = Units.scope(Story.ADA, new RunId(story.remembered().uid(), 1));
        story.scopes = Story.units(Map.of(unit, List.of("77 (tmux: server)")));
        story.round();
        story.takeTold();
        story.ends(1, new Exit.Signal(15)).pass(1).round();
        told("Normal Terminated: Run 1 was ended by TERM (SpecRemoved): it was ended by signal 15");
        story.session = new Session.Absent(null);
        story.pass(9).round();
        story.takeTold();
        story.pass(1).round();
        told("Normal SpecRemoved: It is forgotten; what is left of its last run is still looked at",
                "Warning TeardownIncomplete: Run 1 ended and left unit " + unit + " with process 77 (tmux: server)");
        story.pass(60).round();
        told();
        story.scopes = Story.units(Map.of());
        story.pass(1).round();
        told("Normal TeardownVerified: Run 1: no process, unit, socket or log pipe of it is left");
    }

    @Test
    void of_a_run_its_socket_and_its_pipe_have_to_be_gone_too() {
        started();
        story.desire(new Desire.Unwanted()).pass(32).round();
        story.pass(32).round();
        var run = new RunId(story.remembered().uid(), 1);
        story.scopes =
                Story.left(Set.of("/s/logs/default/ada/" + run + "."), Set.of("default"), Set.of(run.toString()));
        story.round();
        story.session = new Session.Absent(null);
        story.pass(1).round();
        story.pass(10).round();
        assertTrue(
                story.takeTold().contains("Warning TeardownIncomplete: Run 1 ended and left its log pipe; its socket"));
        story.scopes = Story.left(Set.of(), Set.of(), Set.of());
        story.pass(1).round();
        told("Normal TeardownVerified: Run 1: no process, unit, socket or log pipe of it is left");
    }

    @Test
    void of_a_stopped_server_process_unit_socket_and_pipes_are_looked_at() {
        var noted = new History(
                story.history.fleet().teardowns(List.of(new Teardown(null, null, "default", story.now, ""))),
                story.history.agents());
        story.history = noted;
        story.untold = noted;
        story.desire(new Desire.Unwanted());
        story.server = new ServerState.Ghosted(Story.SERVER);
        story.pass(11).round();
        assertTrue(story.takeTold()
                .stream()
                .anyMatch(e -> e.equals("Warning TeardownIncomplete: The tmux server of"
                        + " namespace default ended and left process 100, without a socket")));
        story.server = new ServerState.Down();
        story.scopes = Story.left(Set.of(), Set.of("default"), Set.of("default"));
        story.pass(1).round();
        told("Warning TeardownIncomplete: The tmux server of namespace default ended and left log pipes of its agents;"
                + " its socket");
        story.scopes = Story.units(Map.of(Units.server("default"), List.of()));
        story.pass(1).round();
        told("Warning TeardownIncomplete: The tmux server of namespace default ended and left unit "
                + Units.server("default") + ", empty");
        story.server = new ServerState.Silent("busy");
        story.scopes = Story.left(Set.of(), Set.of(), Set.of());
        story.pass(1).round();
        told();
        story.server = new ServerState.Down();
        story.pass(1).round();
        told("Normal TeardownVerified: The tmux server of namespace default: no process, unit, socket or log pipe of it"
                + " is left");
    }

    @Test
    void what_a_run_left_behind_is_told_before_it_is_called_gone() {
        started();
        story.desire(new Desire.Suspended(story.agent())).pass(1).round();
        story.ends(1, new Exit.Code(0), new ProcessRef(4100, 9)).pass(1).round();
        told(
                "Normal Suspended: Stopping run 1, pid 4001: " + Reason.Suspended.meaning(),
                "Normal Suspended: Run 1 ended with exit code 0, as asked; something of it is left");
        story.pass(1).round();
        told(
                "Normal Leftovers: Killing what run 1 left behind");
    }

    @Test
    void what_a_crashed_run_left_behind_is_killed_and_told() {
        started();
        story.ends(1, new Exit.Code(1), new ProcessRef(4100, 9)).pass(1).round();
        story.pass(1).round();
        told(
                "Warning Failed: Run 1 ended with exit code 1 after 1s",
                "Normal Leftovers: Killing what run 1 left behind");
    }

    @Test
    void a_lost_session_is_a_warning_and_a_reboot_is_none() {
        started();
        story.session = new Session.Absent(null);
        story.pass(1).round();
        told("Warning SessionLost: Run 1 went away unseen, with its session or server");

        var rebooted = new Story();
        rebooted.round();
        rebooted.lives(1).pass(1).round();
        rebooted.takeTold();
        rebooted.now = new Moment("boot-2", 1_000_000_000L, rebooted.now.wall().plusSeconds(60));
        rebooted.session = new Session.Absent(null);
        rebooted.round();
        assertEquals(List.of("Normal Rebooted: Run 1 ended with the machine's last boot"), rebooted.takeTold());
    }

    @Test
    void a_run_that_history_does_not_know_is_told_as_taken_over() {
        started();
        var session = story.session;
        story.history = new History(story.history.fleet(), new TreeMap<>());
        story.killedBeforeTelling();
        story.session = session;
        story.pass(1).round();
        told();
        story.pass(1).round();
        told("Normal Adopted: Took over run 1, pid 4001 as it is");
        story.pass(1).round();
        told();
    }

    @Test
    void a_death_found_after_a_restart_of_the_daemon_is_told_in_the_same_words() {
        started();
        var loaded = story.history;
        story.ends(1, new Exit.Code(7)).pass(60).round();
        var live = story.takeTold();
        story.history = loaded;
        story.killedBeforeTelling();
        story.round();
        assertEquals(live, story.takeTold());
    }

    @Test
    void an_end_that_was_noted_but_not_told_is_told_with_the_next_start() {
        started();
        var untold = story.untold;
        story.ends(1, new Exit.Code(7)).pass(60).round();
        story.takeTold();
        story.untold = untold;
        story.lives(2).pass(1).round();
        told(
                "Warning Failed: Run 1 ended with exit code 7 after 1m",
                "Normal Started: Started run 2, pid 4002, restart 1");
    }

    @Test
    void what_a_person_says_is_told() {
        started();
        var agents = new TreeMap<>(story.history.agents());
        var ada = agents.get(Story.ADA);
        agents.put(Story.ADA, new HistoryEdit(ada).rollout(ada.run().id()).done());
        story.history = new History(story.history.fleet(), agents);
        story.pass(1).round();
        story.pass(1).round();
        told(
                "Normal RolloutRestart: A person asked for a new run",
                "Normal RolloutRestart: Stopping run 1, pid 4001: A person said `reconciler rollout restart`.");
    }

    @Test
    void a_changed_spec_and_what_it_waits_for_are_told() {
        started();
        var pane = story.pane(1);
        story.edit("bbbb").pass(1);
        story.session = new Session.Running(pane, new ProcessRef(4001, 7));
        story.round();
        told(
                "Normal SpecChanged: Its spec changed: generation 2",
                "Normal RestartPending: generation 2 starts at the next exit or with `rollout restart`");
    }

    @Test
    void a_start_that_is_under_way_is_no_mystery() {
        story.round();
        story.session = new Session.Unknown("its last action is still under way");
        story.pass(1).round();
        told();
        story.lives(1).pass(1).round();
        told("Normal Started: Started run 1, pid 4001");
    }

    @Test
    void a_run_that_is_noted_before_its_start_is_done_is_no_mystery_either() {
        started();
        story.session = new Session.Unknown("its last action is still under way");
        story.pass(1).round();
        told();
    }

    @Test
    void a_broken_file_is_told_once() {
        started();
        story.desire(new Desire.Unreadable(story.agent(), "ada.yaml:1:1: no")).pass(1).round();
        told("Warning SpecInvalid: ada.yaml:1:1: no");
        story.pass(1).round();
        told();
    }

    @Test
    void another_reason_in_the_same_words_is_another_event() {
        story.session = new Session.Unknown("the same words");
        story.round();
        story.session = new Session.Foreign("the same words");
        story.pass(1).round();
        told("Warning ObservationIncomplete: the same words", "Warning NameTaken: the same words");
    }

    @Test
    void a_second_run_is_told_with_its_end() {
        started();
        var second = new Session.Orphaned(new RunId(story.remembered().uid(), 9), List.of(new ProcessRef(5, 5)));
        story.session = new Session.Doubled(List.of(story.session, second));
        story.pass(1).round();
        told();
        story.pass(1).round();
        told("Warning Duplicate: Stopping run 9: " + Reason.Duplicate.meaning());
    }

    @Test
    void too_many_failures_are_told_as_such() {
        story.spec = Story.spec(RestartPolicy.OnFailure, UpdateStrategy.OnExit, 0);
        story.desire(story.wanted()).round();
        story.ends(1, new Exit.Code(1)).pass(1).round();
        assertTrue(story.takeTold()
                .contains(
                        "Warning BackoffLimitExceeded: 1 failed runs, and spec.backoffLimit is 0; in the last one the program ended with exit code 1"));
    }

    @Test
    void a_rescued_server_is_told() {
        started();
        story.session = new Session.Ghost(Story.SERVER);
        story.server = new ServerState.Ghosted(Story.SERVER);
        story.pass(1).round();
        var events = story.takeTold();
        assertTrue(events.contains(
                "Warning Ghost: its tmux server (pid 100) lives, its socket is gone"), events::toString);
        assertTrue(events.contains(
                "Warning Ghost: The tmux server of namespace default lives and its socket is gone"), events::toString);
        story.takeTold();
        story.server = new ServerState.Up(Story.SERVER, true, false);
        story.lives(1).pass(1).round();
        told(
                "Normal Rescued: Its tmux server is reachable again, and it lives",
                "Normal Rescued: The tmux server of namespace default is reachable again");
    }
}
