package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.host.ProcessTable.Sent;
import dev.reconciler.host.ProcessTable.Sighting;
import dev.reconciler.host.Tmux.Look;
import dev.reconciler.host.Tmux.PaneLine;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What every [Tmux] does, the machine's and the simulated one.
public abstract class TmuxContract extends TmuxWords {
    /// A program that runs until it gets TERM, HUP or KILL.
    protected abstract List<String> forever();

    /// A program that ends at once with this exit code.
    protected abstract List<String> exits(int code);

    /// A program that ends at once by this signal.
    protected abstract List<String> diesBy(Signal signal);

    /// The server answers nothing from now on, and lives.
    protected abstract void freeze(ProcessRef server) throws Exception;

    protected abstract void thaw(ProcessRef server) throws Exception;

    /// Somebody removes the socket of [#NS].
    protected abstract void unlinkSocket() throws Exception;

    /// Somebody starts a server of his own on the path of [#NS], whose socket was unlinked.
    protected abstract ProcessRef occupySocket() throws Exception;

    /// Whether that server answers on the socket beside ours that is named after it.
    protected abstract boolean reachedBeside(ProcessRef server) throws Exception;

    /// A person opens a second pane in this pane's session.
    ///
    /// @return its `%id`
    protected abstract String split(Session.Pane pane) throws Exception;

    /// A person opens a session of this name on the server of [#NS].
    protected abstract void openSession(String name) throws Exception;

    /// The log pipe of this pane breaks.
    protected abstract void breakPipe(Session.Pane pane) throws Exception;

    /// A program that shows `> ` and its input, and takes it when Enter is pressed.
    protected abstract List<String> chat() throws Exception;

    /// What the chat program in this pane took, oldest first.
    protected abstract List<String> taken(Session.Pane pane) throws Exception;

    /// A person looks back in this pane, attached or not.
    protected abstract void copyMode(Session.Pane pane) throws Exception;

    private ProcessRef chatting() throws Exception {
        tmux().start(NS);
        create("ada", chat());
        await().until(() -> tmux().screen(pane("ada")).line().startsWith("> ".strip()));
        return assertInstanceOf(Sighting.Alive.class, processes().look(line("ada").pid())).ref();
    }

    @Test
    void a_text_is_typed_and_taken_on_enter() throws Exception {
        var process = chatting();
        var pane = pane("ada");
        assertTrue(tmux().type(pane, process, "u-ada-1/prompt", "hello"));
        await().until(() -> tmux().screen(pane).line().equals("> hello"));
        assertEquals("u-ada-1/prompt", tmux().screen(pane).typed());
        assertEquals("", tmux().screen(pane).entered());
        assertFalse(tmux().screen(pane).visited());
        assertEquals(List.of(), taken(pane));
        assertTrue(tmux().enter(pane, process, "u-ada-1/prompt:1"));
        await().until(() -> taken(pane).equals(List.of("hello")));
        assertEquals("u-ada-1/prompt:1", tmux().screen(pane).entered());
    }

    @Test
    void keys_are_pressed_one_after_the_other_and_the_screen_shows_them() throws Exception {
        chatting();
        var pane = pane("ada");
        copyMode(pane);
        tmux().sendKeys(pane, List.of("hello there"));
        await().until(() -> tmux().glimpse(pane).screen().contains("> hello there"));
        var glimpse = tmux().glimpse(pane);
        assertTrue(Math.abs(glimpse.clock() - glimpse.printed()) <= 60, glimpse::toString);
        tmux().sendKeys(pane, List.of(", friend", "Enter"));
        await().until(() -> taken(pane).equals(List.of("hello there, friend")));
    }

    @Test
    void the_same_key_types_and_enters_once() throws Exception {
        var process = chatting();
        var pane = pane("ada");
        for (int i = 0; i < 3; i++) {
            assertTrue(tmux().type(pane, process, "one", "first"));
        }
        await().until(() -> tmux().screen(pane).line().equals("> first"));
        for (int i = 0; i < 3; i++) {
            assertTrue(tmux().enter(pane, process, "one:1"));
        }
        await().until(() -> taken(pane).equals(List.of("first")));
        assertTrue(tmux().type(pane, process, "two", "second"));
        await().until(() -> tmux().screen(pane).line().equals("> second"));
        assertTrue(tmux().enter(pane, process, "two:1"));
        await().until(() -> taken(pane).equals(List.of("first", "second")));
    }

    @Test
    void nothing_is_typed_to_another_process() throws Exception {
        var process = chatting();
        var pane = pane("ada");
        var other = new ProcessRef(process.pid() + 1, process.startTime());
        assertFalse(tmux().type(pane, other, "one", "not for you"));
        assertFalse(tmux().enter(pane, other, "one:1"));
        assertEquals("", tmux().screen(pane).typed());
        assertTrue(tmux().type(pane, process, "two", "x"));
        await().until(() -> tmux().screen(pane).line().equals("> x"));
        kill("ada");
        dead("ada");
        assertFalse(tmux().type(pane, process, "three", "too late"));
    }

    @Test
    void copy_mode_that_nobody_looks_at_is_left() throws Exception {
        var process = chatting();
        var pane = pane("ada");
        copyMode(pane);
        assertTrue(tmux().screen(pane).mode());
        assertTrue(tmux().type(pane, process, "one", "hello"));
        await().until(() -> tmux().screen(pane).line().equals("> hello"));
        copyMode(pane);
        assertTrue(tmux().enter(pane, process, "one:1"));
        await().until(() -> taken(pane).equals(List.of("hello")));
        assertFalse(tmux().screen(pane).mode());
    }

    @Test
    void a_pane_that_is_gone_shows_no_screen_and_takes_no_text() throws Exception {
        var process = chatting();
        var pane = pane("ada");
        tmux().killPane(NS, pane);
        assertRefused(() -> tmux().screen(pane));
        assertFalse(tmux().type(pane, process, "one", "hello"));
    }

    @Test
    void nobody_listens_before_the_start() {
        assertEquals(new Look.NobodyListens(), tmux().look(NS));
    }

    @Test
    void create_never_starts_a_server() {
        var refusal = assertThrows(TmuxException.class, () -> create("ada", forever()));
        assertTrue(refusal.answered());
        assertEquals(new Look.NobodyListens(), tmux().look(NS));
    }

    @Test
    void a_started_server_is_reachable_and_holds_nothing_of_ours() throws Exception {
        var server = tmux().start(NS);
        var look = answered();
        assertEquals(server, look.server());
        assertTrue(look.reachable());
        assertEquals(List.of(), sessions(look));
        assertEquals(new Sighting.Alive(server), processes().look(server.pid()));
        assertEquals(List.of(NS), tmux().namespaces());
    }

    @Test
    void a_second_start_finds_the_same_server() throws Exception {
        assertEquals(tmux().start(NS), tmux().start(NS));
    }

    @Test
    void create_shows_a_marked_pane_whose_process_is_the_program() throws Exception {
        tmux().start(NS);
        var created = create("ada", forever());
        var line = line("ada");
        assertEquals(created.paneId(), line.paneId());
        assertEquals(created.sessionId(), line.sessionId());
        assertEquals(created.pid(), line.pid());
        assertEquals("ada", line.sessionName());
        assertEquals(mark("ada", 1), line.mark());
        assertEquals(mark("ada", 1).uid(), line.sessionMark());
        assertFalse(line.dead());
        assertEquals(0, line.attached());
        assertTrue(line.piped());
        assertInstanceOf(Sighting.Alive.class, processes().look(created.pid()));
    }

    @Test
    void a_taken_name_is_refused_and_nothing_is_changed() throws Exception {
        tmux().start(NS);
        var first = create("ada", forever());
        var refusal = assertThrows(TmuxException.class, () -> create("ada", forever()));
        assertTrue(refusal.answered());
        assertEquals(first.pid(), line("ada").pid());
        assertEquals(1, sessions(answered()).size());
    }

    @Test
    void a_neighbour_whose_name_begins_alike_is_left_alone() throws Exception {
        tmux().start(NS);
        create("ada", forever());
        var longer = create("ada-2", forever());
        tmux().killPane(NS, pane("ada"));
        assertEquals(List.of("ada-2"), sessions(answered()));
        assertEquals(longer.pid(), line("ada-2").pid());
        create("ada", forever());
        assertEquals(List.of("ada", "ada-2"), sessions(answered()));
    }

    @Test
    void an_exit_code_is_seen_on_the_dead_pane() throws Exception {
        tmux().start(NS);
        create("ada", exits(7));
        var line = dead("ada");
        assertEquals(7, line.exitStatus());
        assertEquals(null, line.exitSignal());
        assertEquals(mark("ada", 1), line.mark());
    }

    @Test
    void a_deadly_signal_is_seen_on_the_dead_pane() throws Exception {
        tmux().start(NS);
        create("ada", diesBy(Signal.KILL));
        var line = dead("ada");
        assertEquals(null, line.exitStatus());
        assertEquals(9, line.exitSignal());
    }

    @Test
    void a_killed_program_leaves_its_pane_with_the_signal() throws Exception {
        tmux().start(NS);
        create("ada", forever());
        kill("ada");
        assertEquals(9, dead("ada").exitSignal());
    }

    @Test
    void respawn_runs_the_new_program_in_the_same_pane_with_the_new_mark() throws Exception {
        tmux().start(NS);
        var first = create("ada", exits(1));
        dead("ada");
        var second = tmux().respawn(pane("ada"), launch("ada", 2, forever()));
        assertEquals(first.paneId(), second.paneId());
        assertEquals(first.sessionId(), second.sessionId());
        assertNotEquals(first.pid(), second.pid());
        var line = line("ada");
        assertEquals(second.pid(), line.pid());
        assertEquals(mark("ada", 2), line.mark());
        assertFalse(line.dead());
        assertEquals(null, line.exitStatus());
        assertTrue(line.piped());
        kill("ada");
        assertEquals(9, dead("ada").exitSignal());
    }

    @Test
    void a_living_pane_is_never_respawned() throws Exception {
        tmux().start(NS);
        var created = create("ada", forever());
        var pane = pane("ada");
        assertRefused(() -> tmux().respawn(pane, launch("ada", 2, forever())));
        assertEquals(created.pid(), line("ada").pid());
        assertEquals(mark("ada", 1), line("ada").mark());
        assertInstanceOf(Sighting.Alive.class, processes().look(created.pid()));
    }

    @Test
    void stamp_replaces_the_mark_and_nothing_else() throws Exception {
        tmux().start(NS);
        var created = create("ada", forever());
        var stamped = new OwnerMark("src", new AgentName(NS, "ada"), new RunId("u-ada", 1), hash(), 9, true);
        tmux().stamp(pane("ada"), stamped);
        assertEquals(stamped, line("ada").mark());
        assertEquals(created.pid(), line("ada").pid());
    }

    @Test
    void a_second_pane_that_a_person_opened_survives_the_end_of_ours() throws Exception {
        tmux().start(NS);
        create("ada", forever());
        var ours = pane("ada");
        var theirs = split(ours);
        tmux().killPane(NS, ours);
        var left = answered().panes().stream().filter(p -> p.sessionId().equals(ours.sessionId())).toList();
        assertEquals(List.of(theirs), left.stream().map(PaneLine::paneId).toList());
        assertEquals(null, left.getFirst().mark());
        assertEquals(mark("ada", 1).uid(), left.getFirst().sessionMark());
        assertFalse(left.getFirst().dead());
    }

    @Test
    void a_squatter_is_renamed_and_lives_on() throws Exception {
        tmux().start(NS);
        create("ada", forever());
        var ours = pane("ada");
        var theirs = split(ours);
        tmux().killPane(NS, ours);
        var created = tmux().create(launch("ada", 2, forever()), ours.sessionId());
        assertEquals(created.paneId(), line("ada").paneId());
        var squatter = answered().panes().stream().filter(p -> p.paneId().equals(theirs)).findFirst().orElseThrow();
        assertEquals(ours.sessionId(), squatter.sessionId());
        assertNotEquals("ada", squatter.sessionName());
        assertFalse(squatter.dead());
    }

    @Test
    void ids_of_another_server_reach_nobody() throws Exception {
        tmux().start(NS);
        create("ada", forever());
        var pane = pane("ada");
        var stranger = new ProcessRef(pane.server().pid(), pane.server().startTime() - 1);
        var old = new Session.Pane(
                stranger, pane.id(), pane.sessionId(), pane.mark(), pane.attached(), pane.piped(), pane.shared());
        assertRefused(() -> tmux().killPane(NS, old));
        assertRefused(() -> tmux().respawn(old, launch("ada", 2, forever())));
        assertRefused(() -> tmux().stamp(old, mark("ada", 3)));
        assertRefused(() -> tmux().stopIfVacant(NS, stranger));
        assertEquals(mark("ada", 1), line("ada").mark());
    }

    @Test
    void a_broken_pipe_is_seen_and_opened_again() throws Exception {
        tmux().start(NS);
        create("ada", forever());
        breakPipe(pane("ada"));
        await().until(() -> !line("ada").piped());
        tmux().repipe(pane("ada"), log(new RunId("u-ada", 1)));
        assertTrue(line("ada").piped());
    }

    @Test
    void a_vacant_server_is_stopped() throws Exception {
        var server = tmux().start(NS);
        create("ada", forever());
        assertFalse(tmux().stopIfVacant(NS, server));
        tmux().killPane(NS, pane("ada"));
        assertTrue(tmux().stopIfVacant(NS, server));
        assertFalse(processes().look(server.pid()) instanceof Sighting.Alive);
        assertEquals(new Look.NobodyListens(), tmux().look(NS));
    }

    @Test
    void a_server_with_a_persons_session_is_never_stopped() throws Exception {
        var server = tmux().start(NS);
        openSession("mine");
        assertFalse(tmux().stopIfVacant(NS, server));
        assertEquals(List.of("mine"), sessions(answered()));
        assertEquals(null, line("mine").mark());
    }

    @Test
    void a_frozen_server_is_silent_and_never_absent() throws Exception {
        var server = tmux().start(NS);
        var created = create("ada", forever());
        freeze(server);
        assertInstanceOf(Look.Silent.class, tmux().look(NS));
        assertInstanceOf(Look.Silent.class, tmux().look(NS));
        thaw(server);
        await().until(() -> tmux().look(NS) instanceof Look.Answered);
        assertEquals(server, answered().server());
        assertEquals(created.pid(), line("ada").pid());
    }

    @Test
    void what_a_frozen_server_was_asked_is_settled_once_it_answers_a_look() throws Exception {
        var server = tmux().start(NS);
        create("ada", forever());
        freeze(server);
        var unanswered = assertThrows(TmuxException.class, () -> create("bob", forever()));
        assertFalse(unanswered.answered());
        assertInstanceOf(Look.Silent.class, tmux().look(NS));
        thaw(server);
        await().until(() -> tmux().look(NS) instanceof Look.Answered);
        var seen = sessions(answered());
        assertTrue(seen.equals(List.of("ada")) || seen.equals(List.of("ada", "bob")), seen.toString());
        assertEquals(seen, sessions(answered()));
    }

    @Test
    void a_server_without_socket_is_still_commanded_and_called_unreachable() throws Exception {
        var server = tmux().start(NS);
        create("ada", forever());
        unlinkSocket();
        assertFalse(answered().reachable());
        create("bob", forever());
        tmux().killPane(NS, pane("ada"));
        assertEquals(List.of("bob"), sessions(answered()));
        assertEquals(server, answered().server());
    }

    @Test
    void a_rescued_server_is_reachable_with_all_that_ran_on_it() throws Exception {
        var server = tmux().start(NS);
        var created = create("ada", forever());
        unlinkSocket();
        tmux().rescue(NS, server);
        var look = answered();
        assertEquals(server, look.server());
        assertTrue(look.reachable());
        assertEquals(created.pid(), line("ada").pid());
        assertInstanceOf(Sighting.Alive.class, processes().look(created.pid()));
    }

    @Test
    void a_rescue_puts_who_took_the_path_aside_and_both_are_reachable() throws Exception {
        var server = tmux().start(NS);
        var created = create("ada", forever());
        unlinkSocket();
        var other = occupySocket();
        assertFalse(answered().reachable());
        tmux().rescue(NS, server);
        assertInstanceOf(Sighting.Alive.class, processes().look(other.pid()));
        assertTrue(reachedBeside(other));
        var look = answered();
        assertEquals(server, look.server());
        assertTrue(look.reachable());
        assertEquals(created.pid(), line("ada").pid());
    }

    @Test
    void a_server_of_somebody_else_on_our_path_is_not_taken_for_ours() throws Exception {
        var other = occupySocket();
        assertInstanceOf(Look.Silent.class, tmux().look(NS));
        assertThrows(TmuxException.class, () -> tmux().start(NS));
        assertInstanceOf(Sighting.Alive.class, processes().look(other.pid()));
        assertNull(processes().server(other).mark());
        assertTrue(processes().server(other).owns(tmux().socket(NS).toString()));
    }

    @Test
    void what_is_known_of_a_server_without_asking_it() throws Exception {
        var server = tmux().start(NS);
        var socket = tmux().socket(NS).toString();
        var facts = processes().server(server);
        assertEquals(socket, facts.mark());
        assertTrue(facts.owns(socket));
        assertFalse(facts.hidden());
        unlinkSocket();
        assertTrue(processes().server(server).hidden());
        assertNull(processes().server(new ProcessRef(server.pid(), server.startTime() - 1)));
    }

    @Test
    void a_dead_server_cannot_be_rescued() throws Exception {
        var server = tmux().start(NS);
        assertEquals(Sent.Delivered, processes().signal(server, Signal.KILL));
        await().until(() -> tmux().look(NS) instanceof Look.NobodyListens);
        assertRefused(() -> tmux().rescue(NS, server));
    }

    @Test
    void nobody_listens_after_the_servers_death_and_a_start_makes_another() throws Exception {
        var server = tmux().start(NS);
        create("ada", forever());
        processes().signal(server, Signal.KILL);
        await().until(() -> tmux().look(NS) instanceof Look.NobodyListens);
        assertNotEquals(server, tmux().start(NS));
        assertEquals(List.of(), sessions(answered()));
    }
}
