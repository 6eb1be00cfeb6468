package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Revision;
import dev.reconciler.host.CommitSource.Key;
import dev.reconciler.host.CommitSource.Verify;
import dev.reconciler.host.Folder.Look;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Folders that are read from commits, with the real git, ssh-keygen and gpg.
class CommitFolderTest {
    @TempDir
    private Path temp;

    private final AtomicInteger changes = new AtomicInteger();
    private final List<CommitFolder> open = new ArrayList<>();
    private final Map<String, String> environment = new TreeMap<>(WatchedFolderTest.BASE);
    private Git git;

    @BeforeEach
    void makeRepository() throws Exception {
        git = Git.init(temp.toRealPath().resolve("fleet"));
        git.write("agents/a.yaml", "a: 1\n").commit("One");
    }

    @AfterEach
    void close() throws IOException {
        for (var folder : open) {
            folder.close();
        }
    }

    private static CommitSource source(String branch, String tag, String path, String remote) {
        return new CommitSource(branch, tag, path, remote, Duration.ofSeconds(1), Verify.None, List.of());
    }

    private static CommitSource signed(String tag, Verify verify, Key... keys) {
        return new CommitSource(null, tag, null, null, Duration.ofSeconds(1), verify, List.of(keys));
    }

    private CommitFolder folder(CommitSource source) {
        return folder(source, git.directory().resolve("agents"), changes::incrementAndGet);
    }

    private CommitFolder folder(CommitSource source, Path manifests, Runnable onChange) {
        var base = new TreeMap<>(environment);
        base.putAll(Map.of("HOME", temp.toString(), "GIT_CONFIG_NOSYSTEM", "1"));
        var folder = new CommitFolder(source, manifests, temp.resolve("state/commits"), base, onChange);
        open.add(folder);
        return folder;
    }

    /// As when a daemon ends: one at a time writes into a state directory.
    private void end() throws Exception {
        for (var folder : open) {
            folder.close();
        }
        await().until(() -> Thread.getAllStackTraces().keySet().stream().noneMatch(t -> t.getName().equals("commits")));
    }

    private static Map<String, String> texts(Folder folder) {
        return texts(assertInstanceOf(Look.Seen.class, folder.look()));
    }

    private static Map<String, String> texts(Look.Seen look) {
        var texts = new TreeMap<String, String>();
        look.files()
                .forEach((name, file) -> texts.put(
                        name,
                        file instanceof Folder.File.Content(var bytes, var quiet)
                                ? new String(bytes, StandardCharsets.UTF_8)
                                : ((Folder.File.Unreadable) file).why()));
        return texts;
    }

    private static String error(Folder folder) {
        return switch (folder.look()) {
            case Look.Seen(var files, var checkout) -> checkout.pull().error();
            case Look.Held(var checkout, var trouble) -> trouble;
            case Look.Blind(var why) -> why;
        };
    }

    @Test
    void the_commit_counts_and_whatever_stands_in_the_work_tree_does_not() throws Exception {
        var folder = folder(source(null, null, null, null));
        git.write("agents/a.yaml", "a: 2\n").write("agents/b.yaml", "b: 1\n");
        Files.createFile(git.directory().resolve(".git/index.lock"));
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
        Files.delete(git.directory().resolve(".git/index.lock"));
        var commit = git.commit("Two");
        await().until(() -> texts(folder).equals(Map.of("a.yaml", "a: 2\n", "b.yaml", "b: 1\n")));
        assertTrue(changes.get() > 0);
        var look = assertInstanceOf(Look.Seen.class, folder.look());
        assertEquals(new Revision("main", commit), look.checkout().revision());
        assertEquals("Two", look.checkout().subject());
        assertEquals("", look.checkout().pull().error());
        assertSame(look, folder.look());
    }

    @Test
    void reading_touches_no_file_of_the_work_tree_and_no_file_of_git() throws Exception {
        var before = facts(git.directory());
        var folder = folder(source(null, null, null, null));
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
        folder.sync();
        assertEquals(before, facts(git.directory()));
        assertFalse(Files.exists(temp.resolve(".config")), "JGit wrote its own settings");
        assertFalse(Files.exists(temp.resolve(".jgitconfig")));
    }

    private static Map<Path, FileFacts> facts(Path directory) throws IOException {
        var facts = new TreeMap<Path, FileFacts>();
        try (var files = Files.walk(directory)) {
            for (var file : files.toList()) {
                facts.put(file, FileFacts.of(file));
            }
        }
        return facts;
    }

    @Test
    void a_branch_or_a_tag_is_followed_whatever_is_checked_out() throws Exception {
        git.run("branch", "live");
        git.run("tag", "-a", "-m", "First", "v1");
        git.write("agents/a.yaml", "a: 2\n").commit("Two");
        var live = folder(source("live", null, null, null));
        var tag = folder(source(null, "v1", null, null));
        assertEquals("a: 1\n", texts(live).get("a.yaml"));
        assertEquals("a: 1\n", texts(tag).get("a.yaml"));
        assertEquals("v1", ((Look.Seen) tag.look()).checkout().revision().ref());
        git.run("branch", "-f", "live", "main");
        git.run("tag", "-f", "v1");
        await().until(() -> "a: 2\n".equals(texts(live).get("a.yaml")));
        await().until(() -> "a: 2\n".equals(texts(tag).get("a.yaml")));
    }

    @Test
    void a_checkout_of_another_branch_is_followed_where_none_is_named() throws Exception {
        git.run("checkout", "-q", "-b", "team/next");
        git.write("agents/a.yaml", "a: 3\n").commit("Three");
        git.run("checkout", "-q", "main");
        var folder = folder(source(null, null, null, null));
        assertEquals("a: 1\n", texts(folder).get("a.yaml"));
        git.run("checkout", "-q", "team/next");
        await().until(() -> "a: 3\n".equals(texts(folder).get("a.yaml")));
        git.write("agents/a.yaml", "a: 4\n").commit("Four");
        await().until(() -> "a: 4\n".equals(texts(folder).get("a.yaml")));
    }

    @Test
    void folders_and_links_within_the_commit_are_followed_and_none_leads_out_of_it() throws Exception {
        git.write("agents/team/b.yaml", "b: 1\n")
                .write("shared/c.yaml", "c: 1\n")
                .write("agents/.hidden.yaml", "x")
                .write("agents/notes.md", "x")
                .write("x.yaml", "x: 1\n");
        Files.createSymbolicLink(git.directory().resolve("agents/linked.yaml"), Path.of("../shared/c.yaml"));
        Files.createSymbolicLink(git.directory().resolve("agents/more"), Path.of("../shared"));
        Files.createSymbolicLink(git.directory().resolve("agents/loop"), Path.of("."));
        Files.createSymbolicLink(git.directory().resolve("agents/out.yaml"), Path.of("/etc/hostname"));
        Files.createSymbolicLink(git.directory().resolve("agents/up.yaml"), Path.of("../../../x.yaml"));
        git.commit("Links");
        var texts = texts(folder(source(null, null, null, null)));
        assertEquals(
                Map.of("a.yaml", "a: 1\n", "team/b.yaml", "b: 1\n", "linked.yaml", "c: 1\n", "more/c.yaml", "c: 1\n",
                        "out.yaml", "is a link to nothing in the commit",
                        "up.yaml", "is a link to nothing in the commit"),
                texts);
    }

    /// Puts what no work tree could hold into the next commit.
    private void stage(String mode, String object, String path) {
        git.run("update-index", "--add", "--cacheinfo", mode + "," + object + "," + path);
    }

    private String object(String type, String content) throws IOException {
        var file = Files.writeString(temp.resolve("object"), content);
        return git.run("hash-object", "--literally", "-t", type, "-w", file.toString());
    }

    @Test
    void a_link_to_what_no_path_can_be_is_a_link_to_nothing() throws Exception {
        stage("120000", object("blob", "b\0.yaml"), "agents/nul.yaml");
        stage("120000", object("blob", "b\0"), "agents/nul");
        stage("120000", object("blob", "x/".repeat(5000)), "agents/long.yaml");
        git.run("commit", "-q", "-m", "Crafted");
        assertEquals(
                Map.of("a.yaml", "a: 1\n", "nul.yaml", "is a link to nothing in the commit",
                        "long.yaml", "is a link to nothing in the commit"),
                texts(folder(source(null, null, null, null))));
    }

    @Test
    void a_commit_that_nobody_can_read_leaves_the_last_good_one() throws Exception {
        var good = git.head();
        var folder = folder(source(null, null, null, null));
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
        var broken = git.run("commit-tree", "-m", "Broken", object("tree", "40000 agents"));
        git.run("update-ref", "refs/heads/main", broken);
        await().until(() -> error(folder).contains("cannot be read"));
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
        Files.delete(temp.resolve("state/commits/applied"));
        var next = folder(source(null, null, null, null));
        assertInstanceOf(Look.Held.class, next.look());
        git.run("update-ref", "refs/heads/main", good);
        await().until(() -> error(folder).isEmpty() && error(next).isEmpty());
    }

    @Test
    void a_submodule_is_named_and_is_no_empty_folder() throws Exception {
        git.run("rm", "-q", "--cached", "agents/a.yaml");
        stage("160000", git.head(), "agents/team");
        stage("120000", object("blob", "team"), "agents/linked");
        git.run("commit", "-q", "-m", "Agents of another repository");
        var why = "is a submodule: its files are in no commit of this repository";
        assertEquals(Map.of("team", why, "linked", why), texts(folder(source(null, null, null, null))));
    }

    @Test
    void a_repository_that_keeps_branches_in_a_reftable_is_named() throws Exception {
        var folder = folder(source(null, null, null, null));
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
        Files.createDirectory(git.directory().resolve(".git/reftable"));
        Files.writeString(git.directory().resolve(".git/HEAD"), "ref: refs/heads/.invalid\n");
        await().until(() -> error(folder).contains("reftable"));
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
    }

    @Test
    void a_path_is_read_and_a_missing_one_leaves_the_last_good_commit() throws Exception {
        var top = folder(source(null, null, ".", null));
        assertEquals(Map.of("agents/a.yaml", "a: 1\n"), texts(top));
        var named = folder(source(null, null, "agents", null));
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(named));
        git.run("mv", "agents", "others");
        git.commit("Moved");
        await().until(() -> error(named).contains("no folder agents"));
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(named));
    }

    @Test
    void a_bare_repository_is_followed_when_somebody_pushes() throws Exception {
        var bare = temp.toRealPath().resolve("fleet.git");
        git.run("clone", "-q", "--bare", git.directory().toString(), bare.toString());
        var folder = folder(source("main", null, "agents", null), bare, changes::incrementAndGet);
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
        git.write("agents/a.yaml", "a: 2\n").commit("Two");
        git.run("push", "-q", bare.toString(), "main");
        await().until(() -> "a: 2\n".equals(texts(folder).get("a.yaml")));
    }

    @Test
    void a_remote_is_fetched_and_one_that_fails_leaves_the_last_good_commit() throws Exception {
        var upstream = git.directory();
        var folder = folder(source("main", null, "agents", "file://" + upstream), temp.resolve("nothing"),
                changes::incrementAndGet);
        await().until(() -> folder.look() instanceof Look.Seen);
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
        git.write("agents/a.yaml", "a: 2\n").commit("Two");
        assertEquals("", folder.sync());
        assertEquals(Map.of("a.yaml", "a: 2\n"), texts(folder));
        // History may be rewritten: what the remote says counts.
        git.run("reset", "-q", "--hard", "HEAD~1");
        assertEquals("", folder.sync());
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
        Files.move(upstream, upstream.resolveSibling("gone"));
        var error = folder.sync();
        assertTrue(error.contains("git fetch of file://") && error.contains("failed"), error);
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
        Files.move(upstream.resolveSibling("gone"), upstream);
        await().until(() -> error(folder).isEmpty());
    }

    @Test
    void a_remote_by_name_is_fetched_into_a_name_of_ours_and_nothing_else_of_the_repository_moves() throws Exception {
        var clone = temp.toRealPath().resolve("clone");
        git.run("clone", "-q", git.directory().toString(), clone.toString());
        var cloned = new Git(clone);
        var remoteBranch = cloned.run("rev-parse", "origin/main");
        var commit = git.write("agents/a.yaml", "a: 2\n").commit("Two");
        var folder = folder(source("main", null, null, "origin"), clone.resolve("agents"), changes::incrementAndGet);
        await().until(() -> folder.look() instanceof Look.Seen);
        assertEquals(Map.of("a.yaml", "a: 2\n"), texts(folder));
        assertEquals(commit, cloned.run("rev-parse", CommitSource.FETCHED));
        assertEquals(remoteBranch, cloned.run("rev-parse", "origin/main"));
        assertEquals("", cloned.run("status", "--porcelain"));
        assertFalse(Files.exists(clone.resolve(".git/FETCH_HEAD")));
    }

    @Test
    void a_remote_behind_ssh_is_fetched_with_the_users_own_settings() throws Exception {
        Files.writeString(temp.resolve(".gitconfig"), "[core]\n\tsshCommand = " + script("ssh", "exec sh -c \"$2\"")
                + "\n[ssh]\n\tvariant = simple\n");
        var folder = folder(source("main", null, "agents", "ssh://nowhere.invalid" + git.directory()),
                temp.resolve("nothing"), changes::incrementAndGet);
        await().until(() -> folder.look() instanceof Look.Seen);
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
    }

    private Path script(String name, String line) throws IOException {
        var script = Files.writeString(temp.resolve(name), "#!/bin/sh\n" + line + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void a_signed_tag_of_a_remote_is_followed() throws Exception {
        var ada = sshKey("ada");
        git.run("-c", "gpg.format=ssh", "-c", "user.signingKey=" + ada, "tag", "-s", "-m", "Signed", "v1");
        var source = new CommitSource(null, "v1", "agents", "file://" + git.directory(), Duration.ofSeconds(1),
                Verify.Tag, List.of(line(ada)));
        var folder = folder(source, temp.resolve("nothing"), changes::incrementAndGet);
        await().until(() -> folder.look() instanceof Look.Seen);
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
        git.write("agents/a.yaml", "a: 2\n").commit("Two");
        git.run("tag", "-f", "-a", "-m", "Unsigned", "v1");
        assertTrue(folder.sync().contains("tag v1 is not signed"), error(folder));
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
        git.run("-c", "gpg.format=ssh", "-c", "user.signingKey=" + ada, "tag", "-f", "-s", "-m", "Signed", "v1");
        assertEquals("", folder.sync());
        assertEquals(Map.of("a.yaml", "a: 2\n"), texts(folder));
    }

    @Test
    void what_was_fetched_goes_by_the_names_it_has_at_its_remote() throws Exception {
        var first = git.head();
        git.write("agents/a.yaml", "a: 2\n").commit("Two");
        var folder = folder(source("main", null, "agents", "file://" + git.directory()), temp.resolve("nothing"),
                changes::incrementAndGet);
        await().until(() -> folder.look() instanceof Look.Seen);
        for (var name : List.of("HEAD", "@", "main", "origin/main")) {
            assertEquals(Map.of("a.yaml", "a: 2\n"), texts(folder.at(name)), name);
        }
        for (var name : List.of("HEAD~1", "@^", "main~1", "origin/main^", first, first.substring(0, 8))) {
            assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder.at(name)), name);
        }
        var refused = assertThrows(IOException.class, () -> folder.at("other~1"));
        assertTrue(refused.getMessage().contains("only main is fetched"), refused.getMessage());
    }

    @Test
    void an_unknown_branch_and_a_folder_outside_of_git_are_named() {
        assertTrue(error(folder(source("nosuch", null, null, null))).contains("no refs/heads/nosuch"));
        var plain = folder(source(null, null, null, null), temp, () -> {});
        assertTrue(error(plain).contains("is in no git repository"), error(plain));
    }

    @Test
    void nothing_is_written_into_the_folder() {
        var folder = folder(source(null, null, null, null));
        var refused = assertThrows(IOException.class, () -> folder.replace("a.yaml", new byte[0], new byte[0]));
        assertTrue(refused.getMessage().contains("commit"), refused.getMessage());
    }

    @Test
    void other_revisions_are_read_by_any_name_git_knows() throws Exception {
        var first = git.head();
        git.write("agents/a.yaml", "a: 2\n").commit("Two");
        git.run("branch", "other", first);
        var commits = folder(source(null, null, null, null));
        try (var tree = new WatchedFolder(git.directory().resolve("agents"), WatchedFolderTest.BASE, null)) {
            for (Folder folder : List.<Folder>of(commits, tree)) {
                for (var name : List.of("HEAD~1", "other", first, first.substring(0, 8), "main^")) {
                    assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder.at(name)), name);
                }
                assertEquals("Two", folder.at("HEAD").checkout().subject());
                assertThrows(IOException.class, () -> folder.at("nosuch"));
            }
        }
    }

    @Test
    void a_repository_that_others_can_write_is_refused() throws Exception {
        Files.setPosixFilePermissions(
                git.directory().resolve(".git/objects"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertTrue(error(folder(source(null, null, null, null))).contains("can be written by everybody"));
    }

    // Signatures.

    private Path sshKey(String name) throws Exception {
        var key = temp.resolve(name);
        var made = new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key.toString())
                .start();
        assertEquals(0, made.waitFor());
        return key;
    }

    private String signedBySsh(Path key, String message) {
        git.run("-c", "gpg.format=ssh", "-c", "user.signingKey=" + key, "commit", "-q", "-a", "-S", "-m", message);
        return git.head();
    }

    private static Key line(Path key) throws IOException {
        return new Key.Ssh(Files.readString(Path.of(key + ".pub")).strip());
    }

    @Test
    void only_a_commit_signed_by_a_listed_ssh_key_is_applied_and_the_last_good_one_stays() throws Exception {
        var ada = sshKey("ada@example.org");
        var eve = sshKey("eve@example.org");
        git.write("agents/a.yaml", "a: 2\n");
        var good = signedBySsh(ada, "Signed");
        var folder = folder(signed(null, Verify.HEAD, line(ada)));
        assertEquals(Map.of("a.yaml", "a: 2\n"), texts(folder));
        var pull = ((Look.Seen) folder.look()).checkout().pull();
        assertTrue(pull.verified() && pull.signature().contains("ada@example.org"), pull.toString());

        git.write("agents/a.yaml", "a: 3\n").commit("Unsigned");
        await().until(() -> error(folder).contains("is not signed"));
        assertEquals(Map.of("a.yaml", "a: 2\n"), texts(folder));
        assertFalse(((Look.Seen) folder.look()).checkout().pull().verified());
        assertEquals(good, ((Look.Seen) folder.look()).checkout().revision().commit());

        git.write("agents/a.yaml", "a: 4\n");
        signedBySsh(eve, "Signed by somebody else");
        await().until(() -> error(folder).contains("is not signed by a key of source.verify.keys"));
        assertEquals(Map.of("a.yaml", "a: 2\n"), texts(folder));

        // A daemon that starts now knows what was good.
        end();
        var next = folder(signed(null, Verify.HEAD, line(ada)));
        assertEquals(Map.of("a.yaml", "a: 2\n"), texts(next));
        // One with other keys believes nothing of that.
        end();
        assertInstanceOf(Look.Held.class, folder(signed(null, Verify.HEAD, line(sshKey("new")))).look());

        end();
        var last = folder(signed(null, Verify.HEAD, line(ada)));
        last.look();
        git.write("agents/a.yaml", "a: 5\n");
        signedBySsh(ada, "Signed again");
        await().until(() -> last.look() instanceof Look.Seen && texts(last).equals(Map.of("a.yaml", "a: 5\n")));
    }

    @Test
    void a_key_may_stand_in_a_file_but_not_in_the_repository() throws Exception {
        var ada = sshKey("ada");
        git.write("agents/a.yaml", "a: 2\n");
        signedBySsh(ada, "Signed");
        var outside = new Key.File(Path.of(ada + ".pub"));
        assertEquals(Map.of("a.yaml", "a: 2\n"), texts(folder(signed(null, Verify.HEAD, outside))));
        end();
        Files.deleteIfExists(temp.resolve("state/commits/applied"));
        git.write("keys.pub", Files.readString(Path.of(ada + ".pub")));
        git.run("add", "-A");
        signedBySsh(ada, "A key among the manifests");
        var inside = folder(signed(null, Verify.HEAD, new Key.File(git.directory().resolve("keys.pub"))));
        assertTrue(error(inside).contains("keep it elsewhere"), error(inside));
    }

    @Test
    void a_commit_that_git_replaces_with_a_signed_one_is_not_signed() throws Exception {
        var ada = sshKey("ada");
        git.write("agents/a.yaml", "a: 2\n");
        var good = signedBySsh(ada, "Signed");
        git.run("replace", git.write("agents/a.yaml", "a: 3\n").commit("Unsigned"), good);
        var folder = folder(signed(null, Verify.HEAD, line(ada)));
        assertTrue(error(folder).contains("is not signed"), error(folder));
    }

    @Test
    void a_key_that_was_taken_out_of_its_file_vouches_for_nothing_any_more() throws Exception {
        var ada = sshKey("ada");
        var eve = sshKey("eve");
        var file = temp.resolve("keys");
        Files.writeString(file, Files.readString(Path.of(ada + ".pub")) + Files.readString(Path.of(eve + ".pub")));
        git.write("agents/a.yaml", "a: 2\n");
        signedBySsh(eve, "Signed");
        var folder = folder(signed(null, Verify.HEAD, new Key.File(file)));
        assertEquals(Map.of("a.yaml", "a: 2\n"), texts(folder));
        Files.copy(Path.of(ada + ".pub"), file, StandardCopyOption.REPLACE_EXISTING);
        await().until(() -> error(folder).contains("is not signed by a key of source.verify.keys"));
        assertEquals(Map.of("a.yaml", "a: 2\n"), texts(folder));
        end();
        assertInstanceOf(Look.Held.class, folder(signed(null, Verify.HEAD, new Key.File(file))).look());
    }

    /// Its program starts an agent that nobody ends.
    @Test
    void a_signature_of_x509_is_none_and_starts_nothing() throws Exception {
        var started = temp.resolve("started");
        script("gpgsm", "echo \"$@\" > " + started + "; exit 1");
        environment.compute("PATH", (_, path) -> temp + ":" + path);
        var commit = git.run("cat-file", "commit", "HEAD")
                .replaceFirst("\n\n",
                        "\ngpgsig -----BEGIN SIGNED MESSAGE-----\n MIIA\n -----END SIGNED MESSAGE-----\n\n");
        git.run("update-ref", "refs/heads/main", object("commit", commit + "\n"));
        var folder = folder(signed(null, Verify.HEAD, line(sshKey("ada"))));
        assertTrue(error(folder).contains("is not signed"), error(folder));
        assertFalse(Files.exists(started));
    }

    @Test
    void a_signed_tag_under_another_name_is_not_that_tag() throws Exception {
        var ada = sshKey("ada");
        git.run("-c", "gpg.format=ssh", "-c", "user.signingKey=" + ada, "tag", "-s", "-m", "Signed", "v1");
        git.run("update-ref", "refs/tags/v2", git.run("rev-parse", "refs/tags/v1"));
        var folder = folder(signed("v2", Verify.Tag, line(ada)));
        assertTrue(error(folder).contains("tag v2 is signed as v1"), error(folder));
    }

    @ParameterizedTest
    @EnumSource(value = Verify.class, names = {"Tag", "TagAndHEAD"})
    void a_tag_must_be_signed_and_with_head_its_commit_too(Verify verify) throws Exception {
        var ada = sshKey("ada");
        git.run("tag", "-a", "-m", "Unsigned", "v1");
        var folder = folder(signed("v1", verify, line(ada)));
        assertTrue(error(folder).contains("tag v1 is not signed"), error(folder));
        git.run("tag", "-f", "v1");
        await().until(() -> error(folder).contains("is not an annotated tag"));
        git.run("-c", "gpg.format=ssh", "-c", "user.signingKey=" + ada, "tag", "-f", "-s", "-m", "Signed", "v1");
        if (verify == Verify.Tag) {
            await().until(() -> error(folder).isEmpty());
            assertEquals(Map.of("a.yaml", "a: 1\n"), texts(folder));
        } else {
            await().until(() -> error(folder).contains("commit") && error(folder).contains("is not signed"));
            git.write("agents/a.yaml", "a: 2\n");
            signedBySsh(ada, "Signed");
            git.run("-c", "gpg.format=ssh", "-c", "user.signingKey=" + ada, "tag", "-f", "-s", "-m", "Both", "v1");
            await().until(() -> error(folder).isEmpty());
            assertEquals(Map.of("a.yaml", "a: 2\n"), texts(folder));
        }
    }

    @Test
    void only_a_commit_or_a_tag_signed_by_a_listed_openpgp_key_is_applied() throws Exception {
        // Its agent's socket needs a short path.
        var home = Files.createTempDirectory(Path.of("/tmp"), "rgpg");
        try {
            assertEquals(0, gpg(home, "--quick-generate-key", "Ada <ada@example.org>", "ed25519", "sign", "never"));
            assertEquals(0, gpg(home, "--quick-generate-key", "Eve <eve@example.org>", "ed25519", "sign", "never"));
            var ada = temp.resolve("ada.asc");
            assertEquals(0, gpg(home, "--armor", "--output", ada.toString(), "--export", "ada@example.org"));
            git.write("agents/a.yaml", "a: 2\n");
            signedByGpg(home, "ada@example.org", "commit", "-q", "-a", "-S", "-m", "Ada's");
            var folder = folder(signed(null, Verify.HEAD, new Key.File(ada)));
            assertEquals(Map.of("a.yaml", "a: 2\n"), texts(folder));
            git.write("agents/a.yaml", "a: 3\n");
            signedByGpg(home, "eve@example.org", "commit", "-q", "-a", "-S", "-m", "Eve's");
            await().until(() -> error(folder).contains("is not signed by a key"));
            assertEquals(Map.of("a.yaml", "a: 2\n"), texts(folder));
            end();
            signedByGpg(home, "eve@example.org", "tag", "-s", "-m", "Eve's", "v1");
            var tag = folder(signed("v1", Verify.Tag, new Key.File(ada)));
            assertTrue(error(tag).contains("tag v1 is not signed by a key"), error(tag));
            signedByGpg(home, "ada@example.org", "tag", "-f", "-s", "-m", "Ada's", "v1");
            await().until(() -> error(tag).isEmpty());
            assertEquals(Map.of("a.yaml", "a: 3\n"), texts(tag));
        } finally {
            new ProcessBuilder("gpgconf", "--homedir", home.toString(), "--kill", "all").start().waitFor();
            try (var files = Files.walk(home)) {
                for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private void signedByGpg(Path home, String who, String... words) throws Exception {
        var wrapper = script("gpg-in-home", "exec gpg --homedir " + home + " --batch \"$@\"");
        var argv = new ArrayList<>(List.of("-c", "gpg.program=" + wrapper, "-c", "user.signingKey=" + who));
        argv.addAll(List.of(words));
        git.run(argv.toArray(String[]::new));
    }

    private static int gpg(Path home, String... arguments) throws Exception {
        var argv = new ArrayList<>(List.of(
                "gpg", "--homedir", home.toString(), "--batch", "--passphrase", "", "--pinentry-mode", "loopback"));
        argv.addAll(List.of(arguments));
        var process = new ProcessBuilder(argv).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            System.err.println(said);
        }
        return code;
    }

    @Test
    void a_look_without_a_daemon_writes_nothing() throws Exception {
        var alone = folder(source(null, null, null, null), git.directory().resolve("agents"), null);
        assertEquals(Map.of("a.yaml", "a: 1\n"), texts(alone));
        assertFalse(Files.exists(temp.resolve("state")));
        assertNotNull(alone.look());
    }
}
