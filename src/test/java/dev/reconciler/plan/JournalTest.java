package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Change;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentHistory.Next;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentHistory.StartFailure;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Dialogue;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Prompt;
import dev.reconciler.api.Reason;
import dev.reconciler.api.ServerHistory;
import dev.reconciler.api.Session;
import dev.reconciler.api.Teardown;
import dev.reconciler.plan.Action.Step;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What is remembered of our own doing.
class JournalTest {
    private static final Moment NOW = Sample.at(1000), BEFORE = Sample.at(900);
    private static final Agent ADA = Sample.agent();
    private static final AgentName BOB = new AgentName("default", "bob");
    private static final Run RUN = Run.of(Sample.run(7), Worlds.MAIN, ADA.runHash(), "/srv/ada", Sample.at(1));
    private static final Session.Pane PANE = Sample.pane(Sample.mark(ADA, Sample.run(7)));
    private static final Next NEXT =
            new Next(Sample.run(8), ADA.runHash(), "/srv/ada", Reason.Restarted, true, BEFORE, null, List.of("agent"));

    private static HistoryEdit known() {
        return new HistoryEdit(Sample.created(ADA, Sample.UID, Sample.at(1))).runs(7);
    }

    private static History history(AgentHistory agent) {
        return history(new Fleet(9, List.of(), List.of(), new TreeMap<>()), agent);
    }

    private static History history(Fleet fleet, AgentHistory agent) {
        return new History(fleet, agent == null ? new TreeMap<>() : new TreeMap<>(Map.of(Sample.ADA, agent)));
    }

    private static History intend(History history, Action action) {
        return Journal.intend(history, action, Sample.POLICY, NOW);
    }

    private static AgentHistory ada(History history) {
        return history.agents().get(Sample.ADA);
    }

    private static Action.Stop stop(Reason reason) {
        return new Action.Stop(Sample.ADA, RUN.id(), reason, Step.Term, List.of(Worlds.MAIN), Sample.at(1030));
    }

    private static Change change(AgentName name) {
        return new Change(name, Sample.UID, Reason.SpecRemoved, "", BEFORE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"SpecRemoved", "SpecChanged", "Suspended", "Deleted", "RolloutRestart", "Unhealthy", "Duplicate"})
    void a_stop_that_the_folder_asked_for_is_counted_once_and_uses_its_approval_up(Reason reason) {
        boolean bySource =
                reason == Reason.SpecRemoved || reason == Reason.SpecChanged || reason == Reason.Suspended;
        var both = List.of(change(Sample.ADA), change(BOB));
        var before = history(new Fleet(9, both, both, new TreeMap<>()), known().run(RUN).done());
        var after = intend(before, stop(reason)).fleet();
        assertEquals(
                bySource ? List.of(change(BOB), new Change(Sample.ADA, Sample.UID, reason, "", NOW)) : both,
                after.ledger());
        assertEquals(bySource ? List.of(change(BOB)) : both, after.approvals());
    }

    @Test
    void what_is_done_about_an_agent_that_was_forgotten_is_not_remembered() {
        var nobody = history(null);
        assertSame(nobody, intend(nobody, stop(Reason.SpecRemoved)));
        assertSame(nobody, intend(nobody, new Action.Repipe(Sample.ADA, PANE, ADA.spec().logs(), Reason.LogGap)));
        assertSame(nobody, intend(nobody, new Action.Restamp(Sample.ADA, PANE, PANE.mark(), Reason.Restamped)));
        assertSame(nobody, intend(nobody, new Action.Adopt(
                Sample.ADA, new Session.Running(PANE, Worlds.MAIN), PANE.mark(), Worlds.MAIN, Reason.Adopted)));
        assertSame(nobody, Journal.done(nobody, start(8), "refused", NOW));
        var idle = history(known().done());
        assertSame(idle, intend(idle, new Action.Repipe(Sample.ADA, PANE, ADA.spec().logs(), Reason.LogGap)));
    }

    @Test
    void a_pipe_that_is_opened_again_is_dated_and_its_run_is_the_same() {
        var repipe = new Action.Repipe(Sample.ADA, PANE, ADA.spec().logs(), Reason.LogGap);
        assertEquals(RUN.repiped(NOW), ada(intend(history(known().run(RUN).done()), repipe)).run());
    }

    private static Delivery delivery(String id) {
        return Delivery.waiting(id, RUN.id(), "as it was", true, BEFORE, Sample.at(2000));
    }

    private static History telling(Delivery delivery) {
        return history(known().run(RUN).said(Dialogue.NONE.with(delivery)).done());
    }

    private static Action.Type type(Agent agent, Delivery delivery) {
        return new Action.Type(Sample.ADA, agent, PANE, Worlds.MAIN, delivery, "> ", Reason.Typed);
    }

    @Test
    void what_is_typed_is_the_prompt_as_it_is_now_or_the_message() {
        var told = Sample.agent(s -> s.prompt("new words", Prompt.On.FirstRun));
        for (var id : List.of(Delivery.PROMPT, "m1")) {
            var delivery = delivery(id);
            var digest = id.equals("m1") ? "as it was" : told.spec().prompt().digest();
            var typing = intend(telling(delivery), type(told, delivery));
            assertEquals(List.of(delivery.typing(digest, "> ", NOW)), ada(typing).dialogue().deliveries());
        }
        var delivery = delivery(Delivery.PROMPT);
        assertEquals(
                List.of(delivery.typing("as it was", "> ", NOW)),
                ada(intend(telling(delivery), type(ADA, delivery))).dialogue().deliveries(),
                "it is gone from the spec");
    }

    @Test
    void why_a_text_was_not_typed_is_remembered_with_the_text() {
        var typing = delivery("m1").typing("d", "> ", BEFORE);
        for (var failure : new String[] {null, "no such pane"}) {
            assertEquals(
                    List.of(typing.to(Delivery.Phase.Typing, NOW, failure == null ? "" : failure)),
                    ada(Journal.done(telling(typing), type(ADA, typing), failure, NOW)).dialogue().deliveries());
        }
    }

    private static Action.Start start(long run) {
        return new Action.Start(Sample.ADA, ADA, Sample.mark(ADA, Sample.run(run)), Reason.Restarted, true, null);
    }

    @Test
    void a_run_that_is_asked_for_again_was_not_seen_and_the_next_one_waits_longer() {
        var first = known().run(RUN).next(NEXT).runs(8).done();
        var again = ada(intend(history(first), start(8)));
        assertEquals(new StartFailure(1, NOW, "the last attempt left no session behind"), again.startFailure());
        var refused = new HistoryEdit(first).startFailure(new StartFailure(2, BEFORE, "no space for a pty")).done();
        assertEquals(
                new StartFailure(3, NOW, "no space for a pty"),
                ada(intend(history(refused), start(8))).startFailure());
        assertNull(ada(intend(history(known().run(RUN).done()), start(8))).startFailure(), "the first attempt");
    }

    @Test
    void a_start_that_tmux_refused_is_counted_once() {
        var intended = known().run(RUN).next(NEXT).runs(8).done();
        assertSame(intended, ada(Journal.done(history(intended), start(8), null, NOW)));
        var once = ada(Journal.done(history(intended), start(8), "no pty", NOW)).startFailure();
        assertEquals(new StartFailure(1, NOW, "no pty"), once);
        var counted = new HistoryEdit(intended).startFailure(new StartFailure(4, BEFORE, "unseen")).done();
        assertEquals(
                new StartFailure(4, NOW, "no pty"),
                ada(Journal.done(history(counted), start(8), "no pty", NOW)).startFailure(),
                "this very attempt was counted when it was intended");
        var older = new HistoryEdit(intended).startFailure(new StartFailure(4, Sample.at(800), "unseen")).done();
        assertEquals(
                new StartFailure(5, NOW, "no pty"),
                ada(Journal.done(history(older), start(8), "no pty", NOW)).startFailure());
        var nothing = known().startFailure(new StartFailure(4, BEFORE, "unseen")).done();
        assertEquals(5, ada(Journal.done(history(nothing), start(8), "no pty", NOW)).startFailure().count());
    }

    @ParameterizedTest
    @CsvSource({", 0, ''", "'no room', 3, 'no room'"})
    void a_server_that_did_not_start_is_tried_later(String failure, int failures, String message) {
        var known = new ServerHistory(Sample.SERVER, 0, 3, BEFORE, "before", 1);
        var fleet = new Fleet(9, List.of(), List.of(), new TreeMap<>(Map.of("default", known)));
        var after = Journal.done(
                history(fleet, null), new Action.StartServer("default", Reason.Created), failure, NOW)
                .fleet()
                .servers()
                .get("default");
        assertEquals(
                new ServerHistory(Sample.SERVER, 0, failures, failure == null ? null : BEFORE, message, 1), after);
    }

    @Test
    void a_server_that_was_stopped_is_looked_after_and_one_that_was_not_is_not() {
        var stop = new Action.StopServer("default", Sample.SERVER, Reason.Vacant);
        assertEquals(
                List.of(new Teardown(null, null, "default", NOW, "")),
                Journal.done(history(null), stop, null, NOW).fleet().teardowns());
        assertEquals(List.of(), Journal.done(history(null), stop, "it is in use again", NOW).fleet().teardowns());
    }
}
