package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.controller.Directories;
import dev.reconciler.controller.Settings;
import dev.reconciler.desired.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What verbs say of agents that leave things to Defaults, and what they write.
class DefaultsVerbsTest {
    private static final String DEFAULTS = """
            apiVersion: reconciler.dev/v1alpha1
            kind: Defaults
            metadata:
              labels: {team: site}
            spec:
              command: [claude]
              restartPolicy: Always
              env:
                - {name: TOKEN, valueFrom: {file: ~/.token}}
              logs:
                keep: 3
            """;

    private static final String ADA = """
            apiVersion: reconciler.dev/v1alpha1
            kind: Agent
            metadata: {name: ada}
            spec:
              args: [--model, opus]
              env: [{name: A, value: b}]
            """;

    @TempDir
    private Path temporary;

    private FakeCall call = new FakeCall(new FakeAccess(new FakeAccess.World()
            .folder(Map.of("x/defaults.yaml", DEFAULTS, "x/ada.yaml", ADA))
            .running("default", "ada", 2001)));

    private String run(String... words) {
        int code = call.run(words);
        return call.printed() + call.said() + "[" + code + "]";
    }

    @Test
    void describe_says_where_each_value_comes_from() {
        var said = run("describe", "agent", "ada");
        var spec = said.substring(said.indexOf("Labels:"), said.indexOf("Annotations:"))
                + said.substring(said.indexOf("Spec:"), said.indexOf("Evidence:"));
        assertEquals("""
                Labels:       team=site (from x/defaults.yaml:4)
                Spec:
                  Command:                   claude --model opus (command from x/defaults.yaml:6)
                  Working Directory:         ~
                  Environment:               A: b
                                             TOKEN: <set from the file ~/.token> (from x/defaults.yaml:9)
                  Restart Policy:            Always (from x/defaults.yaml:7)
                  Suspend:                   false
                  Update Strategy:           OnExit
                  Termination Grace Period:  30s
                  logs.keep:                 3 (from x/defaults.yaml:11)
                """, spec);
    }

    @Test
    void get_shows_what_is_written_and_beside_it_what_is_given() {
        var shown = run("get", "agent", "ada", "-o", "yaml");
        var spec = shown.substring(shown.indexOf("spec:"), shown.indexOf("status:"));
        assertFalse(spec.contains("claude") || spec.contains("TOKEN"), spec);
        assertTrue(shown.contains("  defaults:\n    metadata:\n      labels:\n        team: site\n"), shown);
        assertTrue(run("get", "agents", "-l", "team=site").contains("ada"));
    }

    private void folder() throws IOException {
        var folder = Files.createDirectories(temporary.resolve("manifests/x")).getParent();
        Files.writeString(folder.resolve("x/defaults.yaml"), DEFAULTS);
        Files.writeString(folder.resolve("x/ada.yaml"), ADA);
        call.settings = new Settings(
                new Directories(folder, temporary.resolve("state"), temporary.resolve("runtime"), false), false, 30,
                Models.ANY);
    }

    @Test
    void apply_writes_what_the_agent_says_itself() throws IOException {
        folder();
        var file = temporary.resolve("manifests/x/ada.yaml");
        call.input = ADA;
        assertTrue(run("apply", "-f", "-").startsWith("agent.reconciler.dev/ada unchanged\n"));
        call.input = ADA.replace("opus", "haiku");
        assertTrue(run("apply", "-f", "-").contains("agent.reconciler.dev/ada configured\n"));
        assertEquals(ADA.replace("opus", "haiku"), Files.readString(file));
        // The same in sum, and said by the agent itself from now on.
        call.input = Files.readString(file) + "  restartPolicy: Always\n";
        assertTrue(run("apply", "-f", "-").contains("agent.reconciler.dev/ada configured\n"));
        assertTrue(Files.readString(file).endsWith("restartPolicy: Always\n"));
        call.input = Files.readString(file).replace("name: ada", "name: new");
        assertTrue(run("apply", "-f", "-").contains("spec.command: Required value"), "nothing is given at the top");
        assertFalse(Files.exists(temporary.resolve("manifests/new.yaml")));
    }

    @Test
    void what_get_printed_comes_back_as_it_was_written() throws IOException {
        folder();
        var shown = run("get", "agent", "ada", "-o", "yaml").replace("[0]", "");
        call = new FakeCall(new FakeAccess(new FakeAccess.World()));
        folder();
        call.input = shown;
        assertEquals("agent.reconciler.dev/ada unchanged\n[0]", run("apply", "-f", "-"));
    }

    @Test
    void defaults_are_put_where_they_count_by_a_person() throws IOException {
        folder();
        var elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("defaults.yaml"), DEFAULTS);
        Files.writeString(elsewhere.resolve("ada.yaml"), ADA);
        var said = run("apply", "-f", elsewhere.toString());
        assertTrue(said.contains("defaults.yaml:1:1: a Defaults counts for the folder it lies in"), said);
        assertTrue(said.endsWith("[1]"), said);
        assertTrue(run("apply", "-f", temporary.resolve("manifests").toString())
                .contains("agent.reconciler.dev/ada unchanged\n"));
    }

    @Test
    void validate_looks_up_to_the_manifests_folder() throws IOException {
        folder();
        var deep = Files.createDirectories(temporary.resolve("manifests/x/y"));
        Files.writeString(deep.resolve("bob.yaml"), ADA.replace("name: ada", "name: bob"));
        Files.writeString(temporary.resolve("manifests/x/broken.yaml"), "{");
        assertTrue(run("validate", deep.resolve("bob.yaml").toString()).endsWith("[0]"), call.said());
        assertTrue(run("validate", deep.toString()).endsWith("[0]"), call.said());
        Files.writeString(temporary.resolve("manifests/x/defaults.yaml"), DEFAULTS.replace("command", "comand"));
        var said = run("validate", deep.toString());
        assertTrue(said.contains("x/defaults.yaml:6:3: spec.comand: unknown field; did you mean \"command\"?"), said);
    }

    @Test
    void validate_outside_of_it_looks_up_to_the_top_of_the_work_tree() throws IOException {
        var top = Files.createDirectories(temporary.resolve("clone/.git")).getParent();
        var fleet = Files.createDirectories(top.resolve("fleet/x"));
        Files.writeString(temporary.resolve("defaults.yaml"), "{");
        Files.writeString(top.resolve("defaults.yaml"), DEFAULTS);
        Files.writeString(fleet.resolve("ada.yaml"), ADA);
        assertTrue(run("validate", fleet.resolve("ada.yaml").toString()).endsWith("[0]"), call.said());
        assertTrue(run("validate", fleet.toString()).endsWith("[0]"), call.said());
        Files.delete(top.resolve(".git"));
        var said = run("validate", fleet.resolve("ada.yaml").toString());
        assertTrue(said.contains("ada.yaml:4:1: spec.command: Required value"), said);
    }
}
