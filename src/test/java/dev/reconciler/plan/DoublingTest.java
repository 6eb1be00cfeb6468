package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.History;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Which of two runs goes: the same one, in whatever order they are seen.
class DoublingTest {
    private static final RunId KNOWN = Sample.run(7);

    private static Session running(RunId run, long pid, long since) {
        return running(new OwnerMark(Sample.SOURCE, Sample.ADA, run, Sample.agent().runHash(), 1, false), pid, since);
    }

    private static Session running(OwnerMark mark, long pid, long since) {
        return new Session.Running(Sample.pane(mark), new ProcessRef(pid, since));
    }

    /// The pid that is sent TERM, in whatever order the two are seen.
    private static long victim(Session one, Session other) {
        var first = stop(List.of(one, other));
        assertEquals(first, stop(List.of(other, one)));
        return first.targets().getFirst().pid();
    }

    private static Action.Stop stop(List<Session> runs) {
        var agent = Sample.agent();
        var run = AgentHistory.Run.of(KNOWN, new ProcessRef(700, 700), agent.runHash(), "/srv/ada", Sample.at(1));
        var known = new HistoryEdit(Sample.created(agent, Sample.UID, Sample.at(1))).runs(7).run(run).done();
        var desired = new DesiredState(
                new TreeMap<>(Map.of(Sample.ADA, new Desire.Wanted(agent))), Worlds.source(true, true, false, false));
        var observed = new ObservedState(
                new TreeMap<AgentName, Session>(Map.of(Sample.ADA, new Session.Doubled(runs))),
                new TreeMap<>(Map.of("default", new ServerState.Up(Sample.SERVER, true, false))), new TreeMap<>());
        var history = new History(
                new Fleet(1, List.of(), List.of(), new TreeMap<>()), new TreeMap<>(Map.of(Sample.ADA, known)));
        return (Action.Stop) Planner.plan(desired, observed, history, Sample.POLICY, Sample.at(1000))
                .agents()
                .get(Sample.ADA);
    }

    @Test
    void never_the_known_one_while_there_is_another() {
        var known = running(KNOWN, 700, 700);
        assertEquals(900, victim(known, running(Sample.run(9), 900, 900)));
        assertEquals(900, victim(known, running(Sample.run(6), 900, 10)), "an older one goes, too");
        assertEquals(900, victim(known, running(Sample.run(6), 900, 0)), "and one as old as the machine");
        assertEquals(
                900, victim(known, new Session.Orphaned(Sample.run(9), List.of(new ProcessRef(900, 1)))));
    }

    @Test
    void of_two_that_nobody_knows_the_younger() {
        assertEquals(900, victim(running(Sample.run(8), 900, 901), running(Sample.run(9), 800, 900)));
        assertEquals(800, victim(running(Sample.run(9), 900, 900), running(Sample.run(10), 800, 900)),
                "begun at the same time: the later run");
    }

    @Test
    void of_two_with_one_run_and_one_start_time_it_is_still_the_same_one() {
        var mark = Sample.mark(Sample.agent(), Sample.run(9));
        var newer = new OwnerMark(mark.source(), mark.name(), mark.run(), mark.hash(), 2, false);
        assertEquals(800, victim(running(mark, 900, 900), running(newer, 800, 900)));
    }
}
