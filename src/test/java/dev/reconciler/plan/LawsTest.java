package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.History;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The seven laws, over all worlds.
class LawsTest {
    /// Re-stamp it, remove its manifest, TERM, remove its pane, forget it: or begin anew. (Adopting only remembers.)
    private static final int ACTING_PLANS = 5;
    /// A second run: TERM, remove its pane.
    private static final int DUPLICATE = 2;
    /// Asked in its own way first.
    private static final int PRE_STOP = 1;
    /// The new run reaches its own deadline, too.
    private static final int DEADLINE = 3;
    /// A text is typed, and submitted as often as that is tried.
    private static final int TOLD = 5;
    /// KILL, and KILL of what it left, for each run.
    private static final int STUBBORN = 2;

    /// The laws about one decision: all of them are asked in one pass over all worlds.
    private enum Law {
        DESTROYS_ONLY_WHAT_IT_OWNS(LawsTest::destroysOnlyWhatItOwns),
        PRUNES_NOTHING_UNTRUSTED(LawsTest::prunesNothingUntrusted),
        LEAVES_THE_UNKNOWN_ALONE(LawsTest::leavesTheUnknownAlone),
        BEGINS_WHERE_NOTHING_LIVES(LawsTest::beginsWhereNothingLives),
        ONCE_IS_TWICE(LawsTest::onceIsTwice),
        SAME_INPUT_SAME_PLAN(LawsTest::sameInputSamePlan);

        private final Check check;
        private final ConcurrentSkipListMap<String, String> broken = new ConcurrentSkipListMap<>();

        Law(Check check) {
            this.check = check;
        }
    }

    /// @see World
    private interface Check {
        /// @param once the history with the look noted once
        /// @param action what is planned for [Sample#ADA], null for nothing
        void check(World world, History once, Plan plan, Action.OfAgent action);
    }

    @BeforeAll
    static void every_decision_is_made_once() {
        // A second pass in the same process judges other code: a mutant of it.
        for (var law : Law.values()) {
            law.broken.clear();
        }
        Worlds.all().parallel().forEach(world -> {
            var once = world.noted();
            var plan = Planner.plan(world.desired(), world.observed(), once, Sample.POLICY, world.now());
            var action = plan.agents().get(Sample.ADA);
            for (var law : Law.values()) {
                attempt(world, law.broken, () -> law.check.check(world, once, plan, action));
            }
        });
    }

    private static void attempt(World world, Map<String, String> broken, Runnable law) {
        try {
            law.run();
        } catch (AssertionError | RuntimeException e) {
            var way = String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceAll("[0-9]+", "#");
            broken.putIfAbsent(way, world + "\n  " + e);
        }
    }

    private static void kept(Law law) {
        assertTrue(law.broken.isEmpty(), () -> String.join("\n\n", law.broken.values()));
    }

    /// Every world keeps the law; of each way to break it, one is shown.
    private static void everywhere(Stream<World> worlds, Consumer<World> law) {
        var broken = new ConcurrentSkipListMap<String, String>();
        var count = new AtomicLong();
        worlds.parallel().forEach(world -> {
            count.incrementAndGet();
            attempt(world, broken, () -> law.accept(world));
        });
        assertTrue(count.get() * Worlds.EVERY > 1000, "too few worlds: " + count);
        assertTrue(
                broken.isEmpty(),
                () -> broken.size() + " ways in " + count + " worlds:\n" + String.join("\n\n", broken.values()));
    }

    @Test
    void every_case_of_every_sealed_type_has_worlds() {
        Worlds.coverAll();
        System.out.println("laws: " + Worlds.all().count() + " worlds, " + Worlds.telling().count()
                + " of them played to their end, "
                + Worlds.ordinary().count() + " of those cut everywhere");
    }

    @Test
    void law_1_it_destroys_only_what_it_saw_and_owns() {
        kept(Law.DESTROYS_ONLY_WHAT_IT_OWNS);
    }

    private static void destroysOnlyWhatItOwns(World world, History once, Plan plan, Action.OfAgent action) {
        switch (action) {
            case Action.Stop stop -> {
                assertFalse(stop.targets().isEmpty(), () -> "a stop of nothing: " + stop);
                assertTrue(processes(world.session()).containsAll(stop.targets()), () -> "not seen: " + stop);
            }
            case Action.Ask ask ->
                    assertTrue(world.session() instanceof Session.Running(var pane, var process)
                            && pane.equals(ask.pane()) && pane.mark().run().equals(ask.run()),
                            () -> "no live pane of ours: " + ask);
            case Action.Reap reap ->
                    assertTrue(deadPanes(world.session()).contains(reap.pane()),
                            () -> "no dead pane of ours: " + reap);
            case Action.Restart restart ->
                    assertTrue(deadPanes(world.session()).contains(restart.pane()), () -> "not dead: " + restart);
            case Action.RemoveManifest remove -> {
                var intent = world.history().agents().get(Sample.ADA).delete();
                assertEquals(intent.documentDigest(), remove.documentDigest(),
                        "not the document that a person deleted");
            }
            case Action.Forget forget ->
                    assertTrue(processes(world.session()).isEmpty(), () -> "forgotten while it lives: " + forget);
            case Action.Start start -> {}
            case Action.Adopt adopt -> {}
            case Action.Restamp restamp -> {}
            case Action.Repipe repipe -> {}
            case Action.Type type ->
                    assertTrue(processes(world.session()).contains(type.process()), () -> "not seen: " + type);
            case Action.Submit submit ->
                    assertTrue(processes(world.session()).contains(submit.process()), () -> "not seen: " + submit);
            case Action.Hold hold -> {}
            case null -> {}
        }
        for (var ofServer : plan.servers().values()) {
            if (ofServer instanceof Action.StopServer stop) {
                assertTrue(
                        world.server() instanceof ServerState.Up(var process, var reachable, boolean vacant)
                                && vacant && process.equals(stop.server()),
                        () -> "not a vacant server: " + stop);
            }
        }
    }

    private static List<ProcessRef> processes(Session session) {
        return switch (session) {
            case Session.Running(var pane, var process) -> List.of(process);
            case Session.Exited(var pane, var exit, var leftovers) -> leftovers;
            case Session.Orphaned(var run, var processes) -> processes;
            case Session.Doubled(var runs) -> runs.stream().flatMap(r -> processes(r).stream()).toList();
            case Session.Absent a -> List.of();
            case Session.Ghost g -> List.of();
            case Session.OtherSource o -> List.of();
            case Session.Foreign f -> List.of();
            case Session.Unknown u -> List.of();
        };
    }

    private static List<Session.Pane> deadPanes(Session session) {
        return switch (session) {
            case Session.Exited(var pane, var exit, var leftovers) -> List.of(pane);
            case Session.Doubled(var runs) -> runs.stream().flatMap(r -> deadPanes(r).stream()).toList();
            case Session.Running r -> List.of();
            case Session.Orphaned o -> List.of();
            case Session.Absent a -> List.of();
            case Session.Ghost g -> List.of();
            case Session.OtherSource o -> List.of();
            case Session.Foreign f -> List.of();
            case Session.Unknown u -> List.of();
        };
    }

    @Test
    void law_2_it_prunes_nothing_on_a_picture_that_cannot_be_trusted() {
        kept(Law.PRUNES_NOTHING_UNTRUSTED);
    }

    private static void prunesNothingUntrusted(World world, History once, Plan plan, Action.OfAgent action) {
        var source = world.source();
        boolean trusted = source.complete() && source.settled() && (!source.empty() || source.allowEmpty());
        boolean word = remembered(world, h -> h.delete() != null);
        boolean begun =
                remembered(world, h -> h.duplicate() != null || h.run() != null && h.run().termination() != null);
        if (trusted || word || begun || !(world.desire() instanceof Desire.Unwanted)) {
            return;
        }
        assertFalse(
                action instanceof Action.Forget || action instanceof Action.Reap || action instanceof Action.Ask
                        || action instanceof Action.Stop stop && stop.reason() != Reason.Leftovers,
                () -> "pruned: " + action);
    }

    private static boolean remembered(World world, java.util.function.Predicate<dev.reconciler.api.AgentHistory> fact) {
        var history = world.history().agents().get(Sample.ADA);
        return history != null && fact.test(history);
    }

    @Test
    void law_2_what_is_unknown_is_left_alone() {
        kept(Law.LEAVES_THE_UNKNOWN_ALONE);
    }

    private static void leavesTheUnknownAlone(World world, History once, Plan plan, Action.OfAgent action) {
        boolean unseen = world.session() instanceof Session.Unknown;
        boolean unread = world.desire() instanceof Desire.Unreadable(var lastGood, var why) && lastGood == null
                && remembered(world, h -> h.delete() == null);
        boolean notOurs =
                world.session() instanceof Session.Foreign || world.session() instanceof Session.OtherSource;
        if (unseen || unread) {
            assertTrue(action == null || action instanceof Action.Hold, () -> "not left alone: " + action);
        }
        if (notOurs) {
            assertTrue(
                    action == null || action instanceof Action.Hold || action instanceof Action.Forget
                            || action instanceof Action.RemoveManifest,
                    () -> "not ours: " + action);
        }
    }

    /// What an agent's neighbour is like freezes only the neighbour.
    @Test
    void law_2_other_agents_go_on() {
        var bob = new AgentName("default", "bob");
        everywhere(Worlds.ordinary(), world -> {
            var alone = world.action();
            for (var trouble : List.<Desire>of(
                    new Desire.Unreadable(null, "bob.yaml:1:1: broken"),
                    new Desire.Wanted(Sample.agent(bob, s -> s)))) {
                var desires = new TreeMap<>(world.desired().desires());
                desires.put(bob, trouble);
                var sessions = new TreeMap<>(world.observed().sessions());
                sessions.put(bob, new Session.Unknown("its process cannot be read"));
                var desired = new DesiredState(desires, world.source());
                var observed = new ObservedState(
                        sessions, world.observed().servers(), world.observed().preflights())
                        .vitals(world.observed().vitals())
                        .health(world.observed().health());
                var noted = Recorder.note(desired, observed, world.history(), Set.of(), Sample.POLICY, world.now());
                var plan = Planner.plan(desired, observed, noted, Sample.POLICY, world.now());
                assertEquals(alone, plan.agents().get(Sample.ADA), "another agent's trouble changed this one's action");
                assertTrue(plan.agents().get(bob) instanceof Action.Hold, "the neighbour was touched");
            }
        });
    }

    /// A server that cannot be reached, and is to be left so, or must be: nothing is done about the server, and nothing
    /// else about the agents than otherwise.
    @Test
    void law_2_what_is_left_without_a_socket_changes_nothing_for_its_agents() {
        var report = new Policy(
                Sample.POLICY.holdDown(), Sample.POLICY.home(),
                new Ghosts(Ghosts.Treatment.Report, Ghosts.Treatment.Report));
        var held = new AtomicInteger();
        everywhere(Worlds.ordinary(), world -> {
            var usual = world.action();
            var noted = Recorder.note(
                    world.desired(), world.observed(), world.history(), Set.of(), report, world.now());
            var reported = Planner.plan(world.desired(), world.observed(), noted, report, world.now());
            assertEquals(usual, reported.agents().get(Sample.ADA), "a setting about servers changed an agent's action");
            assertTrue(reported.servers().values().stream().noneMatch(a -> a instanceof Action.Rescue),
                    "made reachable, against the setting");
            var observed = world.observed().runtimeGone(Path.of("/run/user/1000"));
            noted = Recorder.note(world.desired(), observed, world.history(), Set.of(), Sample.POLICY, world.now());
            var gone = Planner.plan(world.desired(), observed, noted, Sample.POLICY, world.now());
            assertEquals(usual, gone.agents().get(Sample.ADA), "a missing directory changed an agent's action");
            assertTrue(gone.servers()
                    .values()
                    .stream()
                    .noneMatch(
                            a -> a instanceof Action.Rescue || a instanceof Action.StartServer),
                    "a socket was tried where none can be");
            held.addAndGet(Math.toIntExact(reported.servers()
                    .values()
                    .stream()
                    .filter(a -> a.reason() == Reason.Ghost && a instanceof Action.HoldServer)
                    .count()));
        });
        assertTrue(held.get() * Worlds.EVERY > 100, "worlds with such a server: " + held);
    }

    @Test
    void law_3_it_settles_into_what_the_folder_says() {
        var most = new AtomicInteger();
        everywhere(Worlds.telling(), world -> {
            for (var manners : List.of(ModelWorld.Manners.Polite, ModelWorld.Manners.Stubborn)) {
                var settling = new Settling(new ModelWorld(world, manners), false, true).settle();
                most.accumulateAndGet(settling.acting, Math::max);
                int doubled = world.session() instanceof Session.Doubled ? 1 : 0;
                int allowed = ACTING_PLANS + DUPLICATE * doubled
                        + (manners == ModelWorld.Manners.Stubborn ? STUBBORN * (1 + doubled) : 0)
                        + (world.toString().contains("preStop") ? PRE_STOP : 0)
                        + (world.toString().contains("deadline") ? DEADLINE : 0)
                        + (world.toString().contains("told") ? TOLD : 0);
                assertTrue(settling.acting <= allowed, () -> settling.acting + " acting plans" + settling);
                right(world, settling);
                assertTrue(settling.model.most <= 1, () -> "two at a time" + settling);
                if (!settling.stopped() || !world.isOrdinary()) {
                    return;
                }
            }
        });
        System.out.println("laws: settled after at most " + most + " acting plans");
    }

    private static final Set<Reason> FINISHED =
            EnumSet.of(Reason.Completed, Reason.Failed, Reason.BackoffLimitExceeded, Reason.DeadlineExceeded);

    /// What it settled into is what was asked for, or the reason why not is a fact of that world.
    private static void right(World world, Settling settled) {
        var reason = settled.last == null ? null : settled.last.reason();
        int alive = settled.model.alive();
        boolean forgotten = !settled.model.history.agents().containsKey(Sample.ADA);
        boolean right =
                switch (settled.model.session()) {
                    case Session.Unknown u -> world.session() instanceof Session.Unknown;
                    case Session.Foreign f -> reason == Reason.NameTaken || reason == null || heldBack(world, reason);
                    case Session.OtherSource o ->
                            reason == Reason.OtherSource || reason == null || heldBack(world, reason);
                    case Session.Ghost g -> false;
                    case Session.Absent a -> right(world, reason, alive, forgotten);
                    case Session.Running r -> right(world, reason, alive, forgotten);
                    case Session.Exited e -> right(world, reason, alive, forgotten);
                    case Session.Orphaned o -> right(world, reason, alive, forgotten);
                    case Session.Doubled d -> right(world, reason, alive, forgotten);
                };
        assertTrue(right, () -> "stuck: " + reason + " with " + alive + " alive" + settled);
    }

    private static boolean heldBack(World world, Reason reason) {
        return reason == Reason.SourceNotReady || reason == Reason.ReconcileDisabled || reason == Reason.SpecInvalid;
    }

    private static boolean right(World world, Reason reason, int alive, boolean forgotten) {
        return switch (world.desire()) {
            case Desire.Wanted(var agent) -> wanted(world, reason, alive);
            case Desire.Suspended(var agent) -> suspended(world, reason, alive);
            case Desire.Unwanted() ->
                    reason == null && alive == 0
                            || reason == Reason.SourceNotReady && !(world.source().settled() && (!world.source().empty()
                                    || world.source().allowEmpty()))
                            || reason == Reason.ReconcileDisabled;
            case Desire.Unreadable(var lastGood, var why) -> {
                if (lastGood == null) {
                    yield reason == Reason.SpecInvalid || reason == null || reason == Reason.ReconcileDisabled;
                }
                if (reason == Reason.SpecInvalid) {
                    yield forgotten && alive == 0;
                }
                yield lastGood.spec().suspend() ? suspended(world, reason, alive) : wanted(world, reason, alive);
            }
        };
    }

    private static boolean unsettled(World world) {
        return !world.source().settled() || world.desire() instanceof Desire.Unreadable;
    }

    private static boolean suspended(World world, Reason reason, int alive) {
        return switch (reason) {
            case Suspended -> alive == 0;
            case SourceNotReady -> unsettled(world);
            case ReconcileDisabled -> true;
            case null -> remembered(world, h -> h.delete() != null) && alive == 0;
            default -> false;
        };
    }

    private static boolean wanted(World world, Reason reason, int alive) {
        return switch (reason) {
            case Running -> alive == 1;
            case NotReady, ModelMismatch -> alive == 1 && world.toString().contains("checked");
            case RestartPending -> alive == 1 && !world.toString().contains("Immediate");
            case Completed, Failed, BackoffLimitExceeded, DeadlineExceeded ->
                    alive == 0 || alive == 1 && world.toString().contains("kept");
            case DoneFileInvalid -> alive == 1 && world.toString().contains("half a word");
            case StartWouldFail -> alive == 0 && world.toString().contains("WouldFail");
            case ReplacementWouldFail -> alive == 1 && world.toString().contains("WouldFail");
            case ObservationIncomplete ->
                    world.toString().contains("Unseen") || world.toString().contains("not looked");
            case SourceNotReady ->
                    world.toString().matches(".*changed (Immediate|OnIdle .*(idle|Idle)).*") && unsettled(world);
            case ReconcileDisabled -> true;
            case null -> remembered(world, h -> h.delete() != null) && alive == 0;
            default -> false;
        };
    }

    @Test
    void law_4_a_run_begins_only_where_nothing_of_the_agent_lives() {
        kept(Law.BEGINS_WHERE_NOTHING_LIVES);
    }

    private static void beginsWhereNothingLives(World world, History once, Plan plan, Action.OfAgent action) {
        if (action instanceof Action.Start) {
            assertTrue(world.session() instanceof Session.Absent, () -> "started beside " + world.session());
            assertTrue(world.server() instanceof ServerState.Up, () -> "started without a server");
        }
        if (action instanceof Action.Restart) {
            assertTrue(
                    world.session() instanceof Session.Exited(var pane, var exit, var left) && left.isEmpty(),
                    () -> "restarted over " + world.session());
        }
    }

    @Test
    void law_5_the_same_look_twice_is_the_same_as_once() {
        kept(Law.ONCE_IS_TWICE);
    }

    private static void onceIsTwice(World world, History once, Plan plan, Action.OfAgent action) {
        var twice = Recorder.note(world.desired(), world.observed(), once, Set.of(), Sample.POLICY, world.now());
        assertEquals(once, twice, "noting the same look again changed something");
    }

    @Test
    void law_6_the_same_input_gives_the_same_plan() {
        kept(Law.SAME_INPUT_SAME_PLAN);
    }

    private static void sameInputSamePlan(World world, History once, Plan plan, Action.OfAgent action) {
        assertEquals(
                plan, Planner.plan(world.desired(), world.observed(), once, Sample.POLICY, world.now()));
        if (world.session() instanceof Session.Doubled(var runs)) {
            var other = new World(
                    world.made(), world.desire(), new Session.Doubled(runs.reversed()), world.source(),
                    world.server(), world.preflight(), world.history(), world.now(), world.vitals());
            assertEquals(plan, other.plan(), "the order of what was seen decided");
        }
    }

    @Test
    void law_7_a_round_may_be_cut_anywhere() {
        var cuts = new AtomicLong();
        everywhere(Worlds.ordinary(), world -> {
            for (var manners : List.of(ModelWorld.Manners.Polite, ModelWorld.Manners.Stubborn)) {
                var whole = new Settling(new ModelWorld(world, manners), true, false).settle();
                for (var cut : whole.cuts) {
                    cuts.incrementAndGet();
                    var rest = new Settling(cut, false, false).settle();
                    right(world, rest);
                    assertTrue(rest.model.most <= 1, () -> "two at a time" + rest);
                    assertEquals(outcome(whole), outcome(rest), () -> "a daemon that was killed changed the end" + rest
                            + "\nuncut:" + whole);
                }
                if (!whole.stopped()) {
                    return;
                }
            }
        });
        System.out.println("laws: " + cuts + " cuts");
    }

    private static List<Object> outcome(Settling settled) {
        var outcome = new ArrayList<Object>();
        outcome.add(settled.last == null ? "forgotten" : settled.last.reason());
        outcome.add(settled.model.alive());
        var agent = settled.model.history.agents().get(Sample.ADA);
        if (agent != null) {
            outcome.add(agent.uid().equals(Sample.UID) ? "the same agent" : "another agent");
            outcome.add("restarts " + agent.restarts());
            outcome.add("failures " + agent.failures());
            outcome.add("runs " + agent.runs());
            outcome.add("back-off " + (agent.backoff() == null ? 0 : agent.backoff().seconds()));
        }
        return outcome;
    }
}
