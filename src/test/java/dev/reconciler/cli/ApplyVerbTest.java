package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.controller.Directories;
import dev.reconciler.controller.Settings;
import dev.reconciler.desired.JsonSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyVerbTest {
    private static final String ADA = """
            # my first
            apiVersion: reconciler.dev/v1alpha1
            kind: Agent
            metadata: {name: ada}
            spec:
              command: [claude]   # the model
            """;

    @TempDir
    private Path temporary;

    private Path folder;

    @BeforeEach
    void name() {
        folder = temporary.resolve("manifests");
    }

    private FakeCall call() {
        var call = new FakeCall(Worlds.healthy());
        call.settings = new Settings(
                new Directories(folder, temporary.resolve("state"), temporary.resolve("runtime"), false), false, 30,
                dev.reconciler.desired.Models.ANY);
        return call;
    }

    private String apply(String yaml, String... more) {
        var call = call();
        call.input = yaml;
        var words = new ArrayList<>(List.of("apply", "-f", "-"));
        words.addAll(List.of(more));
        int code = call.run(words.toArray(String[]::new));
        return call.printed() + call.said() + "[" + code + "]";
    }

    @Test
    void a_new_agent_gets_a_file_of_its_own_as_written() throws IOException {
        assertEquals("agent.reconciler.dev/ada created\n[0]", apply(ADA));
        assertEquals(JsonSchema.MODELINE + "\n" + ADA, Files.readString(folder.resolve("ada.yaml")));
        assertEquals(JsonSchema.text(), Files.readString(folder.resolve(JsonSchema.FILE)));
        assertEquals("agent.reconciler.dev/ada unchanged\n[0]", apply(ADA));
    }

    @Test
    void what_get_printed_can_be_edited_and_applied() throws IOException {
        apply(ADA);
        var shown = """
                apiVersion: reconciler.dev/v1alpha1
                kind: Agent
                metadata:
                  creationTimestamp: "2026-11-20T14:05:21Z"
                  generation: 1
                  name: ada
                  namespace: default
                  uid: 38ae7458c59c5bb7
                spec:
                  command:
                  - claude
                status:
                  phase: Running
                """;
        assertEquals("agent.reconciler.dev/ada unchanged\n[0]", apply(shown));
        assertEquals("agent.reconciler.dev/ada configured\n[0]", apply(shown.replace("- claude", "- codex")));
        var text = Files.readString(folder.resolve("ada.yaml"));
        assertTrue(text.contains("codex") && !text.contains("status") && !text.contains("uid"), text);
        var list =
                "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{\"apiVersion\": \"reconciler.dev/v1alpha1\","
                        + " \"kind\": \"Agent\", \"metadata\": {\"name\": \"eve\", \"uid\": \"1\"}, \"spec\": {\"command\": [\"sh\"]},"
                        + " \"status\": {}}]}";
        assertEquals("agent.reconciler.dev/eve created\n[0]", apply(list));
        var broken = apply(shown.replace("- claude", "- claude\n  comand: x"));
        assertTrue(broken.contains("unknown field; did you mean \"command\"?"), broken);
    }

    @Test
    void one_of_another_namespace_has_it_in_the_name() throws IOException {
        apply(ADA.replace("{name: ada}", "{name: ada, namespace: lab}"));
        assertTrue(Files.exists(folder.resolve("lab.ada.yaml")));
    }

    @Test
    void a_changed_one_is_replaced_where_it_stands_and_not_a_byte_besides() throws IOException {
        Files.createDirectories(folder);
        var bob = ADA.replace("name: ada", "name: bob").replace("my first", "my second");
        Files.writeString(folder.resolve("team.yaml"), "# the team\n" + ADA + "---\n" + bob);
        Files.setPosixFilePermissions(folder.resolve("team.yaml"), PosixFilePermissions.fromString("rw-r-----"));
        var changed = ADA.replace("[claude]", "[codex]");
        assertEquals("agent.reconciler.dev/ada configured\n[0]", apply(changed));
        var text = Files.readString(folder.resolve("team.yaml"));
        assertTrue(text.contains("[codex]   # the model"), text);
        assertTrue(text.endsWith("---\n" + bob), text);
        assertFalse(Files.exists(folder.resolve("ada.yaml")));
        assertEquals(
                "rw-r-----",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("team.yaml"))));
    }

    @Test
    void a_comment_or_a_new_order_changes_nothing() {
        apply(ADA);
        assertEquals(
                "agent.reconciler.dev/ada unchanged\n[0]",
                apply(ADA.replace("# my first\n", "").replace("claude", "\"claude\"")));
    }

    @Test
    void nothing_is_written_when_anything_is_wrong_and_every_error_is_named() {
        var bad = ADA + "---\n" + ADA.replace("name: ada", "name: bob").replace("command", "comand") + "---\n"
                + ADA.replace("name: ada", "name: B!");
        var said = apply(bad);
        assertTrue(said.contains("did you mean \"command\"?"), said);
        assertTrue(said.contains("metadata.name"), said);
        assertTrue(said.endsWith("[1]"), said);
        assertFalse(Files.exists(folder));
    }

    @Test
    void a_broken_document_of_that_name_is_repaired_in_place() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("x.yaml"), ADA.replace("command", "comand"));
        assertEquals("agent.reconciler.dev/ada configured\n[0]", apply(ADA));
        assertEquals(ADA, Files.readString(folder.resolve("x.yaml")));
    }

    @Test
    void a_name_that_stands_in_two_files_is_refused() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("x.yaml"), ADA);
        Files.writeString(folder.resolve("y.yaml"), ADA);
        var said = apply(ADA.replace("claude", "codex"));
        assertTrue(said.contains("x.yaml") && said.contains("y.yaml") && said.endsWith("[1]"), said);
    }

    @Test
    void a_dry_run_writes_nothing() {
        assertEquals("agent.reconciler.dev/ada created (dry run)\n[0]", apply(ADA, "--dry-run=client"));
        assertFalse(Files.exists(folder));
        assertFalse(Files.exists(temporary.resolve("state")));
    }

    @Test
    void a_folder_is_applied_whole_and_a_link_stays_a_link() throws IOException {
        var source = Files.createDirectories(temporary.resolve("source"));
        Files.writeString(source.resolve("a.yaml"), ADA);
        Files.writeString(source.resolve("b.yml"), ADA.replace("name: ada", "name: bob"));
        Files.createDirectories(folder);
        Files.writeString(temporary.resolve("real.yaml"), ADA.replace("claude", "old"));
        Files.createSymbolicLink(folder.resolve("ada.yaml"), temporary.resolve("real.yaml"));
        var call = call();
        assertEquals(0, call.run("apply", "-f", source.toString()), call.said());
        assertEquals("agent.reconciler.dev/ada configured\nagent.reconciler.dev/bob created\n", call.printed());
        assertTrue(Files.isSymbolicLink(folder.resolve("ada.yaml")));
        assertEquals(ADA, Files.readString(temporary.resolve("real.yaml")));
    }

    @Test
    void what_is_left_in_the_folder_are_manifests_and_the_schema_only() throws IOException {
        apply(ADA);
        try (var files = Files.list(folder)) {
            assertEquals(
                    List.of(".schema", "ada.yaml"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }
}
