package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.host.Git;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The hook of `init --git`, run by the real git.
@RealTest
class CommitHookTest {
    private static final String GOOD = agent("ada", List.of("sleep", "1000000"));
    private static final String BAD = GOOD.replace("spec:\n", "spec:\n  comand: x\n");

    private static Git repository(TestDirs dirs, String below) throws Exception {
        var git = Git.init(dirs.root().resolve("fleet"));
        var said = new Product(dirs).say("init", git.directory().resolve(below).toString(), "--git");
        assertEquals(0, said.code(), said.all());
        return git;
    }

    /// What the hook makes for a while, it makes in the directory for work.
    private static Git.Outcome commit(TestDirs dirs, Git git, String... more) {
        var environment = new TreeMap<>(dirs.environment());
        environment.put("PATH", Product.LAUNCHER.getParent() + ":" + System.getenv("PATH"));
        environment.put("TMPDIR", dirs.work().toString());
        var words = new ArrayList<>(List.of("commit", "-q", "-m", "Ada"));
        words.addAll(List.of(more));
        var outcome = git.attempt(environment, words.toArray(String[]::new));
        assertArrayEquals(new String[0], dirs.work().toFile().list());
        return outcome;
    }

    private static void assertRefused(Git git, String where, Git.Outcome outcome) {
        assertEquals(1, outcome.code(), outcome.out());
        assertTrue(outcome.out().contains(where), outcome.out());
        assertEquals("Begin", git.run("log", "-1", "--format=%s"));
    }

    @Test
    void what_is_staged_is_validated_and_not_what_stands_in_the_work_tree(TestDirs dirs) throws Exception {
        var git = repository(dirs, "ada's agents");
        var file = "ada's agents/ada.yaml";
        git.write(file, BAD).run("add", "-A");
        git.write(file, GOOD);
        assertRefused(git, file + ":5:3: spec.comand: unknown field", commit(dirs, git));

        git.run("add", "-A");
        git.write(file, BAD);
        var done = commit(dirs, git);
        assertEquals(0, done.code(), done.out());
        assertEquals("Ada", git.run("log", "-1", "--format=%s"));
        // An index of its own, as git makes for a part of what is there.
        assertEquals(1, commit(dirs, git, file).code());
        assertEquals(1, commit(dirs, git, "-a").code());
    }

    @Test
    void a_linked_work_tree_validates_what_is_staged_there(TestDirs dirs) throws Exception {
        var git = repository(dirs, "");
        git.run("worktree", "add", "-q", "-b", "two", "../second");
        var second = new Git(dirs.root().resolve("second"));
        git.write("ada.yaml", GOOD).run("add", "-A");
        second.write("ada.yaml", BAD).run("add", "-A");
        assertRefused(second, "ada.yaml:5:3: ", commit(dirs, second));
        second.write("ada.yaml", GOOD).run("add", "-A");
        git.write("ada.yaml", BAD).run("add", "-A");
        var done = commit(dirs, second);
        assertEquals(0, done.code(), done.out());
        assertRefused(git, "ada.yaml:5:3: ", commit(dirs, git));
    }

    @Test
    void without_reconciler_in_the_path_it_says_so_and_the_commit_goes_on(TestDirs dirs) throws Exception {
        var git = repository(dirs, "");
        git.write("ada.yaml", BAD).run("add", "-A");
        var done = git.attempt(Map.of("PATH", dirs.work().toString()), "commit", "-q", "-m", "Ada");
        assertEquals(0, done.code(), done.out());
        assertTrue(done.out().contains("reconciler is not in the PATH: the manifests were not validated"), done.out());
    }
}
