package dev.reconciler.desired;

import static dev.reconciler.desired.Manifests.agent;
import static dev.reconciler.desired.Manifests.bytes;
import static dev.reconciler.desired.Manifests.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.UpdateStrategy;
import dev.reconciler.host.Folder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What agents are given by the Defaults of their folder and of those above.
class FolderDefaultsTest {
    private final TreeMap<String, Folder.File> files = new TreeMap<>();
    private Library library = new Library(Models.ANY);

    static String defaults(String rest) {
        return "apiVersion: reconciler.dev/v1alpha1\nkind: Defaults\n" + rest;
    }

    private void write(String file, String text) {
        files.put(file, new Folder.File.Content(bytes(text), true));
    }

    private Picture picture() {
        library.takeIn(new TreeMap<>(files), Manifests.at(0));
        return library.picture();
    }

    private Agent one(String name) {
        var picture = picture();
        assertEquals(List.of(), picture.errors());
        return picture.agents().get(name(name));
    }

    private List<String> errors() {
        return picture().errors().stream().map(FieldError::toString).toList();
    }

    private static String places(Agent agent) {
        return agent.filled()
                .entrySet()
                .stream()
                .map(e -> e.getKey() + " " + e.getValue().from())
                .collect(Collectors.joining(", "));
    }

    @Test
    void what_an_agent_leaves_out_comes_from_its_folder() {
        write("defaults.yaml", defaults("""
                metadata:
                  labels: {team: site, tier: low}
                spec:
                  command: [claude]
                  workingDirectory: ~/src
                  logs: {keep: 3}
                """));
        write("ada.yaml", agent("ada", "args: [--model, opus]\n  logs: {maxBytes: 1Mi}")
                .replace("name: ada", "name: ada\n  labels: {tier: high}"));
        var ada = one("ada");
        assertEquals(List.of("claude", "--model", "opus"), ada.spec().argv());
        assertEquals("~/src", ada.spec().workingDirectory());
        assertEquals(new AgentSpec.Logs(1 << 20, 3), ada.spec().logs());
        assertEquals(Map.of("team", "site", "tier", "high"), ada.labels());
        assertEquals(
                "metadata.labels[team] defaults.yaml:4, spec.command defaults.yaml:6, spec.logs.keep defaults.yaml:8,"
                        + " spec.workingDirectory defaults.yaml:7",
                places(ada));
        assertTrue(ada.own().contains("\"args\"") && !ada.own().contains("claude"), ada.own());
    }

    @Test
    void a_nearer_folder_wins_field_by_field_and_only_below_itself() {
        write("defaults.yaml", defaults("spec: {command: [top], args: [a], terminationGracePeriodSeconds: 1}\n"));
        write("x/defaults.json", "{\"apiVersion\": \"reconciler.dev/v1alpha1\", \"kind\": \"Defaults\",\n"
                + "\t\"spec\": {\"command\": [\"middle\"], \"suspend\": true}}");
        write("x/y/any name.yaml", defaults("spec: {args: [b, c]}\n") + "---\n" + agent("low", "suspend: false"));
        write("top.yaml", agent("top", "{}"));
        write("x/mid.yaml", agent("mid", "{}"));
        write("xx/other.yaml", agent("other", "{}"));
        assertEquals(List.of("top", "a"), one("top").spec().argv());
        assertEquals(List.of("top", "a"), one("other").spec().argv());
        assertEquals(List.of("middle", "a"), one("mid").spec().argv());
        assertTrue(one("mid").spec().suspend());
        var low = one("low");
        assertEquals(List.of("middle", "b", "c"), low.spec().argv());
        assertEquals(1, low.spec().terminationGracePeriodSeconds());
        assertEquals(false, low.spec().suspend());
        assertEquals(
                "spec.args x/y/any name.yaml:3, spec.command x/defaults.json:2,"
                        + " spec.terminationGracePeriodSeconds defaults.yaml:3",
                places(low));
    }

    @Test
    void variables_merge_by_name_and_other_lists_are_taken_whole() {
        write("defaults.yaml", defaults("""
                spec:
                  env:
                    - {name: A, value: far}
                    - {name: B, valueFrom: {file: /b}}
                  restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [1]}}]
                """));
        write("ada.yaml", agent("ada", """
                command: [sh]
                  env: [{name: C, value: own}, {name: B, value: own}]
                  restartPolicyRules: []"""));
        var ada = one("ada");
        assertEquals(
                List.of(
                        new AgentSpec.EnvVar("C", "own", null),
                        new AgentSpec.EnvVar("B", "own", null),
                        new AgentSpec.EnvVar("A", "far", null)),
                ada.spec().env());
        assertEquals(List.of(), ada.spec().restartPolicyRules());
        assertEquals("spec.env[A] defaults.yaml:5", places(ada));
    }

    @Test
    void one_way_of_several_stands_for_all_of_them() {
        write("defaults.yaml", defaults("""
                spec:
                  command: [sh]
                  prompt: {text: far, delivery: File}
                  readinessProbe: {screen: {pattern: x}, periodSeconds: 7}
                """));
        write("ada.yaml", agent("ada", "prompt: {file: /near}\n  readinessProbe: {exec: {command: [near]}}"));
        write("bob.yaml", agent("bob", "readinessProbe: {failureThreshold: 9}"));
        var ada = one("ada");
        assertNull(ada.spec().prompt().text());
        assertEquals("/near", ada.spec().prompt().file());
        assertNull(ada.spec().readinessProbe().screen());
        assertEquals(7, ada.spec().readinessProbe().periodSeconds());
        var bob = one("bob");
        assertEquals("x", bob.spec().readinessProbe().screen().pattern());
        assertEquals(9, bob.spec().readinessProbe().failureThreshold());
    }

    @Test
    void null_leaves_a_field_unset_whatever_is_given() {
        write("defaults.yaml", defaults("""
                spec: {command: [sh], activeDeadlineSeconds: 60, backoffLimit: 1, logs: {keep: 2}}
                """));
        write("x/defaults.yaml", defaults("spec: {backoffLimit: null}\n"));
        write("x/ada.yaml", agent("ada", "activeDeadlineSeconds: null\n  logs: ~"));
        var ada = one("ada");
        assertNull(ada.spec().activeDeadlineSeconds());
        assertNull(ada.spec().backoffLimit());
        assertEquals(5, ada.spec().logs().keep());
        assertEquals("spec.command defaults.yaml:3", places(ada));
        assertTrue(ada.own().contains("\"activeDeadlineSeconds\":null"), ada.own());
        assertEquals(ada.document(), Reader.restore(ada.document()).document());
        assertEquals(ada.spec(), Reader.restore(ada.document()).spec());
        write("eve.yaml", agent("eve", "prompt: null"));
        assertTrue(!one("eve").own().contains("prompt"), "nothing is given: the same as not written");
    }

    @Test
    void what_moves_into_defaults_is_the_same_spec() {
        write("ada.yaml", agent("ada", "command: [claude]\n  args: [x]\n  env: [{name: A, value: b}]"));
        var before = one("ada");
        write("defaults.yaml", defaults("spec:\n  command: [claude]\n  env: [{name: A, value: b}]\n"));
        write("ada.yaml", agent("ada", "args: [x]"));
        var after = one("ada");
        assertEquals(before.runHash(), after.runHash());
        assertEquals(before.specDigest(), after.specDigest());
        assertEquals(before.spec(), after.spec());
        write("defaults.yaml", defaults("# a comment\nspec: {env: [{value: b, name: A}], command: ['claude']}\n"));
        assertEquals(after.document(), one("ada").document());
        write("defaults.yaml", defaults("spec: {env: [{value: c, name: A}], command: [claude]}\n"));
        assertNotEquals(after.runHash(), one("ada").runHash());
        write("defaults.yaml",
                defaults("spec: {env: [{value: b, name: A}], command: [claude], updateStrategy: OnIdle}\n"));
        assertEquals(after.runHash(), one("ada").runHash());
        assertNotEquals(after.specDigest(), one("ada").specDigest());
        assertEquals(UpdateStrategy.OnIdle, one("ada").spec().updateStrategy());
    }

    @Test
    void an_agent_comes_back_from_what_is_remembered_with_what_it_was_given() {
        write("defaults.yaml", defaults("""
                metadata: {labels: {"a/b": "c"}, annotations: {reconciler.dev/reconcile: disabled}}
                spec: {env: [{name: A, value: "\\u0001é🤖"}], heartbeat: {timeoutSeconds: 5}, completion: {}}
                """));
        write("ada.yaml", agent("ada", "command: [sh]\n  env: [{name: B, value: x}]"));
        var ada = one("ada");
        var back = Reader.restore(ada.document());
        assertEquals(ada.spec(), back.spec());
        assertEquals(ada.labels(), back.labels());
        assertTrue(back.reconcileDisabled());
        assertEquals(ada.runHash(), back.runHash());
        assertEquals(ada.specDigest(), back.specDigest());
        assertEquals(ada.document(), back.document());
        assertEquals(ada.own(), back.own());
        assertTrue(ada.givenTheSame(back));
        assertEquals(Agent.Origin.REMEMBERED, back.filled().get("spec.env[A]").from());
    }

    @Test
    void two_defaults_of_one_folder_may_not_say_the_same_field() {
        write("a.yaml", defaults("spec:\n  command: [a]\n  env: [{name: A, value: b}]\n  prompt: {text: x}\n"));
        write("b.yaml", defaults("spec:\n  suspend: true\n  command: [a]\n  env: [{name: A, value: c}]\n"
                + "  prompt: {file: y}\n"));
        write("ada.yaml", agent("ada"));
        write("x/bob.yaml", agent("bob"));
        var told = "Duplicate value: another Defaults of this folder says it, too: ";
        assertEquals(
                List.of(
                        "a.yaml:4:12: spec.command: " + told + "b.yaml:5:12",
                        "a.yaml:5:9: spec.env[A]: " + told + "b.yaml:6:9",
                        "a.yaml:6:18: spec.prompt.text: " + told + "b.yaml:7:18",
                        "b.yaml:5:12: spec.command: " + told + "a.yaml:4:12",
                        "b.yaml:6:9: spec.env[A]: " + told + "a.yaml:5:9",
                        "b.yaml:7:18: spec.prompt.file: " + told + "a.yaml:6:18"),
                errors());
        assertEquals("[default/ada, default/bob]", picture().broken().keySet().toString());
        write("b.yaml", defaults("spec: {suspend: true, env: [{name: B, value: c}], prompt: {delivery: File}}\n"));
        assertEquals(List.of("a"), List.of(one("ada").spec().prompt().text().replace("x", "a")));
        assertTrue(one("ada").spec().suspend());
        assertEquals(2, one("bob").spec().env().size());
    }

    @Test
    void a_mistake_in_defaults_is_told_once_and_all_of_their_agents_wait() {
        write("x/defaults.yaml", defaults("spec: {backoffLimit: many}\n"));
        write("x/ada.yaml", agent("ada", "comand: [sh]"));
        write("x/y/bob.yaml", agent("bob"));
        write("eve.yaml", agent("eve"));
        var why = "x/defaults.yaml:3:22: spec.backoffLimit: Invalid value: \"many\": must be of type integer";
        assertEquals(
                List.of("x/ada.yaml:6:3: spec.comand: unknown field; did you mean \"command\"?", why), errors());
        assertEquals("[default/eve]", picture().agents().keySet().toString());
        assertEquals(why, picture().broken().get(name("bob")));
        assertEquals(Map.of(), picture().opaque());
    }

    @Test
    void what_only_the_whole_shows_is_told_at_the_agent_and_names_both_places() {
        write("defaults.yaml", defaults("""
                spec:
                  model: sonnet
                  backoff: {initialSeconds: 100}
                  prompt: {delivery: Argument}
                  livenessProbe: {periodSeconds: 3}
                """));
        write("ada.yaml", agent("ada", "backoff: {maxSeconds: 50}"));
        assertEquals(
                List.of(
                        "ada.yaml:5:1: spec.command: Required value",
                        "ada.yaml:5:1: spec.livenessProbe: Required value: must specify a handler type: exec, screen,"
                                + " output (spec.livenessProbe from defaults.yaml:7)",
                        "ada.yaml:5:1: spec.model: Forbidden: neither command nor args says where it goes: write"
                                + " $(model) there, such as args: [--model, $(model)] (spec.model from defaults.yaml:4)",
                        "ada.yaml:5:1: spec.prompt: Required value: one of text, file (spec.prompt from"
                                + " defaults.yaml:6)",
                        "ada.yaml:6:25: spec.backoff.maxSeconds: Invalid value: 50: must be greater than or equal to"
                                + " initialSeconds (100) (spec.backoff.initialSeconds from defaults.yaml:5)"),
                errors());
    }

    @Test
    void many_agents_are_read_again_only_when_what_they_are_given_changes() {
        for (int i = 0; i < 50; i++) {
            write("x/a" + i + ".yaml", agent("a" + i, "{}"));
        }
        write("y.yaml", agent("y"));
        write("x/defaults.yaml", defaults("spec: {command: [sh]}\n"));
        var first = picture().agents();
        assertEquals(51, first.size());
        write("y.yaml", agent("y", "command: [bash]"));
        write("z.yaml", defaults("spec: {}\n"));
        var second = picture().agents();
        assertSame(first.get(name("a7")), second.get(name("a7")), "what it is given is the same");
        write("x/defaults.yaml", defaults("spec: {command: [bash]}\n"));
        var third = picture().agents();
        assertSame(second.get(name("y")), third.get(name("y")), "another folder");
        assertEquals(List.of("bash"), third.get(name("a7")).spec().command());
        write("x/more.yaml", "{\"apiVersion\": \"reconciler.dev/v1alpha1\", \"kind\": \"Def\\u0061ults\", \"spec\":"
                + " {\"args\": [\"x\"]}}");
        assertEquals(List.of("bash", "x"), one("a7").spec().argv(), "however it is spelled");
    }
}
