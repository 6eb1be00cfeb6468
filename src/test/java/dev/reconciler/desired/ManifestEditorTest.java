package dev.reconciler.desired;

import static dev.reconciler.desired.Manifests.agent;
import static dev.reconciler.desired.Manifests.bytes;
import static dev.reconciler.desired.Manifests.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.base.Strings;
import dev.reconciler.api.AgentName;
import dev.reconciler.desired.ParsedFile.Good;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ManifestEditorTest {
    private static String remove(String file, String text, String name) {
        var left = ManifestEditor.remove(file, bytes(text), name(name));
        return left == null ? null : new String(left, StandardCharsets.UTF_8);
    }

    private static String put(String text, String name, String document) {
        return new String(
                ManifestEditor.put("a.yaml", bytes(text), name(name), bytes(document)), StandardCharsets.UTF_8);
    }

    @Test
    void one_document_goes_and_every_other_byte_stays() {
        var text = """
                # Our agents. Ask the site team.

                # Ada builds.
                # (since May)
                %s
                # after ada

                --- # bob's marker
                # Bob reads.
                %s   # trailing
                # about eve
                ---

                # Eve watches.
                %s""".formatted(agent("ada"), agent("bob").stripTrailing(),
                agent("eve", "command:\n    - |\n      # no comment"));
        assertEquals(text.replace("# Ada builds.\n# (since May)\n" + agent("ada"), ""), remove("a.yaml", text, "ada"));
        assertEquals(
                text.replace("--- # bob's marker\n# Bob reads.\n" + agent("bob").stripTrailing() + "   # trailing\n",
                        ""),
                remove("a.yaml", text, "bob"));
        assertEquals(text.substring(0, text.indexOf("---\n\n# Eve")), remove("a.yaml", text, "eve"));
        assertNull(remove("a.yaml", text, "zoe"));
    }

    @Test
    void nothing_is_left_but_comments() {
        assertEquals("", remove("a.yaml", "# only ada\n\n---\n" + agent("ada") + "\n# the end\n---\n...\n", "ada"));
        assertEquals("", remove("a.json", Reader.restore(agent("ada")).document(), "ada"));
    }

    @Test
    void a_marker_stays_where_two_documents_would_run_together() {
        var text = agent("ada") + "---\n" + agent("bob") + "...\n" + agent("eve");
        assertEquals(agent("ada") + "...\n" + agent("eve"), remove("a.yaml", text, "bob"));
        assertEquals(agent("bob") + "...\n" + agent("eve"),
                remove("a.yaml", "---\n" + text, "ada").replaceFirst("---\n", ""));
        assertEquals(agent("ada") + "---\n" + agent("bob") + "...\n", remove("a.yaml", text, "eve"));
    }

    @Test
    void carriage_returns_byte_order_marks_and_odd_characters_survive() {
        var text = "\uFEFF# 🤖 – ä\r\n\r\n# ada\r\n" + agent("ada").replace("\n", "\r\n") + "---\r\n"
                + agent("bob").replace("\n", "\r\n");
        assertEquals(
                text.replace("# ada\r\n" + agent("ada").replace("\n", "\r\n"), ""), remove("a.yaml", text, "ada"));
        assertEquals(text.substring(0, text.indexOf("---")), remove("a.yaml", text, "bob"));
    }

    @Test
    void a_document_on_its_markers_line_can_go_and_be_replaced() {
        var inline =
                "--- {apiVersion: reconciler.dev/v1alpha1, kind: Agent, metadata: {name: d}, spec: {command: [x]}}\n";
        assertEquals(agent("ada"), remove("a.yaml", agent("ada") + inline, "d"));
        assertEquals(agent("ada") + "---\n" + agent("d"), put(agent("ada") + inline, "d", agent("d")));
    }

    @Test
    void a_broken_neighbour_stays_as_it_is() {
        var text = agent("ada") + "---\nname: \"bob\n---\n" + agent("eve", "comand: [x]");
        assertEquals("---\nname: \"bob\n---\n" + agent("eve", "comand: [x]"), remove("a.yaml", text, "ada"));
        assertEquals(agent("ada") + "---\nname: \"bob\n", remove("a.yaml", text, "eve"));
    }

    @Test
    void aliases_at_the_end_go_with_their_document() {
        var text = agent("ada", "command: [&a sh]\n  args:\n    - x\n    - *a") + "# tail\n---\n" + agent("bob");
        assertEquals("# tail\n---\n" + agent("bob"), remove("a.yaml", text, "ada"));
    }

    @Test
    void a_document_is_replaced_in_its_place() {
        var text = "# head\n\n# ada\n" + agent("ada") + "# tail\n---\n" + agent("bob").stripTrailing();
        var ada = "# new ada\n" + agent("ada", "command: [bash]");
        assertEquals("# head\n\n" + ada + "# tail\n---\n" + agent("bob").stripTrailing(), put(text, "ada", ada));
        assertEquals(
                text.substring(0, text.indexOf("---")) + "---\n" + agent("bob", "command: [bash]"),
                put(text, "bob", agent("bob", "command: [bash]")));
    }

    @Test
    void a_new_document_goes_to_the_end() {
        assertEquals(agent("ada") + "---\n" + agent("bob"), put(agent("ada").stripTrailing(), "bob", agent("bob")));
        assertEquals(agent("bob"), put("", "bob", agent("bob")));
        assertEquals("# notes\n---\n" + agent("bob"), put("# notes", "bob", agent("bob")));
    }

    @Test
    void documents_are_taken_as_they_are_written() {
        var text = "# head\n\n# ada\n" + agent("ada") + "# tail\n---\n" + agent("bob").stripTrailing();
        var documents = ManifestEditor.documents("a.yaml", bytes(text));
        assertEquals(List.of(name("ada"), name("bob")), List.copyOf(documents.keySet()));
        assertEquals("# ada\n" + agent("ada"), new String(documents.get(name("ada")), StandardCharsets.UTF_8));
        assertEquals(agent("bob"), new String(documents.get(name("bob")), StandardCharsets.UTF_8));
    }

    @Test
    void no_two_names_share_a_file() {
        assertEquals("ada.yaml", ManifestEditor.fileFor(name("ada")));
        assertEquals("team.ada.yaml", ManifestEditor.fileFor(new AgentName("team", "ada")));
    }

    /// Files put together from parts at random: removing or replacing one document leaves all the others as they
    /// were, to the byte.
    @Test
    void whatever_the_layout_the_others_keep_every_byte() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var text = file(random);
            var before = commands(text);
            if (before.isEmpty()) {
                continue;
            }
            var names = List.copyOf(before.keySet());
            var target = names.get(random.nextInt(names.size()));
            var expected = new TreeMap<>(before);

            expected.remove(target);
            var left = ManifestEditor.remove("a.yaml", bytes(text), target);
            assertEquals(left.length == 0, expected.isEmpty(), "seed " + seed);
            check(seed, text, expected, left);

            var document = agent(target.name(), "command: [replaced]");
            expected.put(target, List.of("replaced"));
            check(seed, text, expected, ManifestEditor.put("a.yaml", bytes(text), target, bytes(document)));
        }
    }

    private static void check(
            int seed, String text, SortedMap<AgentName, List<String>> commands, byte[] edited) {
        var after = new String(edited, StandardCharsets.UTF_8);
        assertEquals(commands, commands(after), "seed " + seed);
        int prefix = Strings.commonPrefix(text, after).length();
        int suffix = Strings.commonSuffix(text, after).length();
        int foreign = after.replace("\r", "").length() - prefix - suffix;
        boolean put = commands.containsValue(List.of("replaced"));
        assertTrue(foreign <= (put ? agent("agent-0", "command: [replaced]").length() : 0), "seed " + seed);
    }

    private static TreeMap<AgentName, List<String>> commands(String text) {
        var parsed = Manifests.read(text);
        assertTrue(parsed.errors().isEmpty(), () -> parsed.errors() + "\n" + text);
        var commands = new TreeMap<AgentName, List<String>>();
        parsed.documents().forEach(document -> {
            var agent = ((Good) document).agent();
            commands.put(agent.name(), agent.spec().command());
        });
        return commands;
    }

    private static String file(Random random) {
        var out = new StringBuilder();
        var fillers = List.of("", "", "\n", "# comment\n", "\n# far\n\n", "# near\n", "  # indented\n\n\n");
        var markers = List.of("---\n", "---\n", "--- # with words\n", "...\n---\n", "...\n", "---\n---\n");
        var specs = new ArrayList<>(List.of(
                "command: [sh]",
                "command: [sh] # why",
                "command:\n  - sh\n  -   bash   \n",
                "command:\n    - |\n      # text\n      more\n\n\n    - x\n",
                "command:\n    - |+\n      # text\n\n\n",
                "command:\n    - >-\n      folded\n      text",
                "command: [&a sh]\n  args: [*a]",
                "command: [&a sh]\n  args:\n  - *a",
                "command: [\n      sh,  # one\n      'two\n\n      lines'\n  ]\n  env:",
                "command: [\"🤖\"]\n  labels:".replace("\n  labels:", "")));
        int count = 1 + random.nextInt(4);
        out.append(fillers.get(random.nextInt(fillers.size())));
        out.append(random.nextBoolean() ? "---\n" : "");
        for (int i = 0; i < count; i++) {
            out.append(fillers.get(random.nextInt(fillers.size())));
            out.append(agent("agent-" + i, specs.get(random.nextInt(specs.size()))));
            out.append(fillers.get(random.nextInt(fillers.size())));
            out.append(i + 1 < count || random.nextInt(4) == 0 ? markers.get(random.nextInt(markers.size())) : "");
        }
        var text = random.nextInt(4) == 0 ? out.toString().replace("\n", "\r\n") : out.toString();
        return random.nextInt(8) == 0 ? "\uFEFF" + text : text;
    }

    @Test
    void defaults_beside_an_agent_stay_as_they_are() {
        var defaults = FolderDefaultsTest.defaults("# what all have\nspec: {command: [sh]}\n");
        var file = defaults + "---\n" + agent("ada", "{}");
        assertEquals(defaults, remove("a.yaml", file, "ada"));
        var put = new String(
                ManifestEditor.put("a.yaml", bytes(file), name("ada"), bytes(agent("ada", "args: [x]"))),
                java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(defaults + "---\n" + agent("ada", "args: [x]"), put);
    }
}
