package dev.reconciler.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Reason;
import dev.reconciler.controller.Access;
import dev.reconciler.status.Event;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a single answer can't show: verbs that wait, and what they ask of the daemon.
@Timeout(30)
class VerbsTest {
    private final FakeAccess access = Worlds.healthy();
    private final FakeCall call = new FakeCall(access);

    @Test
    void a_watch_prints_a_line_for_what_happened_and_none_for_time_that_passed() throws Exception {
        var stop = new AtomicBoolean();
        call.gone = stop::get;
        var ended = CompletableFuture.supplyAsync(() -> call.run("get", "agents", "-A", "-w"));
        await().until(() -> call.printed().contains("bob"));
        access.show(
                new FakeAccess.World().manifest(Worlds.TEAM).running("default", "ada", 2001).crashing("lab", "bob"));
        await().until(() -> call.printed().contains("CrashLoopBackOff"));
        stop.set(true);
        assertEquals(0, ended.get());
        var lines = call.printed().lines().toList();
        assertEquals(4, lines.size(), call.printed());
        assertTrue(lines.getLast().startsWith("lab "), lines.getLast());
    }

    @Test
    void a_watch_of_nothing_prints_its_headers_with_the_first_line() throws Exception {
        access.show(new FakeAccess.World());
        var stop = new AtomicBoolean();
        call.gone = stop::get;
        var ended = CompletableFuture.supplyAsync(() -> call.run("get", "agents", "-w"));
        access.show(new FakeAccess.World().manifest(Worlds.TEAM).running("default", "ada", 2001));
        await().until(() -> call.printed().contains("ada"));
        stop.set(true);
        assertEquals(0, ended.get());
        assertTrue(call.printed().startsWith("NAME "), call.printed());
    }

    @Test
    void new_events_are_printed_once() throws Exception {
        var stop = new AtomicBoolean();
        call.gone = stop::get;
        var ended = CompletableFuture.supplyAsync(() -> call.run("events", "-w"));
        await().until(() -> call.printed().contains("Started"));
        access.events.add(
                new Event(access.now(), access.now(), 1, Event.Type.Normal, Reason.Completed, null, "something else"));
        access.show(new FakeAccess.World());
        await().until(() -> call.printed().contains("something else"));
        stop.set(true);
        assertEquals(0, ended.get());
        assertEquals(3, call.printed().lines().count(), call.printed());
    }

    @Test
    void an_event_right_behind_the_first_answer_is_not_lost() throws Exception {
        var stop = new AtomicBoolean();
        call.gone = stop::get;
        access.meanwhile = () -> {
            access.meanwhile = () -> {};
            access.events.add(
                    new Event(access.now(), access.now(), 1, Event.Type.Normal, Reason.Completed, null, "in between"));
        };
        var ended = CompletableFuture.supplyAsync(() -> call.run("events", "-w"));
        await().until(() -> call.printed().contains("in between"));
        stop.set(true);
        assertEquals(0, ended.get());
    }

    @Test
    void waiting_ends_with_the_picture_that_has_it() throws Exception {
        access.show(new FakeAccess.World().manifest(Worlds.TEAM).starting("default", "ada"));
        var ended = CompletableFuture.supplyAsync(
                () -> call.run("wait", "--for=condition=Ready", "agent/ada", "--timeout=24h"));
        access.show(new FakeAccess.World().manifest(Worlds.TEAM).running("default", "ada", 2001));
        assertEquals(0, ended.get(), call.said());
        assertEquals("agent.reconciler.dev/ada condition met\n", call.printed());
    }

    @Test
    void a_delete_waits_until_that_incarnation_is_gone() throws Exception {
        var ended = CompletableFuture.supplyAsync(() -> call.run("delete", "agent", "ada", "--grace-period=3"));
        await().until(() -> !access.asked.isEmpty());
        assertEquals(List.of("delete default/ada 3"), access.asked);
        access.show(new FakeAccess.World());
        assertEquals(0, ended.get());
        assertEquals("agent.reconciler.dev \"ada\" deleted\n", call.printed());
    }

    @Test
    void a_delete_that_shall_not_wait_does_not() {
        assertEquals(0, call.run("delete", "agent", "ada", "--wait=false"));
        assertEquals(0, new FakeCall(access).run("delete", "agent", "bob", "-n", "lab", "--wait=false", "--force",
                "--grace-period=0"));
        assertEquals(List.of("delete default/ada null", "delete lab/bob 0"), access.asked);
    }

    @Test
    void what_a_file_declares_can_be_deleted_by_it() {
        call.input = Worlds.TEAM;
        assertEquals(0, call.run("delete", "-f", "-", "--wait=false"), call.said());
        assertEquals(List.of("delete default/ada null", "delete lab/bob null"), access.asked);
    }

    @Test
    void without_a_daemon_a_delete_says_who_will_end_it() {
        access.show(new FakeAccess.World().manifest(Worlds.TEAM).running("default", "ada", 2001).withoutDaemon());
        assertEquals(0, call.run("delete", "agent", "ada"));
        assertTrue(call.said().contains("no daemon is running"), call.said());
    }

    @Test
    void approval_names_exactly_what_was_printed() {
        var troubled = Worlds.troubled();
        assertEquals(0, new FakeCall(troubled).run("approve"));
        assertEquals(List.of("approve [default/ada]"), troubled.asked);
    }

    @Test
    void a_status_without_a_daemon_needs_a_person_and_one_that_saw_nothing_says_so() {
        access.show(new FakeAccess.World().withoutDaemon());
        assertEquals(1, call.run("status"));
        access.show(new FakeAccess.World().blind());
        assertEquals(4, new FakeCall(access).run("status"));
        access.show(new FakeAccess.World());
        access.pass(Duration.ofMinutes(4));
        var stale = new FakeCall(access);
        assertEquals(1, stale.run("status"));
        assertTrue(stale.printed().contains("4m1s old"), stale.printed());
    }

    @Test
    void attach_hands_the_terminal_to_tmux() {
        assertEquals(0, call.run("attach", "ada"));
        assertTrue(
                call.script.matches("exec \\S+ -N -S /run/user/1000/reconciler/default.sock attach-session -t '\\$3'"),
                call.script);
        assertEquals("", call.said());
    }

    @Test
    void attach_inside_the_users_own_tmux_is_nested_and_says_how_to_leave() {
        call.tmux = "/tmp/tmux-1000/default,5,0";
        assertEquals(0, call.run("attach", "ada", "-r"));
        assertTrue(call.script.startsWith("unset TMUX TMUX_PANE; exec "), call.script);
        assertTrue(call.script.contains("attach-session -r -t"), call.script);
        assertTrue(call.said().contains("detaches"), call.said());
    }

    @Test
    void attach_from_a_session_of_the_same_server_switches_to_the_other() {
        call.tmux = "/run/user/1000/reconciler/default.sock,1000,0";
        assertEquals(0, call.run("attach", "ada"));
        assertTrue(call.script.contains(" switch-client -t '$3'"), call.script);
        assertFalse(call.script.contains("unset"), call.script);
    }

    @Test
    void a_defect_of_ours_is_a_sentence_and_no_stack_trace() {
        var broken = new FakeCall(null);
        assertEquals(4, broken.run("status"));
        assertEquals(1, broken.said().lines().count(), broken.said());
        assertTrue(broken.said().startsWith("error: this is a defect"), broken.said());
    }

    @Test
    void what_can_not_be_looked_at_is_told_by_the_exit_code() {
        var blind = new FakeCall(null) {
            @Override
            public Access access() throws Access.Refusal {
                throw new Access.Refusal("the folder is not there");
            }
        };
        assertEquals(4, blind.run("status"));
        assertEquals(2, blind.run("diff"));
        assertEquals(1, blind.run("get", "agents"));
        assertTrue(blind.said().startsWith("error: the folder is not there\n"), blind.said());
    }

    @Test
    void the_client_and_the_table_of_verbs_agree_on_what_is_rendered() {
        for (var name : Verbs.NAMES) {
            assertTrue(Verbs.create(name, call).getClass().getSimpleName().endsWith("Verb"));
        }
        assertEquals(
                List.of("run", "validate", "init", "apply", "done", "heartbeat", "replay", "service", "explain",
                        "doctor",
                        "version",
                        "completion",
                        PagesVerb.NAME, "help"),
                Verbs.NAMES.stream().filter(n -> !Words.rendered(n)).toList());
    }
}
