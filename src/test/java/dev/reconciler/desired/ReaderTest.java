package dev.reconciler.desired;

import static dev.reconciler.desired.Manifests.agent;
import static dev.reconciler.desired.Manifests.bytes;
import static dev.reconciler.desired.Manifests.name;
import static dev.reconciler.desired.Manifests.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.RestartPolicy;
import dev.reconciler.api.UpdateStrategy;
import dev.reconciler.desired.ParsedFile.Good;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReaderTest {
    private static Agent one(String text) {
        var parsed = read(text);
        assertEquals(List.of(), parsed.errors());
        assertEquals(1, parsed.documents().size());
        return ((Good) parsed.documents().getFirst()).agent();
    }

    private static List<String> errors(String file, byte[] bytes) {
        return Reader.read(file, bytes).errors().stream().map(FieldError::toString).toList();
    }

    @Test
    void what_is_not_written_gets_its_default() {
        var agent = one(agent("ada"));
        assertEquals(name("ada"), agent.name());
        assertEquals(Map.of(), agent.labels());
        assertEquals(Map.of(), agent.annotations());
        assertEquals("ada.yaml:1", agent.origin().toString());
        assertEquals(
                new AgentSpec(
                        List.of("sh"),
                        List.of(),
                        "~",
                        false,
                        List.of(),
                        RestartPolicy.OnFailure,
                        List.of(),
                        new AgentSpec.Backoff(10, 300, 600),
                        null,
                        false,
                        30,
                        null,
                        null,
                        UpdateStrategy.OnExit,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        new AgentSpec.Terminal(200, 50, 2000),
                        new AgentSpec.Logs(10 << 20, 5), null, dev.reconciler.api.Completion.BY_EXIT, null),
                agent.spec());
    }

    @Test
    void what_is_written_is_taken() {
        var agent = one("""
                # a comment
                apiVersion: reconciler.dev/v1alpha1
                kind: Agent
                metadata:
                  name: ada
                  namespace: team
                  labels: {team: site, empty: ""}
                  annotations: {reconciler.dev/reconcile: disabled, note: "two\\nlines"}
                spec:
                  command: [claude]
                  args: [--model, "60", yes, on, no]
                  workingDirectory: ~/src/site
                  createWorkingDirectory: True
                  env:
                    - {name: LOG_LEVEL, value: "it's a \\"$x\\"\\n"}
                    - {name: EMPTY, value: ""}
                    - {name: TOKEN, valueFrom: {file: ~/.secrets/token}}
                  restartPolicy: Always
                  restartPolicyRules: [{action: Restart, exitCodes: {operator: NotIn, values: [0, 255]}}]
                  backoff: {initialSeconds: 1, maxSeconds: 0x10}
                  backoffLimit: 0
                  suspend: true
                  terminationGracePeriodSeconds: 0
                  activeDeadlineSeconds: 14400
                  ttlSecondsAfterFinished: 0
                  updateStrategy: Immediate
                  terminal: {columns: 80}
                  logs: {maxBytes: 1.5Mi}
                """);
        assertEquals("team/ada", agent.name().toString());
        assertEquals(Map.of("team", "site", "empty", ""), agent.labels());
        assertTrue(agent.reconcileDisabled());
        assertEquals("ada.yaml:2", agent.origin().toString());
        assertEquals(
                new AgentSpec(
                        List.of("claude"),
                        List.of("--model", "60", "yes", "on", "no"),
                        "~/src/site",
                        true,
                        List.of(
                                new AgentSpec.EnvVar("LOG_LEVEL", "it's a \"$x\"\n", null),
                                new AgentSpec.EnvVar("EMPTY", "", null),
                                new AgentSpec.EnvVar("TOKEN", null, new AgentSpec.ValueSource("~/.secrets/token"))),
                        RestartPolicy.Always,
                        List.of(new AgentSpec.RestartRule(
                                AgentSpec.RuleAction.Restart,
                                new AgentSpec.ExitCodes(AgentSpec.Operator.NotIn, List.of(0, 255)))),
                        new AgentSpec.Backoff(1, 16, 600),
                        0,
                        true,
                        0,
                        14400,
                        0,
                        UpdateStrategy.Immediate,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        new AgentSpec.Terminal(80, 50, 2000),
                        new AgentSpec.Logs(1536 << 10, 5), null, dev.reconciler.api.Completion.BY_EXIT, null),
                agent.spec());
    }

    @Test
    void a_model_that_is_not_allowed_is_refused_where_it_stands() {
        var text = agent("ada", "command: [claude, --model, $(model)]\n  model: opus");
        assertEquals(List.of("claude", "--model", "opus"), one(text).spec().argv());
        var parsed = Reader.read("ada.yaml", Manifests.bytes(text), new Models(List.of("sonnet", "haiku")));
        assertEquals(
                List.of("ada.yaml:7:10: spec.model: Unsupported value: \"opus\": supported values: \"haiku\", \"sonnet\""
                        + " (models in config.yaml)"),
                parsed.errors().stream().map(FieldError::toString).toList());
        assertEquals(List.of(), Reader.read("ada.yaml", Manifests.bytes(text), new Models(List.of("opus")))
                .errors());
    }

    @Test
    void an_alias_is_what_it_points_to() {
        var agent = one(agent("ada", "command: [&w sh, *w]\n  args: &l [a]\n  env: [&e {name: A, value: x},"
                + " {<<: *e, name: B}]"));
        assertEquals(List.of("sh", "sh"), agent.spec().command());
        assertEquals(
                List.of(new AgentSpec.EnvVar("A", "x", null), new AgentSpec.EnvVar("B", "x", null)),
                agent.spec().env());
    }

    @Test
    void aliases_cannot_repeat_a_text_without_end() {
        var long_ = "x".repeat(50_000);
        var text = agent("ada", "command: [sh, &a " + long_ + ", " + "*a, ".repeat(60) + "]");
        assertEquals(
                List.of("ada.yaml:6:17: spec.command[21]: aliases repeat more than 1 MiB of text"),
                errors("ada.yaml", bytes(text)));
    }

    @Test
    void files_without_a_document_are_fine() {
        for (var text : List.of("", "\n", "# only a comment\n", "---\n", "---\n# x\n---\n...\n\n", "~\n",
                "%YAML 1.2\n---\n")) {
            assertEquals(new ParsedFile(List.of(), List.of()), read(text), text);
        }
    }

    @Test
    void documents_stand_side_by_side_in_every_way_yaml_knows() {
        var text = "%YAML 1.2\n--- # first\n" + agent("a") + "...\n" + agent("b") + "---\n" + agent("c")
                + "...\n# end\n%YAML 1.2\n---\n"
                + "--- {apiVersion: reconciler.dev/v1alpha1, kind: Agent, metadata: {name: d}, spec: {command: [x]}}\n"
                + "---\r\n" + agent("e").replace("\n", "\r\n") + "---\n\n" + agent("f");
        var parsed = read(text);
        assertEquals(List.of(), parsed.errors());
        assertEquals(
                List.of("a 3", "b 10", "c 17", "d 27", "e 29", "f 37"),
                parsed.documents()
                        .stream()
                        .map(d -> ((Good) d).agent())
                        .map(a -> a.name().name() + " " + a.origin().line())
                        .toList());
    }

    @Test
    void json_is_read_too_even_when_indented_with_tabs() {
        var json = """
                {
                \t"apiVersion":
                \t\t"reconciler.dev/v1alpha1",
                \t"kind": "Agent",
                \t"metadata": {"name": "ada"},
                \t"spec": {
                \t\t"command": [
                \t\t\t"\\ud83e\\udd16\\/\\"\\t\\\\"
                \t\t]
                \t}
                }
                """;
        var parsed = Reader.read("ada.json", bytes(json));
        assertEquals(List.of(), parsed.errors());
        assertEquals(
                List.of("🤖/\"\t\\"),
                ((Good) parsed.documents().getFirst()).agent().spec().command());
        assertEquals(
                List.of("ada.json:7:3: spec.comand: unknown field; did you mean \"command\"?"),
                errors("ada.json", bytes(json.replace("command", "comand"))));
    }

    @Test
    void a_byte_order_mark_does_not_count() {
        assertEquals(name("ada"), one("\uFEFF" + agent("ada")).name());
    }

    @Test
    void columns_count_characters_not_bytes() {
        var text = agent("ada", "command: [\"🤖🤖\", 1]");
        assertEquals(
                List.of("ada.yaml:6:19: spec.command[1]: Invalid value: 1: must be of type string; write \"1\""),
                errors("ada.yaml", bytes(text)));
    }

    /// Found by `make fuzz`.
    @Test
    void a_message_is_one_line_whatever_the_value() {
        var text = agent("ada", "command: [sh]\n  args:\n  - !!int |\n    n=0\n    exit " + "🤖".repeat(60) + "\n");
        var error = String.join("|", errors("ada.yaml", bytes(text)));
        assertTrue(error.contains(" Invalid value: n=0\\nexit " + "🤖".repeat(31) + "…: must be of type string"),
                error);
        assertTrue(error.lines().count() == 1, error);
    }

    @Test
    void a_character_of_two_halves_may_stand_anywhere() {
        for (int before = 1000; before < 1100; before++) {
            var text = "# " + "x".repeat(before) + "🤖\n" + agent("ada");
            assertEquals(List.of(), read(text).errors(), before + " before it");
        }
    }

    @Test
    void what_is_no_text_is_refused_as_a_whole() {
        assertEquals(
                List.of("a.yaml: not valid UTF-8: save the file as UTF-8"),
                errors("a.yaml", new byte[] {'a', ':', ' ', (byte) 0xC3, '\n'}));
        assertEquals(
                List.of("a.yaml: Too long: must have at most 1048576 bytes: a manifest is written by a person"),
                errors("a.yaml", new byte[Reader.MAX_BYTES + 1]));
        assertEquals(
                List.of("a.yaml:2:4: not valid YAML: the character U+0007 is not allowed"),
                errors("a.yaml", bytes("a: b\r\nc: \u0007\n")));
        assertEquals(
                List.of("a.yaml:1:1: not valid YAML: the character U+0000 is not allowed"),
                errors("a.yaml", new byte[40]));
    }

    @Test
    void a_whole_mebibyte_is_read_quickly() {
        var comment = new byte[Reader.MAX_BYTES];
        Arrays.fill(comment, (byte) '#');
        assertEquals(List.of(), errors("a.yaml", comment));
        for (var unit : List.of("[", "{", "- ", "? ", "a: ", "*a ", "&a ", "!x ", "\"", "'", "---\n", "...\n", "\n",
                "\t")) {
            Reader.read("a.yaml", bytes(unit.repeat(Reader.MAX_BYTES / 8 / unit.length())));
        }
    }

    @Test
    void secrets_do_not_show_in_errors() {
        var text = agent("ada", "command: [sh]\n  env: [{name: A, value: 12345678}, {name: B, value: \"hush\\0\"}]");
        var errors = errors("a.yaml", bytes(text));
        assertEquals(2, errors.size());
        assertTrue(errors.stream().noneMatch(e -> e.contains("1234") || e.contains("hush")), errors.toString());
    }

    @Test
    void layout_and_comments_change_nothing() {
        var plain = one(agent("ada", "command: [sh]\n  suspend: false"));
        var other = one("""
                # hello
                spec: {"suspend": false, args: null,
                  command: ["sh"]}   # there
                metadata: {name: 'ada', labels: ~}
                kind: Agent
                apiVersion: reconciler.dev/v1alpha1
                """);
        assertEquals(plain.document(), other.document());
        assertEquals(plain.specDigest(), other.specDigest());
        assertEquals(plain.runHash(), other.runHash());
    }

    @Test
    void only_what_a_running_program_was_started_with_changes_its_run_hash() {
        var base = one(agent("ada", "command: [sh]"));
        for (var live : List.of(
                "restartPolicy: Always",
                "suspend: true",
                "terminationGracePeriodSeconds: 5",
                "logs: {keep: 2}",
                "terminal: {rows: 40}",
                "createWorkingDirectory: true",
                "updateStrategy: Immediate")) {
            var edited = one(agent("ada", "command: [sh]\n  " + live));
            assertEquals(base.runHash(), edited.runHash(), live);
            assertNotEquals(base.specDigest(), edited.specDigest(), live);
        }
        for (var run : List.of("args: [x]", "workingDirectory: /", "env: [{name: A, value: b}]")) {
            assertNotEquals(base.runHash(), one(agent("ada", "command: [sh]\n  " + run)).runHash(), run);
        }
        var labelled = one(agent("ada\n  labels: {a: b}"));
        assertEquals(base.specDigest(), labelled.specDigest());
        assertNotEquals(base.document(), labelled.document());
    }

    /// What is on people's disks and in their sessions' marks: it may not change by accident.
    @Test
    void the_digests_of_a_known_document_stay_what_they_are() {
        var agent = one(agent("ada", "command: [sh]"));
        assertEquals(
                "{\"apiVersion\":\"reconciler.dev/v1alpha1\",\"kind\":\"Agent\",\"metadata\":{\"name\":\"ada\"},"
                        + "\"spec\":{\"command\":[\"sh\"]}}",
                agent.document());
        assertEquals("1:600981cebfe9d9de", agent.runHash().toString());
        assertEquals("600981cebfe9d9de", agent.specDigest());
    }

    @Test
    void an_agent_comes_back_from_its_document() {
        var agent = one(agent("ada", "command: [sh, \"\\t\\u0085🤖\"]\n  logs: {maxBytes: 1Mi}"));
        var restored = Reader.restore(agent.document());
        assertEquals(agent.document(), restored.document());
        assertEquals(agent.spec(), restored.spec());
        assertEquals(agent.runHash(), restored.runHash());
        assertEquals(agent.specDigest(), restored.specDigest());
        assertEquals("(last good version)", restored.origin().toString());
    }

    @Test
    void every_character_that_can_be_written_comes_back() {
        var spec = new StringBuilder("command: [sh");
        for (int c = 1; c < 0x11000; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                spec.append(c % 512 == 1 ? "\", \"" : "").append(String.format("\\U%08x", c));
            }
        }
        var agent = one(agent("ada", spec.toString().replaceFirst("sh\"", "sh") + "\"]"));
        assertTrue(agent.spec().command().size() > 100);
        assertEquals(agent.spec(), Reader.restore(agent.document()).spec());
    }

    @Test
    void a_document_that_is_no_longer_understood_does_not_come_back() {
        assertNull(Reader.restore(""));
        assertNull(Reader.restore("{"));
        assertNull(Reader.restore(agent("ada", "comand: [sh]")));
        assertNull(Reader.restore(agent("ada") + "---\n" + agent("bob")));
    }
}
