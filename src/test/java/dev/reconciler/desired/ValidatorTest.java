package dev.reconciler.desired;

import static dev.reconciler.desired.Manifests.agent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidatorTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("sub"));
        Files.createDirectories(folder.resolve(".git"));
        Files.writeString(folder.resolve("ada.yaml"), agent("ada"));
        Files.writeString(folder.resolve("sub/bob.yml"), agent("bob"));
        Files.writeString(folder.resolve("sub/eve.json"), Reader.restore(agent("eve")).document());
        for (var ignored : List.of(".hidden.yaml", "x.yaml~", ".x.yaml.swp", "#x.yaml#", "notes.txt", ".git/x.yaml")) {
            Files.writeString(folder.resolve(ignored), "{");
        }
    }

    private List<String> errors(Path... paths) {
        return Validator.check(List.of(paths), Models.ANY)
                .errors()
                .stream()
                .map(error -> error.toString().replace(folder.toString(), "F"))
                .toList();
    }

    @Test
    void a_folder_stands_for_the_manifests_in_it() {
        var picture = Validator.check(List.of(folder), Models.ANY);
        assertEquals(List.of(), picture.errors());
        assertEquals("[default/ada, default/bob, default/eve]", picture.agents().keySet().toString());
    }

    @Test
    void all_errors_of_all_paths_are_told_sorted() throws IOException {
        Files.writeString(folder.resolve("sub/z.yaml"), agent("ada"));
        Files.writeString(folder.resolve("b.txt"), agent("b", "comand: [sh]"));
        assertEquals(
                List.of(
                        "F/ada.yaml:4:9: metadata.name: Duplicate value: \"default/ada\": also in F/sub/z.yaml:4:9",
                        "F/b.txt:6:3: spec.comand: unknown field; did you mean \"command\"?",
                        "F/none.yaml: does not exist",
                        "F/sub/z.yaml:4:9: metadata.name: Duplicate value: \"default/ada\": also in F/ada.yaml:4:9"),
                errors(folder.resolve("none.yaml"), folder.resolve("b.txt"), folder));
    }

    @Test
    void a_file_named_twice_counts_once() {
        assertEquals(List.of(), errors(folder.resolve("ada.yaml"), folder));
    }

    @Test
    void links_are_followed_and_a_circle_is_told() throws IOException {
        Files.createSymbolicLink(folder.resolve("linked.yaml"), folder.resolve("ada.yaml"));
        assertTrue(errors(folder).getFirst().contains("Duplicate value"));
        Files.createSymbolicLink(folder.resolve("sub/circle"), folder);
        assertTrue(errors(folder).getFirst().startsWith("F: cannot be read: "), errors(folder).toString());
    }
}
