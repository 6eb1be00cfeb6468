package dev.reconciler.real;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.host.Git;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Defaults under running agents.
@RealTest
@WholeMachine
class DefaultsRealTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HEAD = "apiVersion: reconciler.dev/v1alpha1\n";

    private static String defaults(String spec) {
        return HEAD + "kind: Defaults\nspec: " + spec + "\n";
    }

    private static String agent(String name) {
        return HEAD + "kind: Agent\nmetadata: {name: " + name + "}\nspec: {args: ['1000000']}\n";
    }

    @Test
    void an_edit_waits_for_the_next_run_and_neither_a_typo_nor_a_gap_touches_anybody(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("defaults.yaml", defaults("{command: [sleep], env: [{name: A, value: one}]}"));
            product.write("ada.yaml", agent("ada"));
            product.write("bea.yaml", agent("bea"));
            product.awaitPhase("ada", "Running");
            product.awaitPhase("bea", "Running");
            var pids = product.pids();
            var said = product.say("describe", "agent", "ada").out();
            assertTrue(said.contains("sleep 1000000 (command from defaults.yaml:3)"), said);

            product.write("defaults.yaml", defaults("{comand: [sleep], env: [{name: A, value: two}]}"));
            await().atMost(PATIENCE).until(() -> product.say("status").out().contains("spec.comand: unknown field"));
            assertEquals(pids, product.pids());
            product.killDaemon();
            product.start();
            await().atMost(PATIENCE).until(() -> product.say("status").out().contains("spec.comand: unknown field"));
            assertEquals(pids, product.pids());

            product.write("defaults.yaml", defaults("{command: [sleep], env: [{name: A, value: two}]}"));
            await().atMost(PATIENCE).until(() -> product.say("diff").out().contains("RestartPending"));
            assertEquals(pids, product.pids());
            assertEquals("True", product.condition("ada", "Reconciling"));

            Files.delete(dirs.manifests().resolve("defaults.yaml"));
            await().atMost(PATIENCE).until(() -> product.say("status").out().contains("spec.command: Required value"));
            assertEquals(pids, product.pids());

            product.write("defaults.yaml", defaults("{command: [sleep], env: [{name: A, value: one}]}"));
            await().atMost(PATIENCE).until(() -> !product.say("diff").out().contains("Restart"));
            assertEquals(pids, product.pids());
        }
    }

    @Test
    void a_commit_that_changes_defaults_is_told_before_and_guarded_as_an_edit_of_each(TestDirs dirs) throws Exception {
        var git = Git.init(dirs.root().resolve("fleet"));
        git.write("x/defaults.yaml", defaults("{command: [sleep], updateStrategy: Immediate}"));
        git.write("x/ada.yaml", agent("ada")).write("x/bea.yaml", agent("bea"));
        var first = git.commit("Two agents");
        try (var product = new Product(dirs).with("RECONCILER_MANIFESTS=" + git.directory())
                .config("holdDownSeconds: 1\nsource: {mode: Commit}\n")
                .start()) {
            product.awaitPhase("ada", "Running");
            product.awaitPhase("bea", "Running");
            await().atMost(PATIENCE)
                    .until(() -> product.get("ada").path("status").path("revision").asString("").endsWith(first));
            await().atMost(PATIENCE).until(() -> product.say("source").out().contains("SourceReady:    True"));
            var pids = product.pids();
            git.run("checkout", "-q", "-b", "next");
            git.write("x/defaults.yaml", defaults("{command: [sleep, '1'], updateStrategy: Immediate}"));
            git.commit("Another command");
            git.run("checkout", "-q", "main");

            var forecast = product.say("diff", "--revision", "next");
            assertEquals(1, forecast.code(), forecast.all());
            assertTrue(forecast.out().contains("Blast radius: 0 stop, 2 restart,"), forecast.all());

            git.run("merge", "-q", "next");
            await().atMost(PATIENCE).until(() -> product.say("diff").out().contains("ApprovalNeeded"));
            assertEquals(pids, product.pids());
            assertEquals(0, product.say("approve").code());
            product.awaitNew("ada", pids.get("ada"));
            product.awaitNew("bea", pids.get("bea"));
            var head = git.head();
            await().atMost(PATIENCE)
                    .until(() -> product.get("ada").path("status").path("revision").asString("").endsWith(head));
        }
    }
}
