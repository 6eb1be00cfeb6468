package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The promises of the README, through the launcher, a real daemon, a real tmux.
@RealTest
@WholeMachine
class EndToEndTest {
    private static final List<String> FOREVER = FakeAgent.argv("say:hello", "forever");

    @Test
    void a_dropped_file_runs_and_a_killed_program_runs_again(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", FOREVER));
            long pid = product.awaitPhase("ada", "Running");
            assertEquals(0, product.restarts("ada"));
            Product.kill(pid);
            long again = product.awaitNew("ada", pid);
            assertNotEquals(pid, again);
            assertEquals(1, product.restarts("ada"));
            assertEquals(0, product.say("status").code());
            assertEquals(0, product.say("diff").code());
            assertEquals("hello\n", product.say("logs", "ada").out());
            assertEquals("hello\n", product.say("logs", "ada", "--previous").out());
            assertTrue(product.say("screen", "ada").out().startsWith("hello"));
        }
    }

    @Test
    void the_log_of_a_crash_is_whole_to_the_last_words_before_and_after_the_restart(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", List.of("sh", "-c", "echo run $$; exec perl " + FakeAgent.script()
                    + " flood:3000 'part:last words' forever")));
            long first = product.awaitPhase("ada", "Running");
            crash(product, first);
            long second = product.awaitNew("ada", first);
            assertEquals(told(first), product.say("logs", "ada", "--previous").out());
            crash(product, second);
            product.awaitPhase("ada", "CrashLoopBackOff");
            assertEquals(told(first), product.say("logs", "ada", "--previous").out());
            assertEquals(told(second), product.say("logs", "ada").out());
            assertEquals("last words\n", product.say("logs", "ada", "--tail", "1").out());
        }
    }

    /// Not before tmux has read all of it: what the kernel still holds when a program ends may be lost to any tmux.
    private static void crash(Product product, long pid) {
        await("its last words").atMost(Duration.ofSeconds(30))
                .until(() -> product.say("logs", "ada").out().equals(told(pid)));
        Product.kill(pid);
    }

    private static String told(long pid) {
        return "run " + pid + "\n"
                + IntStream.rangeClosed(1, 3000)
                        .mapToObj(i -> String.format("%08d %s\n", i, "x".repeat(90)))
                        .collect(Collectors.joining())
                + "last words\n";
    }

    @Test
    void quick_crashes_back_off_and_say_when_they_go_on(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            var crash = FakeAgent.argv("say:oops", "exit:3");
            product.write("bea.yaml", agent("bea", crash, "backoff: {initialSeconds: 1}"));
            product.write("cid.yaml", agent("cid", crash));
            assertBacksOff(product, "cid", 10, 1);
            assertBacksOff(product, "bea", 1, 4);
            var said = product.say("get", "agents", "-o", "wide").out();
            assertTrue(said.contains("CrashLoopBackOff"), said);
            assertEquals(1, product.say("status").code());
            assertEquals("oops\n", product.say("logs", "bea", "--previous").out());
        }
    }

    /// Seen while it waits: the first delay, doubled with each restart after the first, from the end of its last run.
    private static void assertBacksOff(Product product, String name, long first, int restarts) {
        var status = await().atMost(Duration.ofSeconds(60))
                .until(() -> product.get(name).path("status"), seen -> seen.path("restartCount").asInt(0) >= restarts
                        && seen.path("phase").asString("").equals("CrashLoopBackOff"));
        var finished = Instant.parse(status.path("lastTermination").path("finishedAt").asString(""));
        var delay = Duration.ofSeconds(first << status.path("restartCount").asInt() - 1);
        assertEquals(finished.plus(delay).toString(), status.path("nextRetryAt").asString(""), status.toString());
    }

    @Test
    void a_typo_stops_nobody_and_is_named_with_line_and_column(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", FOREVER));
            product.write("bea.yaml", agent("bea", FOREVER));
            long ada = product.awaitPhase("ada", "Running");
            long bea = product.awaitPhase("bea", "Running");
            product.write("ada.yaml", agent("ada", FOREVER, "comand: [x]"));
            await().atMost(Duration.ofSeconds(30)).until(() -> product.say("status").code() == 1);
            var said = product.say("status").out();
            assertTrue(said.contains("ada.yaml:10:3: spec.comand: unknown field; did you mean \"command\"?"), said);
            product.write("ada.yaml", "{ this is : [ no yaml");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> product.say("status").out().contains("not valid YAML"));
            assertEquals(ada, product.pid("ada"));
            assertEquals(bea, product.pid("bea"));
            product.write("ada.yaml", agent("ada", FOREVER));
            await().atMost(Duration.ofSeconds(30)).until(() -> product.say("status").code() == 0);
            assertEquals(ada, product.pid("ada"));
        }
    }

    @Test
    void a_removed_file_leaves_nothing_and_its_neighbours_by_prefix_untouched(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).config("holdDownSeconds: 2\n").start()) {
            for (var name : List.of("work", "work1", "work-2", "wor")) {
                product.write(name + ".yaml", agent(name, FakeAgent.argv("child:300", "orphan:300", "forever")));
            }
            long gone = product.awaitPhase("work", "Running");
            long near = product.awaitPhase("work1", "Running");
            product.awaitPhase("work-2", "Running");
            product.awaitPhase("wor", "Running");
            Files.delete(dirs.manifests().resolve("work.yaml"));
            await().atMost(Duration.ofSeconds(60)).until(() -> product.say("get", "agent", "work").code() == 1);
            assertFalse(Product.lives(gone));
            assertEquals(near, product.pid("work1"));
            assertEquals("_holder\nwor\nwork-2\nwork1",
                    product.tmux(product.socket("default"), "list-sessions", "-F", "#{session_name}"));
            var events = product.say("events").out();
            assertTrue(events.contains("TeardownVerified"), events);
        }
    }

    @Test
    void the_last_screen_is_kept_and_what_keeps_it_is_no_leak(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", FakeAgent.argv("forever")));
            product.awaitPhase("ada", "Running");
            product.write("ada.yaml", agent("ada", FakeAgent.argv("forever"), "suspend: true"));
            product.awaitPhase("ada", "Suspended");
            await().atMost(Duration.ofSeconds(60)).until(() -> product.say("events").out().contains("Teardown"));
            var events = product.say("events").out();
            assertTrue(events.contains("TeardownVerified"), events);
            assertEquals("1",
                    product.tmux(product.socket("default"), "display-message", "-p", "-t", "=ada:", "#{pane_dead}"));
        }
    }

    @Test
    void a_killed_daemon_takes_nobody_with_it_and_the_next_one_restarts_nobody(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", FOREVER));
            product.write("bea.yaml", agent("bea", FOREVER));
            long ada = product.awaitPhase("ada", "Running");
            long bea = product.awaitPhase("bea", "Running");
            product.killDaemon();
            var alone = product.say("status");
            assertEquals(1, alone.code(), alone.all());
            assertTrue(alone.err().contains("no daemon is running"), alone.all());
            assertTrue(alone.out().contains("ada"), alone.all());
            product.start();
            assertEquals(ada, product.pid("ada"));
            assertEquals(bea, product.pid("bea"));
            assertEquals(0, product.restarts("ada"));
            product.killDaemon();
            Product.kill(ada);
            product.start();
            product.awaitNew("ada", ada);
            assertEquals(1, product.restarts("ada"));
            assertEquals(bea, product.pid("bea"));
        }
    }

    @Test
    void a_killed_tmux_server_costs_one_restart_each_and_doubles_nobody(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", FOREVER));
            product.write("bea.yaml",
                    agent("bea", FakeAgent.argv("ignore:HUP", "forever"), "terminationGracePeriodSeconds: 1"));
            long ada = product.awaitPhase("ada", "Running");
            long bea = product.awaitPhase("bea", "Running");
            Product.kill(Long.parseLong(product.tmux(product.socket("default"), "display-message", "-p", "#{pid}")));
            product.awaitNew("ada", ada);
            product.awaitNew("bea", bea);
            assertFalse(Product.lives(bea), "bea lived on without its server and was doubled");
            assertEquals(1, product.restarts("ada"));
            assertEquals(1, product.restarts("bea"));
        }
    }

    @Test
    void an_unlinked_socket_is_made_good_and_nobody_notices(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", FOREVER));
            long ada = product.awaitPhase("ada", "Running");
            for (int i = 0; i < 3; i++) {
                Files.delete(product.socket("default"));
                await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(product.socket("default")));
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> product.tmux(product.socket("default"), "has-session", "-t", "=ada").isEmpty());
            }
            product.killDaemon();
            Files.delete(product.socket("default"));
            product.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(product.socket("default")));
            product.awaitPhase("ada", "Running");
            assertEquals(ada, product.pid("ada"));
            assertEquals(0, product.restarts("ada"));
        }
    }

    @Test
    void the_users_own_tmux_with_the_same_names_sees_nothing_of_it(TestDirs dirs) throws Exception {
        var theirs = dirs.root().resolve("tmux-0");
        Files.createDirectory(theirs);
        var socket = theirs.resolve("default");
        var mine = new ProcessBuilder("tmux", "-f", "/dev/null", "-S", socket.toString(), "new-session", "-d", "-s",
                "ada", "cat", "-").start();
        assertEquals(0, mine.waitFor());
        try (var product = new Product(dirs).with("TMUX_TMPDIR=" + dirs.root(), "TMUX=" + socket + ",1,0").start()) {
            var before = product.tmux(socket, "list-panes", "-a", "-F",
                    "#{session_id} #{pane_id} #{pane_pid} #{session_name}");
            product.write("ada.yaml", agent("ada", FOREVER));
            product.awaitPhase("ada", "Running");
            assertEquals(0, product.say("delete", "agent", "ada").code());
            assertEquals(before, product.tmux(socket, "list-panes", "-a", "-F",
                    "#{session_id} #{pane_id} #{pane_pid} #{session_name}"));
            product.tmux(socket, "kill-server");
        }
    }

    @Test
    void a_pane_that_a_person_opened_survives_the_agent(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).config("holdDownSeconds: 1\n").start()) {
            product.write("ada.yaml", agent("ada", FOREVER));
            long ada = product.awaitPhase("ada", "Running");
            var pane = product.tmux(product.socket("default"), "split-window", "-P", "-F", "#{pane_pid}", "-t", "=ada:",
                    "cat", "-");
            var deleted = product.say("delete", "agent", "ada");
            assertEquals(0, deleted.code(), deleted.all());
            assertFalse(Product.lives(ada));
            assertTrue(Product.lives(Long.parseLong(pane)), "the person's pane went with the agent");
            assertFalse(Files.exists(dirs.manifests().resolve("ada.yaml")));
            // The name is free again, although its session still stands.
            product.write("ada.yaml", agent("ada", FOREVER));
            product.awaitPhase("ada", "Running");
            assertTrue(Product.lives(Long.parseLong(pane)));
        }
    }

    @Test
    void what_a_person_says_is_done(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("two.yaml", "# mine\n" + agent("ada", FOREVER) + "---\n# hers\n" + agent("bea", FOREVER));
            long ada = product.awaitPhase("ada", "Running");
            long bea = product.awaitPhase("bea", "Running");
            var waited = product.say("wait", "--for=condition=Ready", "agent/ada", "--timeout=30s");
            assertEquals("agent.reconciler.dev/ada condition met\n", waited.out(), waited.all());
            assertEquals(0, product.say("rollout", "restart", "agent", "ada").code());
            product.awaitNew("ada", ada);
            assertEquals(0, product.restarts("ada"), "a rollout is no restart");
            var deleted = product.say("delete", "agent", "ada");
            assertEquals("agent.reconciler.dev \"ada\" deleted\n", deleted.out(), deleted.all());
            assertEquals(bea, product.pid("bea"));
            var left = Files.readString(dirs.manifests().resolve("two.yaml"));
            assertTrue(left.contains("# hers") && !left.contains("name: ada"), left);
            product.write("two.yaml", agent("bea", FOREVER, "suspend: true"));
            product.awaitPhase("bea", "Suspended");
            assertFalse(Product.lives(bea));
            product.write("two.yaml", agent("bea", FOREVER));
            product.awaitPhase("bea", "Running");
        }
    }

    @Test
    void an_edit_waits_for_the_next_exit_unless_it_says_otherwise(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", FOREVER));
            long ada = product.awaitPhase("ada", "Running");
            product.write("ada.yaml", agent("ada", FakeAgent.argv("say:new", "forever")));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> product.say("get", "agent", "ada", "-o", "wide").out().contains("RestartPending"));
            assertEquals(ada, product.pid("ada"));
            product.write("ada.yaml", agent("ada", List.of("no-such-program"), "updateStrategy: Immediate"));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> product.say("get", "agent", "ada", "-o", "wide")
                            .out()
                            .contains("ReplacementWouldFail"));
            assertEquals(ada, product.pid("ada"));
            product.write("ada.yaml", agent("ada", FakeAgent.argv("say:new", "forever"), "updateStrategy: Immediate"));
            product.awaitNew("ada", ada);
            await().atMost(Duration.ofSeconds(30)).until(() -> product.say("logs", "ada").out().equals("new\n"));
            assertEquals(0, product.restarts("ada"));
        }
    }

    @Test
    void many_removals_at_once_wait_for_a_person(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).config("holdDownSeconds: 1\n").start()) {
            for (var name : List.of("a", "b", "c", "d")) {
                product.write(name + ".yaml", agent(name, FOREVER));
            }
            for (var name : List.of("a", "b", "c", "d")) {
                product.awaitPhase(name, "Running");
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> product.say("status").out().contains("complete, settled"));
            for (var name : List.of("a", "b", "c")) {
                Files.delete(dirs.manifests().resolve(name + ".yaml"));
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> product.say("get", "agents", "-o", "wide").out().contains("ApprovalNeeded"));
            assertNotEquals(0, product.pid("a"));
            assertEquals(1, product.say("status").code());
            var approved = product.say("approve", "--all");
            assertEquals(0, approved.code(), approved.all());
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> product.say("get", "agents", "-o", "name").out().equals("agent.reconciler.dev/d\n"));
        }
    }

    /// No agent: without a runtime directory of the test's own, its scope would be the person's who runs the tests.
    @Test
    void without_a_login_its_sockets_are_in_the_temp_directory_and_nobody_elses(TestDirs dirs) throws Exception {
        var temp = Files.createDirectory(dirs.root().resolve("t"));
        try (var product = new Product(dirs)
                .with("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "RECONCILER_RUNTIME", "TMPDIR=" + temp)
                .start()) {
            var runtime = temp.resolve("reconciler-" + Files.getAttribute(temp, "unix:uid"));
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(runtime)));
            assertFound(product, runtime);
            // The same without the record of it.
            Files.delete(dirs.state().resolve("runtime"));
            assertFound(product, runtime);
        }
    }

    private static void assertFound(Product product, Path runtime) throws Exception {
        var said = product.say("status");
        assertEquals(0, said.code(), said.all());
        assertTrue(said.out().startsWith("Daemon:   running") && Files.exists(runtime.resolve("api.sock")), said.all());
    }

    @Test
    void a_start_that_would_fail_says_so_and_happens_when_it_can(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            var place = dirs.work().resolve("later");
            product.write("ada.yaml", agent("ada", FOREVER, "workingDirectory: " + place));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> product.say("get", "agent", "ada", "-o", "wide").out().contains("StartWouldFail"));
            assertTrue(product.say("describe", "agent", "ada").out().contains(place.toString()));
            Files.createDirectory(place);
            product.awaitPhase("ada", "Running");
        }
    }
}
