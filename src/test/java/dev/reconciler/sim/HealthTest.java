package dev.reconciler.sim;

import dev.reconciler.api.RunId;
import java.util.List;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Condition;
import dev.reconciler.api.Exit;
import dev.reconciler.api.Reason;
import dev.reconciler.host.Workplace.Ran;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Probes, activity, the model and preStop: the product on the simulated machine, in virtual time.
class HealthTest {
    private static final AgentName ADA = new AgentName("default", "ada");
    private static final Ran YES = new Ran.Ended(0, "");
    private static final Ran NO = new Ran.Ended(1, "not yet");

    private final FakeHost host = new FakeHost(World.SOURCE);
    private RealDaemon daemon;

    @BeforeEach
    void start() {
        newDaemon();
    }

    private void newDaemon() {
        host.newDaemon();
        daemon = new RealDaemon(host, () -> {});
    }

    private void write(String argv, String... lines) {
        host.folder.write("ada.yaml", """
                apiVersion: reconciler.dev/v1alpha1
                kind: Agent
                metadata: {name: ada}
                spec:
                  command: [/usr/bin/agent, %s]
                  workingDirectory: /srv/ada
                  %s
                """.formatted(argv, String.join("\n  ", lines)));
    }

    /// Time passes, with the rounds in it.
    private void live(double seconds) {
        for (long left = (long) (seconds * 1000); left > 0; left -= 100) {
            daemon.round();
            host.clock.advance(Duration.ofMillis(Math.min(100, left)));
        }
        daemon.round();
    }

    private AgentStatus status() {
        return daemon.view().statuses().get(ADA);
    }

    private String condition(String type) {
        return status().conditions()
                .stream()
                .filter(c -> c.type().equals(type))
                .map(c -> c.status() + " " + c.reason())
                .findFirst()
                .orElse("absent");
    }

    private Proc main() {
        return host.processes.all()
                .stream()
                .filter(p -> p.live() && p.owner.kind() == Owner.Kind.AGENT)
                .findFirst()
                .orElse(null);
    }

    private long run() {
        return daemon.view().history().agents().get(ADA).run().id().number();
    }

    @Test
    void not_ready_before_the_first_pass_and_ready_after_it() {
        host.workplace.answer("check", NO);
        write("v=1", "readinessProbe: {exec: {command: [check]}, periodSeconds: 10}");
        live(5);
        assertEquals("False NotReady", condition(Condition.READY));
        assertEquals("Running", status().phase());
        assertEquals(1, host.workplace.ran("check"));
        host.workplace.answer("check", YES);
        live(10);
        assertEquals("True Running", condition(Condition.READY));
        host.workplace.answer("check", NO);
        live(20);
        assertEquals("True Running", condition(Condition.READY), "two failures are not three");
        live(10);
        assertEquals("False NotReady", condition(Condition.READY));
        assertTrue(status().message().contains("exit code 1: not yet"), status().message());
        assertEquals(1, run(), "readiness ends nobody");
    }

    @Test
    void a_failed_liveness_probe_ends_the_run_and_counts_as_a_failure() {
        host.workplace.answer("check", YES);
        write("v=1", "restartPolicy: OnFailure", "livenessProbe: {exec: {command: [check]}, periodSeconds: 5}");
        live(30);
        assertEquals("True Running", condition(Condition.READY));
        host.workplace.answer("check", NO);
        live(9);
        assertEquals(1, run());
        live(9);
        assertEquals(2, run());
        assertEquals(1, status().restartCount());
        assertEquals(Reason.Unhealthy, daemon.view().history().agents().get(ADA).last().by());
        assertEquals(1, daemon.view().history().agents().get(ADA).failures());
        // Being alive before the first verdict, the new run has as long as the first had.
        live(8);
        assertEquals(2, run());
        for (int i = 0; i < 20 && !status().phase().equals("CrashLoopBackOff"); i++) {
            live(0.5);
        }
        assertEquals("CrashLoopBackOff", status().phase());
    }

    @Test
    void a_startup_probe_gates_the_others_and_ends_what_never_starts() {
        host.workplace.answer("started", NO);
        host.workplace.answer("alive", NO);
        write("v=1", "startupProbe: {exec: {command: [started]}, periodSeconds: 2, failureThreshold: 10}",
                "livenessProbe: {exec: {command: [alive]}, periodSeconds: 1}");
        live(15);
        assertEquals(1, run());
        assertEquals(0, host.workplace.ran("alive"), "liveness waits for startup");
        assertEquals("False NotReady", condition(Condition.READY));
        live(7);
        assertEquals(2, run(), "ten failures in twenty seconds");
        host.workplace.answer("started", YES);
        host.workplace.answer("alive", YES);
        live(4);
        assertEquals("True Running", condition(Condition.READY));
        int asked = host.workplace.ran("started");
        live(20);
        assertEquals(asked, host.workplace.ran("started"), "startup is asked until it passed");
    }

    @Test
    void a_probe_that_cannot_be_asked_counts_neither_way_and_says_why() {
        write("v=1", "livenessProbe: {exec: {command: [gone]}, periodSeconds: 1}",
                "readinessProbe: {exec: {command: [gone]}, periodSeconds: 1}");
        live(30);
        assertEquals(1, run());
        assertTrue(host.workplace.ran("gone") > 20);
        assertTrue(status().message().contains("no program gone"), status().message());
    }

    @Test
    void a_new_daemon_makes_nobody_unready_and_does_not_ask_startup_again() {
        host.workplace.answer("check", YES);
        host.workplace.answer("started", YES);
        write("v=1", "startupProbe: {exec: {command: [started]}}", "readinessProbe: {exec: {command: [check]}}");
        live(5);
        assertEquals("True Running", condition(Condition.READY));
        int asked = host.workplace.ran("started");
        newDaemon();
        daemon.round();
        assertEquals("True Running", condition(Condition.READY));
        live(20);
        assertEquals("True Running", condition(Condition.READY));
        assertEquals(asked, host.workplace.ran("started"));
    }

    @Test
    void probes_apply_live() {
        host.workplace.answer("check", NO);
        write("v=1");
        live(3);
        long pid = main().ref.pid();
        write("v=1", "readinessProbe: {exec: {command: [check]}}");
        live(3);
        assertEquals("False NotReady", condition(Condition.READY));
        write("v=1");
        live(3);
        assertEquals("True Running", condition(Condition.READY));
        assertEquals(pid, main().ref.pid());
    }

    @Test
    void a_screen_probe_reads_the_screen_and_an_output_probe_the_output() {
        write("shows=booting", "readinessProbe: {screen: {pattern: '^> $'}, periodSeconds: 1}",
                "livenessProbe: {output: {withinSeconds: 20}, periodSeconds: 5}");
        live(3);
        assertEquals("False NotReady", condition(Condition.READY));
        main().screen = "hello\n> \n";
        live(2);
        assertEquals("True Running", condition(Condition.READY));
        for (int i = 0; i < 10; i++) {
            main().printed++;
            live(10);
        }
        assertEquals(1, run(), "it prints every ten seconds");
        live(45);
        assertEquals(2, run(), "silent for twenty, then three times");
    }

    @Test
    void activity_is_what_the_screen_says_and_unknown_is_not_idle() {
        write("shows=welcome", "updateStrategy: OnIdle",
                "activity: {awaitingInput: '\\(y/n\\)', working: esc to interrupt, idle: '^> $'}");
        live(10);
        assertEquals("Unknown ActivityUnknown", condition(Condition.IDLE));
        write("shows=other", "updateStrategy: OnIdle",
                "activity: {awaitingInput: '\\(y/n\\)', working: esc to interrupt, idle: '^> $'}");
        live(10);
        assertEquals(Reason.RestartPending, status().reason(), "unknown is not idle");
        main().screen = "esc to interrupt\n> \n";
        live(4);
        assertEquals("False Working", condition(Condition.IDLE));
        assertEquals(Reason.RestartPending, status().reason());
        main().screen = "go on? (y/n)\n> \n";
        live(4);
        assertEquals("False AwaitingInput", condition(Condition.IDLE));
        assertEquals("True AwaitingInput", condition(Condition.AWAITING_INPUT));
        assertEquals(1, run());
        main().screen = "> \n";
        main().printed++;
        live(2.5);
        assertEquals("False Working", condition(Condition.IDLE), "it printed just now");
        live(5);
        assertEquals(2, run(), "idle at last: the new spec runs");
        assertTrue(main().argv.contains("shows=other"), main().argv.toString());
    }

    @Test
    void an_idle_agent_somebody_looks_at_is_left_in_peace() {
        var activity = "activity: {idle: '^> $'}";
        write("v=1", "updateStrategy: OnIdle", activity);
        live(3);
        main().screen = "> ";
        host.tmux.servers().getFirst().sessions.values().forEach(session -> session.attached = 1);
        live(10);
        assertEquals("True Idle", condition(Condition.IDLE));
        write("v=2", "updateStrategy: OnIdle", activity);
        live(30);
        assertEquals(Reason.RestartPending, status().reason());
        host.tmux.servers().getFirst().sessions.values().forEach(session -> session.attached = 0);
        live(5);
        assertEquals(2, run());
    }

    private FakeKeyboard keyboard() {
        return host.tmux.servers()
                .getFirst()
                .panes()
                .stream()
                .filter(pane -> pane.proc == main())
                .findFirst()
                .orElseThrow().keyboard;
    }

    private void says(String activity) {
        host.runFiles.beat(runId(), "{\"activity\": \"" + activity + "\"}");
    }

    private RunId runId() {
        return daemon.view().history().agents().get(ADA).run().id();
    }

    @Test
    void its_own_words_tell_what_it_does_where_the_screen_does_not() {
        write("v=1", "updateStrategy: OnIdle");
        live(3);
        assertEquals("absent", condition(Condition.IDLE));
        says("Working");
        live(1);
        assertEquals("False Working", condition(Condition.IDLE));
        says("AwaitingInput");
        live(1);
        assertEquals("True AwaitingInput", condition(Condition.AWAITING_INPUT));
        write("v=2", "updateStrategy: OnIdle");
        live(10);
        assertEquals(Reason.RestartPending, status().reason());
        host.runFiles.beat(runId(), "7");
        live(10);
        assertEquals(1, run(), "a sign of life is no word");
        says("Idle");
        live(3);
        assertEquals(2, run());
        assertEquals("absent", condition(Condition.IDLE), "another run's word");
    }

    @Test
    void a_screen_that_shows_work_or_a_question_is_believed_before_its_word() {
        write("v=1", "activity: {awaitingInput: '\\(y/n\\)', working: esc to interrupt, idle: '^> $'}");
        live(3);
        says("Idle");
        main().screen = "esc to interrupt\n";
        live(4);
        assertEquals("False Working", condition(Condition.IDLE));
        main().screen = "go on? (y/n)\n";
        live(4);
        assertEquals("False AwaitingInput", condition(Condition.IDLE));
        main().screen = "whatever\n";
        live(5);
        assertEquals("True Idle", condition(Condition.IDLE));
        says("Working");
        main().screen = "> \n";
        live(4);
        assertEquals("False Working", condition(Condition.IDLE));
    }

    @Test
    void the_word_of_one_that_gives_no_sign_of_life_counts_no_more() {
        write("v=1", "heartbeat: {timeoutSeconds: 60, gracePeriodSeconds: 600}");
        live(3);
        says("Idle");
        live(50);
        assertEquals("True Idle", condition(Condition.IDLE));
        live(20);
        assertEquals("absent", condition(Condition.IDLE));
    }

    @Test
    void what_is_done_and_may_stay_waits_for_work() {
        write("v=1", "completion: {by: DoneFile, onDone: Keep}", "restartPolicy: Never");
        live(3);
        host.runFiles.done(runId(), "{\"status\": \"succeeded\"}");
        live(3);
        assertEquals("True Idle", condition(Condition.IDLE));
        assertNotEquals(null, main());
    }

    @Test
    void half_typed_input_of_a_person_who_left_keeps_an_idle_agent() {
        var activity = "activity: {idle: '^> $'}";
        write("v=1", "updateStrategy: OnIdle", activity);
        live(3);
        main().screen = "> ";
        keyboard().visited = true;
        keyboard().input = "half a tho";
        live(10);
        write("v=2", "updateStrategy: OnIdle", activity);
        live(30);
        assertEquals(Reason.RestartPending, status().reason());
        keyboard().input = "";
        live(6);
        assertEquals(2, run());
    }

    @Test
    void another_model_on_the_first_screens_is_told_and_ends_nobody() {
        write("$(model)", "model: sonnet", "modelPattern: 'Model: (.*)$'");
        live(3);
        assertEquals("True Running", condition(Condition.READY));
        assertTrue(main().argv.contains("sonnet"), main().argv.toString());
        assertEquals("[/usr/bin/agent, sonnet]", status().argv().toString());
        main().screen = "Welcome\nModel: Opus 4\n";
        live(5);
        assertEquals(Reason.ModelMismatch, status().reason());
        assertEquals("Opus 4", status().health().model());
        assertEquals("True ModelMismatch", condition(Condition.READY));
        live(100);
        assertEquals(1, run());
    }

    @Test
    void the_model_that_was_asked_for_is_no_mismatch() {
        write("$(model)", "model: sonnet", "modelPattern: 'Model: (.*)$'");
        live(3);
        main().screen = "Welcome\nModel: Sonnet 5 (1M)\n";
        live(5);
        assertEquals(Reason.Running, status().reason());
    }

    @Test
    void keys_end_what_listens_to_them_and_no_term_is_sent() {
        write("quits, ignore=term", "lifecycle: {preStop: {sendKeys: {keys: [/exit, Enter]}}}");
        live(3);
        assertTrue(daemon.rollout(ADA));
        live(3);
        assertEquals(2, run());
        var last = daemon.view().history().agents().get(ADA).last();
        assertEquals(Reason.RolloutRestart, last.by());
        assertEquals(new Exit.Code(0), last.exit());
    }

    @Test
    void who_takes_the_keys_and_runs_on_is_sent_term_then_overdue_then_killed() {
        write("ignore=term, ignore=hup", "terminationGracePeriodSeconds: 20",
                "lifecycle: {preStop: {sendKeys: {keys: [/exit, Enter], waitSeconds: 5}}}");
        live(3);
        assertTrue(daemon.rollout(ADA));
        live(4);
        assertEquals(Reason.Terminating, status().reason());
        live(4);
        assertEquals(Reason.ShutdownOverdue, status().reason());
        assertEquals(1, run());
        live(11);
        assertEquals(1, run());
        live(3);
        assertEquals(2, run(), "killed when the grace period ended");
        assertNotEquals(null, main());
    }

    @Test
    void who_says_done_and_runs_on_is_sent_term_then_overdue_then_killed() {
        write("ignore=term, ignore=hup", "terminationGracePeriodSeconds: 20", "completion: {by: DoneFile}");
        live(3);
        var run = daemon.view().history().agents().get(ADA).run().id();
        host.runFiles.done(run, "{\"status\": \"succeeded\"}");
        live(1);
        assertEquals(Reason.Terminating, status().reason());
        live(3);
        assertEquals(Reason.ShutdownOverdue, status().reason());
        assertTrue(status().message().contains("said that it is done"), status().message());
        live(14);
        assertNotEquals(null, main());
        live(6);
        assertEquals(null, main(), "killed when the grace period ended");
        assertEquals(Reason.Completed, status().reason());
    }

    @Test
    void the_argv_that_is_shown_is_the_one_that_was_started() {
        host.folder.write("ada.yaml", """
                apiVersion: reconciler.dev/v1alpha1
                kind: Agent
                metadata: {name: ada}
                spec: {command: [agent, v=1], workingDirectory: /srv/ada}
                """);
        live(3);
        assertEquals(List.of("/usr/bin/agent", "v=1"), status().argv());
        assertEquals(main().argv, status().argv());
    }

    @Test
    void a_command_before_the_end_runs_once_and_a_failed_one_is_told() {
        host.workplace.answer("save", NO);
        write("v=1", "lifecycle: {preStop: {exec: {command: [save]}}}");
        live(3);
        host.folder.remove("ada.yaml");
        host.folder.write("bob.yaml",
                """
                        {apiVersion: reconciler.dev/v1alpha1, kind: Agent, metadata: {name: bob}, spec: {command: [/usr/bin/agent]}}
                        """);
        live(40);
        assertEquals(1, host.workplace.ran("save"), "also when the manifest is gone");
        assertEquals(null, daemon.view().history().agents().get(ADA));
    }
}
