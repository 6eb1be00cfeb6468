package dev.reconciler.host;

import static dev.reconciler.host.TmuxWords.NS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.host.Link.Reach;
import dev.reconciler.real.RealTest;
import dev.reconciler.real.TestDirs;
import dev.reconciler.real.WholeMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RealTest
@WholeMachine
class LinkTest {
    private TmuxMachine machine;
    private Link link;

    @BeforeEach
    void open(TestDirs dirs) {
        machine = new TmuxMachine(dirs);
        link = link();
    }

    private Link link() {
        return link(name -> {});
    }

    private Link link(@Nullable Consumer<String> notifications) {
        return new Link(
                NS, machine.tmux.socket(NS), new TreeMap<>(machine.dirs.environment()), machine.proc, notifications,
                Duration.ofMillis(1));
    }

    @AfterEach
    void end() {
        link.close();
        machine.close();
    }

    @Test
    void what_a_killed_connection_asked_never_lands_after_the_next_one_is_open() throws Exception {
        var server = machine.tmux.start(NS);
        var first = assertInstanceOf(Reach.Open.class, link.reach()).live().client();
        machine.freeze(server);
        assertThrows(TmuxException.class, () -> first.ask(Chain.of("new-session", "-d", "-s", "late", "sleep 600")));
        await().until(() -> link.reach() instanceof Reach.Silent && !first.open());
        machine.thaw(server);
        await().until(() -> link.reach() instanceof Reach.Open);
        var second = assertInstanceOf(Reach.Open.class, link.reach()).live().client();
        assertNotEquals(first.pid(), second.pid());
        var sessions = second.ask(Chain.of("list-sessions", "-F", "#S")).text();
        for (int i = 0; i < 50; i++) {
            assertEquals(sessions, second.ask(Chain.of("list-sessions", "-F", "#S")).text());
        }
    }

    /// A tmux 3.3a dies of a session that is created while a control client introduces itself.
    @Test
    void a_stopped_server_without_holder_survives_all_that_wait_for_it() throws Exception {
        var server = machine.tmux.start(NS);
        for (int round = 0; round < 5; round++) {
            machine.raw("kill-session", "-t", "=" + Tmux.HOLDER);
            machine.freeze(server);
            var links = Stream.generate(this::link).limit(4).toList();
            try {
                links.parallelStream().forEach(waiting -> assertInstanceOf(Reach.Silent.class, waiting.reach()));
                machine.thaw(server);
                for (var waiting : links) {
                    await().until(() -> waiting.reach() instanceof Reach.Open(var live)
                            && live.server().equals(server));
                }
            } finally {
                links.forEach(Link::close);
            }
        }
    }

    /// Whoever comes or goes as a control client is told to all others, for which a tmux 3.3a may not be ready.
    @Test
    void who_looks_once_is_answered_the_same_and_never_becomes_a_control_client() throws Exception {
        var server = machine.tmux.start(NS);
        machine.raw("new-session", "-d", "-s", "odd\\;", "sleep 600");
        var told = assertInstanceOf(Reach.Open.class, link.reach()).live();
        var before = machine.raw("list-clients");
        try (var looks = link(null)) {
            var plain = assertInstanceOf(Reach.Open.class, looks.reach()).live();
            assertEquals(server, plain.server());
            for (var chain : List.of(
                    PaneLines.LIST, Chain.of("display-message", "-p", "a;"),
                    Chain.of("rename-window", "-t", "=odd;:", "n"),
                    Chain.of("list-sessions", "-F", "#S").then("kill-session", "-t", "=nobody").then("list-windows"),
                    Chain.of("display-message", "-p", "one\n")
                            .then("capture-pane", "-p", "-t", "=odd;:")
                            .then("display-message", "-p", ""))) {
                assertEquals(told.client().ask(chain), plain.client().ask(chain), chain.toString());
                assertEquals(before, machine.raw("list-clients"));
            }
            plain.client().ask(Chain.of("kill-server"));
            await().until(() -> !told.client().open());
            var another = machine.tmux.start(NS);
            assertThrows(TmuxException.class, () -> plain.client().ask(PaneLines.LIST));
            assertFalse(plain.client().open());
            assertEquals(another, assertInstanceOf(Reach.Open.class, looks.reach()).live().server());
        }
    }

    @Test
    void a_server_of_another_tmux_is_reached_with_its_own_program() throws Exception {
        var program = machine.dirs.work().resolve("tmux");
        Files.copy(Path.of(machine.run("sh", "-c", "command -v tmux")), program);
        assertTrue(program.toFile().setExecutable(true));
        var socket = machine.tmux.socket(NS).toString();
        machine.run("env", ServerFacts.MARK + "=" + socket, program.toString(), "-f", "/dev/null", "-S", socket,
                "new-session", "-d", "-s", Tmux.HOLDER, "sleep 600");
        Files.delete(program);
        var server = Children.ref(Long.parseLong(machine.raw("display-message", "-p", "#{pid}")));
        machine.freeze(server);
        assertInstanceOf(Reach.Silent.class, link.reach());
        // Thawed at once, the server might answer the first client, which is about to be given up.
        await().until(() -> ProcessHandle.current().children().anyMatch(child -> runs(child.pid(), program)));
        machine.thaw(server);
        await().until(() -> link.reach() instanceof Reach.Open);
        var client = assertInstanceOf(Reach.Open.class, link.reach()).live().client();
        assertTrue(runs(client.pid(), program));
    }

    private static boolean runs(long pid, Path deleted) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString().equals(deleted + " (deleted)");
        } catch (IOException e) {
            return false;
        }
    }
}
