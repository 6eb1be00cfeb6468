package dev.reconciler.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The judges are judged: each bug under `src/test/mutants` (a patch of the product, its first line says what it does) must
/// be found by the laws over all worlds, or by the simulation. `make sim-mutants`; `-Dmutants.only=NAME,NAME` plants some.
@Tag("mutants")
class PlantedBugsTest {
    private static final Path PATCHES = Path.of("src/test/mutants");
    private static final String ONLY = System.getProperty("mutants.only", "");
    private static final String HISTORIES = System.getProperty("mutants.histories", "20000");
    private static final String EVERY = System.getProperty("mutants.every", "100");

    private static final String LAWS = "dev.reconciler.plan.LawsTest";

    private static final TreeMap<String, String> FOUND = new TreeMap<>();

    @TempDir
    private Path directory;

    @TestFactory
    Stream<DynamicTest> is_found() throws IOException {
        try (var patches = Files.list(PATCHES)) {
            var all = patches.filter(patch -> ONLY.isEmpty() || List.of(ONLY.split(",")).contains(name(patch)))
                    .sorted()
                    .toList();
            assertTrue(!all.isEmpty(), "no bug matches " + ONLY);
            return all.stream().map(patch -> DynamicTest.dynamicTest(name(patch), () -> plant(patch)));
        }
    }

    /// Else every bug would be found by what is red anyway.
    @Test
    void without_a_bug_the_laws_are_content_with_as_few_worlds() throws Exception {
        assertNull(run(Files.createDirectory(directory.resolve("classes")), LAWS, "-Dlaws.every=" + EVERY));
    }

    @AfterAll
    static void tell() throws IOException {
        var table = new StringBuilder("| planted bug | found by |\n|---|---|\n");
        FOUND.forEach((bug, by) -> table.append("| ").append(bug).append(" | ").append(by).append(" |\n"));
        Files.writeString(Path.of("target/planted-bugs.md"), table.toString());
        System.out.println(table);
    }

    private static String name(Path patch) {
        return patch.getFileName().toString().replace(".patch", "");
    }

    private void plant(Path patch) throws Exception {
        var classes = compile(patch);
        var laws = run(classes, LAWS, "-Dlaws.every=" + EVERY);
        var by = laws == null
                ? run(classes, "dev.reconciler.sim.SimulationTest", "-Dsim.histories=" + HISTORIES, "-Dsim.failures=1",
                        "-Dsim.shrink=0")
                : laws;
        FOUND.put(Files.readAllLines(patch).getFirst(),
                by == null ? "nobody" : (laws == null ? "simulation: " : "laws: ") + by);
        assertNotNull(by, "nobody found " + patch);
    }

    /// The changed classes alone: they stand before the others in the class path.
    private Path compile(Path patch) throws IOException, InterruptedException {
        var root = Files.createDirectories(directory.resolve(name(patch)));
        var sources = new ArrayList<Path>();
        for (var line : Files.readAllLines(patch)) {
            if (line.startsWith("+++ b/")) {
                var source = line.substring("+++ b/".length());
                sources.add(root.resolve(source));
                Files.createDirectories(root.resolve(source).getParent());
                Files.copy(Path.of(source), root.resolve(source));
            }
        }
        var apply = new ProcessBuilder("git", "apply", patch.toAbsolutePath().toString())
                .directory(root.toFile())
                .redirectErrorStream(true);
        apply.environment().put("GIT_CEILING_DIRECTORIES", directory.toAbsolutePath().toString());
        var applied = apply.start();
        var said = new String(applied.getInputStream().readAllBytes());
        assertEquals(0, applied.waitFor(), () -> patch + " does not fit any more: " + said);
        var classes = Files.createDirectory(root.resolve("classes"));
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var options = List.of("-proc:none", "-parameters", "-d", classes.toString(), "-classpath", classPath());
            assertTrue(compiler.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                    .call(), () -> patch + " does not compile");
        }
        return classes;
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /// What a test class found, null when it is content.
    private String run(Path classes, String test, String... settings) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(settings));
        command.addAll(List.of("-cp", classes + ":" + classPath(), "dev.reconciler.real.InnerTests", test));
        var log = classes.resolveSibling(test + ".log");
        var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!process.waitFor(1, TimeUnit.HOURS)) {
            process.destroyForcibly().onExit().join();
            throw new IllegalStateException(test + " does not end");
        }
        if (process.exitValue() == 0) {
            return null;
        }
        var text = Files.readString(log);
        var what = Pattern.compile("SIM FAILED[^:]*: ([^:;\\[\n]*)|(law_\\w+)\\(\\)").matcher(text);
        if (!what.find()) {
            // Ours, and loud: it ends the round.
            assertTrue(text.contains("IllegalStateException"), text);
            return "the planner refuses to go on";
        }
        return what.group(1) != null ? what.group(1).strip() : "`" + what.group(2) + "`";
    }
}
