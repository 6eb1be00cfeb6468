package dev.reconciler.desired;

import static dev.reconciler.desired.FolderDefaultsTest.defaults;
import static dev.reconciler.desired.Manifests.agent;
import static dev.reconciler.desired.Manifests.at;
import static dev.reconciler.desired.Manifests.bytes;
import static dev.reconciler.desired.Manifests.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.host.Folder;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Defaults that are broken, or gone for a moment, change nothing about what their agents are given.
class DefaultsTrackerTest {
    private static final String DEFAULTS = "x/defaults.yaml";

    private final TreeMap<String, Folder.File> files = new TreeMap<>();
    private final TreeMap<AgentName, String> remembered = new TreeMap<>();
    private Tracker tracker = new Tracker("source-1", false, Models.ANY);
    private Tracker.Answer answer;

    private void write(String file, String text) {
        files.put(file, new Folder.File.Content(bytes(text), true));
    }

    /// As a round does.
    private void look(double seconds) {
        answer = tracker.update(
                new Folder.Look.Seen(new TreeMap<>(files)), at(seconds), () -> new TreeMap<>(remembered));
        answer.desired().desires().forEach((name, desire) -> {
            if (desire instanceof Desire.Wanted(var agent)) {
                remembered.put(name, agent.document());
            }
        });
    }

    private void restartDaemon() {
        tracker = new Tracker("source-1", false, Models.ANY);
    }

    private Desire desire(String name) {
        return answer.desired().of(name(name));
    }

    private Agent wanted(String name) {
        return assertInstanceOf(Desire.Wanted.class, desire(name)).agent();
    }

    private boolean complete() {
        return answer.desired().source().complete();
    }

    private boolean settled() {
        return answer.desired().source().settled();
    }

    /// Ada is given everything, bob something that he could do without, eve nothing.
    @BeforeEach
    void fleet() {
        write(DEFAULTS, defaults("spec: {command: [far], args: [given]}\n"));
        write("x/ada.yaml", agent("ada", "{}"));
        write("x/bob.yaml", agent("bob"));
        write("eve.yaml", agent("eve"));
        look(0);
        look(1);
        assertTrue(complete() && settled());
    }

    private void assertKept(String why) {
        assertFalse(complete());
        for (var name : List.of("ada", "bob")) {
            var kept = assertInstanceOf(Desire.Unreadable.class, desire(name), name);
            assertEquals(List.of("given"), kept.lastGood().spec().args());
            // After a restart nobody knows what a file was that says nothing now.
            assertTrue(kept.why().startsWith(DEFAULTS + why)
                    || name.equals("ada") && kept.why().endsWith("spec.command: Required value"), kept.why());
        }
        assertEquals(List.of("sh"), wanted("eve").spec().argv());
    }

    @Test
    void a_typo_in_defaults_leaves_what_they_gave_in_force() {
        write(DEFAULTS, defaults("spec: {comand: [far], args: [other]}\n"));
        look(2);
        assertKept(":3:8: spec.comand: unknown field");
        assertEquals(1, answer.errors().size());
        restartDaemon();
        look(3);
        assertKept(":3:8: spec.comand: unknown field");
        write(DEFAULTS, defaults("spec: {command: [far], args: [other]}\n"));
        look(4);
        assertTrue(complete());
        assertEquals(List.of("other"), wanted("bob").spec().args());
    }

    @Test
    void defaults_that_cannot_be_told_from_anything_else_do_so_too() {
        for (var broken : List.of("{", "kind: Defaults\nspec: [", "kind: Defualts\napiVersion: reconciler.dev/v1alpha1",
                "<<<<<<< HEAD\n" + defaults("spec: {}\n"))) {
            write(DEFAULTS, broken);
            look(2);
            assertKept(":");
            restartDaemon();
            look(3);
            assertKept(":");
        }
        files.put(DEFAULTS, new Folder.File.Unreadable("cannot be read: Permission denied"));
        look(4);
        assertKept(": cannot be read: Permission denied");
        restartDaemon();
        look(5);
        assertKept(": cannot be read: Permission denied");
    }

    /// What it would be given instead of what it drops is not known.
    @Test
    void nobody_is_taken_at_their_word_beside_defaults_that_cannot_be_read_any_more() {
        write("x/cid.yaml", agent("cid", "command: [own]\n  args: [own]"));
        look(2);
        assertEquals(List.of(), List.copyOf(wanted("cid").filled().keySet()));
        write(DEFAULTS, "{");
        write("x/cid.yaml", agent("cid", "command: [own]"));
        write("x/new.yaml", agent("new"));
        look(3);
        var kept = assertInstanceOf(Desire.Unreadable.class, desire("cid"));
        assertEquals(List.of("own", "own"), kept.lastGood().spec().argv());
        assertInstanceOf(Desire.Unreadable.class, desire("new"));
        write(DEFAULTS, defaults("spec: {args: [given]}\n"));
        look(4);
        assertEquals(List.of("own", "given"), wanted("cid").spec().argv());
    }

    @Test
    void two_defaults_that_contradict_each_other_change_nothing() {
        write("x/more.yaml", defaults("spec: {args: [other]}\n"));
        look(2);
        assertKept(":3:30: spec.args: Duplicate value");
    }

    @Test
    void a_new_agent_waits_for_its_defaults() {
        write(DEFAULTS, defaults("spec: {comand: [far]}\n"));
        write("x/new.yaml", agent("new"));
        look(2);
        assertNull(assertInstanceOf(Desire.Unreadable.class, desire("new")).lastGood());
    }

    @Test
    void a_broken_file_that_gave_nothing_stands_in_nobodys_way() {
        write("x/noise.yaml", "{");
        write("x/bob.yaml", agent("bob", "command: [bash]"));
        look(2);
        assertFalse(complete());
        assertEquals(List.of("bash", "given"), wanted("bob").spec().argv());
    }

    @Test
    void defaults_that_are_gone_count_until_they_are_gone_for_a_while() {
        var file = files.remove(DEFAULTS);
        look(10);
        assertEquals(List.of("far", "given"), wanted("ada").spec().argv());
        assertEquals(List.of("sh", "given"), wanted("bob").spec().argv());
        assertTrue(complete());
        assertFalse(settled());
        assertEquals(at(11), answer.again());
        files.put(DEFAULTS, new Folder.File.Content(bytes("half"), false));
        look(10.9);
        files.put(DEFAULTS, file);
        look(11.5);
        assertEquals(List.of("sh", "given"), wanted("bob").spec().argv());
        files.remove(DEFAULTS);
        look(20);
        assertEquals(List.of("given"), wanted("bob").spec().args());
        look(21);
        assertEquals(List.of(), wanted("bob").spec().args(), "deleted: an edit of each");
        assertFalse(settled());
        assertTrue(assertInstanceOf(Desire.Unreadable.class, desire("ada")).why().contains("spec.command: Required"));
        look(22);
        assertEquals(List.of("sh"), wanted("bob").spec().argv());
    }

    @Test
    void broken_defaults_that_are_gone_are_not_known_until_they_are_gone_for_a_while() {
        write(DEFAULTS, defaults("spec: {comand: [far]}\n"));
        look(10);
        files.remove(DEFAULTS);
        look(11);
        assertKept(":3:8: spec.comand: unknown field");
        look(11.9);
        assertKept(":3:8: spec.comand: unknown field");
        look(12);
        assertEquals(List.of(), wanted("bob").spec().args());
        assertEquals(at(13), answer.again());
    }

    @Test
    void defaults_that_move_within_their_folder_say_the_same() {
        write("x/base.yaml", defaults("# moved\nspec: {args: [given], command: [far]}\n"));
        files.remove(DEFAULTS);
        look(2);
        assertTrue(complete());
        assertEquals("x/base.yaml:4", wanted("bob").filled().get("spec.args").from().toString());
        look(3.5);
        look(4.5);
        assertTrue(complete() && settled());
        assertEquals(List.of("given"), wanted("bob").spec().args());
    }

    @Test
    void an_edit_of_defaults_is_an_edit_of_its_agents_alone() {
        write(DEFAULTS, defaults("spec: {command: [far], args: [other]}\n"));
        var eve = wanted("eve");
        var hash = wanted("ada").runHash();
        look(2);
        assertFalse(settled());
        assertEquals(List.of("far", "other"), wanted("ada").spec().argv());
        assertFalse(hash.equals(wanted("ada").runHash()));
        assertEquals(eve, wanted("eve"));
        look(3);
        assertTrue(settled());
        write(DEFAULTS, defaults("# only a comment\nspec: {args: [other], command: ['far']}\n"));
        look(4);
        assertTrue(settled());
    }

    @Test
    void a_quiet_look_reads_nothing_again() {
        look(2);
        var first = answer.desired();
        look(3);
        assertEquals(System.identityHashCode(first), System.identityHashCode(answer.desired()));
    }
}
