package dev.reconciler.status;

import static dev.reconciler.status.Story.conditions;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Condition;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Exit;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RestartPolicy;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Source;
import dev.reconciler.api.UpdateStrategy;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusCalculatorTest {
    private final Story story = new Story();

    private static String shown(AgentStatus status) {
        return status.phase() + " | " + conditions(status);
    }

    private static Condition condition(AgentStatus status, String type) {
        return status.conditions().stream().filter(c -> c.type().equals(type)).findFirst().orElseThrow();
    }

    /// Run 1 is up.
    private AgentStatus started() {
        story.round();
        story.lives(1).pass(1);
        return story.round();
    }

    @Test
    void an_agent_on_a_second_server_of_ours_is_told_what_to_do_about_it() {
        var story = new Story();
        story.round();
        story.lives(1).pass(1).round();
        story.session = new Session.Ghost(new ProcessRef(200, 9));
        var status = story.pass(1).round();
        assertEquals(Reason.Ghost, status.reason());
        assertTrue(status.message().contains("`reconciler rescue 200`") && status.message().contains("server 100 has"),
                status.message());
        story.server = new ServerState.Ghosted(new ProcessRef(200, 9));
        assertFalse(story.pass(1).round().message().contains("neither is touched"));
    }

    @Test
    void everything_is_good() {
        var status = started();
        assertEquals("Running | Ready=True/Running", shown(status));
        assertEquals("pid 4001, run 1", status.message());
        assertEquals(1, status.generation());
        assertEquals(1, status.observedGeneration());
        assertEquals(new ProcessRef(4001, 7), status.process());
        assertEquals(1, status.run().number());
        assertEquals(0, status.restartCount());
        assertNull(status.nextRetryAt());
        assertNull(status.lastTermination());
    }

    @Test
    void a_new_agent_is_pending_until_its_run_is_seen() {
        var status = story.round();
        assertEquals("Pending | Ready=False/Starting Reconciling=True/Starting", shown(status));
        assertEquals("Created: run 1 of /bin/agent --model 'big one'", status.message());
        assertEquals(1, status.generation());
        assertEquals(0, status.observedGeneration());
        assertFalse(status.toString().contains("s3cret"));
    }

    @Test
    void an_agent_that_waits_for_its_server_is_pending() {
        story.server = new ServerState.Down();
        assertEquals("Pending | Ready=False/WaitingForServer Reconciling=True/WaitingForServer", shown(story.round()));
    }

    @Test
    void a_start_that_would_fail_shows_its_reason_as_kubectl_shows_an_image_that_cannot_be_pulled() {
        story.preflight = new Preflight.WouldFail("there is no directory /home/me/src");
        var status = story.round();
        assertEquals("StartWouldFail | Ready=False/StartWouldFail Stalled=True/StartWouldFail", shown(status));
        assertEquals("there is no directory /home/me/src", status.message());
        assertEquals(1, status.observedGeneration(), "it was acted on as far as it can be");
    }

    @Test
    void a_crash_loop_says_when_it_is_tried_again() {
        started();
        story.ends(1, new Exit.Code(1)).pass(5);
        assertEquals("Pending", story.round().phase());
        story.lives(2).pass(1).round();
        story.ends(2, new Exit.Code(1)).pass(1);
        var status = story.round();
        assertEquals("CrashLoopBackOff | Ready=False/CrashLoopBackOff", shown(status));
        assertEquals(
                "back-off 10s restarting after failure: the program ended with exit code 1", status.message());
        assertEquals(story.now.plus(Duration.ofSeconds(10)), status.nextRetryAt());
        assertEquals(1, status.restartCount());
        assertEquals(new Exit.Code(1), status.lastTermination().exit());
        assertNull(status.process());
        assertNull(status.startedAt());
    }

    @Test
    void a_finished_agent_is_complete_or_failed_and_not_ready() {
        started();
        story.ends(1, new Exit.Code(0)).pass(1);
        assertEquals("Completed | Ready=False/Completed Complete=True/Completed", shown(story.round()));

        var failing = new Story();
        failing.spec = Story.spec(RestartPolicy.Never, UpdateStrategy.OnExit, null);
        failing.desire(failing.wanted()).round();
        failing.ends(1, new Exit.Code(3)).pass(1);
        assertEquals("Failed | Ready=False/Failed Failed=True/Failed", shown(failing.round()));
    }

    @Test
    void an_agent_that_failed_too_often_is_failed_and_stalled() {
        story.spec = Story.spec(RestartPolicy.OnFailure, UpdateStrategy.OnExit, 0);
        story.desire(story.wanted()).round();
        story.ends(1, new Exit.Signal(9)).pass(1);
        assertEquals(
                "BackoffLimitExceeded | Ready=False/BackoffLimitExceeded Failed=True/BackoffLimitExceeded"
                        + " Stalled=True/BackoffLimitExceeded",
                shown(story.round()));
    }

    @Test
    void a_changed_spec_is_in_progress_though_the_old_run_is_ready() {
        started();
        var pane = story.pane(1);
        story.edit("bbbb").pass(1);
        story.session = new Session.Running(pane, new ProcessRef(4001, 7));
        var status = story.round();
        assertEquals("Running | Ready=True/RestartPending Reconciling=True/RestartPending", shown(status));
        assertEquals(2, status.generation());
        assertEquals(1, status.observedGeneration());

        story.preflight = new Preflight.WouldFail("there is no program /bin/agent");
        assertEquals(
                "Running | Ready=True/ReplacementWouldFail Reconciling=True/SpecChanged Stalled=True/ReplacementWouldFail",
                shown(story.round()));
    }

    @Test
    void an_agent_asked_to_end_is_terminating() {
        started();
        story.spec = Story.spec(RestartPolicy.Always, UpdateStrategy.OnExit, null);
        story.desire(new Desire.Suspended(story.agent())).pass(1);
        var status = story.round();
        assertEquals("Terminating | Ready=False/Terminating Reconciling=True/Terminating", shown(status));
        assertEquals("Suspended: run 1: TERM to pid 4001", status.message());
        story.pass(1);
        assertEquals("Terminating | Ready=False/Terminating Reconciling=True/Terminating", shown(story.round()));
        story.ends(1, new Exit.Signal(15)).pass(1);
        assertEquals("Suspended | Ready=False/Suspended", shown(story.round()));
    }

    @Test
    void an_agent_whose_manifest_is_gone_runs_on_until_the_hold_down_ends() {
        started();
        story.desire(new Desire.Unwanted()).pass(1);
        var status = story.round();
        assertEquals("Running | Ready=True/PendingDeletion Reconciling=True/PendingDeletion", shown(status));
        assertNull(status.nextRetryAt(), "the end of a hold-down is no retry");
        story.complete = false;
        assertEquals("Running | Ready=True/SourceNotReady Reconciling=True/SourceNotReady", shown(story.round()));
    }

    @Test
    void a_run_that_we_ended_is_neither_completed_nor_failed() {
        started();
        story.desire(new Desire.Suspended(story.agent())).pass(1).round();
        story.ends(1, new Exit.Signal(15)).pass(1).round();
        story.desire(new Desire.Unwanted()).pass(1);
        assertEquals("PendingDeletion", story.round().phase());
    }

    @Test
    void a_file_that_cannot_be_read_stalls_and_stops_nothing() {
        started();
        story.desire(new Desire.Unreadable(story.agent(), "ada.yaml:5:3: spec.comand: unknown field")).pass(1);
        var status = story.round();
        assertEquals("Running | Ready=True/Running Stalled=True/SpecInvalid", shown(status));
        assertEquals("ada.yaml:5:3: spec.comand: unknown field", condition(status, Condition.STALLED).message());
    }

    @Test
    void what_could_not_be_looked_at_is_unknown_and_keeps_its_last_known_process() {
        started();
        story.session = new Session.Unknown("tmux did not answer within 2 s");
        var status = story.pass(1).round();
        assertEquals("Unknown | Ready=Unknown/ObservationIncomplete", shown(status));
        assertEquals("tmux did not answer within 2 s", status.message());
        assertEquals(new ProcessRef(4001, 7), status.process());
    }

    @Test
    void what_was_asked_for_and_is_not_seen_yet_is_under_way_rather_than_unknown() {
        story.round();
        story.session = new Session.Unknown("its last action is still under way");
        assertEquals("Pending | Ready=False/Starting Reconciling=True/Starting", shown(story.pass(1).round()));
        story.lives(1).pass(1).round();
        story.desire(new Desire.Suspended(story.agent())).pass(1).round();
        story.session = new Session.Unknown("its last action is still under way");
        assertEquals("Terminating | Ready=False/Terminating Reconciling=True/Terminating",
                shown(story.pass(1).round()));
    }

    @Test
    void sessions_that_are_not_ours_stall() {
        story.session = new Session.Foreign("a session ada without our mark");
        assertEquals("NameTaken | Ready=False/NameTaken Stalled=True/NameTaken", shown(story.round()));
        story.session = new Session.OtherSource("other");
        assertEquals("OtherSource | Ready=False/OtherSource Stalled=True/OtherSource", shown(story.round()));
    }

    @Test
    void a_ghost_is_neither_ready_nor_not_ready() {
        started();
        story.session = new Session.Ghost(Story.SERVER);
        assertEquals("Ghost | Ready=Unknown/Ghost Reconciling=True/Ghost", shown(story.pass(1).round()));
    }

    @Test
    void a_second_run_is_shown_as_such() {
        started();
        var first = story.session;
        story.session = new Session.Doubled(
                List.of(first,
                        new Session.Orphaned(new RunId(story.remembered().uid(), 9), List.of(new ProcessRef(5, 5)))));
        assertEquals("Duplicate | Ready=False/Duplicate Reconciling=True/Duplicate", shown(story.pass(1).round()));
    }

    @Test
    void the_last_transition_moves_only_when_the_status_changes() {
        var pending = story.round();
        var begun = condition(pending, Condition.READY).lastTransitionTime();
        story.pass(3);
        var again = story.round();
        assertEquals(begun, condition(again, Condition.READY).lastTransitionTime());
        story.lives(1).pass(1);
        var up = story.now;
        assertEquals(up, condition(story.round(), Condition.READY).lastTransitionTime());
        story.pass(100);
        assertEquals(up, condition(story.round(), Condition.READY).lastTransitionTime());
        story.desire(new Desire.Unwanted()).pass(1);
        var status = story.round();
        assertEquals(up, condition(status, Condition.READY).lastTransitionTime(), "the reason changed, not the status");
        assertEquals(story.now, condition(status, Condition.RECONCILING).lastTransitionTime());
    }

    @Test
    void a_forgotten_agent_has_no_status() {
        story.round();
        story.desire(new Desire.Unwanted()).pass(1).round();
        story.pass(31).round();
        assertTrue(story.history.agents().isEmpty());
        var desired = new DesiredState(
                new TreeMap<>(),
                new Source("src", true, true, true, true, List.of()));
        var observed = new ObservedState(
                new TreeMap<>(Map.of(Story.ADA, story.session)), new TreeMap<>(),
                new TreeMap<>());
        assertTrue(StatusCalculator.all(desired, observed, story.history, story.plan, story.now).isEmpty());
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void every_reason_can_be_a_condition_and_has_an_outlook(Reason reason) {
        assertTrue(Pattern.matches("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?", reason.name()));
        assertTrue(Outlook.of(reason).shown() != null);
    }
}
