package dev.reconciler.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.desired.Models;
import dev.reconciler.host.CommitSource;
import java.io.IOException;
import dev.reconciler.plan.Ghosts;
import dev.reconciler.recording.Kept;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    private Path home;

    private final Map<String, String> environment = new TreeMap<>();

    @BeforeEach
    void live() {
        environment.put("HOME", home.toString());
    }

    private Settings load(Directories.Given flags) throws Access.Refusal {
        var settings = Settings.load(flags, environment, Path.of("/srv"));
        assertEquals(settings.directories(), Settings.directories(flags, environment, Path.of("/srv")));
        return settings;
    }

    private Settings load() throws Access.Refusal {
        return load(Directories.Given.NOTHING);
    }

    private void config(String text) throws IOException {
        var file = home.resolve(".config/reconciler/config.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private String refused(String text) throws IOException {
        config(text);
        return assertThrows(Access.Refusal.class, this::load).getMessage().replace(home.toString(), "~");
    }

    @Test
    void the_models_that_manifests_may_ask_for_are_a_list() throws Exception {
        assertEquals(Models.ANY, load().models());
        config("models: [sonnet, opus]\n");
        assertEquals(new Models(List.of("sonnet", "opus")), load().models());
        assertEquals(
                "~/.config/reconciler/config.yaml:1:9: models: must be a list of names, such as [sonnet, opus]",
                refused("models: sonnet\n"));
        assertEquals(
                "~/.config/reconciler/config.yaml:1:10: models: must be the name of a model",
                refused("models: [[a], b]\n"));
    }

    @Test
    void without_a_word_everything_has_its_xdg_place() throws Exception {
        environment.put("XDG_RUNTIME_DIR", "/run/user/7");
        var settings = load();
        assertEquals(home.resolve(".config/reconciler/manifests"), settings.manifests());
        assertEquals(home.resolve(".local/state/reconciler"), settings.state());
        assertEquals(Path.of("/run/user/7/reconciler"), settings.runtime());
        assertEquals(30, settings.holdDownSeconds());
        assertFalse(settings.allowEmpty());
    }

    @Test
    void a_flag_comes_before_the_environment_before_the_file() throws Exception {
        config("manifests: ~/c\nstate: /c/s\nruntime: /c/r\n");
        assertEquals(home.resolve("c"), load().manifests());
        assertEquals(Path.of("/c/r"), load().runtime());
        environment.put("RECONCILER_MANIFESTS", "/e/m");
        environment.put("RECONCILER_STATE", "/e/s");
        environment.put("RECONCILER_RUNTIME", "");
        assertEquals(Path.of("/e/m"), load().manifests());
        assertEquals(Path.of("/e/s"), load().state());
        assertEquals(Path.of("/c/r"), load().runtime());
        assertEquals(
                Path.of("/srv/f"), load(new Directories.Given("f/../f", null, null)).manifests());
    }

    @Test
    void the_file_may_set_everything_else() throws Exception {
        config("source:\n  allowEmpty: true\nholdDownSeconds: 0\n");
        assertTrue(load().allowEmpty());
        assertEquals(0, load().holdDownSeconds());
        config("ghosts: {foreign: Rescue, managed: Report}\n");
        assertEquals(new Ghosts(Ghosts.Treatment.Report, Ghosts.Treatment.Rescue), load().ghosts());
        config("# nothing\n");
        assertEquals(30, load().holdDownSeconds());
        assertEquals(new Ghosts(Ghosts.Treatment.Rescue, Ghosts.Treatment.Report), load().ghosts());
        assertTrue(refused("ghosts: {foreign: Kill}").contains(":1:19: ghosts.foreign: must be Rescue or Report"));
    }

    @Test
    void what_is_recorded_and_how_much_of_it_is_kept() throws Exception {
        assertEquals(new Kept(true, Duration.ofHours(24), 16 << 20, null), load().recording());
        config("recording: {maxHours: 2, maxBytes: 1Gi}\n");
        assertEquals(new Kept(true, Duration.ofHours(2), 1 << 30, null), load().recording());
        config("recording: {enabled: false}\n");
        assertFalse(load().recording().enabled());
        assertEquals(Path.of("/x"), load().record(Path.of("/x")).recording().file());
        assertTrue(load().record(Path.of("/x")).recording().enabled());
        assertTrue(refused("recording: {maxBytes: 9Ki}")
                .contains(":1:23: recording.maxBytes: must be a number of bytes from 1Mi to 1Ti, such as 16Mi"));
        assertTrue(refused("recording: {maxHours: 0}")
                .contains("recording.maxHours: must be a whole number from 1 to 8760"));
        assertTrue(refused("recording: {file: x}").contains("recording.file: unknown key"));
    }

    @Test
    void every_mistake_in_the_file_is_named_with_its_place() throws Exception {
        assertEquals(
                """
                        ~/.config/reconciler/config.yaml:1:1: manifest: unknown key; the known ones are manifests, state, runtime, source, holdDownSeconds, models, ghosts, recording
                        ~/.config/reconciler/config.yaml:2:18: holdDownSeconds: must be a whole number from 0 to 3600
                        ~/.config/reconciler/config.yaml:4:15: source.allowEmpty: must be true or false
                        ~/.config/reconciler/config.yaml:6:1: state: given twice""",
                refused("manifest: x\nholdDownSeconds: 3601\nsource:\n  allowEmpty: yes\nstate: /a\nstate: /b\n"));
        assertTrue(refused("a: [").startsWith("~/.config/reconciler/config.yaml:"));
        assertTrue(refused("- x").contains(":1:1: must be a mapping"));
        assertTrue(refused("a: *b").startsWith("~/.config/reconciler/config.yaml"));
    }

    @Test
    void an_escaped_key_is_read_as_what_it_says() throws Exception {
        config("\"st\\u0061te\": /escaped\n");
        assertEquals(Path.of("/escaped"), load().state());
    }

    @Test
    void the_runtime_directory_in_use_is_found_without_the_environment_that_chose_it() throws Exception {
        var state = home.resolve(".local/state/reconciler");
        Files.createDirectories(state);
        var used = Files.createDirectories(home.resolve("run/7")).resolve("reconciler");
        Files.write(state.resolve(Directories.RECORD), new Directories(home, state, used, false).record());
        assertEquals(used, load().runtime());
        assertFalse(load().directories().runtimeGiven());
        environment.put("RECONCILER_RUNTIME", "/given");
        assertEquals(Path.of("/given"), load().runtime());
        assertTrue(load().directories().runtimeGiven());
    }

    @Test
    void a_recorded_runtime_directory_whose_parent_is_gone_is_forgotten() throws Exception {
        var state = home.resolve(".local/state/reconciler");
        Files.createDirectories(state);
        Files.writeString(state.resolve(Directories.RECORD), "/run/user/no-such-user/reconciler\n");
        environment.put("TMPDIR", home.toString());
        assertTrue(load().runtime().toString().startsWith(home + "/reconciler-"));
        Files.writeString(state.resolve(Directories.RECORD), "garbage\u0000\n");
        assertTrue(load().runtime().toString().startsWith(home + "/reconciler-"));
    }

    @Test
    void relative_xdg_directories_are_ignored() throws Exception {
        environment.put("XDG_CONFIG_HOME", "relative");
        environment.put("XDG_STATE_HOME", "");
        assertEquals(home.resolve(".config/reconciler/manifests"), load().manifests());
        assertEquals(home.resolve(".local/state/reconciler"), load().state());
    }

    @Test
    void the_runtime_directory_is_made_for_its_user_only() throws Exception {
        var directories = new Directories(home, home, home.resolve("a/b"), true);
        directories.secureRuntime();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("a/b"))));
        directories.secureRuntime();
    }

    @Test
    void a_runtime_directory_that_others_can_enter_or_replace_is_refused() throws Exception {
        var open = Files.createDirectory(home.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-x---"));
        var refused = assertThrows(
                Access.Refusal.class, () -> new Directories(home, home, open, true).secureRuntime());
        assertTrue(refused.getMessage().contains("chmod 700"), refused.getMessage());
        var link = Files.createSymbolicLink(home.resolve("link"), Files.createDirectory(home.resolve("elsewhere")));
        assertThrows(Access.Refusal.class, () -> new Directories(home, home, link, true).secureRuntime());
        var file = Files.createFile(home.resolve("file"));
        assertThrows(Access.Refusal.class, () -> new Directories(home, home, file, true).secureRuntime());
    }

    @Test
    void which_commits_are_followed_and_who_must_sign_them_is_said_here() throws Exception {
        assertNull(load().commits());
        config("source: {mode: WorkTree}\n");
        assertNull(load().commits());
        config("""
                source:
                  mode: Commit
                  allowEmpty: true
                  git: {branch: live, path: ./agents/, remote: origin, pollSeconds: 5}
                  verify:
                    mode: HEAD
                    keys: [ssh-ed25519 AAAAC3 ada@example.org, keys/eve.asc, /etc/keys/bob.pub]
                """);
        var settings = load();
        assertTrue(settings.allowEmpty());
        assertEquals(
                new CommitSource(
                        "live", null, "agents", "origin", Duration.ofSeconds(5), CommitSource.Verify.HEAD,
                        List.of(
                                new CommitSource.Key.Ssh("ssh-ed25519 AAAAC3 ada@example.org"),
                                new CommitSource.Key.File(home.resolve(".config/reconciler/keys/eve.asc")),
                                new CommitSource.Key.File(Path.of("/etc/keys/bob.pub")))),
                settings.commits());
    }

    @Test
    void a_check_of_signatures_needs_commits_and_a_check_that_checks_nothing_is_refused() throws Exception {
        var file = "~/.config/reconciler/config.yaml:";
        assertEquals(
                file + "1:18: source.verify: needs source.mode: Commit: files in a work tree are not signed, commits"
                        + " are",
                refused("source: {verify: {mode: HEAD, keys: [ssh-ed25519 AAAA]}}\n"));
        assertEquals(
                file + "1:15: source.git: needs source.mode: Commit", refused("source: {git: {branch: main}}\n"));
        assertEquals(
                file + "1:32: source.verify: needs keys: without one nothing could be good",
                refused("source: {mode: Commit, verify: {mode: HEAD}}\n"));
        assertEquals(
                file + "1:32: source.verify: needs a mode: HEAD, Tag or TagAndHEAD",
                refused("source: {mode: Commit, verify: {keys: [ssh-ed25519 AAAA]}}\n"));
        assertEquals(
                file + "1:32: source.verify: mode Tag needs source.git.tag",
                refused("source: {mode: Commit, verify: {mode: Tag, keys: [ssh-ed25519 AAAA]}}\n"));
        assertEquals(
                file + "1:29: source.git: follows a branch or a tag, not both",
                refused("source: {mode: Commit, git: {branch: a, tag: b}}\n"));
        assertEquals(
                file + "1:47: source.git.branch: must be the name of a branch or tag, without refs/heads/\n"
                        + file + "1:67: source.git.path: must be a folder inside the repository, such as agents\n"
                        + file + "1:82: source.git.remote: must be a remote's name or a URL",
                refused("source: {mode: Commit, git: {branch:          --x, path:          ../x, remote:  -x}}\n"));
        assertEquals(
                file + "1:16: source.mode: must be WorkTree or Commit", refused("source: {mode: Commits}\n"));
    }
}
