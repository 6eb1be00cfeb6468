package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What one round makes of a folder and a machine, as people read it. The first case is a machine on which everything is
/// as wanted; every other one is that case with one thing changed. `make golden` rewrites what is expected and shows the
/// difference.
@Tag("golden")
class GoldenTest {
    private static final Path SCENARIOS = Path.of("src/test/resources/scenarios");
    private static final boolean WRITE = "write".equals(System.getProperty("reconciler.golden"));

    @TestFactory
    Stream<DynamicTest> scenario() throws IOException {
        return cases().stream()
                .map(directory -> DynamicTest.dynamicTest(directory.getFileName().toString(), () -> play(directory)));
    }

    private static List<Path> cases() throws IOException {
        try (var all = Files.list(SCENARIOS)) {
            return all.sorted().toList();
        }
    }

    private static void play(Path directory) throws IOException {
        for (var expected : Scenario.play(directory).entrySet()) {
            var file = directory.resolve(expected.getKey());
            if (!WRITE) {
                assertEquals(Files.readString(file), expected.getValue(), file + " (`make golden` rewrites it)");
            } else if (!Files.exists(file) || !Files.readString(file).equals(expected.getValue())) {
                Files.writeString(file, expected.getValue());
            }
        }
    }

    @Test
    void every_file_is_used() throws IOException {
        assertFalse(cases().isEmpty());
        var unused = new TreeSet<String>();
        try (var files = Files.walk(SCENARIOS)) {
            files.filter(Files::isRegularFile).map(SCENARIOS::relativize).forEach(file -> {
                boolean manifest = file.toString().matches("[a-z0-9_]+/(before/)?[^/]+\\.yaml");
                if (!manifest && !file.toString().matches("[a-z0-9_]+/(census|plan|status)\\.txt")) {
                    unused.add(file.toString());
                }
            });
        }
        assertEquals(new TreeSet<>(), unused, "files that no case uses");
    }
}
