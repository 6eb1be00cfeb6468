package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Change;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Source;
import dev.reconciler.api.UpdateStrategy;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// How much of a fleet may stop at once because of the folder.
class MassChangeTest {
    /// A fleet in which everything runs; stopped programs vanish at once.
    private static final class Yard {
        final TreeMap<AgentName, Desire> desires = new TreeMap<>();
        final TreeMap<AgentName, Session> sessions = new TreeMap<>();
        History history;
        Source source = Worlds.source(true, true, false, false);
        Moment now = Sample.at(1000);
        Plan plan;

        Yard(int agents) {
            this(agents, agents, new Fleet(agents, List.of(), List.of(), new TreeMap<>()));
        }

        /// @param wanted how many of them the folder asks for
        /// @param fleet what is remembered of it; of its agents nothing is
        Yard(int agents, int wanted, Fleet fleet) {
            history = new History(fleet, new TreeMap<>());
            for (int i = 0; i < agents; i++) {
                var agent = agent(i, s -> s);
                if (i < wanted) {
                    desires.put(agent.name(), new Desire.Wanted(agent));
                }
                var mark =
                        new OwnerMark(Sample.SOURCE, agent.name(), new RunId("uid" + i, 1), agent.runHash(), 1, false);
                var pane = new Session.Pane(Sample.SERVER, "%" + i, "$" + i, mark, 0, true, false);
                sessions.put(agent.name(), new Session.Running(pane, new ProcessRef(100 + i, 1)));
            }
            rounds();
        }

        static Agent agent(int i, java.util.function.UnaryOperator<Sample.Spec> spec) {
            return Sample.agent(new AgentName("default", "a" + i), spec);
        }

        Yard gone(int... agents) {
            for (int i : agents) {
                desires.remove(new AgentName("default", "a" + i));
            }
            return rounds();
        }

        Yard says(int agent, java.util.function.UnaryOperator<Sample.Spec> spec) {
            var said = agent(agent, spec);
            desires.put(said.name(), said.spec().suspend() ? new Desire.Suspended(said) : new Desire.Wanted(said));
            sessions.putIfAbsent(said.name(), new Session.Absent(null));
            return this;
        }

        Yard after(long seconds) {
            now = now.plus(Duration.ofSeconds(seconds));
            return rounds();
        }

        Yard approve(Change... changes) {
            var fleet = history.fleet();
            var approvals = new ArrayList<>(fleet.approvals());
            approvals.addAll(List.of(changes));
            history = new History(fleet.approvals(approvals), history.agents());
            return rounds();
        }

        Yard rounds() {
            return rounds(null);
        }

        /// @param chance whose mood decides which actions of a round are lost; null: none is
        Yard rounds(Random chance) {
            for (int round = 0; round < 200; round++) {
                if (!round(chance)) {
                    return this;
                }
            }
            throw new AssertionError("never at rest: " + plan);
        }

        private boolean round(Random chance) {
            now = now.plus(Duration.ofMillis(1));
            var preflights = new TreeMap<AgentName, Preflight>();
            desires.keySet().forEach(name -> preflights.put(name, new Preflight.Passed()));
            var observed = new ObservedState(
                    new TreeMap<>(sessions),
                    new TreeMap<>(Map.of("default", new ServerState.Up(Sample.SERVER, true, false))), preflights);
            var desired = new DesiredState(new TreeMap<>(desires), source);
            history = Recorder.note(desired, observed, history, Set.of(), Sample.POLICY, now);
            plan = Planner.plan(desired, observed, history, Sample.POLICY, now);
            var actions = new ArrayList<>(plan.agents().values());
            actions.removeIf(a -> a instanceof Action.Hold);
            if (actions.isEmpty()) {
                return false;
            }
            if (chance != null) {
                Collections.shuffle(actions, chance);
                actions.removeIf(a -> chance.nextInt(3) == 0);
            }
            for (var action : actions) {
                history = Journal.intend(history, action, Sample.POLICY, now);
                effect(action);
                history = Journal.done(history, action, null, now);
            }
            return true;
        }

        private void effect(Action.OfAgent action) {
            switch (action) {
                case Action.Ask ask -> sessions.put(ask.name(), new Session.Absent(null));
                case Action.Stop stop -> sessions.put(stop.name(), new Session.Absent(null));
                case Action.Start(var name, var agent, var mark, var reason, boolean restart, var squatter) -> {
                    var pane = new Session.Pane(Sample.SERVER, "%" + name.name(), "$1", mark, 0, true, false);
                    sessions.put(name,
                            new Session.Running(pane, new ProcessRef(500 + sessions.size(), mark.run().number())));
                }
                case Action.Forget forget -> sessions.remove(forget.name());
                case Action.Adopt adopt -> {}
                case Action.Restamp(var name, var pane, var mark, var reason) -> {
                    var running = (Session.Running) sessions.get(name);
                    var stamped = new Session.Pane(Sample.SERVER, pane.id(), "$1", mark, 0, true, false);
                    sessions.put(name, new Session.Running(stamped, running.process()));
                }
                case Action.Restart restart -> throw new AssertionError("no pane is ever dead here");
                case Action.Reap reap -> throw new AssertionError("no pane is ever dead here");
                case Action.Repipe repipe -> throw new AssertionError("no pipe ever breaks here");
                case Action.Type type -> throw new AssertionError("nobody says anything");
                case Action.Submit submit -> throw new AssertionError("nobody says anything");
                case Action.RemoveManifest remove -> throw new AssertionError("nobody said delete");
                case Action.Hold hold -> {}
            }
        }

        Map<Reason, Integer> reasons() {
            var counts = new TreeMap<Reason, Integer>();
            plan.agents().values().forEach(a -> counts.merge(a.reason(), 1, Integer::sum));
            return counts;
        }

        Change[] waiting() {
            return plan.awaitingApproval().toArray(Change[]::new);
        }
    }

    @Test
    void one_of_two_may_go_and_two_of_three_may_not() {
        assertEquals(Map.of(Reason.Running, 1), new Yard(2).gone(0).after(31).reasons());
        assertEquals(
                Map.of(Reason.Running, 1, Reason.ApprovalNeeded, 2), new Yard(3).gone(0, 1).after(31).reasons());
        assertEquals(Map.of(Reason.Running, 2), new Yard(4).gone(0, 1).after(31).reasons());
    }

    @Test
    void with_the_state_the_ledger_is_lost_and_whatever_the_folder_stops_waits_for_ten_minutes() {
        var nothing = new Fleet(0, List.of(), List.of(), new TreeMap<>());
        var yard = new Yard(4, 4, nothing).gone(0).after(31);
        assertEquals(Map.of(Reason.Running, 3, Reason.ApprovalNeeded, 1), yard.reasons());
        assertTrue(
                yard.plan.agents().get(new AgentName("default", "a0")).toString().contains("is lost"),
                () -> yard.plan.toString());
        assertEquals(Map.of(Reason.Running, 3), yard.after(600).reasons());
        var impatient = new Yard(4, 4, nothing).gone(0).after(31);
        assertEquals(Map.of(Reason.Running, 3), impatient.approve(impatient.waiting()).reasons());
    }

    @Test
    void with_the_state_the_size_of_the_fleet_is_lost_and_it_counts_as_small_as_it_can_be() {
        var nothing = new Fleet(0, List.of(), List.of(), new TreeMap<>());
        // Of six that run, three are wanted: nobody knows whether there were ever more.
        var yard = new Yard(6, 3, nothing).after(700);
        assertEquals(Map.of(Reason.Running, 3, Reason.ApprovalNeeded, 3), yard.reasons());
        assertEquals(Map.of(Reason.Running, 3), yard.approve(yard.waiting()).reasons());
    }

    @Test
    void a_fleet_that_begins_has_lost_nothing() {
        var yard = new Yard(0, 0, new Fleet(0, List.of(), List.of(), new TreeMap<>()));
        yard.says(0, s -> s).says(1, s -> s).rounds();
        assertEquals(null, yard.history.fleet().lostAt());
        assertEquals(Map.of(Reason.Running, 1), yard.gone(0).after(31).reasons());
    }

    @Test
    void more_than_ten_always_wait() {
        assertEquals(
                Map.of(Reason.Running, 90), new Yard(100).gone(0, 1, 2, 3, 4, 5, 6, 7, 8, 9).after(31).reasons());
        assertEquals(
                Map.of(Reason.Running, 89, Reason.ApprovalNeeded, 11),
                new Yard(100).gone(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).after(31).reasons());
    }

    @Test
    void edits_and_suspends_count_with_removals() {
        var yard = new Yard(4);
        yard.says(0, s -> s.suspend())
                .says(1, s -> s.command("new").strategy(UpdateStrategy.Immediate))
                .gone(2)
                .after(31);
        assertEquals(Map.of(Reason.Running, 1, Reason.ApprovalNeeded, 3), yard.reasons());
    }

    @Test
    void an_edit_that_waits_for_the_next_exit_counts_for_nothing() {
        var yard = new Yard(3);
        yard.says(0, s -> s.command("new")).says(1, s -> s.command("new")).says(2, s -> s.command("new")).rounds();
        assertEquals(Map.of(Reason.RestartPending, 3), yard.reasons());
    }

    @Test
    void one_after_the_other_within_ten_minutes_is_at_once() {
        var yard = new Yard(4).gone(0).after(31).gone(1).after(31);
        assertEquals(Map.of(Reason.Running, 2), yard.reasons());
        yard.gone(2).after(31);
        assertEquals(Map.of(Reason.Running, 1, Reason.ApprovalNeeded, 1), yard.reasons());
        var hold = (Action.Hold) yard.plan.agents().get(new AgentName("default", "a2"));
        assertTrue(hold.until() != null, "it is told when the ten minutes are over");
        yard.now = hold.until();
        assertEquals(Map.of(Reason.Running, 1), yard.rounds().reasons());
    }

    /// Five commits of 12 % of 25 agents each.
    @Test
    void many_small_commits_are_one_big_one() {
        var fast = new Yard(25);
        for (int i = 0; i < 15; i += 3) {
            fast.gone(i, i + 1, i + 2).after(2);
        }
        assertEquals(
                Map.of(Reason.Running, 10, Reason.ApprovalNeeded, 15), fast.after(31).reasons());
        var slow = new Yard(25);
        for (int i = 0; i < 15; i += 3) {
            slow.gone(i, i + 1, i + 2).after(110);
        }
        // Three commits are nine agents; with the fourth it would be more than ten.
        assertEquals(Map.of(Reason.Running, 10, Reason.ApprovalNeeded, 6), slow.reasons());
    }

    @Test
    void an_approval_allows_exactly_the_set_it_names() {
        var yard = new Yard(4).gone(0, 1, 2).after(31);
        assertEquals(3, yard.waiting().length);
        yard.approve(yard.waiting()[0]);
        assertEquals(Map.of(Reason.Running, 1, Reason.ApprovalNeeded, 2), yard.reasons());
        yard.approve(yard.waiting());
        assertEquals(Map.of(Reason.Running, 1), yard.reasons());
        assertEquals(List.of(), yard.history.fleet().approvals(), "used up");
    }

    @Test
    void an_approval_is_void_once_the_folder_says_otherwise() {
        var yard = new Yard(4).gone(0, 1, 2).after(5);
        yard.approve(yard.waiting());
        assertEquals(3, yard.history.fleet().approvals().size());
        yard.says(0, s -> s).rounds();
        assertEquals(2, yard.history.fleet().approvals().size());
        yard.gone(0).after(31);
        assertEquals(Map.of(Reason.Running, 1, Reason.ApprovalNeeded, 1), yard.reasons());
    }

    @Test
    void the_fleet_is_that_of_the_last_quiet_picture() {
        var yard = new Yard(4);
        assertEquals(4, yard.history.fleet().quietSize());
        yard.gone(0, 1).after(31);
        assertEquals(4, yard.history.fleet().quietSize(), "the ledger is not empty");
        yard.after(601);
        assertEquals(2, yard.history.fleet().quietSize());
    }

    @Test
    void agents_that_are_left_alone_do_not_count() {
        var yard = new Yard(4);
        yard.says(0, s -> s.disabled()).says(1, s -> s.disabled()).rounds();
        yard.gone(0, 1).after(31).gone(2).after(31);
        assertEquals(Map.of(Reason.Running, 1, Reason.ReconcileDisabled, 2), yard.reasons());
    }

    /// What would stop of one agent that no file asks for any more.
    private static boolean counts(Session session, AgentHistory.Run run) {
        var agent = Sample.created(Sample.agent(), Sample.UID, Sample.at(1));
        var known = new HistoryEdit(agent).run(run).absentSince(Sample.at(900)).done();
        return MassChange.of(
                new DesiredState(new TreeMap<>(), Worlds.source(true, true, false, false)),
                new ObservedState(new TreeMap<>(Map.of(Sample.ADA, session)), new TreeMap<>(), new TreeMap<>()),
                new History(new Fleet(0, List.of(), List.of(), new TreeMap<>()),
                        new TreeMap<>(Map.of(Sample.ADA, known))),
                Sample.at(1000))
                .pending()
                .containsKey(Sample.ADA);
    }

    @Test
    void a_stop_that_has_begun_or_is_over_is_no_further_change() {
        var agent = Sample.agent();
        var running = Sample.running(agent, 7, 700);
        var dead = new Session.Exited(running.pane(), new Exit.Code(0), List.of());
        var run = AgentHistory.Run.of(Sample.run(7), Worlds.MAIN, agent.runHash(), "/srv/ada", Sample.at(1));
        assertTrue(counts(running, run));
        assertTrue(counts(running, null), "not taken over yet");
        assertFalse(counts(running, run.termination(
                AgentHistory.Termination.decided(Reason.SpecRemoved, Sample.at(950), Sample.at(980)))));
        assertFalse(counts(new Session.Absent(null), run), "there is nothing to stop");
        var removed = new AgentHistory.Ended(
                Sample.run(7), Reason.SpecRemoved, new Exit.Code(0), Sample.at(1), Sample.at(960));
        assertFalse(counts(dead, run.ended(removed)), "only its dead pane is to go");
        var byItself = new AgentHistory.Ended(Sample.run(7), null, new Exit.Code(0), Sample.at(1), Sample.at(960));
        assertTrue(counts(dead, run.ended(byItself)), "its screen goes, and what it knows of its end");
    }

    @Test
    void before_the_first_quiet_picture_the_fleet_is_what_is_remembered() {
        var yard = new Yard(4);
        yard.history = new History(yard.history.fleet().quietSize(0), yard.history.agents());
        yard.gone(0, 1).after(31);
        assertEquals(Map.of(Reason.Running, 2), yard.reasons(), "two of four");
    }

    @Test
    void what_is_neither_wanted_nor_there_belongs_to_no_fleet() {
        var yard = new Yard(4);
        yard.history = new History(yard.history.fleet().quietSize(0), yard.history.agents());
        yard.sessions.put(new AgentName("default", "a0"), new Session.Absent(null));
        yard.gone(0, 1, 2).after(31);
        assertEquals(Map.of(Reason.Running, 1, Reason.ApprovalNeeded, 2), yard.reasons(), "two of three");
    }

    /// Law 5, for a fleet: which actions come first, and which are lost and come again, makes no difference.
    @Test
    void any_order_and_any_loss_of_actions_gives_the_same_end() {
        var ends = new TreeSet<String>();
        for (int seed = 0; seed < 300; seed++) {
            var yard = new Yard(6);
            yard.says(0, s -> s.suspend());
            yard.says(1, s -> s.command("new").strategy(UpdateStrategy.Immediate));
            yard.desires.remove(new AgentName("default", "a2"));
            var newcomer = Sample.agent(new AgentName("default", "b"), s -> s);
            yard.desires.put(newcomer.name(), new Desire.Wanted(newcomer));
            yard.sessions.put(newcomer.name(), new Session.Absent(null));
            var chance = new Random(seed);
            yard.rounds(chance);
            yard.now = yard.now.plus(Duration.ofSeconds(31));
            yard.rounds(chance).rounds();
            var end = new StringBuilder();
            yard.plan.agents()
                    .forEach((name, action) -> end.append(name)
                            .append(' ')
                            .append(action.reason())
                            .append(' ')
                            .append(restarts(yard.history.agents().get(name)))
                            .append('\n'));
            ends.add(end.toString());
        }
        assertEquals(1, ends.size(), () -> String.join("\n", ends));
    }

    private static String restarts(AgentHistory agent) {
        return agent.restarts() + " restarts, " + agent.failures() + " failures, run "
                + (agent.run() == null ? 0 : agent.run().id().number());
    }
}
