package dev.reconciler.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.desired.ParsedFile.Bad;
import dev.reconciler.desired.ParsedFile.BadDefaults;
import dev.reconciler.desired.ParsedFile.Good;
import dev.reconciler.desired.ParsedFile.GoodDefaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Samples and bad manifests, damaged at random: whatever a file holds, reading it ends in agents and errors, and never
/// in an exception.
class MutatedManifestsTest {
    private static final List<String> TOKENS = List.of(
            ": ", "- ", "---\n", "...\n", "\n", "  ", "\t", "[", "]", "{", "}", "&a ", "*a", "!!int ", "!x ", "|\n",
            ">-\n",
            "\"", "'", "\\", "#", "? ", "<<: ", "%YAML 1.1\n", "%TAG ! x\n", "@", "`", "\0", "\uFEFF", "\r", "🤖",
            "\u0085", "~",
            "1.5", "-1", "0x", "name: ", "spec:\n", "command: ", "9".repeat(400), "x".repeat(2000));

    @Test
    void nothing_that_a_file_can_hold_throws() throws IOException {
        var seeds = texts();
        for (int seed = 0; seed < 3000; seed++) {
            var random = new Random(seed);
            var bytes = mutate(seeds.get(random.nextInt(seeds.size())), random);
            var file = random.nextInt(4) == 0 ? "a.json" : "a.yaml";
            var parsed = Reader.read(file, bytes);
            check(seed, parsed);
            for (var name : ManifestEditor.documents(file, bytes).keySet()) {
                assertNotNull(ManifestEditor.remove(file, bytes, name), "seed " + seed);
            }
        }
    }

    private static void check(int seed, ParsedFile parsed) {
        assertEquals(
                parsed.errors().isEmpty(),
                parsed.documents().stream().allMatch(d -> d instanceof Good || d instanceof GoodDefaults),
                "seed " + seed);
        for (var error : parsed.errors()) {
            assertTrue(error.toString().lines().count() == 1, "seed " + seed + ": " + error);
            assertFalse(error.message().contains("Exception"), "seed " + seed + ": " + error);
            assertTrue(error.line() >= 0 && error.message().length() < 1000, "seed " + seed + ": " + error);
        }
        for (var document : parsed.documents()) {
            switch (document) {
                case Good(var agent, _) ->
                        assertEquals(agent.spec(), Reader.restore(agent.document()).spec(), "seed " + seed);
                case Bad(_, _, FieldError first) -> assertTrue(parsed.errors().contains(first), "seed " + seed);
                case BadDefaults(FieldError first) -> assertTrue(parsed.errors().contains(first), "seed " + seed);
                case GoodDefaults(var content) -> given(seed, content);
            }
        }
    }

    /// Whatever is given, an agent that takes it comes back from what is remembered of it.
    private static void given(int seed, DefaultsDocument content) {
        var files = new java.util.TreeMap<String, List<ParsedFile.Document>>();
        files.put("d.yaml", List.of(new GoodDefaults(content)));
        var folders = Folders.of(files, new java.util.TreeMap<>(), Folders::parent);
        var ada = "apiVersion: reconciler.dev/v1alpha1\nkind: Agent\nmetadata: {name: ada}\nspec: {command: [sh]}\n";
        var parsed =
                Reader.read("ada.yaml", ada.getBytes(StandardCharsets.UTF_8), Models.ANY, _ -> folders.of("ada.yaml"));
        if (parsed.documents().getFirst() instanceof Good(var agent, _)) {
            var back = Reader.restore(agent.document());
            assertEquals(agent.spec(), back.spec(), "seed " + seed);
            assertEquals(agent.runHash(), back.runHash(), "seed " + seed);
            assertTrue(agent.givenTheSame(back), "seed " + seed);
        }
    }

    private static byte[] mutate(byte[] original, Random random) {
        var bytes = original;
        for (int i = random.nextInt(5); i >= 0; i--) {
            int at = random.nextInt(bytes.length + 1);
            int to = Math.min(bytes.length, at + random.nextInt(40));
            bytes = switch (random.nextInt(6)) {
                case 0 -> Arrays.copyOf(bytes, at);
                case 1 -> splice(bytes, at, to, new byte[0]);
                case 2 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
                case 3 -> splice(bytes, at, Math.min(at + 1, bytes.length), new byte[] {(byte) random.nextInt(256)});
                default -> splice(bytes, at, at,
                        TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8));
            };
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] with) {
        var out = Arrays.copyOf(bytes, from + with.length + bytes.length - to);
        System.arraycopy(with, 0, out, from, with.length);
        System.arraycopy(bytes, to, out, from + with.length, bytes.length - to);
        return out;
    }

    private static List<byte[]> texts() throws IOException {
        var texts = new ArrayList<byte[]>();
        for (var folder : List.of("samples", "src/test/resources/manifests")) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                for (var file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                    texts.add(Files.readAllBytes(file));
                }
            }
        }
        return texts;
    }
}
