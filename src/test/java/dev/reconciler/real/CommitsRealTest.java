package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.host.Git;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What commits may do to a fleet, what is said of them before, and which ones are believed.
@RealTest
@WholeMachine
class CommitsRealTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> FOREVER = List.of("sleep", "1000000");

    /// Five commits within ten minutes, each of which retires 3 of 25 agents. What stopped counts for ten minutes, of the
    /// fleet at the last quiet picture, which had 25: the first three commits are 3, 6 and 9, and go; the fourth would be
    /// the tenth to twelfth, more than 10, and waits for a person together with the fifth.
    @Test
    void many_small_commits_in_a_row_stop_no_more_than_one_big_one_may(TestDirs dirs) throws Exception {
        var git = Git.init(dirs.root().resolve("fleet"));
        for (int i = 0; i < 25; i++) {
            git.write(name(i) + ".yaml", agent(name(i), FOREVER));
        }
        git.commit("All");
        try (var product = new Product(dirs).with("RECONCILER_MANIFESTS=" + git.directory())
                .config("holdDownSeconds: 1\nsource: {mode: Commit}\n")
                .start()) {
            await().atMost(PATIENCE).until(() -> product.having("Ready", "True").size() == 25);
            var left = product.pids();
            for (int commit = 0; commit < 3; commit++) {
                retire(git, commit, left);
                await().atMost(PATIENCE).until(() -> product.pids().equals(left));
            }
            var waiting = new TreeMap<>(left);
            retire(git, 3, left);
            retire(git, 4, left);
            await().atMost(PATIENCE)
                    .until(() -> product.say("diff").out().contains("15 of 25 agents would stop or restart"));
            await().during(Duration.ofSeconds(4))
                    .atMost(PATIENCE)
                    .until(() -> product.pids().equals(waiting));
            assertEquals(0, product.say("approve").code());
            await().atMost(PATIENCE).until(() -> product.pids().equals(left));
        }
    }

    private static String name(int i) {
        return "a%02d".formatted(i);
    }

    private static void retire(Git git, int commit, TreeMap<String, Long> left) {
        for (int i = 3 * commit; i < 3 * commit + 3; i++) {
            git.run("rm", "-q", name(i) + ".yaml");
            left.remove(name(i));
        }
        git.run("commit", "-q", "-m", "Retire three");
    }

    @Test
    void a_forecast_tells_of_turns_onlookers_and_work_that_is_in_no_commit(TestDirs dirs) throws Exception {
        var work = Git.init(dirs.work().resolve("site"));
        work.write("done.txt", "done\n").commit("Done");
        work.write("done.txt", "half\n").write("new.txt", "new\n");
        var git = Git.init(dirs.manifests());
        git.write("ada.yaml", agent("ada", FakeAgent.argv("say:esc to interrupt", "forever"),
                "workingDirectory: " + work.directory(), "activity: {working: esc to interrupt}"));
        git.write("bea.yaml", agent("bea", FOREVER)).write("cyd.yaml", agent("cyd", FOREVER)).commit("Three");
        git.run("checkout", "-q", "-b", "next");
        git.run("rm", "-q", "ada.yaml");
        git.run("commit", "-q", "-m", "Retire ada");
        git.run("checkout", "-q", "main");
        try (var product = new Product(dirs).start()) {
            await().atMost(PATIENCE)
                    .until(() -> product.get("ada").path("status").path("activity").asString("").equals("Working"));
            await().atMost(PATIENCE).until(() -> product.having("Ready", "True").size() == 3);

            var turn = "[stops; Working: in the middle of a turn; ";
            var files = "2 uncommitted files in its directory]";
            var said = product.say("diff", "--revision", "next");
            assertEquals(1, said.code(), said.all());
            assertTrue(said.err().contains("\"Retire ada\""), said.all());
            assertTrue(said.out().contains(turn + files), said.all());
            assertTrue(
                    said.out()
                            .contains("Blast radius: 1 stop, 0 restart, 0 restart later, 1 of them in the middle of"
                                    + " a turn, 1 with uncommitted work"),
                    said.all());
            assertFalse(said.out().contains("bea"), said.all());

            try (var window = new Window(dirs, 100, 20)) {
                window.type(Product.LAUNCHER + " attach ada");
                window.awaitText("esc to interrupt");
                await().atMost(PATIENCE)
                        .until(() -> product.say("diff", "--revision", "next")
                                .out()
                                .contains(turn + "somebody is attached; " + files));
            }

            said = product.say("diff", "--revision", "HEAD");
            assertEquals(0, said.code(), said.all());
            assertEquals("", said.out());
            said = product.say("diff", "--revision", "nosuch");
            assertEquals(2, said.code(), said.all());
            assertTrue(said.err().contains("nosuch"), said.all());
        }
    }

    @Test
    void a_commit_that_nobody_listed_signed_is_not_applied_and_is_named_until_one_is(TestDirs dirs) throws Exception {
        var key = dirs.root().resolve("key");
        assertEquals(0, new ProcessBuilder(
                "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada@example.org", "-f", key.toString()).start()
                .waitFor());
        var git = Git.init(dirs.root().resolve("fleet"));
        git.write("ada.yaml", agent("ada", FOREVER)).run("add", "-A");
        git.run("-c", "gpg.format=ssh", "-c", "user.signingKey=" + key, "commit", "-q", "-S", "-m", "Signed");
        try (var product = new Product(dirs).with("RECONCILER_MANIFESTS=" + git.directory())
                .config("holdDownSeconds: 1\nsource:\n  mode: Commit\n  verify:\n    mode: HEAD\n    keys: ["
                        + Files.readString(dirs.root().resolve("key.pub")).strip() + "]\n")
                .start()) {
            var pid = product.awaitPhase("ada", "Running");
            await().atMost(PATIENCE).until(() -> product.say("source").out().contains("SourceReady:    True"));
            var said = product.say("source");
            assertTrue(said.out().contains("SourceVerified: True"), said.all());
            assertTrue(said.out().contains("ada@example.org"), said.all());

            // It would retire ada, and begin bea.
            git.run("mv", "ada.yaml", "bea.yaml");
            git.write("bea.yaml", agent("bea", FOREVER)).commit("Not signed");
            await().atMost(PATIENCE).until(() -> product.say("events").out().contains("SourceNotVerified"));
            said = product.say("source");
            assertEquals(1, said.code(), said.all());
            assertTrue(said.out().contains("SourceVerified: False: "), said.all());
            assertTrue(said.out().contains("is not signed"), said.all());
            assertTrue(said.out().contains("\"Not signed\""), said.all());
            said = product.say("status");
            assertEquals(1, said.code(), said.all());
            assertTrue(said.out().contains("is not signed"), said.all());
            await().during(Duration.ofSeconds(4))
                    .atMost(PATIENCE)
                    .until(() -> product.pids().keySet().equals(Set.of("ada")));
            assertEquals(pid, product.pid("ada"));

            git.run("-c", "gpg.format=ssh", "-c", "user.signingKey=" + key, "commit", "-q", "--amend", "-S", "-m",
                    "Signed again");
            product.awaitPhase("bea", "Running");
            await().atMost(PATIENCE).until(() -> product.pids().keySet().equals(Set.of("bea")));
            said = product.say("source");
            assertEquals(0, said.code(), said.all());
            assertTrue(said.out().contains("SourceVerified: True"), said.all());
        }
    }
}
