package dev.reconciler.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each `NAME.yaml` below `manifests` and, in `NAME.errors`, what a person is told about it.
@Tag("golden")
class BadManifestsTest {
    private static final Path FOLDER = Path.of("src/test/resources/manifests");
    private static final boolean WRITE = "write".equals(System.getProperty("reconciler.golden"));

    static List<String> names() throws IOException {
        return files(".yaml");
    }

    @ParameterizedTest
    @MethodSource("names")
    void says_what_is_wrong_and_where(String name) throws IOException {
        var files = new TreeMap<String, ParsedFile>();
        files.put("ada.yaml", Reader.read("ada.yaml", Files.readAllBytes(FOLDER.resolve(name + ".yaml"))));
        var picture = Picture.of(files);
        var lines = new StringBuilder();
        picture.errors().forEach(error -> lines.append(error).append('\n'));
        lines.append("good: ").append(picture.agents().keySet()).append('\n');
        lines.append("broken: ").append(picture.broken().keySet()).append('\n');
        lines.append("may hold others: ").append(!picture.opaque().isEmpty()).append('\n');
        var golden = FOLDER.resolve(name + ".errors");
        if (WRITE) {
            Files.writeString(golden, lines);
        }
        assertFalse(picture.isComplete());
        assertEquals(Files.readString(golden), lines.toString());
    }

    @Test
    void no_golden_file_is_unused() throws IOException {
        assertEquals(new TreeSet<>(files(".yaml")), new TreeSet<>(files(".errors")));
    }

    private static List<String> files(String ending) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(ending))
                    .map(file -> file.substring(0, file.length() - ending.length()))
                    .sorted()
                    .toList();
        }
    }
}
