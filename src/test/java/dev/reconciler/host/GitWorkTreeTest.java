package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Checkout;
import dev.reconciler.api.Revision;
import dev.reconciler.host.Folder.Look;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The manifests folder as a git work tree, with the real git.
class GitWorkTreeTest {
    @TempDir
    private Path temp;

    private static WatchedFolder alone(Path folder) {
        return new WatchedFolder(folder, WatchedFolderTest.BASE, null);
    }

    private static Look.Seen seen(Folder folder) {
        return assertInstanceOf(Look.Seen.class, folder.look());
    }

    private static Checkout checkout(Path folder) {
        try (var watched = alone(folder)) {
            return seen(watched).checkout();
        }
    }

    private Path real() throws Exception {
        return temp.toRealPath();
    }

    @Test
    void branch_commit_subject_and_uncommitted_files_are_told() throws Exception {
        var git = Git.init(real().resolve("fleet"));
        git.write("a.yaml", "a: 1\n").write("b.yaml", "b: 1\n").write("notes.md", "x");
        var commit = git.commit("Two agents");
        var clean = checkout(git.directory());
        assertEquals(new Checkout(new Revision("main", commit), "Two agents", new TreeSet<>(), ""), clean);
        git.write("a.yaml", "a: 2\n").write("c.yaml", "c: 1\n").write("notes.md", "y");
        assertEquals(new TreeSet<>(Set.of("a.yaml", "c.yaml")), checkout(git.directory()).uncommitted());
        git.run("add", "c.yaml");
        Files.delete(git.directory().resolve("b.yaml"));
        assertEquals(
                new TreeSet<>(Set.of("a.yaml", "b.yaml", "c.yaml")), checkout(git.directory()).uncommitted());
    }

    @Test
    void a_manifest_that_git_ignores_is_in_no_commit() throws Exception {
        var git = Git.init(real().resolve("fleet"));
        git.write(".gitignore", "local.yaml\n").write("a.yaml", "a: 1\n").commit("One agent");
        git.write("local.yaml", "l: 1\n");
        assertEquals(Set.of("local.yaml"), checkout(git.directory()).uncommitted());
    }

    @Test
    void a_folder_below_the_top_of_the_work_tree_tells_only_of_its_own_files() throws Exception {
        var git = Git.init(real().resolve("project"));
        git.write("deploy/agents/a.yaml", "a: 1\n").write("src/x.yaml", "x").commit("All");
        git.write("src/x.yaml", "y").write("deploy/agents/team/b.yaml", "b: 1\n");
        var told = checkout(git.directory().resolve("deploy/agents"));
        assertEquals(Set.of("team/b.yaml"), told.uncommitted());
        assertEquals("All", told.subject());
    }

    @Test
    void a_repository_without_a_commit_and_a_detached_head_have_names_too() throws Exception {
        var git = new Git(Files.createDirectory(real().resolve("fleet")));
        git.run("init", "-q", "-b", "main");
        git.write("a.yaml", "a: 1\n");
        var none = checkout(git.directory());
        assertNull(none.revision());
        assertEquals(Set.of("a.yaml"), none.uncommitted());
        var commit = git.commit("First");
        git.run("checkout", "-q", "--detach");
        assertEquals(new Revision("HEAD", commit), checkout(git.directory()).revision());
    }

    @Test
    void packed_branches_are_found() throws Exception {
        var git = Git.init(real().resolve("fleet"));
        var commit = git.write("a.yaml", "a: 1\n").commit("One");
        git.run("pack-refs", "--all", "--prune");
        assertFalse(Files.exists(git.directory().resolve(".git/refs/heads/main")));
        assertEquals(new Revision("main", commit), checkout(git.directory()).revision());
    }

    /// Each with the state of its own, not of the repository it shares.
    @Test
    void linked_work_trees_of_full_and_bare_repositories_and_submodules_are_work_trees() throws Exception {
        var git = Git.init(real().resolve("fleet"));
        var main = git.write("a.yaml", "a: 1\n").commit("One");
        git.run("worktree", "add", "-q", "-b", "next", real().resolve("linked").toString());
        var linked = new Git(real().resolve("linked"));
        var next = linked.write("b.yaml", "b: 1\n").commit("Two");
        assertEquals(new Revision("next", next), checkout(linked.directory()).revision());
        assertEquals(new Revision("main", main), checkout(git.directory()).revision());

        git.run("clone", "-q", "--bare", git.directory().toString(), real().resolve("bare.git").toString());
        new Git(real().resolve("bare.git")).run("worktree", "add", "-q", real().resolve("of-bare").toString(), "main");
        assertEquals(new Revision("main", main), checkout(real().resolve("of-bare")).revision());

        var outer = Git.init(real().resolve("outer"));
        outer.run("submodule", "--quiet", "add", git.directory().toString(), "agents");
        outer.commit("Agents as a submodule");
        assertEquals(main, checkout(outer.directory().resolve("agents")).revision().commit());
        for (var folder : Set.of(linked.directory(), real().resolve("of-bare"), outer.directory().resolve("agents"))) {
            var lock = GitDirectory.of(folder).own().resolve("index.lock");
            Files.createFile(lock);
            try (var watched = alone(folder)) {
                assertInstanceOf(Look.Held.class, watched.look(), folder.toString());
            }
            Files.delete(lock);
        }
    }

    @Test
    void a_folder_outside_of_git_has_no_revision() throws Exception {
        var folder = Files.createDirectory(real().resolve("plain"));
        Files.writeString(folder.resolve("a.yaml"), "a: 1\n");
        assertNull(checkout(folder));
    }

    @ParameterizedTest
    @CsvSource({
        "rebase-merge, rebase in progress",
        "rebase-apply, rebase in progress",
        "MERGE_HEAD, merge in progress",
        "CHERRY_PICK_HEAD, cherry-pick in progress",
        "REVERT_HEAD, revert in progress",
        "BISECT_LOG, bisect in progress",
        "index.lock, git is writing (index.lock)",
        "HEAD.lock, git is writing (HEAD.lock)",
    })
    void while_something_is_under_way_nothing_is_looked_at_and_after_a_minute_it_is_said(String file, String what)
            throws Exception {
        var git = Git.init(real().resolve("fleet"));
        var commit = git.write("a.yaml", "a: 1\n").commit("One");
        var guard = git.directory().resolve(".git").resolve(file);
        var changes = new AtomicInteger();
        try (var folder =
                new WatchedFolder(git.directory(), WatchedFolderTest.BASE, changes::incrementAndGet)) {
            await().until(() -> !"".equals(seen(folder).checkout().subject()));
            Files.createFile(guard);
            var held = assertInstanceOf(Look.Held.class, folder.look());
            assertEquals(what, held.checkout().held());
            assertEquals(new Revision("main", commit), held.checkout().revision());
            assertEquals("One", held.checkout().subject());
            assertEquals("", held.trouble());
            Files.setLastModifiedTime(guard, FileTime.from(Instant.now().minusSeconds(61)));
            held = assertInstanceOf(Look.Held.class, folder.look());
            assertTrue(held.trouble().contains(file), held.trouble());
            int before = changes.get();
            Files.delete(guard);
            await().until(() -> changes.get() > before);
            assertEquals(Set.of("a.yaml"), seen(folder).files().keySet());
        }
    }

    /// Its files can be read all the same: only the revision is missing.
    @Test
    void a_work_tree_whose_branches_are_kept_in_a_reftable_is_of_no_revision() throws Exception {
        var git = Git.init(real().resolve("fleet"));
        git.write("a.yaml", "a: 1\n").commit("One");
        // As git itself leaves it for whoever knows files only.
        Files.createDirectory(git.directory().resolve(".git/reftable"));
        Files.writeString(git.directory().resolve(".git/HEAD"), "ref: refs/heads/.invalid\n");
        try (var folder = alone(git.directory())) {
            var seen = seen(folder);
            assertEquals(Set.of("a.yaml"), seen.files().keySet());
            assertNull(seen.checkout().revision());
        }
    }

    @Test
    void a_real_rebase_that_stops_at_a_conflict_holds_looks_back_until_it_is_aborted() throws Exception {
        var git = Git.init(real().resolve("fleet"));
        git.write("a.yaml", "a: 1\n").commit("One");
        git.run("checkout", "-q", "-b", "other");
        git.write("a.yaml", "a: 2\n").commit("Two");
        git.run("checkout", "-q", "main");
        git.write("a.yaml", "a: 3\n").commit("Three");
        try (var folder = alone(git.directory())) {
            assertEquals(1, git.attempt("rebase", "other").code());
            assertEquals("rebase in progress", assertInstanceOf(Look.Held.class, folder.look()).checkout().held());
            git.run("rebase", "--abort");
            assertEquals("main", seen(folder).checkout().revision().ref());
        }
    }

    @Test
    void a_commit_wakes_whoever_waits_and_the_next_looks_tell_all_of_it() throws Exception {
        var git = Git.init(real().resolve("fleet"));
        git.write("a.yaml", "a: 1\n").commit("One");
        var changes = new AtomicInteger();
        try (var folder =
                new WatchedFolder(git.directory(), WatchedFolderTest.BASE, changes::incrementAndGet)) {
            await().until(() -> seen(folder).checkout().uncommitted() != null);
            git.write("a.yaml", "a: 2\n");
            await().until(() -> Set.of("a.yaml").equals(seen(folder).checkout().uncommitted()));
            int before = changes.get();
            var commit = git.commit("Two");
            await().until(() -> changes.get() > before);
            await().until(() -> new Checkout(new Revision("main", commit), "Two", new TreeSet<>(), "")
                    .equals(folder.look() instanceof Look.Seen(var files, var checkout) ? checkout : null));
            // What was told is told again without another look.
            assertTrue(folder.look() == folder.look());
        }
    }

    /// The measurement that `4-semantics` rests on, the other way round: whatever is seen is one commit or the other.
    @Test
    void no_look_at_a_busy_work_tree_ever_mixes_two_commits() throws Exception {
        int files = 40;
        var git = Git.init(real().resolve("fleet"));
        for (var branch : Set.of("one", "two")) {
            git.run("checkout", "-q", "-B", branch);
            for (int i = 0; i < files; i++) {
                git.write("agents/a" + i + ".yaml", branch + "\n");
            }
            git.commit(branch);
        }
        var done = new AtomicBoolean();
        var switcher = Thread.ofPlatform().start(() -> {
            var until = System.nanoTime() + Duration.ofSeconds(4).toNanos();
            for (int i = 0; System.nanoTime() < until; i++) {
                git.run("checkout", "-q", i % 2 == 0 ? "one" : "two");
            }
            done.set(true);
        });
        int looks = 0;
        try (var folder = new WatchedFolder(git.directory().resolve("agents"), WatchedFolderTest.BASE, () -> {})) {
            while (!done.get()) {
                if (folder.look() instanceof Look.Seen(var seen, var checkout)) {
                    var texts = new TreeSet<String>();
                    seen.values()
                            .forEach(file -> texts.add(
                                    file instanceof Folder.File.Content(var bytes, var quiet)
                                            ? new String(bytes, StandardCharsets.UTF_8)
                                            : "unreadable"));
                    assertEquals(files, seen.size());
                    assertEquals(1, texts.size(), texts.toString());
                    looks++;
                }
            }
        }
        switcher.join();
        assertTrue(looks > 10, looks + " looks");
        assertNotNull(checkout(git.directory()).revision());
    }
}
