package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.controller.Directories;
import dev.reconciler.controller.Settings;
import dev.reconciler.desired.JsonSchema;
import dev.reconciler.desired.Models;
import dev.reconciler.desired.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitVerbTest {
    @TempDir
    private Path temporary;

    private String init(String... more) {
        var call = new FakeCall(Worlds.healthy());
        call.settings = new Settings(
                new Directories(
                        temporary.resolve("m"), temporary.resolve("state"), temporary.resolve("runtime"), false),
                false, 30, Models.ANY);
        var words = new ArrayList<>(List.of("init"));
        words.addAll(List.of(more));
        int code = call.run(words.toArray(String[]::new));
        return call.printed() + call.said() + "[" + code + "]";
    }

    @Test
    void a_new_folder_has_an_agent_that_is_valid_and_does_not_run() throws IOException {
        var said = init();
        var folder = temporary.resolve("m");
        assertTrue(said.contains(folder.resolve("first.yaml") + " created\n"), said);
        assertTrue(said.endsWith("\n  reconciler validate " + folder + "\n[0]"), "to be copied: " + said);
        var picture = Validator.check(List.of(folder), Models.ANY);
        assertEquals(List.of(), picture.errors());
        assertTrue(picture.agents().values().iterator().next().spec().suspend());
        assertEquals(JsonSchema.MODELINE, Files.readAllLines(folder.resolve("first.yaml")).getFirst());
        assertEquals(JsonSchema.text(), Files.readString(folder.resolve(JsonSchema.FILE)));
    }

    @Test
    void what_is_there_stays_as_it_is() throws IOException {
        var folder = Files.createDirectories(temporary.resolve("theirs"));
        Files.writeString(folder.resolve("mine.yaml"), "# mine\n");
        assertTrue(init(folder.toString(), "--git").endsWith("[0]"));
        assertFalse(Files.exists(folder.resolve("first.yaml")));
        assertEquals("# mine\n", Files.readString(folder.resolve("mine.yaml")));
        Files.writeString(folder.resolve(".git/hooks/pre-commit"), "mine");
        Files.writeString(folder.resolve(".gitignore"), "mine");
        assertTrue(init(folder.toString(), "--git").contains("is there already: add"));
        assertEquals("mine", Files.readString(folder.resolve(".git/hooks/pre-commit")));
        assertEquals("mine", Files.readString(folder.resolve(".gitignore")));
    }

    @Test
    void the_hook_knows_the_folder_by_its_place_in_the_work_tree() throws IOException {
        init(temporary.resolve("fleet").toString(), "--git");
        Files.delete(temporary.resolve("fleet/.git/hooks/pre-commit"));
        init(temporary.resolve("fleet/ada's/agents").toString(), "--git");
        var hook = Files.readString(temporary.resolve("fleet/.git/hooks/pre-commit"));
        assertTrue(hook.contains("\nfolder='ada'\\''s/agents/'\n"), hook);
    }

    @Test
    void a_repository_validates_before_each_commit() throws IOException {
        var folder = temporary.resolve("fleet");
        var said = init(folder.toString(), "--git");
        assertTrue(said.contains("git repository made") && said.endsWith("[0]"), said);
        var hook = folder.resolve(".git/hooks/pre-commit");
        assertTrue(Files.isExecutable(hook));
        assertTrue(Files.readString(hook).contains("\nfolder=.\n"));
        assertTrue(Files.exists(folder.resolve(".gitignore")));
    }
}
