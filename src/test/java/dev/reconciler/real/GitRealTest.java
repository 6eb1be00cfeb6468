package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reconciler.host.Git;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The folder as a git repository under a running fleet: nobody notices anything but the change that was meant.
///
/// `-Dgit.agents=200 -Dgit.checkouts=1000` for the sizes of the promise.
@RealTest
@WholeMachine
class GitRealTest {
    /// An even number.
    private static final int AGENTS = Integer.getInteger("git.agents", 12);
    private static final int CHECKOUTS = Integer.getInteger("git.checkouts", 40);
    private static final Duration PATIENCE = Duration.ofSeconds(60 + AGENTS);
    private static final List<String> FOREVER = List.of("sleep", "1000000");

    /// What a revision may be told by; all else would be a change that nobody meant.
    private static final String APPLIED = " Applied ";

    private static String name(int i) {
        return "a%03d".formatted(i);
    }

    /// An agent that is run anew at once when anything of its run changes.
    private static String text(int i) {
        return """
                apiVersion: reconciler.dev/v1alpha1
                kind: Agent
                metadata:
                  name: %s
                  labels: {team: site, zone: b}
                spec:
                  command: [sleep, "1000000"]
                  restartPolicy: Always
                  updateStrategy: Immediate
                """.formatted(name(i));
    }

    /// The same with comments, and its keys the other way round.
    private static String backwards(int i) {
        return """
                # Of another branch %s
                spec:
                  updateStrategy: Immediate
                  restartPolicy: Always # as ever
                  command: [sleep, "1000000"]
                metadata:
                  labels: {zone: b, team: site}
                  name: %s
                kind: Agent
                apiVersion: reconciler.dev/v1alpha1
                """.formatted("x".repeat(i), name(i));
    }

    /// Two agents a file. The same agents, other bytes: comments, another order of documents and keys, other file names.
    private static void write(Git git, boolean other) {
        git.run("rm", "-q", "-r", "--ignore-unmatch", "agents");
        for (int i = 0; i < AGENTS; i += 2) {
            git.write("agents/" + (i % 4 == 0 && other ? "z" : "") + name(i) + ".yaml",
                    other ? backwards(i + 1) + "---\n" + backwards(i) : pair(i));
        }
    }

    private static String pair(int i) {
        return text(i) + "---\n" + text(i + 1);
    }

    /// @param events as they were when nobody had done anything yet
    private record Fleet(Product product, Git git, TreeMap<String, Long> pids, TreeSet<String> events) {
        Fleet(Product product, Git git) throws Exception {
            this(product, git, product.pids(), told(product));
        }
    }

    /// Events with how often they were seen, without when; however wide their columns are by now.
    private static TreeSet<String> told(Product product) throws Exception {
        var told = new TreeSet<String>();
        product.say("events")
                .out()
                .lines()
                .skip(1)
                .map(line -> line.replaceFirst("^\\S+ (?:\\((x\\d+) over \\S+\\))?\\s+", "$1 ")
                        .replaceAll(" {3,}", " "))
                .forEach(told::add);
        return told;
    }

    private static Fleet fleet(TestDirs dirs) throws Exception {
        return fleet(dirs, false);
    }

    private static Fleet fleet(TestDirs dirs, boolean unprivileged) throws Exception {
        var git = Git.init(dirs.root().resolve("fleet"));
        write(git, false);
        git.commit("One");
        git.run("checkout", "-q", "-b", "two");
        write(git, true);
        git.commit("Two");
        git.run("checkout", "-q", "main");
        var product = new Product(dirs).with("RECONCILER_MANIFESTS=" + git.directory().resolve("agents"));
        if (unprivileged) {
            product.unprivileged();
        }
        product.start();
        await().atMost(PATIENCE).until(() -> product.having("Ready", "True").size() == AGENTS);
        awaitSettled(product);
        return new Fleet(product, git);
    }

    private static void awaitSettled(Product product) {
        await().atMost(PATIENCE).until(() -> {
            var said = product.say("status").out();
            return said.contains(", complete, settled") && !said.contains("uncommitted") && !said.contains("progress");
        });
    }

    /// Nothing happened to anybody, and nobody was told of anything.
    ///
    /// @param meant what a person should be told besides
    private static void assertUntouched(Fleet fleet, String what, String... meant) throws Exception {
        awaitSettled(fleet.product);
        assertEquals(fleet.pids, fleet.product.pids(), what);
        var events = told(fleet.product);
        events.removeAll(fleet.events);
        events.removeIf(event -> event.contains(APPLIED)
                && (event.contains("nothing to do") || event.contains("combined")));
        events.removeIf(event -> Stream.of(meant).anyMatch(event::contains));
        assertEquals(Set.of(), events, what);
    }

    @Test
    void checkouts_between_two_commits_that_say_the_same_touch_nobody(TestDirs dirs) throws Exception {
        var fleet = fleet(dirs);
        try (var _ = fleet.product) {
            for (int i = 0; i < CHECKOUTS; i++) {
                fleet.git.run("checkout", "-q", i % 2 == 0 ? "two" : "main");
            }
            fleet.git.run("checkout", "-q", "two");
            assertUntouched(fleet, CHECKOUTS + " checkouts");
            var said = fleet.product.say("status").out();
            assertTrue(said.contains("two@sha1:" + fleet.git.head().substring(0, 7) + " \"Two\""), said);
        }
    }

    @Test
    void pull_rebase_stash_and_work_tree_flips_touch_nobody(TestDirs dirs) throws Exception {
        var fleet = fleet(dirs);
        var git = fleet.git;
        try (var _ = fleet.product) {
            var upstream = new Git(dirs.root().resolve("upstream"));
            git.run("clone", "-q", git.directory().toString(), upstream.directory().toString());
            upstream.run("merge", "-q", "--no-edit", "origin/two");
            git.run("remote", "add", "origin", upstream.directory().toString());
            git.write("README.md", "Our fleet\n").commit("A local commit");
            git.run("pull", "-q", "--rebase", "origin", "main");
            assertUntouched(fleet, "pull --rebase");

            git.write("agents/" + name(2) + ".yaml", "# edited\n" + pair(2));
            git.run("stash", "-q");
            git.run("stash", "pop", "-q");
            git.run("checkout", "-q", "--", ".");
            assertUntouched(fleet, "stash");

            // A link from one linked work tree to the other.
            for (int i = 0; i < 5; i++) {
                git.run("worktree", "add", "-q", "--detach", "../tree-" + i, i % 2 == 0 ? "two" : "main");
            }
            assertUntouched(fleet, "git worktree add");
            git.run("checkout", "-q", "--detach");
            git.run("checkout", "-q", "main");
            assertUntouched(fleet, "detached and back");
        }
    }

    @Test
    void a_link_that_flips_between_work_trees_touches_nobody(TestDirs dirs) throws Exception {
        var git = Git.init(dirs.root().resolve("fleet"));
        write(git, false);
        git.commit("One");
        git.run("worktree", "add", "-q", "-b", "two", "../second");
        var second = new Git(dirs.root().resolve("second"));
        write(second, true);
        second.commit("Two");
        var link = dirs.root().resolve("current");
        flip(link, git.directory().resolve("agents"));
        try (var product = new Product(dirs).with("RECONCILER_MANIFESTS=" + link).start()) {
            await().atMost(PATIENCE).until(() -> product.having("Ready", "True").size() == AGENTS);
            awaitSettled(product);
            var fleet = new Fleet(product, git);
            for (int i = 0; i < CHECKOUTS; i++) {
                flip(link, (i % 2 == 0 ? second : git).directory().resolve("agents"));
            }
            flip(link, second.directory().resolve("agents"));
            await().atMost(PATIENCE).until(() -> product.say("status").out().contains("two@sha1:"));
            assertUntouched(fleet, "flips of a link");
            assertFalse(hasLoaded(product, "org.eclipse.jgit."), "a work tree is looked at without JGit");
        }
    }

    private static void flip(Path link, Path to) throws IOException {
        var beside = link.resolveSibling(link.getFileName() + ".new");
        Files.createSymbolicLink(beside, to);
        Files.move(beside, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Rename, truncate and write, a backup beside it; rsync into the folder; a folder that is gone.
    @Test
    void the_ways_editors_save_rsync_and_a_folder_that_is_gone_stop_nobody(TestDirs dirs) throws Exception {
        var fleet = fleet(dirs);
        var folder = fleet.git.directory().resolve("agents");
        var file = folder.resolve(name(0) + ".yaml");
        var text = Files.readString(file);
        try (var _ = fleet.product) {
            for (int i = 0; i < 5; i++) {
                var beside = folder.resolve("." + name(0) + ".yaml.swp");
                Files.writeString(beside, text + "# vim " + i + "\n");
                Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
                Files.copy(file, folder.resolve(name(0) + ".yaml~"), StandardCopyOption.REPLACE_EXISTING);
                try (var out = Files.newOutputStream(file)) {
                    for (var line : text.lines().toList()) {
                        out.write((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
                    }
                }
                Files.move(file, folder.resolve(name(0) + ".yaml~"), StandardCopyOption.REPLACE_EXISTING);
                Files.writeString(file, text);
            }
            Files.delete(folder.resolve(name(0) + ".yaml~"));
            assertUntouched(fleet, "an editor's saves");

            var from = Files.createDirectory(dirs.root().resolve("from"));
            try (var files = Files.list(folder)) {
                for (var one : files.toList()) {
                    Files.copy(one, from.resolve(one.getFileName()));
                }
            }
            var rsync =
                    new ProcessBuilder("rsync", "-a", "--ignore-times", "--delete", from + "/", folder + "/").start();
            assertEquals(0, rsync.waitFor());
            assertUntouched(fleet, "rsync");

            Files.move(folder, folder.resolveSibling("elsewhere"));
            await().atMost(PATIENCE).until(() -> fleet.product.say("status").code() == 1);
            Files.createDirectory(folder);
            await().atMost(PATIENCE).until(() -> fleet.product.say("status").out().contains("empty"));
            Files.delete(folder);
            Files.move(folder.resolveSibling("elsewhere"), folder);
            // Both are told, and that an empty one may be meant.
            assertUntouched(fleet, "a folder that was gone, then empty", "cannot look at " + folder, "folder is empty");
        }
    }

    @Test
    void a_closed_folder_stops_nobody(TestDirs dirs) throws Exception {
        var fleet = fleet(dirs, true);
        var folder = fleet.git.directory().resolve("agents");
        try (var _ = fleet.product) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("---------"));
            await().atMost(PATIENCE).until(() -> fleet.product.say("status").all().contains("permission denied"));
            assertEquals(fleet.pids, fleet.product.pids());
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            assertUntouched(fleet, "chmod 000", "cannot look at " + folder + ": permission denied");
        }
    }

    @Test
    void a_full_disk_stops_nobody(TestDirs dirs) throws Exception {
        var disk = Files.createDirectory(dirs.root().resolve("disk"));
        var mounted = new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=" + (4 + AGENTS / 8) + "m,mode=0700",
                "tmpfs", disk.toString())
                .start()
                .waitFor() == 0;
        assumeTrue(mounted, "only root may mount");
        try {
            var git = Git.init(disk.resolve("fleet"));
            write(git, false);
            git.commit("One");
            git.run("checkout", "-q", "-b", "two");
            for (int i = 0; i < AGENTS; i += 2) {
                git.write("agents/" + name(i) + ".yaml",
                        "# " + "long ".repeat(4000) + i + "\n" + pair(i).replace("1000000", "2000000"));
            }
            git.commit("Two, much longer");
            git.run("checkout", "-q", "main");
            try (var product = new Product(dirs)
                    .with("RECONCILER_MANIFESTS=" + git.directory().resolve("agents"))
                    .config("holdDownSeconds: 2\n")
                    .start()) {
                await().atMost(PATIENCE).until(() -> product.having("Ready", "True").size() == AGENTS);
                awaitSettled(product);
                var fleet = new Fleet(product, git);
                var filler = disk.resolve("filler");
                try (var out = Files.newOutputStream(filler)) {
                    var block = new byte[4096];
                    while (true) {
                        out.write(block);
                    }
                } catch (IOException full) {
                    assertTrue(full.getMessage().contains("No space"), full.getMessage());
                }
                git.attempt("checkout", "-q", "-f", "two");
                await().during(Duration.ofSeconds(6))
                        .atMost(Duration.ofSeconds(12))
                        .until(() -> product.pids().equals(fleet.pids));
                Files.delete(filler);
                git.attempt("checkout", "-q", "-f", "main");
                git.run("reset", "-q", "--hard", "main");
                // What git left of the files is told: nothing of them, or a part.
                assertUntouched(fleet, "a full disk", "Warning SourceNotReady", "Warning SpecInvalid");
            }
        } finally {
            assertEquals(0, new ProcessBuilder("umount", disk.toString()).start().waitFor());
        }
    }

    @Test
    void one_deleted_agent_stops_alone_after_the_hold_down_and_a_revert_within_it_keeps_the_pid(TestDirs dirs)
            throws Exception {
        var git = Git.init(dirs.root().resolve("fleet"));
        for (var name : List.of("ada", "bea", "cyd", "dan", "eve")) {
            git.write(name + ".yaml", agent(name, FOREVER));
        }
        var first = git.commit("Five");
        var holdDown = Duration.ofSeconds(10);
        try (var product = new Product(dirs).with("RECONCILER_MANIFESTS=" + git.directory())
                .config("holdDownSeconds: " + holdDown.toSeconds() + "\nsource: {mode: Commit}\n")
                .start()) {
            await().atMost(PATIENCE).until(() -> product.having("Ready", "True").size() == 5);
            var pids = product.pids();
            await().atMost(PATIENCE)
                    .until(() -> product.get("ada")
                            .path("status")
                            .path("revision")
                            .asString("")
                            .equals("main@sha1:" + first));

            git.run("rm", "-q", "ada.yaml");
            git.run("commit", "-q", "-m", "Retire ada");
            long retired = System.nanoTime();
            var forecast = product.say("diff", "--revision", "HEAD");
            assertEquals(1, forecast.code(), forecast.all());
            assertTrue(forecast.out().contains("Blast radius: 1 stop,"), forecast.all());
            await().atMost(PATIENCE).until(() -> product.say("events").out().contains("1 pending deletion"));
            git.run("revert", "--no-edit", "HEAD");
            await().atMost(PATIENCE).until(() -> product.say("events").out().contains(": 1 kept"));
            assertEquals(pids, product.pids());

            var refused = product.say("delete", "agent", "ada");
            assertEquals(1, refused.code());
            assertTrue(refused.err().contains(git.directory().resolve("ada.yaml").toString()), refused.err());
            Files.writeString(dirs.root().resolve("new.yaml"), agent("new", FOREVER));
            refused = product.say("apply", "-f", dirs.root().resolve("new.yaml").toString());
            assertEquals(1, refused.code());
            assertTrue(refused.err().contains(git.directory().resolve("new.yaml").toString()), refused.err());
            assertFalse(Files.exists(git.directory().resolve("new.yaml")));

            // Nor when what was held down would have been due.
            await().atMost(PATIENCE).until(() -> System.nanoTime() - retired > holdDown.plusSeconds(5).toNanos());
            assertEquals(pids, product.pids());

            git.run("rm", "-q", "ada.yaml");
            long gone = System.nanoTime();
            git.run("commit", "-q", "-m", "Retire ada for good");
            await().atMost(PATIENCE).until(() -> !product.pids().containsKey("ada"));
            assertTrue(System.nanoTime() - gone >= holdDown.toNanos(), "stopped within the hold-down");
            pids.remove("ada");
            assertEquals(pids, product.pids());

            // More than half: nobody, until a person says so.
            git.run("rm", "-q", "bea.yaml", "cyd.yaml", "dan.yaml");
            git.run("commit", "-q", "-m", "Retire most");
            await().atMost(PATIENCE).until(() -> product.say("events").out().contains("ApprovalNeeded"));
            assertEquals(pids, product.pids());
            assertEquals(0, product.say("approve").code());
            await().atMost(PATIENCE).until(() -> product.pids().keySet().equals(Map.of("eve", 0).keySet()));
        }
    }

    @Test
    void a_suspended_folder_takes_in_nothing_and_runs_on(TestDirs dirs) throws Exception {
        var git = Git.init(dirs.root().resolve("fleet"));
        git.write("ada.yaml", agent("ada", FOREVER)).commit("One");
        try (var product = new Product(dirs).with("RECONCILER_MANIFESTS=" + git.directory())
                .config("holdDownSeconds: 1\nsource: {mode: Commit}\n")
                .start()) {
            product.awaitPhase("ada", "Running");
            var pid = product.pid("ada");
            awaitSettledCommit(product);
            assertEquals(0, product.say("source", "suspend").code());
            git.write("bea.yaml", agent("bea", FOREVER)).commit("Two");
            await().atMost(PATIENCE).until(() -> product.say("source").out().contains("\"Two\""));
            var said = product.say("status").out();
            assertTrue(said.contains("suspended"), said);
            // A person's word outlives the daemon.
            product.killDaemon();
            product.start();
            assertTrue(product.say("source").out().contains("Suspended:      True"));
            assertEquals(pid, product.awaitPhase("ada", "Running"));
            Product.kill(pid);
            assertNotEquals(pid, product.awaitNew("ada", pid));
            assertFalse(product.pids().containsKey("bea"));
            assertEquals(0, product.say("source", "resume").code());
            product.awaitPhase("bea", "Running");
            assertTrue(hasLoaded(product, "org.eclipse.jgit."));
        }
    }

    @Test
    void once_fetches_before_it_looks_and_files_elsewhere_are_named_with_their_repository(TestDirs dirs)
            throws Exception {
        var git = Git.init(dirs.root().resolve("upstream"));
        git.write("agents/ada.yaml", agent("ada", FakeAgent.argv("exit:0"))).commit("One");
        try (var product = new Product(dirs)
                .config("source: {mode: Commit, git: {remote: \"file://" + git.directory() + "\", path: agents}}\n")) {
            var once = product.say("run", "--once");
            assertEquals(0, once.code(), once.all());
            var events = product.say("events").out();
            assertTrue(events.contains("Started run 1"), once.all() + events);
            var refused = product.say("delete", "agent", "ada");
            assertEquals(1, refused.code(), refused.all());
            assertTrue(refused.err().contains("stands in agents/ada.yaml in file://" + git.directory()), refused.err());
        }
    }

    /// Whether the daemon has classes of this package in its memory.
    private static boolean hasLoaded(Product product, String prefix) throws Exception {
        var pid = product.say("status").out().replaceFirst("(?s).*running, pid (\\d+).*", "$1");
        var jcmd = Path.of(System.getProperty("java.home"), "bin/jcmd").toString();
        var process = new ProcessBuilder(jcmd, pid, "GC.class_histogram", "-all").redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertTrue(said.contains("dev.reconciler."), said);
        return said.contains(prefix);
    }

    private static void awaitSettledCommit(Product product) {
        await().atMost(PATIENCE).until(() -> product.say("source").out().contains("SourceReady:    True"));
    }
}
