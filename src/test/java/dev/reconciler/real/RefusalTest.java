package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is refused is refused in one clear sentence, and nothing is lost by it.
@RealTest
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
