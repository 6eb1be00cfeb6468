package dev.reconciler.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.desired.ParsedFile.Good;
import dev.reconciler.fuzz.Fuzz;
import dev.reconciler.host.Folder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whatever a manifest holds, reading it ends in agents and errors.
@Tag("fuzz")
class ManifestFuzzTest {
    @Test
    void manifests() throws IOException {
        new Fuzz("manifests")
                .seedsIn(Path.of("samples"))
                .seedsIn(Path.of("manifests"))
                .seedsIn(Path.of("src/test/resources/manifests"))
                .tokens(
                        ": ", "- ", "---\n", "...\n", "  ", "[", "]", "{", "}", "&a ", "*a", "!!int ", "!x ", "|\n",
                        ">-\n",
                        "#", "? ", "<<: ", "%YAML 1.1\n", "%TAG ! x\n", "@", "`", "~", "1.5", "name: ", "spec:\n",
                        "command: ", "kind: Defaults\n", "[[[[[[[[[[[[", "{a: {a: {a: {a: ")
                .run(input -> {
                    var file = input.length % 4 == 0 ? "a.json" : "a.yaml";
                    var parsed = Reader.read(file, input);
                    for (var document : parsed.documents()) {
                        if (document instanceof Good good) {
                            assertEquals(good.agent().spec(), Reader.restore(good.agent().document()).spec());
                        }
                    }
                    given(input);
                    for (var error : parsed.errors()) {
                        assertTrue(error.toString().lines().count() == 1, () -> "not one line: " + error);
                    }
                    for (var name : ManifestEditor.documents(file, input).keySet()) {
                        ManifestEditor.remove(file, input, name);
                    }
                });
    }

    /// As what gives something to an agent: what is remembered of that is the same again.
    private static void given(byte[] input) {
        var seen = new TreeMap<String, Folder.File>();
        seen.put("defaults.yaml", new Folder.File.Content(input, true));
        seen.put("x/ada.yaml", new Folder.File.Content(Manifests.bytes(Manifests.agent("ada")), true));
        var library = new Library(Models.ANY);
        library.takeIn(seen, Manifests.at(0));
        for (var agent : library.picture().agents().values()) {
            assertEquals(agent.spec(), Reader.restore(agent.document()).spec());
            assertTrue(agent.givenTheSame(Reader.restore(agent.document())));
        }
    }
}
