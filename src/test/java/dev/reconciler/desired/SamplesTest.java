package dev.reconciler.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {
    private static final Path SAMPLES = Path.of("samples");

    @Test
    void every_sample_validates() throws IOException {
        var picture = Validator.check(List.of(SAMPLES), Models.ANY);
        assertEquals(List.of(), picture.errors());
        try (var files = Files.list(SAMPLES)) {
            assertTrue(picture.agents().size() > files.count(), "one sample has two documents");
        }
    }

    /// What a sample says in a comment must be true as well: uncommented, its lines validate.
    @Test
    void commented_lines_of_the_samples_validate_too() throws IOException {
        var text = Files.readString(SAMPLES.resolve("claude.yaml"))
                .replace("# annotations:", "annotations:")
                .replace("# - {name:", "- {name:");
        var parsed = Manifests.read(text);
        assertEquals(List.of(), parsed.errors());
        var agent = ((ParsedFile.Good) parsed.documents().getFirst()).agent();
        assertTrue(agent.reconcileDisabled());
        assertEquals(2, agent.spec().env().size());
    }
}
