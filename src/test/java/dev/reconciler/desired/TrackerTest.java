package dev.reconciler.desired;

import static dev.reconciler.desired.Manifests.agent;
import static dev.reconciler.desired.Manifests.at;
import static dev.reconciler.desired.Manifests.bytes;
import static dev.reconciler.desired.Manifests.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Checkout;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Revision;
import dev.reconciler.host.Folder;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TrackerTest {
    private final TreeMap<String, Folder.File> files = new TreeMap<>();
    private final TreeMap<AgentName, String> remembered = new TreeMap<>();
    private Tracker tracker = new Tracker("source-1", false, Models.ANY);
    private Tracker.Answer answer;

    private void write(String file, String text) {
        files.put(file, new Folder.File.Content(bytes(text), true));
    }

    private void writeHalf(String file, String text) {
        files.put(file, new Folder.File.Content(bytes(text), false));
    }

    /// As a round does: what is good is remembered, what a complete look misses is not.
    private void look(double seconds) {
        answer = tracker.update(new Folder.Look.Seen(new TreeMap<>(files)), at(seconds), this::remembered);
        answer.desired().desires().forEach((name, desire) -> {
            switch (desire) {
                case Desire.Wanted(var agent) -> remembered.put(name, agent.document());
                case Desire.Suspended(var agent) -> remembered.put(name, agent.document());
                case Desire.Unwanted(),Desire.Unreadable(_, _) -> {}
            }
        });
        if (answer.desired().source().complete()) {
            remembered.keySet().retainAll(answer.desired().desires().keySet());
        }
    }

    private SortedMap<AgentName, String> remembered() {
        return new TreeMap<>(remembered);
    }

    private void blind(double seconds) {
        answer = tracker.update(new Folder.Look.Blind("/m: not mounted"), at(seconds), this::remembered);
    }

    private void restartDaemon() {
        tracker = new Tracker("source-1", false, Models.ANY);
    }

    private Desire desire(String name) {
        return answer.desired().of(name(name));
    }

    private boolean complete() {
        return answer.desired().source().complete();
    }

    private boolean settled() {
        return answer.desired().source().settled();
    }

    private List<String> command(String name) {
        return switch (desire(name)) {
            case Desire.Wanted(var agent) -> agent.spec().command();
            case Desire.Suspended(var agent) -> agent.spec().command();
            case Desire.Unreadable(var agent, _) -> agent == null ? null : agent.spec().command();
            case Desire.Unwanted() -> null;
        };
    }

    private String why(String name) {
        return assertInstanceOf(Desire.Unreadable.class, desire(name)).why();
    }

    @Test
    void what_an_unfinished_file_says_is_read_ahead_but_counts_only_if_nothing_more_comes() {
        writeHalf("ada.yaml", agent("ada", "command: [first]"));
        look(10);
        assertInstanceOf(Desire.Unwanted.class, desire("ada"));
        write("ada.yaml", agent("ada", "command: [second]"));
        look(11);
        assertEquals(List.of("second"), command("ada"));
        writeHalf("ada.yaml", "kind: [");
        look(12);
        assertEquals(List.of("second"), command("ada"));
        assertTrue(complete());
        write("ada.yaml", agent("ada", "command: [third]"));
        look(13);
        assertEquals(List.of("third"), command("ada"));
    }

    @Test
    void a_file_is_wanted_at_once_and_settled_a_second_later() {
        write("ada.yaml", agent("ada"));
        write("bob.yaml", agent("bob", "command: [sh]\n  suspend: true"));
        look(10);
        assertInstanceOf(Desire.Wanted.class, desire("ada"));
        assertInstanceOf(Desire.Suspended.class, desire("bob"));
        assertInstanceOf(Desire.Unwanted.class, desire("eve"));
        assertTrue(complete());
        assertFalse(settled());
        assertEquals(at(11), answer.again());
        look(10.999);
        assertFalse(settled());
        assertEquals(at(11), answer.again());
        look(11);
        assertTrue(settled());
        assertNull(answer.again());
        assertEquals("source-1", answer.desired().source().id());
    }

    @Test
    void every_change_of_an_agent_unsettles_and_no_other_change_does() {
        write("ada.yaml", agent("ada"));
        look(0);
        look(1);
        write("ada.yaml", "# comment\n" + agent("ada").replace("[sh]", "['sh']"));
        look(2);
        assertTrue(settled(), "layout");
        files.clear();
        write("moved.yaml", agent("ada"));
        look(3);
        assertTrue(settled(), "a renamed file");
        assertEquals("moved.yaml:1", ((Desire.Wanted) desire("ada")).agent().origin().toString());
        write("moved.yaml", agent("ada", "command: [bash]"));
        look(4);
        assertFalse(settled(), "an edit");
        assertEquals(List.of("bash"), command("ada"));
        look(5);
        assertTrue(settled());
        write("bob.yaml", agent("bob"));
        look(6);
        assertFalse(settled(), "a new one");
        files.remove("moved.yaml");
        look(6.9);
        look(7.8);
        assertFalse(settled(), "counted from the last change");
        look(7.9);
        assertTrue(settled());
        assertInstanceOf(Desire.Unwanted.class, desire("ada"));
    }

    @Test
    void a_flicker_between_two_looks_starts_the_second_again() {
        write("ada.yaml", agent("ada"));
        look(0);
        look(1);
        files.remove("ada.yaml");
        look(1.5);
        write("ada.yaml", agent("ada"));
        look(2);
        files.remove("ada.yaml");
        look(2.6);
        assertFalse(settled());
        look(3.5);
        assertFalse(settled());
    }

    @Test
    void a_typo_leaves_the_last_good_version_in_force_and_the_picture_incomplete() {
        write("ada.yaml", agent("ada"));
        write("bob.yaml", agent("bob"));
        look(0);
        look(1);
        write("ada.yaml", agent("ada", "comand: [bash]"));
        files.remove("bob.yaml");
        look(2);
        assertEquals(List.of("sh"), command("ada"));
        assertEquals("ada.yaml:6:3: spec.comand: unknown field; did you mean \"command\"?", why("ada"));
        assertEquals(List.of(why("ada")), answer.desired().source().problems());
        assertFalse(complete());
        assertFalse(settled());
        assertFalse(answer.desired().source().empty());
        assertInstanceOf(Desire.Unwanted.class, desire("bob"), "no bad document can hold it: nobody restarts it");
        look(60);
        assertFalse(complete());
        write("ada.yaml", agent("ada", "command: [bash]"));
        look(61);
        assertEquals(List.of("bash"), command("ada"));
        assertTrue(complete());
        look(62);
        assertTrue(settled());
    }

    @Test
    void beside_a_bad_file_the_others_settle() {
        write("ada.yaml", agent("ada"));
        write("bob.yaml", agent("bob"));
        look(0);
        write("ada.yaml", agent("ada", "comand: [bash]"));
        write("bob.yaml", agent("bob", "suspend: true"));
        look(1);
        assertFalse(settled());
        look(2);
        assertTrue(settled(), "what is said of bob will not change with ada's file");
        assertFalse(complete(), "but who is missing may be in it");
        write("ada.yaml", agent("ada", "comandd: [bash]"));
        look(3);
        assertFalse(settled(), "somebody is writing");
    }

    @Test
    void a_file_that_is_no_yaml_may_hold_everything_that_is_missing() {
        write("ada.yaml", agent("ada"));
        write("bob.yaml", agent("bob"));
        write("eve.yaml", agent("eve"));
        look(0);
        write("bob.yaml", "{{{");
        files.remove("ada.yaml");
        write("zoe.yaml", "]");
        look(1);
        assertEquals(List.of("sh"), command("ada"));
        assertEquals(List.of("sh"), command("bob"));
        assertTrue(why("bob").startsWith("bob.yaml:1:4: not valid YAML: "), why("bob"));
        assertTrue(why("ada").startsWith("bob.yaml:1:4: not valid YAML: "), why("ada"));
        assertInstanceOf(Desire.Wanted.class, desire("eve"));
        assertFalse(complete());
        assertEquals(2, answer.errors().size());
    }

    @Test
    void good_documents_beside_a_bad_one_apply() {
        write("all.yaml", agent("ada") + "---\n" + agent("bob") + "---\n" + agent("eve"));
        look(0);
        write("all.yaml", agent("ada", "command: [bash]") + "---\nname: \"bob\n---\n" + agent("eve", "command: [zsh]"));
        look(1);
        assertEquals(List.of("bash"), command("ada"));
        assertEquals(List.of("zsh"), command("eve"));
        assertEquals(List.of("sh"), command("bob"));
        assertInstanceOf(Desire.Unreadable.class, desire("bob"));
    }

    @Test
    void what_a_complete_look_missed_is_not_brought_back_by_a_bad_file() {
        write("ada.yaml", agent("ada"));
        write("bob.yaml", agent("bob"));
        look(0);
        files.remove("ada.yaml");
        look(1);
        write("bob.yaml", "{{{");
        look(2);
        assertInstanceOf(Desire.Unwanted.class, desire("ada"));
        assertFalse(complete());
    }

    @Test
    void what_a_person_deleted_is_not_brought_back_by_a_bad_file() {
        write("ada.yaml", agent("ada"));
        write("bob.yaml", agent("bob"));
        look(0);
        write("bob.yaml", "{{{");
        look(1);
        files.remove("ada.yaml");
        remembered.remove(name("ada"));
        look(2);
        assertInstanceOf(Desire.Unwanted.class, desire("ada"));
    }

    @Test
    void a_new_daemon_with_a_broken_file_forgets_nobody() {
        write("ada.yaml", agent("ada"));
        write("bob.yaml", agent("bob"));
        look(0);
        write("bob.yaml", "{{{");
        restartDaemon();
        look(1);
        assertInstanceOf(Desire.Wanted.class, desire("ada"));
        assertEquals(List.of("sh"), command("bob"));
        assertInstanceOf(Desire.Unreadable.class, desire("bob"));
        assertFalse(complete());
    }

    @Test
    void a_new_daemon_with_a_typo_restores_that_agent() {
        write("ada.yaml", agent("ada"));
        look(0);
        write("ada.yaml", agent("ada", "comand: [sh]"));
        restartDaemon();
        look(1);
        assertEquals(List.of("sh"), command("ada"));
    }

    @Test
    void a_bad_file_that_never_was_good_is_named_all_the_same() {
        write("ada.yaml", agent("ada", "comand: [sh]"));
        look(0);
        assertEquals(new Desire.Unreadable(null, why("ada")), desire("ada"));
    }

    @Test
    void the_same_name_twice_changes_neither_and_names_both_places() {
        write("a.yaml", agent("ada"));
        look(0);
        write("b.yaml", agent("ada", "command: [bash]"));
        write("c.yaml", agent("cat"));
        look(1);
        assertEquals(List.of("sh"), command("ada"));
        assertInstanceOf(Desire.Unreadable.class, desire("ada"));
        assertEquals(
                List.of(
                        "a.yaml:4:9: metadata.name: Duplicate value: \"default/ada\": also in b.yaml:4:9",
                        "b.yaml:4:9: metadata.name: Duplicate value: \"default/ada\": also in a.yaml:4:9"),
                answer.desired().source().problems());
        assertInstanceOf(Desire.Wanted.class, desire("cat"));
        assertFalse(complete());
        restartDaemon();
        look(2);
        assertEquals(List.of("sh"), command("ada"), "after a restart too");
        files.remove("a.yaml");
        look(3);
        assertEquals(List.of("bash"), command("ada"));
        assertTrue(complete());
    }

    @Test
    void a_bad_document_of_the_same_name_counts_as_the_name_twice() {
        write("a.yaml", agent("ada"));
        look(0);
        write("b.yaml", agent("ada", "comand: [bash]"));
        look(1);
        assertInstanceOf(Desire.Unreadable.class, desire("ada"));
        assertEquals(3, answer.errors().size());
    }

    @Test
    void one_name_in_two_namespaces_is_two_agents() {
        write("a.yaml", agent("ada"));
        write("b.yaml", agent("ada\n  namespace: team"));
        look(0);
        assertTrue(complete());
        assertEquals(
                Set.of(name("ada"), new AgentName("team", "ada")),
                answer.desired().desires().keySet());
    }

    @Test
    void a_half_written_file_changes_nothing_until_its_writer_is_done() {
        write("ada.yaml", agent("ada"));
        look(0);
        look(1);
        writeHalf("ada.yaml", agent("ada", "command: [ba"));
        writeHalf("new.yaml", agent("new"));
        look(2);
        assertEquals(List.of("sh"), command("ada"));
        assertInstanceOf(Desire.Wanted.class, desire("ada"));
        assertInstanceOf(Desire.Unwanted.class, desire("new"));
        assertTrue(complete());
        assertFalse(settled());
        assertEquals(at(2.05), answer.again());
        write("ada.yaml", agent("ada", "command: [bash]"));
        write("new.yaml", agent("new"));
        look(2.05);
        assertEquals(List.of("bash"), command("ada"));
        assertInstanceOf(Desire.Wanted.class, desire("new"));
        look(3.05);
        assertTrue(settled());
    }

    @Test
    void a_writer_that_never_finishes_never_lets_the_picture_settle() {
        write("ada.yaml", agent("ada"));
        look(0);
        look(1);
        writeHalf("ada.yaml", agent("ada"));
        for (int i = 2; i < 10; i++) {
            look(i);
            assertFalse(settled());
        }
    }

    @Test
    void a_folder_that_cannot_be_seen_takes_nothing_away() {
        write("ada.yaml", agent("ada"));
        look(0);
        look(1);
        blind(2);
        assertEquals(List.of("sh"), command("ada"));
        assertEquals("/m: not mounted", why("ada"));
        assertFalse(complete());
        assertFalse(settled());
        assertEquals(List.of("/m: not mounted"), answer.desired().source().problems());
        look(3);
        assertInstanceOf(Desire.Wanted.class, desire("ada"));
        assertFalse(settled(), "counted from the first look that saw again");
        look(4);
        assertTrue(settled());
        restartDaemon();
        blind(5);
        assertEquals(List.of("sh"), command("ada"));
    }

    @Test
    void a_file_that_cannot_be_read_may_hold_everything_that_is_missing() {
        write("ada.yaml", agent("ada"));
        write("bob.yaml", agent("bob"));
        look(0);
        files.put("bob.yaml", new Folder.File.Unreadable("Permission denied"));
        look(1);
        assertEquals("bob.yaml: Permission denied", why("bob"));
        assertEquals(List.of("sh"), command("bob"));
        assertInstanceOf(Desire.Wanted.class, desire("ada"));
        write("bob.yaml", agent("bob"));
        look(2);
        assertInstanceOf(Desire.Wanted.class, desire("bob"));
    }

    @Test
    void empty_means_complete_and_without_any_agent() {
        look(0);
        assertTrue(complete());
        assertTrue(answer.desired().source().empty());
        write("notes.yaml", "# nothing yet\n");
        look(1);
        assertTrue(answer.desired().source().empty());
        assertTrue(settled());
        write("bad.yaml", "{");
        look(2);
        assertFalse(answer.desired().source().empty());
        write("bad.yaml", agent("ada"));
        look(3);
        assertFalse(answer.desired().source().empty());
    }

    @Test
    void a_last_good_version_that_is_no_longer_understood_is_none() {
        remembered.put(name("ada"), "{\"from\": \"the future\"}");
        write("ada.yaml", "{");
        look(0);
        assertNull(command("ada"));
        assertInstanceOf(Desire.Unreadable.class, desire("ada"));
    }

    @Test
    void a_quiet_look_at_a_thousand_files_costs_next_to_nothing() {
        for (int i = 0; i < 1000; i++) {
            write("agent-" + i + ".yaml", agent("agent-" + i));
        }
        look(0);
        look(1);
        var desired = answer.desired();
        var seen = new Folder.Look.Seen(files);
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 50; i++) {
            long start = System.nanoTime();
            answer = tracker.update(seen, at(2 + i), this::remembered);
            best = Math.min(best, System.nanoTime() - start);
            assertSame(desired, answer.desired());
        }
        assertTrue(best < 2_000_000, "a quiet look took " + best + " ns");
    }

    private void hold(String trouble, double seconds) {
        var checkout = new Checkout(new Revision("main", "1a2b3c4"), "One", null, "rebase in progress");
        answer = tracker.update(new Folder.Look.Held(checkout, trouble), at(seconds), this::remembered);
    }

    @Test
    void while_a_rebase_is_under_way_the_last_picture_stays_and_nothing_settles() {
        write("a.yaml", agent("a"));
        look(0);
        look(2);
        assertTrue(settled());
        hold("", 3);
        assertInstanceOf(Desire.Wanted.class, desire("a"));
        assertTrue(complete());
        assertFalse(settled());
        assertEquals("rebase in progress", answer.desired().source().checkout().held());
        assertEquals(List.of(), answer.desired().source().problems());
        hold("rebase in progress for more than a minute", 70);
        assertEquals(
                List.of("rebase in progress for more than a minute"), answer.desired().source().problems());
        files.clear();
        look(71);
        assertInstanceOf(Desire.Unwanted.class, desire("a"));
        assertFalse(settled());
        assertEquals(List.of(), answer.desired().source().problems());
        look(72.5);
        assertTrue(settled());
    }

    @Test
    void a_daemon_that_starts_in_the_middle_of_a_rebase_knows_nothing_and_keeps_what_it_remembers() {
        write("a.yaml", agent("a"));
        look(0);
        restartDaemon();
        hold("", 3);
        assertInstanceOf(Desire.Unreadable.class, desire("a"));
        assertFalse(complete());
        assertEquals("rebase in progress", answer.desired().source().checkout().held());
    }
}
