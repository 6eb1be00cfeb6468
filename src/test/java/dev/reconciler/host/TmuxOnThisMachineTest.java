package dev.reconciler.host;

import static dev.reconciler.host.TmuxWords.NS;
import static dev.reconciler.host.TmuxWords.assertRefused;
import static dev.reconciler.host.TmuxWords.mark;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.host.ProcessTable.Sighting;
import dev.reconciler.host.Tmux.Look;
import dev.reconciler.host.Tmux.PaneLine;
import dev.reconciler.real.FakeAgent;
import dev.reconciler.real.RealTest;
import dev.reconciler.real.TestDirs;
import dev.reconciler.real.WholeMachine;
import java.nio.charset.StandardCharsets;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.StandardCopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a simulated tmux cannot show.
@RealTest
@WholeMachine
class TmuxOnThisMachineTest {
    private static final List<String> FOREVER = List.of("/bin/sleep", "600");

    private final AtomicInteger events = new AtomicInteger();
    private TmuxMachine machine;
    private PrivateTmux tmux;

    @BeforeEach
    void open(TestDirs dirs) throws Exception {
        machine = new TmuxMachine(dirs, events::incrementAndGet);
        tmux = machine.tmux;
        tmux.start(NS);
    }

    @AfterEach
    void end() {
        machine.close();
    }

    @Test
    void environment_values_arrive_byte_for_byte() throws Exception {
        var values = new TreeMap<String, String>();
        values.put("QUOTES", "a \"b\" 'c' \\d `e` $HOME ${HOME} $(id)");
        values.put("LINES", "one\ntwo\r\n\tthree\n%end 1 2 1\n");
        values.put("SEMICOLON", "a ; kill-server ;");
        values.put("TMUXISH", "#{pid} #(id) #[fg=red] ##  %H ~ {x} = ==");
        values.put("EMOJI", "ünï 日本 😀 \u001b[31m\u0001\u007f");
        values.put("EMPTY", "");
        values.put("LARGE", "x".repeat(100_000));
        values.put("TERM", "dumb");
        values.put("SHELL", "/bin/nosuch");
        var out = machine.dirs.work().resolve("env");
        var dump = List.of("/bin/sh", "-c", "env -0 > " + out + ".tmp; mv " + out + ".tmp " + out + "; exec sleep 600");
        tmux.create(machine.launch("ada", 1, dump, values), null);
        await().until(() -> Files.exists(out));
        var seen = environment(out);
        values.forEach((name, value) -> assertEquals(value, seen.get(name), name));
        assertEquals("ada", seen.get("RECONCILER_AGENT"));
        assertEquals(NS, seen.get("RECONCILER_NAMESPACE"));
        assertEquals("u-ada-1", seen.get("RECONCILER_RUN_ID"));
        assertEquals(machine.dirs.work().toString(), seen.get("PWD"));
    }

    @Test
    void the_environment_is_the_base_and_the_runs_own_and_nothing_of_the_run_before() throws Exception {
        var out = machine.dirs.work().resolve("env");
        var dump = List.of("/bin/sh", "-c", "env -0 > " + out + ".tmp; mv " + out + ".tmp " + out);
        tmux.create(machine.launch("ada", 1, dump, new TreeMap<>(Map.of("SECRET", "1", "OLD", "1"))), null);
        machine.dead("ada");
        Files.delete(out);
        // What an attached person's terminal leaves in the session.
        machine.raw("set-environment", "-t", "=ada", "DISPLAY", ":7");
        machine.raw("set-environment", "-t", "=ada", "-r", "HOME");
        tmux.respawn(machine.pane("ada"), machine.launch("ada", 2, dump, new TreeMap<>(Map.of("NEW", "2"))));
        await().until(() -> Files.exists(out));
        var seen = environment(out);
        var expected = new TreeMap<>(machine.dirs.environment());
        expected.put("NEW", "2");
        expected.put("RECONCILER_AGENT", "ada");
        expected.put("RECONCILER_NAMESPACE", NS);
        expected.put("RECONCILER_RUN_ID", "u-ada-2");
        for (var own : List.of("TERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "TMUX", "TMUX_PANE", "SHELL", "PWD",
                "OLDPWD", "SHLVL", "_", "LINES", "COLUMNS")) {
            seen.remove(own);
            expected.remove(own);
        }
        assertEquals(expected, seen);
    }

    @Test
    void no_secret_stays_readable_in_the_session() throws Exception {
        tmux.create(machine.launch("ada", 1, FOREVER, new TreeMap<>(Map.of("TOKEN", "hush"))), null);
        assertEquals("", machine.raw("show-environment", "-t", "=ada"));
        assertFalse(machine.raw("show-environment", "-g").contains("hush"));
    }

    @Test
    void the_server_itself_carries_no_mark_of_a_run() throws Exception {
        var base = new TreeMap<>(machine.dirs.environment());
        base.put("RECONCILER_RUN_ID", "u-other-1");
        base.put("TMUX", "/tmp/other,1,0");
        try (var second = new PrivateTmux(machine.dirs.runtime(), base, machine.proc)) {
            var server = second.start("team");
            var environ = Files.readString(Path.of("/proc/" + server.pid() + "/environ"), StandardCharsets.ISO_8859_1);
            assertFalse(environ.contains("RECONCILER_RUN_ID="), environ);
            assertFalse(environ.contains("\0TMUX="), environ);
        }
    }

    @Test
    void arguments_arrive_byte_for_byte_and_the_pid_is_the_programs_own() throws Exception {
        var odd = List.of("", ";", "a;", "two words", "--", "-t", "$x \"q\" 'q'", "new\nline", "#{pid}", "😀", "~");
        var argv = new ArrayList<>(List.of("/usr/bin/perl", "-e", "sleep 600", "--"));
        argv.addAll(odd);
        var created = machine.create("ada", argv);
        await().until(() -> cmdline(created.pid()).startsWith("/usr/bin/perl\0"));
        assertEquals(argv, List.of(cmdline(created.pid()).replaceFirst("\0$", "").split("\0", -1)));
    }

    @Test
    void a_single_word_runs_without_a_shell() throws Exception {
        var odd = machine.dirs.work().resolve("it's; a=$(x) b");
        Files.writeString(odd, "#!/bin/sh\nexec sleep 600\n");
        assertTrue(odd.toFile().setExecutable(true));
        var created = machine.create("ada", List.of(odd.toString()));
        await().until(() -> cmdline(created.pid()).equals("sleep\000600\0"));
        var plain = machine.create("bob", List.of("/bin/cat"));
        await().until(() -> cmdline(plain.pid()).equals("/bin/cat\0"));
    }

    @Test
    void any_working_directory_is_exact() throws Exception {
        for (var name : List.of("a#b", "a##b", "#{pid}", "a#[fg=red]b", "50%H", "q\"$x'y", "end;", "日本 😀", "~")) {
            var directory = Files.createDirectory(machine.dirs.work().resolve(name));
            var launch = machine.launch("ada", 1, FOREVER);
            var created = tmux.create(
                    new Tmux.Launch(
                            launch.mark(), launch.argv(), directory.toString(), launch.environment(), List.of(), 80, 24,
                            100, launch.log()),
                    null);
            await().until(() -> cmdline(created.pid()).startsWith("/bin/sleep"));
            assertEquals(directory, Files.readSymbolicLink(Path.of("/proc/" + created.pid() + "/cwd")), name);
            tmux.killPane(NS, machine.pane("ada"));
        }
    }

    @Test
    void the_terminal_has_the_size_and_history_it_was_given() throws Exception {
        machine.create("ada", FOREVER);
        assertEquals(
                "100 30 500",
                machine.raw("display-message", "-p", "-t", "=ada:", "#{pane_width} #{pane_height} #{history_limit}"));
    }

    @Test
    void every_one_of_many_instant_deaths_is_told_with_its_code() throws Exception {
        for (int i = 0; i < 60; i++) {
            machine.create("a" + i, List.of("/bin/sh", "-c", i % 3 == 0 ? "kill -9 $$" : "exit " + i));
        }
        for (int i = 0; i < 60; i++) {
            var name = "a" + i;
            await().until(() -> ended(machine.line(name)));
            var line = machine.line(name);
            assertEquals(i % 3 == 0 ? null : i, line.exitStatus(), name);
            assertEquals(i % 3 == 0 ? 9 : null, line.exitSignal(), name);
        }
    }

    @Test
    void a_lone_death_is_told_within_one_look_of_the_programs_end() throws Exception {
        for (int i = 0; i < 10; i++) {
            var name = "a" + i;
            var created = machine.create(name, FOREVER);
            machine.kill(name);
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> !(machine.proc.look(created.pid()) instanceof Sighting.Alive));
            assertEquals(9, machine.line(name).exitSignal(), name);
        }
    }

    @Test
    void a_program_that_closed_its_terminal_and_runs_on_is_shown_with_its_pid() throws Exception {
        var created = machine.create("ada", FakeAgent.argv("ignore:HUP", "closetty", "forever"));
        var line = machine.dead("ada");
        assertEquals(created.pid(), line.pid());
        assertEquals(null, line.exitStatus());
        assertInstanceOf(Sighting.Alive.class, machine.proc.look(created.pid()));
    }

    @Test
    void a_program_whose_child_keeps_the_terminal_is_dead_with_its_code() throws Exception {
        machine.create("ada", FakeAgent.argv("ignore:HUP", "child:600", "exit:5"));
        await().until(() -> ended(machine.line("ada")));
        assertEquals(5, machine.line("ada").exitStatus());
        assertTrue(machine.line("ada").dead());
    }

    @Test
    void the_log_is_whole_and_the_next_runs_output_is_in_its_own_files() throws Exception {
        for (int run = 1; run <= 5; run++) {
            var number = run;
            var go = machine.dirs.work().resolve("go" + run);
            // Not before its output was read: what the kernel still holds when a program ends may be lost to any tmux.
            var argv = FakeAgent.argv("flood:20000", "say:last of " + run, "await:" + go, "exit:1");
            if (run == 1) {
                machine.create("ada", argv);
            } else {
                tmux.respawn(machine.pane("ada"), machine.launch("ada", run, argv));
            }
            await().until(() -> logged(number).endsWith("last of " + number + "\r\n"));
            Files.createFile(go);
            machine.dead("ada");
        }
        for (int run = 1; run <= 5; run++) {
            assertEquals(20001, logged(run).lines().count());
        }
    }

    @Test
    void any_log_prefix_is_exact() throws Exception {
        var directory = Files.createDirectory(machine.dirs.state().resolve("it's 50%H #{pid} $x \"q\" 😀"));
        var launch = machine.launch("ada", 1, FakeAgent.argv("say:hello", "forever"));
        tmux.create(
                new Tmux.Launch(
                        launch.mark(), launch.argv(), launch.workingDirectory(), launch.environment(), List.of(), 80,
                        24, 100, new Tmux.LogTarget(directory.resolve("run.").toString(), 1000)),
                null);
        await().until(() -> Files.exists(directory.resolve("run.000000")));
    }

    @Test
    void a_pipe_opened_again_goes_on_behind_the_segments_that_exist() throws Exception {
        var go = machine.dirs.work().resolve("go");
        machine.create("ada", FakeAgent.argv("say:before", "await:" + go, "say:after", "forever"));
        await().until(() -> logged(1).contains("before"));
        machine.breakPipe(machine.pane("ada"));
        await().until(() -> !machine.line("ada").piped());
        tmux.repipe(machine.pane("ada"), machine.log(mark("ada", 1).run()));
        Files.createFile(go);
        await().until(() -> logged(1).contains("after"));
        assertTrue(logged(1).startsWith("before"));
    }

    @Test
    void a_capture_shows_the_screen_and_the_history_above_it() throws Exception {
        machine.create("ada", FakeAgent.argv("flood:100", "colour:red", "forever"));
        await().until(() -> tmux.capture(NS, machine.pane("ada"), 0, false).contains("red"));
        assertEquals(30, tmux.capture(NS, machine.pane("ada"), 0, false).lines().count());
        assertEquals(50, tmux.capture(NS, machine.pane("ada"), 20, false).lines().count());
        assertTrue(tmux.capture(NS, machine.pane("ada"), 0, true).contains("\u001b[31mred"));
        assertFalse(tmux.capture(NS, machine.pane("ada"), 0, false).contains("\u001b"));
    }

    @Test
    void hooks_and_odd_options_of_a_person_do_not_confuse_the_connection() throws Exception {
        machine.raw("set-hook", "-g", "after-new-session", "display-message -p hi ; list-panes -a");
        machine.raw("set-hook", "-g", "after-list-panes", "display-message -p '%end 1 2 1'");
        machine.raw("set-option", "-g", "remain-on-exit", "off");
        machine.create("ada", FOREVER);
        machine.create("bob", List.of("/bin/sh", "-c", "exit 3"));
        assertEquals(3, machine.dead("bob").exitStatus());
        assertEquals(List.of("ada", "bob"), TmuxWords.sessions(machine.answered()));
    }

    @Test
    void a_strangers_marks_fake_and_hide_nothing() throws Exception {
        machine.create("ada", FOREVER);
        machine.openSession("mine");
        var forged = "x\n$0\t%99\t1\t0\t\t\t0\t0\teve\tu-eve\t" + mark("eve", 1).encode();
        machine.raw("set-option", "-p", "-t", "=mine:", PaneLines.MARK, forged);
        machine.raw("set-option", "-t", "=mine:", PaneLines.SESSION_MARK, forged);
        machine.raw("rename-session", "-t", "=mine", "mi\tne\n" + mark("eve", 1).encode());
        var panes = machine.answered().panes();
        assertEquals(3, panes.size());
        assertEquals(List.of(mark("ada", 1)), panes.stream().map(PaneLine::mark).filter(m -> m != null).toList());
    }

    @Test
    void a_persons_own_pane_closes_when_its_program_ends() throws Exception {
        machine.create("ada", FOREVER);
        machine.raw("split-window", "-d", "-t", "=ada:", "true");
        await().until(
                () -> machine.answered().panes().stream().filter(p -> p.sessionName().equals("ada")).count() == 1);
        assertFalse(machine.line("ada").dead());
    }

    @Test
    void a_closed_holder_and_a_detached_client_are_made_again() throws Exception {
        machine.create("ada", FOREVER);
        machine.raw("detach-client", "-s", "=" + Tmux.HOLDER);
        assertEquals(List.of("ada"), TmuxWords.sessions(machine.answered()));
        machine.raw("kill-session", "-t", "=" + Tmux.HOLDER);
        assertEquals(List.of("ada"), TmuxWords.sessions(machine.answered()));
        assertTrue(machine.answered().panes().stream().anyMatch(p -> p.sessionName().equals(Tmux.HOLDER)));
    }

    @Test
    void events_tell_of_sessions_that_go_and_of_a_server_that_dies() throws Exception {
        machine.openSession("mine");
        await().until(() -> events.get() > 0);
        int before = events.get();
        machine.raw("kill-session", "-t", "=mine");
        await().until(() -> events.get() > before);
        int beforeDeath = events.get();
        machine.proc.signal(machine.answered().server(), Signal.KILL);
        await().until(() -> events.get() > beforeDeath);
    }

    @Test
    void closing_ends_nothing_and_the_next_one_finds_the_same_processes() throws Exception {
        var created = machine.create("ada", FOREVER);
        var server = machine.answered().server();
        tmux.close();
        try (var next = new TmuxMachine(machine.dirs)) {
            assertEquals(server, next.answered().server());
            assertTrue(next.answered().reachable());
            assertEquals(created.pid(), next.line("ada").pid());
            assertInstanceOf(Sighting.Alive.class, next.proc.look(created.pid()));
        }
    }

    @Test
    void many_starts_at_once_make_one_server() throws Exception {
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var machines = new ArrayList<PrivateTmux>();
            var starts = new ArrayList<Future<?>>();
            for (int i = 0; i < 8; i++) {
                var one = new PrivateTmux(
                        machine.dirs.runtime(), new TreeMap<>(machine.dirs.environment()), machine.proc);
                machines.add(one);
                starts.add(pool.submit(() -> one.start("team")));
            }
            var servers = new ArrayList<Object>();
            for (var start : starts) {
                servers.add(start.get());
            }
            assertEquals(1, servers.stream().distinct().count());
            machines.forEach(PrivateTmux::close);
        }
    }

    @Test
    void a_stopped_server_gathers_no_clients_and_holds_up_no_other_namespace() throws Exception {
        var server = machine.answered().server();
        tmux.start("team");
        machine.freeze(server);
        for (int i = 0; i < 20; i++) {
            assertInstanceOf(Look.Silent.class, tmux.look(NS));
            assertInstanceOf(Look.Answered.class, tmux.look("team"));
        }
        assertEquals(1, clients(NS));
        try (var late = new TmuxMachine(machine.dirs)) {
            for (int i = 0; i < 20; i++) {
                assertInstanceOf(Look.Silent.class, late.tmux.look(NS));
            }
            assertEquals(2, clients(NS));
            machine.thaw(server);
            await().until(() -> late.tmux.look(NS) instanceof Look.Answered);
        }
        await().until(() -> tmux.look(NS) instanceof Look.Answered);
        await().until(() -> clients(NS) == 1);
    }

    @Test
    void rescue_makes_the_directory_again_and_new_panes_keep_their_umask() throws Exception {
        var server = machine.answered().server();
        machine.create("ada", FOREVER);
        try (var files = Files.list(machine.dirs.runtime())) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(machine.dirs.runtime());
        tmux.rescue(NS, server);
        assertTrue(machine.answered().reachable());
        assertEquals("rwx------", PosixFilePermissions.toString(
                Files.getPosixFilePermissions(machine.dirs.runtime())));
        var umask = machine.dirs.work().resolve("umask");
        machine.create("bob", List.of("/bin/sh", "-c", "umask > " + umask + "; exec sleep 600"));
        await().until(() -> Files.exists(umask) && Files.size(umask) > 0);
        assertFalse(Files.readString(umask).contains("117"));
    }

    @Test
    void a_server_that_was_rescued_by_somebody_else_is_reachable() throws Exception {
        var server = machine.answered().server();
        machine.unlinkSocket();
        assertFalse(machine.answered().reachable());
        machine.proc.signal(server, Signal.USR1);
        await().until(() -> machine.answered().reachable());
    }

    /// Faster than anybody can see that it was there.
    @Test
    void a_socket_that_is_removed_as_soon_as_it_is_made_is_no_failed_rescue() throws Exception {
        var server = machine.answered().server();
        var path = tmux.socket(NS);
        machine.unlinkSocket();
        for (int i = 0; i < 20; i++) {
            var remover = Thread.ofPlatform().start(() -> {
                while (!Thread.interrupted() && !path.toFile().delete()) {
                    Thread.onSpinWait();
                }
            });
            tmux.rescue(NS, server);
            remover.join();
        }
        tmux.rescue(NS, server);
        assertTrue(machine.answered().reachable());
    }

    @Test
    void what_lies_in_the_sockets_place_is_put_aside_and_not_lost() throws Exception {
        var server = machine.answered().server();
        var created = machine.create("ada", FOREVER);
        var path = tmux.socket(NS);
        machine.unlinkSocket();
        Files.writeString(path, "somebody's");
        tmux.rescue(NS, server);
        assertEquals("somebody's", Files.readString(path.resolveSibling("default.mux.aside")));

        machine.unlinkSocket();
        Files.writeString(Files.createDirectory(path).resolve("inside"), "too");
        tmux.rescue(NS, server);
        assertEquals("too", Files.readString(path.resolveSibling("default.mux.aside-2").resolve("inside")));

        machine.unlinkSocket();
        Files.createSymbolicLink(path, machine.dirs.work());
        tmux.rescue(NS, server);
        assertTrue(Files.isSymbolicLink(path.resolveSibling("default.mux.aside-3")));

        // A socket of nobody is what tmux leaves behind, and removes, itself.
        machine.unlinkSocket();
        try (var bound = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            bound.bind(UnixDomainSocketAddress.of(path));
        }
        tmux.rescue(NS, server);
        assertTrue(machine.answered().reachable());
        assertEquals(created.pid(), machine.line("ada").pid());
    }

    @Test
    void a_socket_that_was_moved_onto_ours_stays_a_way_to_its_server() throws Exception {
        var server = machine.answered().server();
        var elsewhere = machine.dirs.work().resolve("else where.sock");
        machine.run("tmux", "-f", "/dev/null", "-S", elsewhere.toString(), "new-session", "-d", "sleep", "600");
        var other = machine.run("tmux", "-N", "-S", elsewhere.toString(), "display-message", "-p", "#{pid}");
        Files.move(elsewhere, tmux.socket(NS), StandardCopyOption.REPLACE_EXISTING);
        assertFalse(machine.answered().reachable());
        tmux.rescue(NS, server);
        assertTrue(machine.answered().reachable());
        assertEquals(server, machine.answered().server());
        assertEquals(other, machine.run("tmux", "-N", "-S", tmux.socket(NS) + ".ghost-" + other, "display-message",
                "-p", "#{pid}"));
    }

    @Test
    void a_stopped_server_is_not_signalled_because_it_would_take_the_path_later() throws Exception {
        var server = machine.answered().server();
        machine.unlinkSocket();
        machine.freeze(server);
        var refusal = assertThrows(TmuxException.class, () -> tmux.rescue(NS, server));
        assertTrue(refusal.getMessage().contains("is stopped"), refusal.getMessage());
        machine.thaw(server);
        tmux.rescue(NS, server);
        assertTrue(machine.answered().reachable());
    }

    @Test
    void a_login_directory_that_is_gone_is_the_systems_to_make() throws Exception {
        var logins = Files.createDirectory(machine.dirs.work().resolve("user"));
        var ours = new RuntimeDirectory(logins.resolve("1000/reconciler"), logins);
        var refusal = assertThrows(TmuxException.class, ours::prepare);
        assertTrue(refusal.getMessage().contains("1000 is gone: the last login session ended"), refusal.getMessage());
        assertFalse(Files.exists(logins.resolve("1000")));
        Files.createDirectory(logins.resolve("1000"));
        ours.prepare();
        assertEquals("rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(ours.path())));
    }

    @Test
    void a_path_too_long_for_a_socket_is_refused_in_a_sentence() {
        var deep = machine.dirs.work().resolve("x".repeat(80));
        try (var far = new PrivateTmux(deep, new TreeMap<>(), machine.proc)) {
            var refusal = assertThrows(TmuxException.class, () -> far.start(NS));
            assertTrue(refusal.getMessage().contains("93 are possible"), refusal.getMessage());
            assertInstanceOf(Look.Silent.class, far.look(NS));
            assertFalse(Files.exists(deep));
        }
    }

    @Test
    void a_runtime_directory_that_others_can_write_is_refused() throws Exception {
        var open = Files.createDirectory(machine.dirs.work().resolve("open"));
        Files.setPosixFilePermissions(
                open, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (var far = new PrivateTmux(open, new TreeMap<>(machine.dirs.environment()), machine.proc)) {
            assertTrue(assertThrows(TmuxException.class, () -> far.start(NS)).getMessage().contains("chmod 700"));
        }
    }

    private int clients(String namespace) {
        var socket = tmux.socket(namespace).toString();
        return (int) machine.proc.scan()
                .processes()
                .stream()
                .filter(p -> p.name().equals("tmux: client") && p.argv().contains(socket))
                .count();
    }

    private String logged(int run) throws Exception {
        var prefix = Path.of(machine.log(mark("ada", run).run()).prefix());
        var whole = new StringBuilder();
        try (var files = Files.list(prefix.resolveSibling("."))) {
            for (var file : files.filter(f -> f.getFileName().toString().startsWith(prefix.getFileName() + ""))
                    .sorted()
                    .toList()) {
                whole.append(Files.readString(file));
            }
        }
        return whole.toString();
    }

    private static boolean ended(PaneLine line) {
        return line.exitStatus() != null || line.exitSignal() != null;
    }

    private static String cmdline(long pid) throws Exception {
        return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
    }

    static Map<String, String> environment(Path dump) throws Exception {
        var seen = new TreeMap<String, String>();
        Arrays.stream(Files.readString(dump).split("\0"))
                .forEach(entry -> seen.put(entry.split("=", 2)[0], entry.split("=", 2)[1]));
        return seen;
    }
}
