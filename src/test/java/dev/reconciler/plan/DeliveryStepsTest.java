package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Ended;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Delivery.Phase;
import dev.reconciler.api.Dialogue;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Prompt;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Session;
import dev.reconciler.api.Vitals;
import dev.reconciler.api.Vitals.Terminal;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A text on its way into a terminal: what a look makes of it, and what is done next, at the edges of each time.
class DeliveryStepsTest {
    private static final Moment ASKED = Sample.at(1000);
    private static final Duration TICK = Duration.ofNanos(1);
    private static final String KEY = Sample.run(7) + "/prompt";

    private Agent want = Sample.agent(s -> s.prompt("build it", Prompt.On.FirstRun));
    private Phase phase = Phase.Waiting;
    private String id = Delivery.PROMPT;
    private String digest = "digest";
    private Moment due = ASKED.plus(Duration.ofSeconds(60));
    private Moment at = ASKED;
    private int enters;
    private String before = "";
    private String line = "> b";
    private String why = "";
    private Terminal terminal = shows("> b", "", "");
    private Moment now = ASKED;

    private static Terminal shows(String line, String typed, String entered) {
        return new Terminal(true, false, null, 0, line, Sample.at(1), false, typed, entered);
    }

    private Run run = Run.of(Sample.run(7), Worlds.MAIN, want.runHash(), "/srv/ada", Sample.at(1));

    private Delivery delivery() {
        return new Delivery(id, Sample.run(7), digest, true, phase, ASKED, due, at, enters, before, line, why);
    }

    private AgentHistory history() {
        return new HistoryEdit(Sample.created(want, Sample.UID, Sample.at(1)))
                .run(run)
                .said(new Dialogue("", List.of(delivery()), 0, null))
                .done();
    }

    private Vitals vitals() {
        return new Vitals(new Vitals.DoneFile.None(), null, terminal);
    }

    private AgentHistory noted() {
        return new Hearing(want.spec(), vitals(), now).deliveries(history());
    }

    private void becomes(Phase then, String sentence) {
        var after = noted().dialogue().deliveries().getFirst();
        assertEquals(delivery().to(then, now, sentence), after);
    }

    private void stays() {
        var history = history();
        assertSame(history, new Hearing(want.spec(), vitals(), now).deliveries(history));
    }

    private Talking talking() {
        var history = history();
        var observed = new ObservedState(new TreeMap<>(), new TreeMap<>(), new TreeMap<>())
                .vitals(new TreeMap<>(Map.of(Sample.ADA, vitals())));
        var all = new History(
                new Fleet(1, List.of(), List.of(), new TreeMap<>()), new TreeMap<>(Map.of(Sample.ADA, history)));
        var desired = new DesiredState(new TreeMap<>(), Worlds.source(true, true, false, false));
        return new Talking(new Subject(new Round(desired, observed, all, Sample.POLICY, now), history));
    }

    /// What is done now: `type`, the number of the Enter, or `nothing`.
    private String step() {
        var running = (Session.Running) Worlds.sessions().get("Running");
        return switch (talking().step(want, running.pane(), running.process(), run)) {
            case Action.Type type -> "type";
            case Action.Submit submit -> Integer.toString(submit.time());
            case null -> "nothing";
            case Action.OfAgent other -> throw new AssertionError(other);
        };
    }

    @Test
    void its_end_ends_what_was_on_its_way() {
        run = run.ended(new Ended(Sample.run(7), null, new Exit.Code(0), Sample.at(1), Sample.at(2)));
        becomes(Phase.NotReady, "the run ended before it was ready");
        phase = Phase.Typed;
        becomes(Phase.Unknown, "the run ended before the screen showed that the text was taken");
        run = Run.of(Sample.run(8), Worlds.MAIN, want.runHash(), "/srv/ada", Sample.at(1));
        becomes(Phase.Unknown, "the run ended before the screen showed that the text was taken");
        run = null;
        becomes(Phase.Unknown, "the run ended before the screen showed that the text was taken");
    }

    @Test
    void a_removed_prompt_is_not_typed_any_more_and_a_message_is() {
        want = Sample.agent();
        becomes(Phase.NotReady, "spec.prompt was removed before the program was ready");
        id = "m1";
        stays();
        id = Delivery.PROMPT;
        phase = Phase.Typing;
        stays();
    }

    @Test
    void where_no_spec_is_known_a_prompt_stays_on_its_way() {
        var history = history();
        assertSame(history, new Hearing(null, vitals(), now).deliveries(history));
    }

    @Test
    void what_tmux_typed_is_typed() {
        for (var from : List.of(Phase.Waiting, Phase.Typing)) {
            phase = from;
            terminal = shows("> b", KEY, "");
            becomes(Phase.Typed, "");
            assertEquals("digest", noted().dialogue().prompted(), "it has had its prompt");
            terminal = shows("> b", "another", "");
            stays();
        }
        phase = Phase.Waiting;
        terminal = shows("> b", KEY, "");
        digest = "";
        assertEquals("", noted().dialogue().prompted(), "a message is no prompt");
    }

    @Test
    void enter_is_seen_to_be_taken_when_the_line_is_another_even_at_the_same_look() {
        phase = Phase.Entering;
        enters = 2;
        terminal = shows("> b", KEY, KEY + ":1");
        stays();
        terminal = shows("> b", KEY, KEY + ":2");
        becomes(Phase.Entered, "");
        terminal = shows("> ", KEY, KEY + ":2");
        becomes(Phase.Submitted, "typed, and taken by the program");
        terminal = null;
        stays();
    }

    /// Seconds from an Enter to the next: 1, 2, 4, then no more.
    @ParameterizedTest
    @CsvSource({"1, 1, 2", "2, 2, 3", "3, 4, 4", "4, 8, nothing"})
    void enter_that_had_no_effect_is_sent_again_after_a_while_and_four_times_at_most(
            int times, int seconds, String next) {
        phase = Phase.Entered;
        enters = times;
        now = at.plus(Duration.ofSeconds(seconds)).plus(TICK.negated());
        stays();
        assertEquals("nothing", step());
        now = at.plus(Duration.ofSeconds(seconds));
        assertEquals(next, step());
        if (next.equals("nothing")) {
            becomes(Phase.NotSubmitted, "typed, and it still stands in the program's input after 4 times Enter");
        } else {
            stays();
        }
        before = line;
        becomes(Phase.Unknown, "typed, and Enter sent; the screen shows neither");
        terminal = null;
        stays();
    }

    @Test
    void a_terminal_that_cannot_be_looked_at_is_waited_for_half_a_minute_after_its_time_and_its_last_step() {
        terminal = null;
        for (var begun : List.of(Phase.Typing, Phase.Typed, Phase.Entering, Phase.Entered)) {
            phase = begun;
            at = due;
            now = due.plus(Duration.ofSeconds(30)).plus(TICK.negated());
            stays();
            now = due.plus(Duration.ofSeconds(30));
            becomes(Phase.Unknown, "its terminal could not be looked at");
            at = due.plus(TICK);
            stays();
            at = ASKED;
        }
        phase = Phase.Waiting;
        now = due.plus(TICK.negated());
        stays();
        now = due;
        becomes(Phase.NotReady, "not ready in time: its terminal could not be looked at");
    }

    @Test
    void what_is_seen_all_the_time_is_not_given_up_for_not_being_seen() {
        phase = Phase.Typed;
        at = due;
        now = due.plus(Duration.ofSeconds(60));
        stays();
    }

    @Test
    void at_its_time_it_is_given_up_unless_it_can_be_typed_right_then() {
        now = due;
        stays();
        terminal = new Terminal(true, false, null, 1, "> b", Sample.at(1), true, "", "");
        becomes(Phase.DraftInTheWay, "not typed: a person's half-typed input stands in it");
        terminal = new Terminal(true, false, null, 1, "> b", due, false, "", "");
        becomes(Phase.NotReady, "not ready in time: its screen does not come to rest");
        terminal = new Terminal(true, true, null, 1, "> b", Sample.at(1), false, "", "");
        becomes(Phase.NotReady, "not ready in time: somebody looks back in its output");
        why = "tmux: no such pane";
        becomes(Phase.NotReady, "not ready in time: tmux: no such pane");
        now = due.plus(TICK.negated());
        stays();
    }

    @Test
    void one_that_tmux_refuses_to_type_is_given_up_half_a_minute_after_its_time() {
        phase = Phase.Typing;
        at = due;
        why = "tmux: no such pane";
        now = due.plus(Duration.ofSeconds(30)).plus(TICK.negated());
        stays();
        now = due.plus(Duration.ofSeconds(30));
        becomes(Phase.NotReady, "not ready in time: tmux: no such pane");
        phase = Phase.Waiting;
        stays();
    }

    @Test
    void a_text_is_typed_when_the_program_is_ready_and_again_a_second_after_a_refusal() {
        assertEquals("type", step());
        terminal = new Terminal(true, false, null, 0, "> ", now, false, "", "");
        assertEquals("nothing", step(), "its screen moves");
        terminal = null;
        assertEquals("nothing", step());
        terminal = shows("> ", "", "");
        phase = Phase.Typing;
        now = at.plus(Duration.ofSeconds(1)).plus(TICK.negated());
        assertEquals("nothing", step());
        now = at.plus(Duration.ofSeconds(1));
        assertEquals("type", step());
        phase = Phase.Submitted;
        assertEquals("nothing", step());
    }

    /// Milliseconds since it was typed, and since the line stood still.
    @ParameterizedTest
    @CsvSource({"149, 900, nothing", "150, 149, nothing", "150, 150, 1", "4999, 149, nothing", "5000, 0, 1"})
    void enter_follows_when_the_line_stands_still_or_never_does(long typed, long still, String then) {
        phase = Phase.Typed;
        now = at.plus(Duration.ofMillis(typed));
        terminal = new Terminal(
                true, false, null, 0, "> b", now.plus(Duration.ofMillis(still).negated()), false, KEY, "");
        assertEquals(then, step());
    }

    @Test
    void an_enter_that_nobody_saw_is_sent_again_after_a_second() {
        phase = Phase.Entering;
        enters = 3;
        now = at.plus(Duration.ofSeconds(1)).plus(TICK.negated());
        assertEquals("nothing", step());
        now = at.plus(Duration.ofSeconds(1));
        assertEquals("3", step(), "the same one: tmux knows whether it was");
    }

    /// Milliseconds since the last step, since the line stood still, and to its time; then to the next look.
    @ParameterizedTest
    @CsvSource({"0, 9000, 60000, 50", "399, 9000, 60000, 50", "600, 9000, 60000, 75", "960, 9000, 60000, 40",
        "4800, 9000, 60000, 200", "16000, 9000, 60000, 1000", "0, 9000, 30, 30", "0, 140, 60000, 10",
        "0, 230, 60000, 20", "120, 9000, 60000, 30", "0, 9000, 0, 50"})
    void it_is_looked_at_often_at_first_and_at_each_edge(long since, long still, long left, long next) {
        phase = Phase.Typed;
        now = at.plus(Duration.ofMillis(since));
        due = now.plus(Duration.ofMillis(left));
        terminal = new Terminal(
                true, false, null, 0, "> b", now.plus(Duration.ofMillis(still).negated()), false, KEY, "");
        assertEquals(now.plus(Duration.ofMillis(next)), talking().again());
    }

    @Test
    void nothing_on_its_way_is_nothing_to_look_for() {
        phase = Phase.Submitted;
        assertNull(talking().again());
        phase = Phase.Waiting;
        run = null;
        assertNull(talking().again());
    }

    @Test
    void its_silence_ends_nobody_who_said_that_he_is_done_before_he_was_told_to() {
        for (var reason : List.of(Reason.HeartbeatLost, Reason.Suspended)) {
            var decided = AgentHistory.Termination.decided(reason, ASKED, due);
            for (var termination : List.of(decided, decided.sent(ASKED), decided.asked(ASKED))) {
                run = run.termination(termination);
                var said = new Vitals(new Vitals.DoneFile.Said(
                        new dev.reconciler.api.Done(Sample.run(7), true, "m", null, now)), null, null);
                var heard = new Hearing(want.spec(), said, now).done(history());
                boolean spared = reason == Reason.HeartbeatLost && termination.sentAt() == null;
                assertEquals(spared ? null : termination, heard.run().termination());
                assertEquals(true, heard.dialogue().done().succeeded());
            }
        }
    }
}
