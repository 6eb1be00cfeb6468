package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is refused is refused in one clear sentence, and nothing is lost by it.
@RealTest
@WholeMachine
class RefusalTest {
    private static final List<String> FOREVER = FakeAgent.argv("forever");

    @Test
    void a_second_daemon_names_the_first(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            var second = product.say("run");
            assertEquals(1, second.code(), second.all());
            assertTrue(second.err().contains("is in use by the daemon with pid "), second.all());
            assertEquals(0, product.say("status").code());
            var elsewhere = new Product(dirs).with("RECONCILER_STATE=" + dirs.work().resolve("s2"),
                    "RECONCILER_RUNTIME=" + dirs.work().resolve("r2"));
            var third = elsewhere.say("run");
            assertEquals(1, third.code(), third.all());
            assertTrue(third.err().contains("the manifests folder " + dirs.manifests()), third.all());
        }
    }

    @Test
    void a_folder_that_others_can_write_is_not_believed(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", FOREVER));
            long ada = product.awaitPhase("ada", "Running");
            Files.setPosixFilePermissions(dirs.manifests(), PosixFilePermissions.fromString("rwxrwxrwx"));
            product.write("bea.yaml", agent("bea", FOREVER));
            await().atMost(Duration.ofSeconds(30)).until(() -> product.say("status").code() == 1);
            var said = product.say("status").out();
            assertTrue(said.contains("writ"), said);
            assertEquals(ada, product.pid("ada"));
            assertEquals(0, product.pid("bea"));
        }
    }

    @Test
    void a_state_directory_belongs_to_one_folder(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.killDaemon();
            var other = Files.createDirectory(dirs.root().resolve("other"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            var said = product.with("RECONCILER_MANIFESTS=" + other).say("run");
            assertEquals(1, said.code(), said.all());
            assertTrue(said.err().contains(other.toString()) && said.err().contains(dirs.manifests().toString()),
                    said.all());
        }
    }

    @Test
    void a_moved_runtime_directory_is_refused_while_sessions_live_in_the_old_one(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", FOREVER));
            long ada = product.awaitPhase("ada", "Running");
            product.killDaemon();
            var elsewhere = new Product(dirs).with("RECONCILER_RUNTIME=" + dirs.work().resolve("r"));
            var said = elsewhere.say("run");
            assertEquals(1, said.code(), said.all());
            assertTrue(said.err().contains(dirs.runtime().toString()), said.all());
            assertTrue(Product.lives(ada));
            // cron has no XDG_RUNTIME_DIR and no RECONCILER_RUNTIME: the recorded one is used.
            var cron = new Product(dirs).with("RECONCILER_RUNTIME");
            assertTrue(cron.say("get", "agents").out().contains("ada"), "looked elsewhere");
        }
    }

    @Test
    void another_user_gets_no_answer_from_a_daemon_and_is_told_whose_it_is(TestDirs dirs) throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root gets into 0700");
        try (var product = new Product(dirs).unprivileged().start()) {
            var root = new Product(dirs);
            for (var refused : Map.of("status", 4, "diff", 2, "delete agent ada", 1).entrySet()) {
                var said = root.say(refused.getKey().split(" "));
                assertEquals(refused.getValue(), said.code(), said.all());
                assertEquals("error: the daemon at " + dirs.runtime().resolve("api.sock")
                        + " serves nobody but its own user, 47110\n", said.out() + said.err());
            }
            assertTrue(product.log().contains("refused a client of user root"), product.log());
            assertEquals(0, product.say("status").code());
        }
    }

    @Test
    void without_tmux_all_say_so_also_once_the_daemon_is_gone(TestDirs dirs) throws Exception {
        var bin = Files.createDirectory(dirs.root().resolve("bin"));
        try (var product = new Product(dirs).with("PATH=" + bin)) {
            var trouble = assertUnfit(product, "tmux is needed and could not be started (cannot start tmux: ");
            product.killDaemon();
            var alone = product.say("status");
            assertEquals(1, alone.code(), alone.all());
            assertTrue(alone.out().contains(trouble) && alone.out().contains("no daemon is running"), alone.all());
            var once = product.say("run", "--once");
            assertEquals(1, once.code(), once.all());
        }
    }

    @Test
    void with_a_tmux_that_is_too_old_all_say_so_until_there_is_another(TestDirs dirs) throws Exception {
        var old = Files.createDirectory(dirs.root().resolve("bin")).resolve("tmux");
        Files.writeString(old, "#!/bin/sh\necho tmux 2.9\n");
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwx------"));
        try (var product = new Product(dirs).with("PATH=" + old.getParent() + ":" + System.getenv("PATH"))) {
            assertUnfit(product, "tmux 2.9 is too old: reconciler needs tmux 3.3a or newer");
            Files.delete(old);
            product.awaitPhase("ada", "Running");
            assertEquals(0, product.say("status").code());
            product.killDaemon();
            var blind = product.with("PATH=" + old.getParent()).say("status");
            assertEquals(4, blind.code(), blind.all());
            assertTrue(blind.out().contains("does not answer: cannot start tmux: "), blind.all());
        }
    }

    /// @return what a daemon's status names as trouble
    private static String assertUnfit(Product product, String why) throws Exception {
        var said = product.say("doctor");
        assertEquals(1, said.code(), said.all());
        assertTrue(said.out().contains("→ " + why), said.all());
        // In this order: each attempt that fails makes the next one wait longer.
        product.start();
        product.write("ada.yaml", agent("ada", FOREVER));
        var trouble = "  the tmux server of the namespace default could not be started: " + why;
        said = await(why).atMost(Duration.ofSeconds(30))
                .until(() -> product.say("status"), status -> status.out().contains(trouble));
        assertEquals(1, said.code(), said.all());
        assertTrue(product.log().contains("failed StartServer default: " + why), product.log());
        return trouble;
    }

    @Test
    void bad_names_are_refused_with_kubernetes_words(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs)) {
            int line = 0;
            for (var name : List.of("../x", "a:b", "=x", "a".repeat(64), "\uD83D\uDE00", "A", "-a", "")) {
                product.write("bad" + line++ + ".yaml", agent("\"" + name + "\"", FOREVER));
            }
            var said = product.say("validate", dirs.manifests().toString());
            assertEquals(1, said.code(), said.all());
            for (int i = 0; i < line; i++) {
                assertTrue(said.all().contains("bad" + i + ".yaml:3:18: metadata.name"), said.all());
            }
        }
    }

    @Test
    void garbage_from_a_person_is_answered_without_a_stack_trace(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs)) {
            for (var words : List.of(
                    List.of("nosuch"), List.of("get"), List.of("get", "nosuch"),
                    List.of("get", "agents", "-o", "nosuch"),
                    List.of("apply", "-f", "/no/such/file"), List.of("logs", "nosuch"),
                    List.of("delete", "agent", "nosuch"),
                    List.of("wait", "agent/x"), List.of("explain", "agent.nosuch"), List.of("run", "--nosuch"))) {
                var said = product.say(words.toArray(String[]::new));
                assertEquals(1, said.code(), words + " " + said.all());
                assertFalse(said.all().contains("\tat ") || said.all().contains("Exception"), words + " " + said.all());
                assertFalse(said.err().isBlank(), words + " " + said.all());
            }
        }
    }

    @Test
    void help_is_never_refused_neither_by_a_hung_daemon_nor_for_broken_settings(TestDirs dirs) throws Exception {
        try (var hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX); var product = new Product(dirs)) {
            hung.bind(UnixDomainSocketAddress.of(dirs.runtime().resolve("api.sock")));
            var verbs = product.say("--help")
                    .out()
                    .lines()
                    .filter(l -> l.matches("  [a-z].*"))
                    .map(l -> l.strip().split(" ")[0])
                    .toList();
            assertTrue(verbs.contains("get"), verbs.toString());
            product.config("manifests: [").with("RECONCILER_MANIFESTS");
            for (var verb : verbs) {
                var said = product.say(verb, "--help");
                assertTrue(said.all().startsWith("exit 0\nUsage: reconciler " + verb), said.all());
                assertEquals("", said.err());
            }
        }
    }
}
