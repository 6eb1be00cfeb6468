package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said to agents and by them, through the launcher, a real daemon, a real tmux.
@RealTest
@WholeMachine
class WordsEndToEndTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String BY_WORD = "completion: {by: DoneFile}";

    private static List<String> shell(String script) {
        return List.of("/bin/sh", "-c", script);
    }

    @Test
    void a_script_and_the_verb_say_done_and_that_completes_them(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", shell("echo '{\"status\": \"succeeded\", \"message\": \"all well\","
                    + " \"result\": {\"n\": 1}}' > $RECONCILER_DONE_FILE.tmp;"
                    + " mv $RECONCILER_DONE_FILE.tmp $RECONCILER_DONE_FILE; exec sleep 600"), BY_WORD));
            product.write("bea.yaml", agent("bea", shell(Product.LAUNCHER + " heartbeat --message testing; "
                    + Product.LAUNCHER + " done --status failed --message 'no tests'; exec sleep 600"), BY_WORD,
                    "restartPolicy: Never"));
            product.awaitPhase("ada", "Completed");
            var done = product.get("ada").path("status").path("done");
            assertEquals("succeeded", done.path("status").asString(), done.toString());
            assertEquals("all well", done.path("message").asString());
            assertEquals(1, done.path("result").path("n").asInt());
            assertEquals("True", product.condition("ada", "Complete"));
            assertEquals(0, product.restarts("ada"));
            product.awaitPhase("bea", "Failed");
            assertEquals("no tests", product.get("bea").path("status").path("done").path("message").asString());
            assertEquals("True", product.condition("bea", "Failed"));
        }
    }

    @Test
    void half_a_done_file_is_waited_for_reported_and_read_once_it_is_whole(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            var go = dirs.work().resolve("go");
            product.write("ada.yaml", agent("ada", shell("printf '{\"status\": \"succ' > $RECONCILER_DONE_FILE;"
                    + " while ! [ -e " + go + " ]; do sleep 0.1; done;"
                    + " printf 'eeded\"}' >> $RECONCILER_DONE_FILE; exec sleep 600"), BY_WORD));
            product.awaitPhase("ada", "Running");
            await("a report").atMost(PATIENCE).until(() -> product.say("status").out().contains("DoneFileInvalid"));
            assertEquals("Running", product.phase("ada"));
            Files.createFile(go);
            product.awaitPhase("ada", "Completed");
            assertEquals(0, product.restarts("ada"));
        }
    }

    @Test
    void a_heartbeat_that_stops_costs_one_restart_and_each_step_is_told(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml",
                    agent("ada", shell("for i in 1 2 3 4 5 6; do echo $i > $RECONCILER_HEARTBEAT_FILE;"
                            + " sleep 0.5; done; exec sleep 600"),
                            "heartbeat: {timeoutSeconds: 4, gracePeriodSeconds: 4}",
                            "terminationGracePeriodSeconds: 3"));
            long pid = product.awaitPhase("ada", "Running");
            await("a warning").atMost(PATIENCE).until(() -> product.say("events").out().contains("HeartbeatLate"));
            product.awaitNew("ada", pid);
            assertEquals(1, product.restarts("ada"));
            var told = product.say("events", "--for", "agent/ada").out();
            assertTrue(told.indexOf("HeartbeatLate") < told.indexOf("HeartbeatLost"), told);
            assertTrue(told.indexOf("HeartbeatLost") < told.indexOf("restart 1"), told);
        }
    }

    @Test
    void a_message_is_typed_submitted_and_receipted(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            var took = dirs.work().resolve("took");
            product.write("ada.yaml", agent("ada", FakeAgent.argv("tui:0:" + took)));
            product.awaitPhase("ada", "Running");
            var text = "two lines: Enter C-c $(x)\n'quotes' \"and\" 😀";
            var said = product.say("send", "ada", text, "--wait");
            assertEquals(0, said.code(), said.all());
            assertEquals(text, Files.readString(Path.of(took + ".1")));
            var file = Files.writeString(dirs.work().resolve("message"), "from a file\n");
            said = product.say("send", "agent/ada", "--file", file.toString(), "--wait");
            assertEquals(0, said.code(), said.all());
            assertEquals("from a file", Files.readString(Path.of(took + ".2")));
            assertEquals(1, product.say("send", "nobody", "hello").code());
            assertEquals(1, product.say("send", "ada", "escape \u001b[201~").code());
            product.write("bea.yaml", agent("bea", List.of("/bin/true")));
            product.awaitPhase("bea", "Completed");
            said = product.say("send", "bea", "hello", "--wait");
            assertEquals(1, said.code(), said.all());
            assertTrue(said.err().contains("does not run"), said.all());
            assertFalse(Files.exists(Path.of(took + ".3")));
        }
    }

    @Test
    void a_program_that_reads_lines_gets_one_line_and_no_more(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            var out = dirs.work().resolve("out");
            product.write("ada.yaml", agent("ada", shell("head -n 1 > " + out + "; exec sleep 600"),
                    "prompt: {text: one $(x) line, readyTimeoutSeconds: 3}"));
            product.write("bea.yaml", agent("bea", List.of("/bin/cat"),
                    "prompt: {text: \"two\\nlines\", readyTimeoutSeconds: 3}"));
            await("the line").atMost(PATIENCE).until(() -> Files.exists(out) && Files.size(out) > 0);
            assertEquals("one $(x) line\n", Files.readString(out));
            await("the receipt").atMost(PATIENCE)
                    .until(() -> product.condition("ada", "PromptDelivered").equals("True"));
            await("a refusal").atMost(PATIENCE)
                    .until(() -> product.say("status").out().contains("bea: PromptDelivered"));
            assertEquals("False", product.condition("bea", "PromptDelivered"));
            assertEquals("", product.say("screen", "bea").out().strip());
        }
    }

    @Test
    void a_persons_half_typed_input_is_not_overwritten(TestDirs dirs) throws Exception {
        var outer = dirs.root().resolve("outer");
        try (var product = new Product(dirs).start()) {
            var took = dirs.work().resolve("took");
            product.write("ada.yaml", agent("ada", FakeAgent.argv("tui:0:" + took)));
            product.awaitPhase("ada", "Running");
            var person = new ProcessBuilder("tmux", "-f", "/dev/null", "-S", outer.toString(), "new-session", "-d",
                    "-x", "100", "-y", "30", "env", "-u", "TMUX", "tmux", "-S", product.socket("default").toString(),
                    "attach-session",
                    "-t", "=ada");
            person.environment().keySet().removeIf(name -> name.startsWith("TMUX"));
            person.environment().put("TERM", "xterm");
            assertEquals(0, person.start().waitFor());
            await("a person").atMost(PATIENCE)
                    .until(() -> product.tmux(outer, "capture-pane", "-p").contains(">"));
            product.tmux(outer, "send-keys", "-l", "half a thou");
            await("a draft").atMost(PATIENCE).until(() -> product.say("screen", "ada").out().contains("half a thou"));
            var said = product.say("send", "ada", "hello", "--wait", "--timeout", "3s");
            assertEquals(1, said.code(), said.all());
            assertTrue(said.err().contains("half-typed"), said.all());
            assertFalse(Files.exists(Path.of(took + ".1")));
            product.tmux(outer, "send-keys", "-l", "ght");
            product.tmux(outer, "send-keys", "Enter");
            await("their input").atMost(PATIENCE).until(() -> Files.exists(Path.of(took + ".1")));
            assertEquals("half a thought", Files.readString(Path.of(took + ".1")));
            said = product.say("send", "ada", "hello", "--wait");
            assertEquals(0, said.code(), said.all());
            assertEquals("hello", Files.readString(Path.of(took + ".2")));
            product.tmux(outer, "kill-server");
        }
    }

    @Test
    void a_prompt_by_argument_or_file_comes_with_the_start(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", FakeAgent.argv("argv"),
                    "prompt: {text: \"build it\\nnow\", delivery: Argument}"));
            product.write("bea.yaml", agent("bea", shell("cat $RECONCILER_PROMPT_FILE"),
                    "prompt: {text: \"build it\\nnow\", delivery: File}"));
            product.awaitPhase("ada", "Completed");
            product.awaitPhase("bea", "Completed");
            assertEquals("[build it\nnow]\n", product.say("logs", "ada").out());
            assertEquals("build it\nnow", product.say("logs", "bea").out().strip());
            assertEquals("True", product.condition("ada", "PromptDelivered"));
        }
    }
}
