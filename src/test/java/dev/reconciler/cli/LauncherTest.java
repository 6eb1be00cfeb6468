package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `bin/reconciler` with pretended Javas, which print what they were started with.
class LauncherTest {
    private static final String PRINTS = """
            #!/bin/sh
            echo "java of $0"
            for a; do echo "[$a]"; done
            echo "arenas ${MALLOC_ARENA_MAX:-none} ctype ${LC_CTYPE:-none} all ${LC_ALL:-none}"
            """;

    @TempDir
    private Path temporary;

    private final Map<String, String> environment = new TreeMap<>();
    private Path tree;

    private record Ended(int code, String out, String err) {}

    @BeforeEach
    void layTree() throws IOException {
        tree = temporary.resolve("a tree:with 'signs'");
        Files.createDirectories(tree.resolve("bin"));
        Files.createDirectories(tree.resolve("lib"));
        Files.createFile(tree.resolve("lib/reconciler.jar"));
        Files.copy(Path.of("bin/reconciler"), tree.resolve("bin/reconciler"));
        executable(tree.resolve("bin/reconciler"));
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("LANG", "en_US.UTF-8");
    }

    @Test
    void reconcilers_own_variable_comes_before_java_home_and_the_path() throws Exception {
        environment.put("RECONCILER_JAVA_HOME", java("first", "25.0.3", PRINTS).toString());
        environment.put("JAVA_HOME", java("second", "26", PRINTS).toString());
        assertTrue(run("version").out.startsWith("java of " + temporary.resolve("first") + "/bin/java\n"));
    }

    @Test
    void a_java_that_is_too_old_is_passed_over_without_being_started() throws Exception {
        environment.put("RECONCILER_JAVA_HOME", java("old", "21.0.1", "#!/bin/sh\necho started >&2\n").toString());
        environment.put("JAVA_HOME", java("good", "25", PRINTS).toString());
        var ended = run("version");
        assertTrue(ended.out.startsWith("java of " + temporary.resolve("good")), ended.out);
        assertEquals("", ended.err);
    }

    @Test
    void a_java_on_the_path_is_found_through_its_links() throws Exception {
        var home = java("linked", "27-ea", PRINTS);
        var bin = Files.createDirectories(temporary.resolve("bin"));
        Files.createSymbolicLink(temporary.resolve("alternative"), home.resolve("bin/java"));
        Files.createSymbolicLink(bin.resolve("java"), Path.of("../alternative"));
        environment.put("PATH", bin + ":/usr/bin:/bin");
        assertTrue(run("version").out.startsWith("java of " + home), "found elsewhere");
    }

    @Test
    void a_tree_with_a_runtime_of_its_own_needs_no_other() throws Exception {
        java("a tree:with 'signs'/runtime", "25.0.3", PRINTS);
        environment.put("PATH", "/nowhere");
        environment.put("JAVA_HOME", java("other", "26", PRINTS).toString());
        assertTrue(run("version").out.startsWith("java of " + tree.resolve("bin/../lib/../runtime/bin/java") + "\n"));
        environment.put("RECONCILER_JAVA_HOME", java("chosen", "25", PRINTS).toString());
        assertTrue(run("version").out.startsWith("java of " + temporary.resolve("chosen")));
    }

    @Test
    void what_the_daemon_renders_and_nothing_else_starts_from_the_clients_own_jar() throws Exception {
        environment.put("JAVA_HOME", java("good", "25", PRINTS).toString());
        for (var verb : Verbs.NAMES) {
            var out = run("-n", "x", verb, "ada").out;
            var jar = out.lines().dropWhile(l -> !l.equals("[-jar]")).skip(1).findFirst().orElse("");
            assertTrue(jar.endsWith(Words.rendered(verb) ? "/reconciler-client.jar]" : "/reconciler.jar]"),
                    verb + " " + out);
        }
    }

    @Test
    void a_picture_is_live_on_a_terminal_and_data_is_not() throws Exception {
        environment.put("JAVA_HOME", java("good", "25", PRINTS).toString());
        environment.put("LAUNCHER", tree.resolve("bin/reconciler").toString());
        for (var words : List.of("get agents -w", "get agents --watch -o wide", "get -owide -w agents", "status -w")) {
            assertTrue(onTerminal(words).contains(",live"), words);
        }
        for (var words : List.of("get agents -w -o name", "get -o json agents -w", "get agents -w -oyaml",
                "get agents --watch --output=json", "get agents")) {
            assertFalse(onTerminal(words).contains(",live"), words);
        }
    }

    private String onTerminal(String words) throws Exception {
        return start(List.of("script", "-qec", "\"$LAUNCHER\" " + words, "/dev/null")).out;
    }

    @Test
    void a_tree_that_was_not_built_says_what_to_do() throws Exception {
        Files.delete(tree.resolve("lib/reconciler.jar"));
        var ended = run("version");
        assertEquals(1, ended.code);
        assertTrue(ended.err.contains("make build"), ended.err);
    }

    @Test
    void it_is_found_through_a_relative_link_and_keeps_every_word_as_it_is() throws Exception {
        environment.put("JAVA_HOME", java("good", "25", PRINTS).toString());
        var bin = Files.createDirectories(temporary.resolve("home/bin"));
        Files.createSymbolicLink(bin.resolve("reconciler"), Path.of("../../a tree:with 'signs'/bin/reconciler"));
        var ended = start(List.of(bin.resolve("reconciler").toString(), "get", "a b", "$HOME", "", "*"));
        assertTrue(ended.out.contains("[get]\n[a b]\n[$HOME]\n[]\n[*]\n"), ended.out);
        assertTrue(ended.out.contains("signs'/bin/../lib/reconciler-client.jar]\n"), ended.out);
    }

    @Test
    void only_the_daemon_gets_the_daemons_memory_settings() throws Exception {
        environment.put("JAVA_HOME", java("good", "25", PRINTS).toString());
        var daemon = run("--manifests", "get", "-n", "status", "run", "--once");
        assertTrue(daemon.out.contains("[-Xmx128m]"), daemon.out);
        assertFalse(daemon.out.contains("--enable-native-access"), "the jar's manifest says so; a flag would switch off"
                + " the archived module graph, and with it most of what is prepared ahead of time");
        assertTrue(daemon.out.contains("arenas 2"), daemon.out);
        var command = run("get", "run");
        assertFalse(command.out.contains("-Xmx"), command.out);
        assertTrue(command.out.contains("arenas none"), command.out);
    }

    @Test
    void a_session_without_utf8_gets_it_and_another_keeps_its_own() throws Exception {
        environment.put("JAVA_HOME", java("good", "25", PRINTS).toString());
        assertTrue(run("version").out.contains("ctype none all none"));
        environment.put("LANG", "C");
        assertTrue(run("version").out.contains("ctype C.UTF-8 all none"));
        environment.put("LC_ALL", "POSIX");
        assertTrue(run("version").out.contains("ctype none all C.UTF-8"));
    }

    @Test
    void attach_becomes_what_java_prints_and_no_java_stays() throws Exception {
        environment.put("JAVA_HOME", java("good", "25", """
                #!/bin/sh
                echo "note" >&2
                echo "unset TMUX; exec sh -c 'echo \\"pid \\$\\$ tmux \\${TMUX:-none}\\"'"
                exit 120
                """).toString());
        environment.put("TMUX", "/tmp/other,1,0");
        var ended = run("attach", "ada");
        assertEquals(0, ended.code);
        assertTrue(ended.out.matches("pid [0-9]+ tmux none\n"), ended.out);
        assertEquals("note\n", ended.err);
    }

    @Test
    void attach_prints_and_fails_as_java_does() throws Exception {
        environment.put("JAVA_HOME", java("good", "25", "#!/bin/sh\necho help\nexit 3\n").toString());
        assertEquals(new Ended(3, "help\n", ""), run("attach", "--help"));
    }

    private Path java(String name, String version, String script) throws IOException {
        var home = temporary.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"),
                "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"x\"\n");
        Files.writeString(home.resolve("bin/java"), script);
        executable(home.resolve("bin/java"));
        return home;
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Ended run(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(tree.resolve("bin/reconciler").toString());
        command.addAll(List.of(words));
        return start(command);
    }

    private Ended start(List<String> command) throws IOException, InterruptedException {
        var out = temporary.resolve("out");
        var err = temporary.resolve("err");
        var builder = new ProcessBuilder(command)
                .directory(temporary.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        return new Ended(code, Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }
}
