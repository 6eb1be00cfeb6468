package dev.reconciler.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Uids;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.plan.Plan;
import dev.reconciler.status.StateJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What of a round is written down, and what never is.
class FrameTest {
    /// More than any sealed type has cases, or any enum that hides one.
    private static final int TURNS = 12;

    /// Texts that the planner needs, or that say why in our own words. Everything else must not get out: whoever adds a
    /// component to what a round decides from decides about it here.
    private static final Set<String> TOLD = Set.of(
            "ActivitySigns.awaitingInput", "ActivitySigns.idle", "ActivitySigns.working", "AgentHistory.uid",
            "AgentSpec.command", "AgentSpec.model", "AgentSpec.modelPattern", "AgentSpec.workingDirectory",
            "Change.uid", "Checkout.held", "Delivery.id", "Empty.unit", "Exec.command", "Fleet.servers:key",
            "Foreign.evidence", "Health.model", "Moment.bootId", "Next.argv", "Next.workingDirectory",
            "ObservedState.runtimeGone", "ObservedState.servers:key", "Origin.file", "OtherSource.source",
            "OwnerMark.source", "Pane.id", "Pane.sessionId", "Revision.commit", "Revision.ref", "Run.argv",
            "Run.revision", "Run.workingDirectory", "ScopesSeen.controllers", "ScopesSeen.names", "ScopesSeen.trouble",
            "Screen.pattern", "ServerHistory.message", "Silent.why", "Source.id", "SourceHistory.applied",
            "Absent.squatter", "Teardown.left", "Teardown.namespace", "Terminal.entered", "Terminal.typed",
            "Unknown.why", "Unseen.why", "WouldFail.message");

    private static final Plan NOTHING =
            new Plan(new TreeMap<>(), new TreeMap<>(), List.of(), new TreeSet<>(), null);

    private static Inputs any(int turn) {
        var any = new AnyRecord(turn);
        var agents = new TreeMap<AgentName, AgentHistory>();
        var history = any.of(AgentHistory.class);
        agents.put(history.name(), history);
        return new Inputs(
                any.of(DesiredState.class), any.of(ObservedState.class),
                new History(any.of(AgentHistory.Fleet.class), agents), any.of(Moment.class), NOTHING);
    }

    private static String text(Inputs inputs) {
        return new String(StateJson.write(new Frames(new byte[] {7}).next(inputs)), StandardCharsets.UTF_8);
    }

    @Test
    void nothing_gets_out_but_what_the_planner_needs() {
        var found = new TreeSet<String>();
        for (int turn = 0; turn < TURNS; turn++) {
            var marks = Pattern.compile("«([^»]*)»").matcher(text(any(turn)));
            while (marks.find()) {
                found.add(marks.group(1));
            }
        }
        assertEquals(new TreeSet<>(TOLD), found);
    }

    /// Who knows all but a short secret must not be able to try it out.
    @Test
    void no_digest_of_a_document_or_a_prompt_gets_out_as_it_is() {
        for (int turn = 0; turn < TURNS; turn++) {
            var inputs = any(turn);
            var text = text(inputs);
            for (var desire : inputs.desired().desires().values()) {
                var agent = agent(desire);
                if (agent != null) {
                    assertFalse(text.contains(agent.documentDigest()), text);
                    assertFalse(text.contains(Uids.digest("text " + agent.spec().prompt().text())), text);
                }
            }
        }
        var one = new Redaction(new byte[] {1});
        assertEquals(one.token("x"), one.token("x"));
        assertNotEquals(one.token("x"), new Redaction(new byte[] {2}).token("x"));
    }

    private static Agent agent(Desire desire) {
        return switch (desire) {
            case Desire.Wanted(var agent) -> agent;
            case Desire.Suspended(var agent) -> agent;
            case Desire.Unwanted() -> null;
            case Desire.Unreadable(var lastGood, var why) -> lastGood;
        };
    }

    @Test
    void every_case_of_every_type_is_read_as_it_was_written() {
        for (int turn = 0; turn < TURNS; turn++) {
            var frame = new Frames(new byte[] {7}).next(any(turn));
            var problems = new ArrayList<String>();
            assertEquals(frame, StateJson.read(StateJson.write(frame), Frame.class, problems), "turn " + turn);
            assertEquals(List.of(), problems);
        }
    }

    @Test
    void a_round_in_which_nothing_changed_says_nothing_and_one_change_says_no_more_than_that() {
        var frames = new Frames(new byte[] {7});
        var inputs = any(0);
        assertTrue(frames.next(inputs).whole());
        var later = new Moment("boot", 99, Instant.EPOCH);
        assertTrue(
                frames.next(new Inputs(inputs.desired(), inputs.observed(), inputs.history(), later, NOTHING)).same());

        var agents = new TreeMap<>(inputs.history().agents());
        var any = new AnyRecord(1);
        any.of(Moment.class);
        var other = any.of(AgentHistory.class);
        agents.put(other.name(), other);
        var history = new History(inputs.history().fleet(), agents);
        var frame = frames.next(new Inputs(inputs.desired(), inputs.observed(), history, later, NOTHING));
        assertFalse(frame.same());
        assertFalse(frame.whole());
        assertEquals(Set.of(other.name().toString()), frame.agents().set().keySet());
        assertEquals(List.of(), frame.agents().gone());
        assertEquals(null, frame.sessions());

        var without = new Inputs(inputs.desired(), inputs.observed(), inputs.history(), later, NOTHING);
        assertEquals(List.of(other.name().toString()), frames.next(without).agents().gone());
        frames.anew();
        assertTrue(frames.next(without).whole());
    }
}
