package dev.reconciler.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.reconciler.api.Agent;
import dev.reconciler.api.Checkout;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Revision;
import dev.reconciler.api.RestartPolicy;
import dev.reconciler.api.UpdateStrategy;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Revisions: what taking one in is told as, and which one a run came from.
class AppliedTest {
    private final Story story = new Story();
    private int commits;

    private String commit() {
        return commit(List.of());
    }

    /// The next commit is seen, and all that it asks for is done.
    ///
    /// @return the event, null when there is none
    private String commit(List<String> uncommitted) {
        commits++;
        story.checkout = new Checkout(
                new Revision("main", commits + "a2b3c4d5e6f70819203a4b5c6d7e8f901234567"), "",
                new TreeSet<>(uncommitted),
                "");
        return round();
    }

    private String round() {
        var base = story.history;
        story.pass(1).round();
        var event = Applied.of(base, story.history, story.plan, story.now);
        return event == null ? null : event.message();
    }

    private String whence() {
        return story.remembered().run().revision();
    }

    @Test
    void what_a_revision_creates_changes_and_removes_is_one_event() {
        story.spec = Story.spec(RestartPolicy.OnFailure, UpdateStrategy.Immediate, null);
        story.desire(story.wanted());
        assertEquals("applied main@sha1:1a2b3c4: 1 created", commit());
        story.lives(1);
        assertNull(round());
        assertEquals("applied main@sha1:2a2b3c4: nothing to do", commit());
        var gone = story.wanted();
        story.desire(new Desire.Unwanted());
        assertEquals("applied main@sha1:3a2b3c4: 1 pending deletion", commit());
        assertEquals("applied main@sha1:4a2b3c4: nothing to do", commit());
        story.desire(gone);
        assertEquals("applied main@sha1:5a2b3c4: 1 kept", commit());
        story.edit("bbbb");
        assertEquals("applied main@sha1:6a2b3c4: 1 restarted", commit());
    }

    @Test
    void a_change_that_waits_for_the_next_exit_is_told_as_that() {
        commit();
        story.lives(1);
        round();
        story.edit("bbbb");
        assertEquals("applied main@sha1:2a2b3c4: 1 pending restart", commit());
    }

    @Test
    void nothing_is_applied_while_something_holds_looks_back_or_a_file_is_broken() {
        story.complete = false;
        assertNull(commit());
        story.complete = true;
        story.checkout = new Checkout(story.checkout.revision(), "", null, "rebase in progress");
        assertNull(round());
        assertNull(story.history.fleet().whence().applied());
    }

    @Test
    void a_run_remembers_the_commit_its_spec_came_from_and_a_later_one_changes_nothing_of_that() {
        commit();
        story.lives(1);
        round();
        round();
        assertEquals(story.checkout.revision().toString(), whence());
        var first = whence();
        commit();
        assertEquals(first, whence());
    }

    @Test
    void a_run_of_an_uncommitted_spec_comes_from_no_commit_until_it_is_committed() {
        commit(List.of("ada.yaml"));
        story.lives(1);
        round();
        round();
        assertNull(whence());
        commit(List.of("other.yaml"));
        assertEquals(story.checkout.revision().toString(), whence());
    }

    @Test
    void a_run_comes_from_no_commit_while_the_defaults_it_takes_from_are_in_none() {
        var own = story.agent();
        var filled = new TreeMap<String, Agent.Filled>();
        filled.put("spec.args", new Agent.Filled("[]", new Agent.Origin("defaults.yaml", 3)));
        story.desire(new Desire.Wanted(new Agent(
                own.name(), own.labels(), own.annotations(), own.spec(), own.runHash(), own.specDigest(),
                own.document(), own.origin(), own.own(), filled)));
        commit(List.of("defaults.yaml"));
        story.lives(1);
        round();
        round();
        assertNull(whence());
        commit(List.of("more.yaml"));
        assertEquals(story.checkout.revision().toString(), whence());
    }

    @Test
    void a_run_of_an_older_spec_is_not_said_to_come_from_the_commit_that_changed_it() {
        commit(List.of("ada.yaml"));
        story.lives(1);
        round();
        story.edit("bbbb");
        // Its session still shows what it was started with.
        story.hash = "aaaa";
        story.lives(1);
        story.hash = "bbbb";
        commit();
        round();
        assertNull(whence());
    }
}
