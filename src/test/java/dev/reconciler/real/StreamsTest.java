package dev.reconciler.real;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What streams, through the launcher: how it ends, and how it outlives the daemon.
@Tag("real")
@WholeMachine
@ExtendWith(TestDirs.Provider.class)
class StreamsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> COUNTS =
            List.of("sh", "-c", "i=0; while :; do i=$((i + 1)); echo line $i; sleep 0.05; done");

    private static final class Stream implements AutoCloseable {
        private final Path out;
        private final Path err;
        private final Process process;

        Stream(TestDirs dirs, String... command) throws IOException {
            out = Files.createTempFile(dirs.root(), "stream", ".out");
            err = Files.createTempFile(dirs.root(), "stream", ".err");
            // Whoever runs tests in the background of a script leaves them deaf to ^C, and all they start.
            var words = new ArrayList<>(List.of("env", "--default-signal=INT"));
            words.addAll(List.of(command));
            var builder = new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().clear();
            builder.environment().putAll(dirs.environment());
            process = builder.start();
        }

        String out() {
            return read(out);
        }

        String err() {
            return read(err);
        }

        private static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                return "";
            }
        }

        int ended() throws InterruptedException {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "no end: " + out() + err());
            return process.exitValue();
        }

        /// As a terminal sends it.
        void interrupt() throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }

    private static Stream stream(TestDirs dirs, String... words) throws IOException {
        var command = new ArrayList<>(List.of(Product.LAUNCHER.toString()));
        command.addAll(List.of(words));
        return new Stream(dirs, command.toArray(String[]::new));
    }

    @Test
    void interrupted_it_ends_at_once_and_without_a_word(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", Product.agent("ada", COUNTS));
            product.awaitPhase("ada", "Running");
            for (var words : List.of(
                    new String[] {"get", "agents", "-w"}, new String[] {"logs", "ada", "-f"},
                    new String[] {"events", "--watch"}, new String[] {"status", "-w"})) {
                try (var stream = stream(dirs, words)) {
                    await(String.join(" ", words)).atMost(PATIENCE).until(() -> stream.out().contains("\n"));
                    stream.interrupt();
                    assertEquals(130, stream.ended(), String.join(" ", words));
                    assertEquals("", stream.err());
                }
            }
        }
    }

    @Test
    void a_closed_pipe_ends_it_without_a_word(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", Product.agent("ada", COUNTS));
            product.awaitPhase("ada", "Running");
            try (var stream = new Stream(
                    dirs, "bash", "-c", "\"$0\" logs ada -f | head -n 3; echo code ${PIPESTATUS[0]}",
                    Product.LAUNCHER.toString())) {
                assertEquals(0, stream.ended());
                assertEquals("line 1\nline 2\nline 3\ncode 141\n", stream.out());
                assertEquals("", stream.err());
            }
        }
    }

    @Test
    void it_outlives_the_daemon_and_says_so_in_one_line(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", Product.agent("ada", COUNTS));
            product.awaitPhase("ada", "Running");
            try (var logs = stream(dirs, "logs", "ada", "-f");
                    var events = stream(dirs, "events", "--watch");
                    var agents = stream(dirs, "get", "agents", "-w")) {
                var all = List.of(logs, events, agents);
                for (var stream : all) {
                    await("its beginning").atMost(PATIENCE).until(() -> stream.out().contains("\n"));
                }
                product.killDaemon();
                for (var stream : all) {
                    await("the note").atMost(PATIENCE).until(() -> !stream.err().isEmpty());
                }
                product.start();
                int seen = lines(logs.out()).size();
                await("the log to go on").atMost(PATIENCE).until(() -> lines(logs.out()).size() > seen + 20);
                product.write("bob.yaml", Product.agent("bob", COUNTS));
                await("the new agent").atMost(PATIENCE).until(() -> agents.out().contains("bob"));
                await("its event").atMost(PATIENCE).until(() -> events.out().contains("agent/bob"));
                for (var stream : all) {
                    assertTrue(stream.process.isAlive());
                    assertEquals(1, stream.err().lines().count(), stream.err());
                    assertTrue(stream.err().contains("went away: waiting for the next one"), stream.err());
                }
                var counted = lines(logs.out());
                for (int i = 0; i < counted.size(); i++) {
                    assertEquals("line " + (i + 1), counted.get(i), "a line twice, or none");
                }
                var started =
                        events.out().lines().filter(l -> l.contains("Started") && l.contains("agent/ada")).count();
                assertEquals(1, started, events.out());
                assertEquals(1, events.out().lines().filter(l -> l.startsWith("LAST SEEN")).count(), events.out());
                assertEquals(1, agents.out().lines().filter(l -> l.startsWith("NAME")).count(), agents.out());
            }
        }
    }

    /// Whole ones.
    private static List<String> lines(String text) {
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    @Test
    void attached_there_is_tmux_and_no_java(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", Product.agent("ada", List.of("sh", "-c", "echo here; exec sleep 1000")));
            product.awaitPhase("ada", "Running");
            try (var window = new Window(dirs, 80, 24)) {
                window.type("exec " + Product.LAUNCHER + " attach ada");
                window.awaitText("here");
                await("tmux alone").atMost(PATIENCE)
                        .until(() -> window.programs().toString().matches("\\[\\w+: client\\]"));
            }
        }
    }

    @Test
    void a_live_screen_changes_in_place_follows_the_window_and_leaves_no_trace(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", Product.agent("ada", COUNTS));
            product.awaitPhase("ada", "Running");
            for (int columns : new int[] {80, 200}) {
                try (var window = new Window(dirs, columns, 24)) {
                    window.type("echo before; " + Product.LAUNCHER + " get agents -wo wide; echo code $?");
                    window.awaitText("q: leave");
                    assertTrue(window.text().startsWith("NAME "), window.text());
                    assertFalse(window.text().contains("before"), window.text());
                    assertEquals(columns == 200, window.text().contains("DIRECTORY"), window.text());
                    product.write("bob.yaml", Product.agent("bob", COUNTS));
                    window.awaitText("bob ");
                    assertEquals(1, window.text().lines().filter(l -> l.startsWith("ada ")).count(), window.text());
                    window.resize(40, 3);
                    await("the smaller picture").atMost(PATIENCE)
                            .until(() -> window.text().lines().skip(2).anyMatch(l -> l.startsWith("1 more lines")));
                    assertEquals(3, window.text().lines().count(), window.text());
                    window.resize(columns, 24);
                    await("the whole picture").atMost(PATIENCE).until(() -> !window.text().contains("more lines"));
                    window.press("q");
                    window.awaitText("code 0");
                    assertTrue(window.text().contains("before"), window.text());
                    assertFalse(window.text().contains("q: leave"), window.text());
                    window.type("stty -a | tr ' ' '\\n' | grep -c -x -e -echo -e -icanon");
                    window.awaitText("\n0");
                    product.say("delete", "agent", "bob");
                }
            }
        }
    }

    @Test
    void a_live_screen_needs_no_daemon_and_stays_when_a_person_tries_to_suspend_it(TestDirs dirs) throws Exception {
        var product = new Product(dirs);
        try (var window = new Window(dirs, 100, 20)) {
            for (var verb : List.of("status", "get agents")) {
                window.type("clear; " + Product.LAUNCHER + " " + verb + " -w; echo code $?");
                window.awaitText("q: leave");
                window.press("C-z");
                product.write("ada.yaml", Product.agent("ada", COUNTS));
                window.awaitText("ada ");
                window.press("q");
                window.awaitText("code 0");
                assertFalse(window.text().contains("q: leave"), window.text());
                assertTrue(window.text().contains("no daemon is running"), window.text());
                window.type("stty -a | tr ' ' '\\n' | grep -c -x -e -echo -e -icanon; stty -a | grep -c 'susp = ^Z'");
                window.awaitText("\n0\n1");
                Files.delete(dirs.manifests().resolve("ada.yaml"));
            }
        }
    }

    @Test
    void a_live_screen_ends_cleanly_when_interrupted_and_waits_for_the_next_daemon(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", Product.agent("ada", COUNTS));
            product.awaitPhase("ada", "Running");
            try (var window = new Window(dirs, 100, 20)) {
                window.type(Product.LAUNCHER + " status --watch; echo code $?");
                window.awaitText("q: leave");
                product.killDaemon();
                window.awaitText("went away: waiting for the next one");
                product.start();
                window.awaitText("q: leave");
                window.press("C-c");
                window.awaitText("code 130");
                assertFalse(window.text().contains("Daemon:"), window.text());
            }
        }
    }

    @Test
    void a_live_screen_ends_with_its_terminal_also_while_no_daemon_runs(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start(); var window = new Window(dirs, 100, 20)) {
            window.type(Product.LAUNCHER + " status --watch");
            window.awaitText("q: leave");
            product.killDaemon();
            window.awaitText("went away: waiting for the next one");
            var running = window.processes();
            assertFalse(running.isEmpty());
            window.vanish();
            await("its end").atMost(PATIENCE).until(() -> running.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void colours_are_for_terminals_that_want_them(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start(); var window = new Window(dirs, 100, 20)) {
            product.write("ada.yaml", Product.agent("ada", COUNTS));
            product.awaitPhase("ada", "Running");
            window.type(Product.LAUNCHER + " get agents");
            window.awaitText("Running");
            assertTrue(window.coloured().contains("[32mRunning"), window.coloured());
            window.type("clear; NO_COLOR=1 " + Product.LAUNCHER + " get agents; echo end");
            window.awaitText("\nend");
            assertFalse(window.coloured().contains("[32m"), window.coloured());
            window.type("clear; " + Product.LAUNCHER + " get agents | cat; echo over");
            window.awaitText("\nover");
            assertFalse(window.coloured().contains("[32m"), window.coloured());
        }
    }

    @Test
    void colours_need_no_daemon(TestDirs dirs) throws Exception {
        try (var window = new Window(dirs, 100, 20)) {
            window.type(Product.LAUNCHER + " status");
            window.awaitText("Trouble:");
            assertTrue(window.coloured().contains("[31mTrouble:"), window.coloured());
        }
    }

    @Test
    void lines_break_at_words_where_the_window_ends(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml",
                    Product.agent("ada", List.of("sh", "-c", "exit 3"), "restartPolicy: Never", "backoffLimit: 0"));
            product.awaitPhase("ada", "Failed");
            var trouble = product.say("status").out().lines().toList().getLast();
            assertTrue(trouble.length() > 80 && trouble.length() < 200, trouble);
            for (int columns : new int[] {70, 200}) {
                try (var window = new Window(dirs, columns, 24)) {
                    window.type(Product.LAUNCHER + " status; echo end");
                    window.awaitText("\nend");
                    assertEquals(columns == 200, window.text().contains(trouble), window.text());
                    assertTrue(window.text().replaceAll("\\s+", " ").contains(trouble.strip()), window.text());
                }
            }
        }
    }

    @Test
    void help_is_as_wide_as_the_window(TestDirs dirs) throws Exception {
        for (var verb : List.of("get", "validate", "run")) {
            try (var window = new Window(dirs, 70, 40)) {
                window.type("clear; " + Product.LAUNCHER + " " + verb + " --help; echo end $((6 * 7))");
                window.awaitText("end 42");
                window.resize(120, 40);
                assertTrue(window.text().lines().allMatch(l -> l.length() <= 70), window.text());
            }
        }
    }
}
