package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Activity;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.Probe;
import dev.reconciler.api.Completion;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Done;
import dev.reconciler.api.Vitals;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.UpdateStrategy;
import dev.reconciler.plan.DecisionTable.Row;
import dev.reconciler.plan.DecisionTable.When;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The table that the README prints is what the planner does: the row of every world is found here by what the row
/// says, and the planner must have decided just that.
class DecisionTableTest {
    @Test
    void the_table_says_what_the_planner_does_in_every_world_and_no_row_is_idle() {
        var wrong = new ConcurrentSkipListMap<String, String>();
        var used = ConcurrentHashMap.<Row>newKeySet();
        Stream.concat(Worlds.telling(), Worlds.telling()
                .filter(w -> w.session() instanceof Session.Absent)
                .map(DecisionTableTest::afterPredecessor))
                .parallel()
                .forEach(world -> {
                    var noted = world.noted();
                    var action = Planner.plan(world.desired(), world.observed(), noted, Sample.POLICY, world.now())
                            .agents()
                            .get(Sample.ADA);
                    var agent = noted.agents().get(Sample.ADA);
                    if (agent == null) {
                        assertTrue(action instanceof Action.Hold, () -> world + ": " + action);
                        return;
                    }
                    var facts = new Facts(world, noted, agent, effective(world.desire()));
                    var row = DecisionTable.ROWS.stream().filter(facts::fits).findFirst().orElse(null);
                    if (row == null || !says(row, action, facts)) {
                        wrong.putIfAbsent(row + "", world + "\n  " + action + "\n  " + row);
                    } else {
                        used.add(row);
                    }
                });
        assertTrue(wrong.isEmpty(), () -> String.join("\n\n", wrong.values()));
        var idle = DecisionTable.ROWS.stream().filter(row -> !used.contains(row)).toList();
        assertTrue(Worlds.EVERY > 1 || idle.isEmpty(), () -> "rows that decide nothing: " + idle);
    }

    private static final Action.Stop STOP = new Action.Stop(
            Sample.ADA, Sample.run(7), Reason.Suspended, Action.Step.Term, List.of(Worlds.MAIN), Sample.at(1));

    private static List<String> rows(String desire, String session, Action.OfAgent action, boolean decided) {
        return DecisionTable.rows(Worlds.desires().get(desire), Worlds.sessions().get(session), action, decided);
    }

    private static Action.Hold hold(Reason reason) {
        return new Action.Hold(Sample.ADA, reason, "", null);
    }

    /// What `replay` says about a decision: only rows of that desire and session that do just that.
    @Test
    void a_decision_is_explained_by_the_rows_it_can_come_from() {
        assertEquals(List.of("| Running | Wanted |  | Hold | Running |"),
                rows("Wanted", "Running", hold(Reason.Running), false));
        assertEquals(List.of("| Running | Wanted |  | Hold | Running |"),
                rows("Unreadable, was wanted", "Running", hold(Reason.Running), false));
        assertEquals(List.of("| Exited, Absent | Suspended |  | Hold | Suspended |"),
                rows("Unreadable, was suspended", "Absent", hold(Reason.Suspended), false));
        assertEquals(List.of("| any | Unreadable | there never was a good version | Hold | SpecInvalid |"),
                rows("Unreadable", "Running", hold(Reason.SpecInvalid), false));
        assertEquals(List.of(), rows("Wanted", "Absent", hold(Reason.Running), false), "no row holds like that");
        assertEquals(
                List.of("| Running, Orphaned | Suspended | folder changing, or its file broken | Hold | SourceNotReady |"),
                rows("Suspended", "Running", hold(Reason.SourceNotReady), false));
        assertEquals(
                List.of("| Running, Orphaned, Exited, Absent | Unwanted | folder incomplete, changing or empty | Hold |"
                        + " SourceNotReady |"),
                rows("Unwanted", "Running", hold(Reason.SourceNotReady), false));
        var ask = new Action.Ask(
                Sample.ADA, Sample.run(7), Reason.Suspended,
                ((Session.Running) Worlds.sessions().get("Running")).pane(),
                new dev.reconciler.api.PreStop(null, null), null, Sample.at(1));
        var suspended = List.of("| Running, Orphaned | Suspended |  | Stop | Suspended |");
        assertEquals(suspended, rows("Suspended", "Running", STOP, false));
        assertEquals(suspended, rows("Suspended", "Running", ask, false), "its preStop is a stop's first step");
        assertEquals(suspended, rows("Suspended", "Running", ask, true));
        assertEquals(
                List.of("| Running, Orphaned, Doubled | any | a stop was decided, TERM not sent | Stop (TERM) | as decided |"),
                rows("Suspended", "Running", STOP, true));
        var kill = new Action.Stop(
                Sample.ADA, Sample.run(7), Reason.Suspended, Action.Step.Kill, List.of(Worlds.MAIN), Sample.at(1));
        for (boolean decided : new boolean[] {true, false}) {
            assertEquals(
                    List.of("| Running, Orphaned, Doubled | any | TERM sent, the grace period is over | Stop (KILL) |"
                            + " as decided |"),
                    rows("Suspended", "Running", kill, decided));
        }
    }

    private static boolean says(Row row, Action.OfAgent action, Facts facts) {
        if (row.begins() && facts.asks(row)) {
            return action instanceof Action.Ask && row.reasons().contains(action.reason());
        }
        boolean step = row.step() == null || action instanceof Action.Stop stop && stop.step() == row.step();
        boolean reason =
                row.reasons().isEmpty() ? facts.decidedReason(action) : row.reasons().contains(action.reason());
        return row.action().isInstance(action) && step && reason;
    }

    /// Bob, whose manifest is gone, still works in Ada's directory.
    private static World afterPredecessor(World world) {
        var bob = new AgentName("default", "bob");
        var agents = new TreeMap<>(world.history().agents());
        var run = AgentHistory.Run.of(new RunId("bob1", 1), new ProcessRef(7, 7), Sample.agent().runHash(), "/srv/ada",
                world.now());
        agents.put(bob,
                new HistoryEdit(Sample.created(Sample.agent(bob, s -> s), "bob1", world.now())).run(run).done());
        return new World(
                world.made(), world.desire(), world.session(), world.source(), world.server(), world.preflight(),
                new dev.reconciler.api.History(world.history().fleet(), agents), world.now(), world.vitals());
    }

    private static Desire effective(Desire desire) {
        return switch (desire) {
            case Desire.Wanted wanted -> wanted;
            case Desire.Suspended suspended -> suspended;
            case Desire.Unwanted unwanted -> unwanted;
            case Desire.Unreadable(var lastGood, var why) when lastGood == null -> desire;
            case Desire.Unreadable(var lastGood, var why) when lastGood.spec().suspend() ->
                    new Desire.Suspended(lastGood);
            case Desire.Unreadable(var lastGood, var why) -> new Desire.Wanted(lastGood);
        };
    }

    /// What is the case in one world.
    ///
    /// @param desire with a last good version in the place of one that cannot be read
    private record Facts(World world, dev.reconciler.api.History noted, AgentHistory agent, Desire desire) {
        boolean fits(Row row) {
            var session = world.session();
            return (row.sessions().isEmpty() || row.sessions().contains(session.getClass()))
                    && (row.desires().isEmpty() || row.desires().contains(desire.getClass()))
                    && holds(row.when());
        }

        private boolean holds(When when) {
            var run = agent.run();
            return switch (when) {
                case Always -> true;
                case StaleMark -> staleMark();
                case HandsOff -> HandsOff.holds(world.desire(), world.session(), agent);
                case DeletedInFolder ->
                        agent.delete() != null && readable()
                                && Worlds.agentOf(world.desire())
                                        .documentDigest()
                                        .equals(agent.delete().documentDigest());
                case Deleted -> agent.delete() != null;
                case NoLastGood -> desire instanceof Desire.Unreadable && agent.delete() == null;
                case OneIsDead -> victim() instanceof Session.Exited(var pane, var exit, var left) && left.isEmpty();
                case LeftKilledLately -> left() && killedLately();
                case LeftKilled -> left() && termination() != null && termination().killedAt() != null;
                case Unknown -> run == null || !run.id().equals(seen());
                case Newer ->
                        seen().uid().equals(agent.uid()) && (run == null || seen().number() > run.id().number());
                case NotThisRun -> run == null || !run.id().equals(seen());
                case Asked -> termination() != null && termination().sentAt() == null
                        && agent.preStop() != null && termination().agreedAt() != null
                        && !world.now().reached(patience());
                case Overdue -> termination() != null && termination().sentAt() != null
                        && termination().agreedAt() != null && !world.now().reached(due())
                        && world.now().since(termination().sentAt()).toSeconds() >= 2;
                case Unhealthy -> checked() && (is(Probe.Kind.Startup, false)
                        || is(Probe.Kind.Startup, true) && is(Probe.Kind.Liveness, false));
                case OtherModel -> checked() && "opus".equals(agent.run().said().model());
                case NotReady -> checked()
                        && !(is(Probe.Kind.Startup, true) && is(Probe.Kind.Readiness, true));
                case Decided -> termination() != null && termination().sentAt() == null;
                case InGrace -> termination() != null && termination().sentAt() != null && !world.now().reached(due());
                case KilledLately -> killedLately();
                case GraceOver -> termination() != null && termination().sentAt() != null;
                case LeftSomething -> left();
                case SourceNotReady ->
                        agent.delete() == null && !beingEnded()
                                && (!world.source().complete() || !world.source().settled()
                                        || world.source().empty() && !world.source().allowEmpty());
                case Unsettled -> unsettled();
                case HeldDown ->
                        agent.delete() == null && !beingEnded()
                                && (agent.absentSince() == null
                                        || !world.now().reached(agent.absentSince().plus(Duration.ofSeconds(30))));
                case TooMany -> agent.delete() == null && !beingEnded() && blocked();
                case Done -> said() != null && !kept();
                case DoneKept -> said() != null && kept();
                case ToType -> !endsNow() && typing();
                case ToSubmit -> !endsNow() && submitting();
                case HeartbeatUnclear -> silentFor() >= 90 && half() >= 0 && half() < 10;
                case HeartbeatOver -> silentFor() >= 90;
                case HeartbeatLate -> silentFor() >= 60;
                case DoneFileWrong -> half() >= 10;
                case DeadlineOver -> wanted().deadline() != null
                        && world.now().since(run.startedAt()).toSeconds() >= wanted().deadline();
                case ReplacementUnseen -> replaces() && !(world.preflight() instanceof Preflight.Passed)
                        && !(world.preflight() instanceof Preflight.WouldFail);
                case ReplacementFails -> replaces() && world.preflight() instanceof Preflight.WouldFail;
                case Rollout -> run.id().equals(agent.rollout());
                case ChangedLater -> changed() && switch (wanted().strategy()) {
                    case Immediate -> false;
                    case OnExit -> true;
                    case OnIdle -> agent.run().said().activity() != Activity.Idle
                            || world.vitals().terminal() == null || world.vitals().terminal().draft()
                            || world.session() instanceof Session.Running(var pane, var process)
                                    && pane.attached() > 0;
                };
                case ChangedUnsettled -> changed() && unsettled();
                case ChangedTooMany -> changed() && blocked();
                case Changed -> changed();
                case PipeBroken -> world.session() instanceof Session.Running(var pane, var process) && !pane.piped()
                        && (run.repipedAt() == null || world.now().since(run.repipedAt()).toSeconds() >= 30);
                case Over -> over();
                case Expired -> verdict() instanceof Verdict.Finished && wanted().ttl() != null
                        && world.now().since(agent.last().at()).toSeconds() >= wanted().ttl();
                case Finished -> verdict() instanceof Verdict.Finished;
                case Backoff -> verdict() instanceof Verdict.Later && agent.next() == null;
                case Predecessor -> noted.agents().size() > 1;
                case StartRefused -> agent.startFailure() != null
                        && world.now().since(agent.startFailure().at()).toSeconds() < 2;
                case StartUnseen -> !(world.preflight() instanceof Preflight.Passed)
                        && !(world.preflight() instanceof Preflight.WouldFail);
                case StartFails -> world.preflight() instanceof Preflight.WouldFail;
                case ServerDown -> !(world.server() instanceof ServerState.Up);
            };
        }

        /// The one desire of all worlds that has probes.
        private boolean checked() {
            return Worlds.agentOf(desire).spec().livenessProbe() != null;
        }

        private boolean is(Probe.Kind kind, boolean passed) {
            var answer = agent.run().said().of(kind);
            return answer != null && answer.passed() == passed;
        }

        /// Whether the program is asked in its own way first.
        boolean asks(Row row) {
            return agent.preStop() != null
                    && world.session() instanceof Session.Running
                    && (agent.delete() == null || agent.delete().graceSeconds() == null);
        }

        /// Ten seconds for the keys, and two of the grace period are TERM's.
        private dev.reconciler.api.Moment patience() {
            return dev.reconciler.api.Moment.earlier(
                    termination().agreedAt().plus(Duration.ofSeconds(10)),
                    agent.shortened(termination().deadline()).plus(Duration.ofSeconds(-2)));
        }

        /// What it said, where that counts.
        private Done said() {
            var done = agent.run() == null ? null : agent.dialogue().done(agent.run().id());
            return Worlds.agentOf(desire).spec().completion().byWord() ? done : null;
        }

        /// Whether it may stay, and no other run is asked for.
        private boolean kept() {
            return said() != null
                    && Worlds.agentOf(desire).spec().completion().onDone() == Completion.OnDone.Keep
                    && !replaces();
        }

        private boolean endsNow() {
            if (said() != null) {
                return !kept();
            }
            boolean passed = world.preflight() instanceof Preflight.Passed;
            return holds(When.DeadlineOver) || holds(When.Unhealthy)
                    || holds(When.HeartbeatOver) && !holds(When.HeartbeatUnclear)
                    || replaces() && passed && (holds(When.Rollout)
                            || !holds(When.ChangedLater) && !holds(When.ChangedUnsettled)
                                    && !holds(When.ChangedTooMany));
        }

        /// For how long it gave no sign of life, -1 where none is waited for.
        private long silentFor() {
            var run = agent.run();
            return Worlds.agentOf(desire).spec().heartbeat() == null || world.vitals().beat() == null
                    || agent.dialogue().done(run.id()) != null
                            ? -1
                            : world.now().since(world.vitals().beat().at()).toSeconds();
        }

        /// For how long there is something that is no done file, -1 when there is none.
        private long half() {
            return world.vitals().done() instanceof Vitals.DoneFile.Wrong(var why, var since)
                    ? world.now().since(since).toSeconds()
                    : -1;
        }

        private Delivery open() {
            return agent.run() == null ? null : agent.dialogue().open(agent.run().id());
        }

        private boolean typing() {
            var open = open();
            var terminal = world.vitals().terminal();
            if (open == null || terminal == null) {
                return false;
            }
            boolean line = open.oneLine();
            boolean takes = terminal.raw() ? !Boolean.FALSE.equals(terminal.brackets()) || line
                    : line && world.now().reached(open.due());
            boolean due = open.phase() == Delivery.Phase.Waiting
                    || open.phase() == Delivery.Phase.Typing && world.now().since(open.at()).toSeconds() >= 1;
            return due && takes && !terminal.draft() && !(terminal.mode() && terminal.attached() > 0)
                    && world.now().since(terminal.still()).toMillis() >= 250;
        }

        private boolean submitting() {
            var open = open();
            if (open == null || world.vitals().terminal() == null) {
                return false;
            }
            long since = world.now().since(open.at()).toMillis();
            long still = world.now().since(world.vitals().terminal().still()).toMillis();
            return switch (open.phase()) {
                case Typed -> since >= 5000 || since >= 150 && still >= 150;
                case Entering -> since >= 1000;
                case Entered -> since >= 1000L << open.enters() - 1 && open.enters() < 4;
                case Waiting, Typing, Submitted, NotReady, DraftInTheWay, NotSubmitted, Unknown -> false;
            };
        }

        private record Limits(Integer deadline, Integer ttl, UpdateStrategy strategy) {}

        private Limits wanted() {
            var spec = Worlds.agentOf(desire).spec();
            return new Limits(spec.activeDeadlineSeconds(), spec.ttlSecondsAfterFinished(), spec.updateStrategy());
        }

        private boolean readable() {
            return world.desire() instanceof Desire.Wanted || world.desire() instanceof Desire.Suspended;
        }

        private boolean staleMark() {
            var run = agent.run();
            if (!readable() || run == null || !(world.session() instanceof Session.Running(var pane, var process))
                    || !pane.mark().run().equals(run.id())) {
                return false;
            }
            var spec = Worlds.agentOf(world.desire());
            var mark = pane.mark();
            boolean same = mark.hash().equals(spec.runHash());
            return mark.disabled() != spec.reconcileDisabled() || !mark.hash().comparable()
                    || same && mark.generation() != agent.generation();
        }

        private boolean replaces() {
            return changed() || agent.run().id().equals(agent.rollout());
        }

        private boolean unsettled() {
            return !world.source().settled() || world.desire() instanceof Desire.Unreadable;
        }

        private boolean changed() {
            var hash = agent.run().hash();
            return hash.comparable() && !hash.equals(Worlds.agentOf(desire).runHash());
        }

        private boolean blocked() {
            return MassChange.of(world.desired(), world.observed(), noted, world.now()).blocked(Sample.ADA, noted);
        }

        private boolean over() {
            var run = agent.run();
            return run != null && run.ended() != null
                    && Set.of("SpecRemoved", "Deleted").contains(String.valueOf(run.ended().by()));
        }

        private Verdict verdict() {
            return Verdict.of(agent, Worlds.agentOf(desire), world.now());
        }

        private RunId seen() {
            return switch (world.session()) {
                case Session.Running(var pane, var process) -> pane.mark().run();
                case Session.Exited(var pane, var exit, var left) -> pane.mark().run();
                case Session.Orphaned(var run, var processes) -> run;
                case Session.Doubled(var runs) -> switch (victim()) {
                    case Session.Running(var pane, var process) -> pane.mark().run();
                    case Session.Exited(var pane, var exit, var left) -> pane.mark().run();
                    case Session.Orphaned(var run, var processes) -> run;
                    case null, default -> throw new AssertionError("no run");
                };
                case Session.Absent a -> null;
                case Session.Ghost g -> null;
                case Session.OtherSource o -> null;
                case Session.Foreign f -> null;
                case Session.Unknown u -> null;
            };
        }

        /// The one that history does not know: a dead pane before a live one, the younger first.
        private Session victim() {
            if (!(world.session() instanceof Session.Doubled(var runs))) {
                return null;
            }
            Session victim = null;
            long most = Long.MIN_VALUE;
            for (var run : runs) {
                var known = agent.run() != null && agent.run().ended() == null;
                long rank = switch (run) {
                    case Session.Exited(var pane, var exit, var left) ->
                            known && agent.run().id().equals(pane.mark().run()) ? -1 : Long.MAX_VALUE;
                    case Session.Running(var pane, var process) ->
                            known && agent.run().id().equals(pane.mark().run()) ? -1 : process.startTime();
                    case Session.Orphaned(var id, var processes) ->
                            known && agent.run().id().equals(id) ? -1 : processes.getFirst().startTime();
                    case null, default -> throw new AssertionError("no run");
                };
                if (rank > most) {
                    most = rank;
                    victim = run;
                }
            }
            return victim;
        }

        private AgentHistory.Termination termination() {
            var id = seen();
            if (agent.run() != null && agent.run().id().equals(id)) {
                return agent.run().termination();
            }
            return agent.duplicate() != null && agent.duplicate().id().equals(id) ? agent.duplicate().termination()
                    : null;
        }

        private boolean killedLately() {
            var termination = termination();
            return termination != null && termination.killedAt() != null
                    && !world.now().reached(termination.killedAt().plus(CrashBackoff.killAgain(termination.kills())));
        }

        private boolean left() {
            var subject = world.session() instanceof Session.Doubled ? victim() : world.session();
            return subject instanceof Session.Exited(var pane, var exit, var left) && !left.isEmpty();
        }

        private boolean beingEnded() {
            if (!(world.session() instanceof Session.Doubled(var runs))) {
                return false;
            }
            var ids = new TreeSet<String>();
            for (var run : runs) {
                switch (run) {
                    case Session.Running(var pane, var process) -> ids.add(pane.mark().run().toString());
                    case Session.Exited(var pane, var exit, var left) -> ids.add(pane.mark().run().toString());
                    case Session.Orphaned(var id, var processes) -> ids.add(id.toString());
                    case null, default -> throw new AssertionError("no run");
                }
            }
            return Stream.of(agent.run(), agent.duplicate())
                    .anyMatch(r -> r != null && r.termination() != null && ids.contains(r.id().toString()));
        }

        private dev.reconciler.api.Moment due() {
            var termination = termination();
            var deadline = termination.deadline();
            if (agent.delete() != null && agent.delete().graceSeconds() != null) {
                deadline = dev.reconciler.api.Moment.earlier(
                        deadline, agent.delete().at().plus(Duration.ofSeconds(agent.delete().graceSeconds())));
            }
            var least = termination.sentAt().plus(Duration.ofSeconds(2));
            return least.reached(deadline) ? least : deadline;
        }

        boolean decidedReason(Action.OfAgent action) {
            return termination() != null && termination().reason() == action.reason();
        }
    }
}
