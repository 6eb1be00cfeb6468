package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Ended;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentHistory.Next;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentHistory.Termination;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Checkout;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Revision;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Source;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a look adds to what is remembered of one agent.
class RecorderTest {
    private static final Moment NOW = Sample.at(10_000);
    private static final Agent ADA = Sample.agent();
    private static final RunId RUN = Sample.run(7);
    private static final Source READY = Worlds.source(true, true, false, false);

    private Desire desire = new Desire.Wanted(ADA);
    private Session session = Sample.running(ADA, 7, 700);
    private Source source = READY;

    private static HistoryEdit known() {
        return new HistoryEdit(Sample.created(ADA, Sample.UID, Sample.at(1))).runs(7);
    }

    private static Run run(long startedAt) {
        return Run.of(RUN, Worlds.MAIN, ADA.runHash(), "/srv/ada", Sample.at(startedAt));
    }

    private AgentHistory note(AgentHistory before) {
        var agents = new TreeMap<AgentName, AgentHistory>();
        if (before != null) {
            agents.put(Sample.ADA, before);
        }
        var desires = new TreeMap<AgentName, Desire>();
        if (!(desire instanceof Desire.Unwanted)) {
            desires.put(Sample.ADA, desire);
        }
        var observed = new ObservedState(
                new TreeMap<>(Map.of(Sample.ADA, session)),
                new TreeMap<>(Map.of("default", new ServerState.Up(Sample.SERVER, true, false))), new TreeMap<>());
        var history = new History(new Fleet(1, List.of(), List.of(), new TreeMap<>()), agents);
        return Recorder.note(new DesiredState(desires, source), observed, history, Set.of(), Sample.POLICY, NOW)
                .agents()
                .get(Sample.ADA);
    }

    @ParameterizedTest
    @CsvSource({"true, false, false, true", "true, true, true, true", "true, true, false, false",
        "false, false, false, false", "false, true, true, false"})
    void an_absence_counts_in_a_complete_picture_that_is_not_empty_by_accident(
            boolean complete, boolean empty, boolean allowed, boolean counts) {
        desire = new Desire.Unwanted();
        source = Worlds.source(complete, true, empty, allowed);
        assertEquals(counts ? NOW : null, note(known().run(run(1)).done()).absentSince());
    }

    @Test
    void a_hold_down_does_not_begin_while_a_file_may_still_be_written() {
        desire = new Desire.Unwanted();
        source = Worlds.source(true, false, false, false);
        assertNull(note(known().run(run(1)).done()).absentSince());
        var absent = known().run(run(1)).absentSince(Sample.at(2)).done();
        assertEquals(Sample.at(2), note(absent).absentSince(), "begun before, and not anew");
    }

    @Test
    void a_broken_file_is_a_sight_of_its_agent() {
        desire = new Desire.Unreadable(ADA, "broken");
        assertNull(note(known().run(run(1)).absentSince(Sample.at(2)).done()).absentSince());
    }

    @Test
    void a_process_of_another_boot_is_none_of_this_one_whatever_its_number() {
        var history = new History(
                new Fleet(1, List.of(), List.of(), new TreeMap<>()),
                new TreeMap<>(Map.of(Sample.ADA, known().run(run(1)).duplicate(run(2)).done())));
        assertSame(history, Recorder.ofThisBoot(history, NOW));
        var later = Recorder.ofThisBoot(history, new Moment("next", 1, NOW.wall())).agents().get(Sample.ADA);
        assertNull(later.run().process());
        assertNull(later.duplicate().process());
        assertEquals(RUN, later.run().id());
    }

    /// The record of its absence was written before it came back and ran anew: a full disk refused all later ones.
    @ParameterizedTest
    @CsvSource({"6, 10000", "7, 2"})
    void a_run_that_nobody_remembers_begins_the_hold_down_anew(long remembered, long absentSince) {
        desire = new Desire.Unwanted();
        var absent = known().run(run(1)).runs(remembered).absentSince(Sample.at(2)).done();
        assertEquals(Sample.at(absentSince), note(absent).absentSince());
        session = orphan(7);
        assertEquals(Sample.at(absentSince), note(absent).absentSince());
    }

    private static Session orphan(long number) {
        return new Session.Orphaned(Sample.run(number), List.of(new ProcessRef(600, 600)));
    }

    @Test
    void the_number_of_an_orphan_that_nobody_remembers_is_used_up() {
        var before = known().run(run(1)).done();
        session = orphan(9);
        assertEquals(9, note(before).runs());
        session = new Session.Doubled(List.of(Sample.running(ADA, 7, 700), orphan(8)));
        assertEquals(8, note(before).runs());
        session = orphan(6);
        assertEquals(7, note(before).runs());
        session = new Session.Orphaned(new RunId("another-uid", 9), List.of(new ProcessRef(600, 600)));
        assertEquals(7, note(before).runs());
    }

    @Test
    void state_that_is_lost_is_found_again_in_the_mark_of_whichever_run_has_one() {
        desire = new Desire.Unwanted();
        var orphan = new Session.Orphaned(Sample.run(6), List.of(new ProcessRef(600, 600)));
        session = new Session.Doubled(List.of(orphan, Sample.running(ADA, 7, 700)));
        var found = note(null);
        assertEquals(Sample.UID, found.uid());
        assertEquals(7, found.runs());
        session = new Session.Doubled(List.of(orphan, orphan));
        assertNull(note(null));
    }

    private static Source at(Checkout checkout) {
        return new Source(Sample.SOURCE, true, true, false, false, List.of(), checkout);
    }

    @Test
    void a_run_is_of_the_first_commit_that_says_what_it_runs() {
        var first = new Revision("main", "1".repeat(40));
        var before = known().run(run(1)).done();
        source = at(new Checkout(first, "", new TreeSet<>(Set.of("ada.yaml")), ""));
        assertNull(note(before).run().revision(), "not committed");
        source = at(new Checkout(first, "", null, ""));
        assertNull(note(before).run().revision(), "not known");
        source = at(new Checkout(null, "", new TreeSet<>(), ""));
        assertNull(note(before).run().revision(), "before the first commit");
        source = at(new Checkout(first, "", new TreeSet<>(Set.of("bob.yaml")), ""));
        assertEquals(first.toString(), note(before).run().revision());
        var later = note(before);
        source = at(new Checkout(new Revision("main", "2".repeat(40)), "", new TreeSet<>(), ""));
        assertEquals(first.toString(), note(later).run().revision(), "it runs since then");
        desire = new Desire.Wanted(Sample.agent(s -> s.command("new")));
        assertNull(note(before).run().revision(), "what it runs is in no commit that was seen");
    }

    @Test
    void an_adopted_run_is_where_its_spec_says_as_long_as_that_is_what_it_runs() {
        var adopted = known().run(run(1).directory("")).done();
        assertEquals("/srv/ada", note(adopted).run().workingDirectory());
        desire = new Desire.Wanted(Sample.agent(s -> s.directory("/elsewhere")));
        assertEquals("", note(adopted).run().workingDirectory());
        assertEquals("/srv/ada", note(known().run(run(1)).done()).run().workingDirectory());
    }

    @Test
    void what_was_seen_before_is_nothing_new() {
        var once = note(known().run(run(1)).done());
        assertSame(once, note(once));
    }

    private static final Next NEXT = new Next(
            Sample.run(8), ADA.runHash(), "/srv/ada", Reason.Restarted, true, Sample.at(2), null, List.of("agent"));

    @Test
    void of_two_runs_the_intended_one_is_the_run_once_the_last_has_ended() {
        var ended = run(1).ended(new Ended(RUN, null, new Exit.Code(1), Sample.at(1), Sample.at(2)));
        var orphan = new Session.Orphaned(Sample.run(6), List.of(new ProcessRef(600, 600)));
        session = new Session.Doubled(List.of(orphan, Sample.running(ADA, 8, 800), Sample.running(ADA, 9, 900)));
        var after = note(known().run(ended).next(NEXT).runs(8).done());
        assertEquals(Sample.run(8), after.run().id());
        assertEquals(new ProcessRef(800, 800), after.run().process());
        assertNull(after.next());
        assertEquals(Sample.run(8), note(known().next(NEXT).runs(8).done()).run().id(), "its first run");
        assertEquals(RUN, note(known().run(run(1)).next(NEXT).runs(8).done()).run().id(), "the last one lives");
        session = new Session.Doubled(List.of(orphan, Sample.running(ADA, 9, 900)));
        assertEquals(RUN, note(known().run(ended).next(NEXT).runs(8).done()).run().id(), "it is not among them");
    }

    @Test
    void a_second_run_is_remembered_as_long_as_it_is_seen() {
        var second = Run.of(Sample.run(6), null, ADA.runHash(), "", Sample.at(1));
        var before = known().run(run(1)).duplicate(second).done();
        assertNull(note(before).duplicate());
        session = new Session.Exited(
                Sample.pane(Sample.mark(ADA, Sample.run(6))), new Exit.Code(0), List.of(Worlds.LEFTOVER));
        assertEquals(second, note(before).duplicate(), "its dead pane is what is seen");
        session = new Session.Exited(Sample.pane(Sample.mark(ADA, RUN)), new Exit.Code(0), List.of());
        assertNull(note(before).duplicate());
        session = new Session.Unknown("busy");
        assertEquals(second, note(before).duplicate());
    }

    @Test
    void a_run_that_was_taken_for_ended_and_lives_goes_on_as_if_nothing_had_been_decided() {
        var ended = new Ended(RUN, Reason.SessionLost, new Exit.Unseen(), Sample.at(1), Sample.at(2));
        var decided = Termination.decided(Reason.Suspended, Sample.at(2), Sample.at(9));
        var revived = note(known().run(run(1).termination(decided).ended(ended).cleared(Sample.at(3))).done()).run();
        assertNull(revived.ended());
        assertNull(revived.clearedAt());
        assertNull(revived.termination());
        var stopping = note(known().run(run(1).termination(decided).process(new ProcessRef(1, 1))).done()).run();
        assertEquals(Worlds.MAIN, stopping.process(), "as it is seen");
        assertEquals(decided, stopping.termination(), "a decision about one that lives stands");
        session = Sample.running(ADA, 9, 900);
        var other = known().run(run(1).ended(ended)).done();
        assertEquals(ended, note(other).run().ended(), "another run's sight says nothing about it");
    }

    /// Seconds it ran; the failures that are counted then. Ten minutes are a healthy run.
    @ParameterizedTest
    @CsvSource({"599, 4", "600, 1", "601, 1"})
    void after_a_healthy_run_failures_are_counted_from_the_start(long lasted, int failures) {
        session = new Session.Exited(Sample.pane(Sample.mark(ADA, RUN)), new Exit.Code(1), List.of());
        assertEquals(failures, note(known().run(run(10_000 - lasted)).failures(3).done()).failures());
    }

    /// A stop was decided, and the daemon died before it wrote down that TERM was sent.
    @ParameterizedTest
    @CsvSource({"1, true", "9, true", "15, true", "2, false", "11, false"})
    void an_end_by_one_of_our_signals_is_ours(int signal, boolean ours) {
        session = new Session.Exited(Sample.pane(Sample.mark(ADA, RUN)), new Exit.Signal(signal), List.of());
        var decided = Termination.decided(Reason.Suspended, Sample.at(2), Sample.at(9));
        var after = note(known().run(run(1).termination(decided)).done());
        assertEquals(ours ? Reason.Suspended : null, after.last().by());
        assertEquals(ours ? decided : null, after.run().termination());
        assertEquals(ours ? 0 : 1, after.failures());
    }

    @Test
    void one_that_was_asked_or_told_to_end_ended_for_that_whatever_its_exit_says() {
        session = new Session.Exited(Sample.pane(Sample.mark(ADA, RUN)), new Exit.Code(0), List.of());
        var decided = Termination.decided(Reason.Suspended, Sample.at(2), Sample.at(9));
        assertNull(note(known().run(run(1).termination(decided)).done()).last().by(), "it ended before");
        for (var told : List.of(decided.asked(Sample.at(3)), decided.sent(Sample.at(3)))) {
            assertEquals(Reason.Suspended, note(known().run(run(1).termination(told)).done()).last().by());
        }
    }

    @Test
    void that_nothing_of_a_run_is_left_is_noted_once() {
        session = new Session.Exited(
                Sample.pane(Sample.mark(ADA, RUN)), new Exit.Code(0), List.of(Worlds.LEFTOVER));
        var left = note(known().run(run(1)).done());
        assertNotNull(left.run().ended());
        assertNull(left.run().clearedAt());
        session = new Session.Exited(Sample.pane(Sample.mark(ADA, RUN)), new Exit.Code(0), List.of());
        assertEquals(NOW, note(left).run().clearedAt());
        var before = known().run(left.run().cleared(Sample.at(5))).done();
        assertEquals(Sample.at(5), note(before).run().clearedAt());
        assertEquals(NOW.plus(Duration.ZERO), note(known().run(run(1)).done()).run().clearedAt());
    }
}
