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

/// Programs of a real run speak to a real daemon by the run's own socket.
@RealTest
class OwnSocketTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// A program that does what stands in `ask`, one command after the other, and puts what came of it into `answer`.
    private static String asking(Path folder, String... more) {
        var script = "echo $RECONCILER_SOCKET > " + folder + "/socket; while :; do if [ -e " + folder + "/ask ]; then "
                + "mv " + folder + "/ask " + folder + "/asked; "
                + "sh " + folder + "/asked > " + folder + "/answer.tmp 2>&1; echo exit $? >> " + folder
                + "/answer.tmp; mv " + folder + "/answer.tmp " + folder + "/answer; fi; sleep 0.05; done";
        return agent("ada", List.of("/bin/sh", "-c", script), more);
    }

    private static String ask(Path folder, String words) throws Exception {
        Files.deleteIfExists(folder.resolve("answer"));
        var aside = Files.writeString(folder.resolve("ask.tmp"), Product.LAUNCHER + " " + words);
        Files.move(aside, folder.resolve("ask"));
        await(words).atMost(PATIENCE).until(() -> Files.exists(folder.resolve("answer")));
        return Files.readString(folder.resolve("answer"));
    }

    @Test
    void a_run_does_what_its_spec_grants_also_when_the_daemon_was_killed(TestDirs dirs) throws Exception {
        var folder = dirs.work();
        try (var product = new Product(dirs).start()) {
            product.write("bob.yaml", agent("bob", List.of("sleep", "600")));
            product.write("ada.yaml", asking(folder));
            long bob = product.awaitPhase("bob", "Running");
            long ada = product.awaitPhase("ada", "Running");
            await("its socket").atMost(PATIENCE).until(() -> Files.exists(folder.resolve("socket")));
            var socket = Path.of(Files.readString(folder.resolve("socket")).strip());
            assertTrue(Files.exists(socket), socket.toString());
            assertTrue(socket.startsWith(dirs.runtime()), socket.toString());
            assertTrue(socket.toString().length() <= 107, socket.toString());

            assertTrue(ask(folder, "get agents").contains("bob"), "looking");
            var refused = ask(folder, "delete agent bob");
            assertTrue(refused.contains("StopOthers is not among its spec.grants") && refused.endsWith("exit 1\n"),
                    refused);
            assertTrue(ask(folder, "rollout restart agent ada").contains("StopSelf is not among"), "itself");
            Files.writeString(folder.resolve("eve.yaml"), agent("eve", List.of("sleep", "600")));
            assertTrue(ask(folder, "apply -f " + folder + "/eve.yaml").contains("Apply is not among"), "apply");
            assertFalse(Files.exists(dirs.manifests().resolve("eve.yaml")));
            assertEquals(bob, product.pid("bob"));

            product.killDaemon();
            var alone = ask(folder, "delete agent bob");
            assertTrue(alone.contains("nobody listens on " + socket) && alone.endsWith("exit 1\n"), alone);
            product.start();
            assertTrue(ask(folder, "delete agent bob").contains("StopOthers"), "the new daemon");
            assertEquals(bob, product.pid("bob"));

            product.write("ada.yaml", asking(folder, "grants: [StopOthers]"));
            await("the grant").atMost(PATIENCE).until(() -> ask(folder, "delete agent bob").contains("deleted"));
            await("its end").atMost(PATIENCE).until(() -> !Product.lives(bob));
            assertEquals(ada, product.pid("ada"));

            assertEquals(0, product.say("rollout", "restart", "agent", "ada").code());
            product.awaitNew("ada", ada);
            await("the old socket to go").atMost(PATIENCE).until(() -> !Files.exists(socket));
            assertEquals(0, product.say("delete", "agent", "ada").code());
            await("no sockets").atMost(PATIENCE).until(() -> {
                try (var left = Files.list(socket.getParent())) {
                    return left.findAny().isEmpty();
                }
            });
        }
    }
}
