package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Probes, activity, the model and the end of a run, on the real machine.
@RealTest
@WholeMachine
class HealthRealTest {
    private static final int HANGING = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static String condition(Product product, String name, String type) throws Exception {
        for (var condition : product.get(name).path("status").path("conditions")) {
            if (condition.path("type").asString("").equals(type)) {
                return condition.path("status").asString() + " " + condition.path("reason").asString();
            }
        }
        return "absent";
    }

    private static List<Long> pids(String text) {
        var pids = new ArrayList<Long>();
        for (var match = Pattern.compile("(stray|orphan|child) (\\d+)").matcher(text); match.find();) {
            pids.add(Long.parseLong(match.group(2)));
        }
        return pids;
    }

    @Test
    void an_agent_deaf_to_TERM_and_HUP_is_gone_with_its_setsid_children_when_the_grace_period_ends(TestDirs dirs)
            throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada",
                    FakeAgent.argv("ignore:TERM,HUP", "child:300", "stray:300", "orphan:300", "say:up", "forever"),
                    "terminationGracePeriodSeconds: 4"));
            long main = product.awaitPhase("ada", "Running");
            await().atMost(PATIENCE).until(() -> product.say("logs", "ada").out().contains("up"));
            var all = pids(product.say("logs", "ada").out());
            assertEquals(3, all.size());
            all.add(main);
            long begun = System.nanoTime();
            assertEquals(0, product.say("delete", "agent", "ada", "--wait=false").code());
            await().pollInterval(Duration.ofMillis(50))
                    .atMost(Duration.ofSeconds(4 + 2))
                    .until(() -> all.stream().noneMatch(HealthRealTest::lives));
            assertTrue(System.nanoTime() - begun > Duration.ofSeconds(3).toNanos(), "it had its grace period");
            await().atMost(PATIENCE).until(() -> product.say("events").out().contains("Terminated"));
            var events = product.say("events").out();
            assertTrue(events.contains("ended by KILL, after a grace period of 4s (Deleted)"), events);
        }
    }

    private static boolean lives(long pid) {
        try {
            return Product.lives(pid);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void keys_before_the_end_let_a_program_end_in_its_own_way(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada",
                    List.of("/bin/sh", "-c", "trap '' TERM; read line; echo \"told $line\"; exit 0"),
                    "lifecycle: {preStop: {sendKeys: {keys: [/exit now, Enter]}}}"));
            product.awaitPhase("ada", "Running");
            long begun = System.nanoTime();
            assertEquals(0, product.say("rollout", "restart", "agent", "ada").code());
            await().atMost(PATIENCE).until(() -> product.say("events").out().contains("Terminated"));
            assertTrue(System.nanoTime() - begun < Duration.ofSeconds(20).toNanos(), "nobody waited for TERM or KILL");
            var events = product.say("events").out();
            assertTrue(events.contains("was ended by its preStop (RolloutRestart): it ended with exit code 0"), events);
            await().atMost(PATIENCE)
                    .until(() -> product.say("logs", "ada", "--previous").out().contains("told /exit now"));
        }
    }

    @Test
    void a_command_before_the_end_has_the_agents_directory_and_environment(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).config("holdDownSeconds: 1\n").start()) {
            product.write("ada.yaml", agent("ada", FakeAgent.argv("forever"), "workingDirectory: " + dirs.work(),
                    "env: [{name: COLOUR, value: green}]",
                    "lifecycle: {preStop: {exec: {command: [/bin/sh, -c, "
                            + "'echo $COLOUR $RECONCILER_AGENT ${RECONCILER_RUN_ID-none} > saved']}}}"));
            product.write("bob.yaml", agent("bob", FakeAgent.argv("forever")));
            product.write("eve.yaml", agent("eve", FakeAgent.argv("forever")));
            product.awaitPhase("ada", "Running");
            product.awaitPhase("eve", "Running");
            Files.delete(dirs.manifests().resolve("ada.yaml"));
            await().atMost(PATIENCE).until(() -> product.say("get", "agent", "ada").code() == 1);
            assertEquals("green ada none\n", Files.readString(dirs.work().resolve("saved")));
        }
    }

    @Test
    void a_program_that_hangs_is_restarted_and_its_hanging_probe_leaves_nothing(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            var seen = dirs.root().resolve("probes");
            product.write("ada.yaml", agent("ada", FakeAgent.argv("forever"),
                    "livenessProbe: {exec: {command: [/bin/sh, -c, 'echo $$ >> " + seen
                            + "; sleep 987 & wait'], }, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 2}"));
            long first = product.awaitPhase("ada", "Running");
            product.awaitNew("ada", first);
            var events = product.say("events").out();
            assertTrue(events.contains("liveness probe failed: no answer within 1s"), events);
            product.write("ada.yaml", agent("ada", FakeAgent.argv("forever")));
            await().atMost(PATIENCE)
                    .until(() -> ProcessHandle.allProcesses()
                            .noneMatch(p -> p.info().commandLine().orElse("").contains("sleep 987")));
            for (var pid : Files.readAllLines(seen)) {
                assertFalse(Product.lives(Long.parseLong(pid)), pid);
            }
        }
    }

    @Test
    void a_hundred_hanging_probes_hold_up_nobody(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            var seen = dirs.root().resolve("probes");
            Files.createDirectory(seen);
            for (int i = 0; i < HANGING; i++) {
                product.write("hung-" + i + ".yaml", agent("hung-" + i, List.of("/bin/sleep", "986"),
                        "livenessProbe: {exec: {command: [/bin/sh, -c, 'echo $$ >> " + seen.resolve("hung-" + i)
                                + "; exec sleep 985']}, timeoutSeconds: 3600, periodSeconds: 1}"));
            }
            await("all probes to hang").atMost(PATIENCE).until(() -> files(seen) == HANGING);
            product.write("ada.yaml", agent("ada", FakeAgent.argv("forever"),
                    "readinessProbe: {exec: {command: [test, -e, " + dirs.root() + "/ready]}, periodSeconds: 1}"));
            long pid = product.awaitPhase("ada", "Running");
            assertEquals("False NotReady", condition(product, "ada", "Ready"));
            Files.createFile(dirs.root().resolve("ready"));
            assertEquals(0, product.say("wait", "--for=condition=Ready", "agent/ada", "--timeout=60s").code());
            Product.kill(pid);
            product.awaitNew("ada", pid);
            for (int i = 0; i < HANGING; i++) {
                assertEquals(1, Files.readAllLines(seen.resolve("hung-" + i)).size(), "one question at a time");
            }
        }
    }

    private static long files(Path directory) throws java.io.IOException {
        try (var files = Files.list(directory)) {
            return files.filter(f -> f.toFile().length() > 0).count();
        }
    }

    @Test
    void idle_is_waited_for_and_then_the_new_spec_runs(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            var go = dirs.root().resolve("go");
            var steps = FakeAgent.argv("say:esc to interrupt", "await:" + go, "colour:done", "part:> ", "forever");
            var activity = "activity: {working: esc to interrupt$, idle: '^> *$', quietSeconds: 1}";
            product.write("ada.yaml",
                    agent("ada", FakeAgent.argv("await:" + go, "part:> ", "forever"), "updateStrategy: OnIdle",
                            activity));
            long first = product.awaitPhase("ada", "Running");
            product.write("ada.yaml", agent("ada", steps, "updateStrategy: OnIdle", activity));
            await().atMost(PATIENCE)
                    .until(() -> product.get("ada")
                            .path("status")
                            .path("reason")
                            .asString("")
                            .equals("RestartPending"));
            assertEquals(first, product.pid("ada"));
            Files.createFile(go);
            product.awaitNew("ada", first);
            Files.delete(go);
            await().atMost(PATIENCE).until(() -> condition(product, "ada", "Idle").startsWith("False"));
            Files.createFile(go);
            await().atMost(PATIENCE).until(() -> condition(product, "ada", "Idle").equals("False Working"));
        }
    }

    @Test
    void wait_for_idle_and_the_model_on_the_screen(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada",
                    FakeAgent.argv("say:Model: $(model) 5", "part:> ", "forever"),
                    "model: sonnet", "modelPattern: 'Model: (.*)$'", "activity: {idle: '^> *$'}"));
            assertEquals(0, product.awaitWait("--for=condition=Idle", "agent/ada"));
            assertEquals("Idle", product.get("ada").path("status").path("activity").asString());
            assertEquals("sonnet 5", product.get("ada").path("status").path("model").asString());
            assertTrue(product.get("ada").path("status").path("argv").toString().contains("Model: sonnet 5"));
            assertTrue(product.say("get", "agents", "-o", "wide").out().contains("Idle"));
            product.write("bea.yaml", agent("bea",
                    FakeAgent.argv("say:Model: opus", "forever", "$(model)"),
                    "model: sonnet", "modelPattern: 'Model: (.*)$'"));
            await().atMost(PATIENCE)
                    .until(() -> product.get("bea")
                            .path("status")
                            .path("reason")
                            .asString("")
                            .equals("ModelMismatch"));
            assertEquals(1, product.say("status").code());
        }
    }
}
