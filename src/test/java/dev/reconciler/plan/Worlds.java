package dev.reconciler.plan;

import static dev.reconciler.plan.Sample.ADA;
import static dev.reconciler.plan.Sample.SERVER;
import static dev.reconciler.plan.Sample.SOURCE;
import static dev.reconciler.plan.Sample.UID;
import static dev.reconciler.plan.Sample.agent;
import static dev.reconciler.plan.Sample.at;
import static dev.reconciler.plan.Sample.mark;
import static dev.reconciler.plan.Sample.moment;
import static dev.reconciler.plan.Sample.pane;
import static dev.reconciler.plan.Sample.run;

import dev.reconciler.api.Activity;
import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Backoff;
import dev.reconciler.api.AgentHistory.Change;
import dev.reconciler.api.AgentHistory.DeleteIntent;
import dev.reconciler.api.AgentHistory.Ended;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentHistory.Next;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentHistory.StartFailure;
import dev.reconciler.api.AgentHistory.Termination;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Exit;
import dev.reconciler.api.Health;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.PreStop;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RestartPolicy;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Completion;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Dialogue;
import dev.reconciler.api.Done;
import dev.reconciler.api.Prompt;
import dev.reconciler.api.Vitals;
import dev.reconciler.api.Vitals.DoneFile;
import dev.reconciler.api.Vitals.Terminal;
import dev.reconciler.api.Given;
import dev.reconciler.api.Source;
import dev.reconciler.api.SpecHash;
import dev.reconciler.api.UpdateStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Every world there is, up to what the planner can tell apart: desire × session × history × source × mass change ×
/// preflight × server, with times before, at and after each deadline. Dimensions that cannot matter are not multiplied.
final class Worlds {
    /// The time of every world.
    static final long NOW = 100_000;
    /// The run that history knows, the one before, the one intended next, and one that nobody knows.
    static final RunId OLDER = run(6), CURRENT = run(7), NEXT = run(8), STRANGE = run(9);
    static final ProcessRef MAIN = new ProcessRef(700, 700), LEFTOVER = new ProcessRef(701, 701),
            OTHER = new ProcessRef(900, 900);
    private static final RunId OTHER_UID = new RunId("aaaaaaaa99999999", 7);
    private static final String OLD_BOOT = "the boot before";

    private static final PreStop KEYS = new PreStop(null, new PreStop.Keys(List.of("/exit", "Enter"), 10));

    /// A terminal that is ready for a text.
    static final Terminal READY = new Terminal(true, false, null, 0, "> ", at(1), false, "", "");

    /// Pasts in which it matters what a run says.
    private static final Set<String> HEARD = Set.of(
            "known for 50 s", "known, rollout", "told at its next start", "stop decided", "ended Code[code=0]",
            "known before the reboot", "known, said true");

    /// Only one world in so many, spread over all, for runs that judge a thousand mutants of the planner (`make mutate`).
    static final int EVERY = Integer.getInteger("laws.every", 1);
    private static final int STRIDE = (int) Math.ceil(Math.sqrt(EVERY));

    private Worlds() {}

    /// What an agent's history is made from: the wanted agent (or a plain one).
    private interface Past extends Function<Agent, @Nullable AgentHistory> {}

    static Stream<World> all() {
        return desires().entrySet()
                .stream()
                .flatMap(desire -> sessions().entrySet()
                        .stream()
                        .flatMap(session -> pasts().entrySet()
                                .stream()
                                .filter(past -> matters(desire.getKey(), past.getKey()))
                                .filter(past -> chosen(List.of(desire.getKey(), session.getKey(), past.getKey())))
                                .flatMap(past -> of(desire, session, past))))
                .filter(world -> chosen(world.made()));
    }

    /// Strings hash alike everywhere: each run chooses the same.
    private static boolean chosen(List<String> made) {
        return Math.floorMod(made.hashCode() * 31 + made.size(), STRIDE) == 0;
    }

    /// What was said matters where somebody waits for it, and where it must not matter.
    private static boolean matters(String desire, String past) {
        boolean words = past.startsWith("told") || past.contains("said") || past.contains("silent");
        boolean waits = desire.startsWith("Wanted, told") || desire.startsWith("Wanted, beating")
                || desire.startsWith("Wanted, done");
        boolean plain = Set.of("Wanted", "Wanted deadline 100", "Suspended", "Unwanted", "Wanted changed Immediate",
                "Unreadable, was wanted").contains(desire);
        boolean common = past.startsWith("known") || past.startsWith("ended") || past.startsWith("created")
                || past.startsWith("stop decided") || past.startsWith("failed");
        return words ? waits || plain : !waits || common;
    }

    private static Stream<World> of(
            Map.Entry<String, Desire> desire, Map.Entry<String, Session> session, Map.Entry<String, Past> past) {
        var worlds = new ArrayList<World>();
        var agent = agentOf(desire.getValue());
        var servers = new TreeMap<>(servers(session.getValue()));
        for (var gone : missing(desire.getValue()).entrySet()) {
            var remembered = past.getValue().apply(agent);
            if (remembered == null && unreachable(desire.getValue(), session.getValue())) {
                continue;
            }
            if (remembered != null && gone.getValue() != null) {
                remembered = new HistoryEdit(remembered).absentSince(gone.getValue()).done();
            }
            for (var source : sources(desire.getValue()).entrySet()) {
                for (var fleet : fleets(desire.getValue()).entrySet()) {
                    for (var preflight : preflights(desire.getValue()).entrySet()) {
                        for (var server : servers.entrySet()) {
                            var agents = new TreeMap<AgentName, AgentHistory>();
                            if (remembered != null) {
                                agents.put(ADA, remembered);
                            }
                            for (var vitals : vitals(desire.getKey(), session, past.getKey()).entrySet()) {
                                worlds.add(new World(
                                        List.of(
                                                desire.getKey() + gone.getKey(), session.getKey(), past.getKey(),
                                                source.getKey(), fleet.getKey(), preflight.getKey(), server.getKey(),
                                                vitals.getKey()),
                                        desire.getValue(), session.getValue(), source.getValue(), server.getValue(),
                                        preflight.getValue(), new History(fleet.getValue(), agents), at(NOW),
                                        vitals.getValue()));
                            }
                        }
                    }
                }
            }
        }
        return worlds.stream();
    }

    /// A name that is neither desired nor remembered is only looked at because of a mark, and a last good version is
    /// remembered or there is none.
    private static boolean unreachable(Desire desire, Session session) {
        boolean marked = session instanceof Session.Running || session instanceof Session.Exited
                || session instanceof Session.Doubled;
        return desire instanceof Desire.Unwanted && !marked
                || desire instanceof Desire.Unreadable(var lastGood, var why) && lastGood != null;
    }

    /// Those in which nothing holds the planner back but what it sees of the agent itself.
    static Stream<World> ordinary() {
        return odd(0);
    }

    /// Those in which at most one of source, fleet and preflight is out of the ordinary.
    static Stream<World> telling() {
        return odd(1);
    }

    private static Stream<World> odd(int most) {
        return all().filter(world -> world.odd() <= most);
    }

    /// Fails when a sealed type has a case that no world shows.
    static void cover(Class<?> sealed, Iterable<?> samples) {
        var missing = new TreeSet<String>();
        Arrays.stream(sealed.getPermittedSubclasses()).forEach(c -> missing.add(c.getSimpleName()));
        samples.forEach(sample -> missing.remove(sample.getClass().getSimpleName()));
        if (!missing.isEmpty()) {
            throw new AssertionError(sealed.getSimpleName() + " has cases that no world shows: " + missing
                    + ". Add samples of them in Worlds: until then no law speaks of them.");
        }
    }

    static void coverAll() {
        var exits = new ArrayList<Exit>();
        for (var session : sessions().values()) {
            if (session instanceof Session.Exited(var pane, var exit, var left)) {
                exits.add(exit);
            }
        }
        cover(Exit.class, exits);
        cover(Desire.class, desires().values());
        cover(Session.class, sessions().values());
        cover(ServerState.class, sessions().values().stream().flatMap(s -> servers(s).values().stream()).toList());
        cover(
                Preflight.class,
                preflights(new Desire.Wanted(agent())).values().stream().filter(p -> p != null).toList());
    }

    static Map<String, Desire> desires() {
        var all = new LinkedHashMap<String, Desire>();
        all.put("Wanted", new Desire.Wanted(agent()));
        all.put("Wanted always", new Desire.Wanted(agent(s -> s.policy(RestartPolicy.Always))));
        all.put("Wanted never", new Desire.Wanted(agent(s -> s.policy(RestartPolicy.Never))));
        all.put(
                "Wanted never but on 1",
                new Desire.Wanted(agent(s -> s.policy(RestartPolicy.Never).rule(AgentSpec.Operator.In, 1))));
        all.put("Wanted backoffLimit 3", new Desire.Wanted(agent(s -> s.backoffLimit(3))));
        all.put("Wanted deadline 100", new Desire.Wanted(agent(s -> s.deadline(100))));
        all.put("Wanted ttl 100", new Desire.Wanted(agent(s -> s.ttl(100))));
        all.put("Wanted, told", new Desire.Wanted(agent(s -> s.prompt("build it", Prompt.On.FirstRun))));
        all.put("Wanted, beating", new Desire.Wanted(agent(s -> s.heartbeat(60, 30))));
        all.put("Wanted, done by its word", new Desire.Wanted(
                agent(s -> s.completion(Completion.By.DoneFile, Completion.OnDone.Stop).heartbeat(60, 30))));
        all.put("Wanted, done by its word or exit, kept", new Desire.Wanted(
                agent(s -> s.completion(Completion.By.Either, Completion.OnDone.Keep).policy(RestartPolicy.Never))));
        all.put("Wanted disabled", new Desire.Wanted(agent(s -> s.disabled())));
        all.put("Wanted, checked",
                new Desire.Wanted(
                        agent(s -> s.startup().readiness().liveness().activity().model("sonnet", "is (.*)"))));
        all.put("Wanted, preStop", new Desire.Wanted(agent(s -> s.preStop(KEYS))));
        for (var strategy : UpdateStrategy.values()) {
            all.put("Wanted changed " + strategy,
                    new Desire.Wanted(agent(s -> s.command("new").strategy(strategy).activity())));
        }
        all.put("Suspended", new Desire.Suspended(agent(s -> s.suspend())));
        all.put("Suspended disabled", new Desire.Suspended(agent(s -> s.suspend().disabled())));
        all.put("Unwanted", new Desire.Unwanted());
        all.put("Unreadable", new Desire.Unreadable(null, "ada.yaml:1:1: broken"));
        all.put("Unreadable, was wanted", new Desire.Unreadable(agent(), "ada.yaml:1:1: broken"));
        all.put("Unreadable, was suspended", new Desire.Unreadable(agent(s -> s.suspend()), "ada.yaml:1:1: broken"));
        all.put("Unreadable, was disabled", new Desire.Unreadable(agent(s -> s.disabled()), "ada.yaml:1:1: broken"));
        return all;
    }

    static Agent agentOf(Desire desire) {
        return switch (desire) {
            case Desire.Wanted(var agent) -> agent;
            case Desire.Suspended(var agent) -> agent;
            case Desire.Unwanted() -> agent();
            case Desire.Unreadable(var lastGood, var why) -> lastGood == null ? agent() : lastGood;
        };
    }

    /// For how long a file has been missing.
    private static Map<String, Moment> missing(Desire desire) {
        var all = new LinkedHashMap<String, Moment>();
        all.put("", null);
        if (desire instanceof Desire.Unwanted) {
            all.put(" for 29 s", at(NOW - 29));
            all.put(" for 30 s", at(NOW - 30));
            all.put(" for 31 s", at(NOW - 31));
        }
        return all;
    }

    static Map<String, Session> sessions() {
        var all = new LinkedHashMap<String, Session>();
        var agent = agent();
        var mine = mark(agent, CURRENT);
        var disabled = new OwnerMark(SOURCE, ADA, CURRENT, agent.runHash(), 1, true);
        all.put("Absent", new Session.Absent(null));
        all.put("Absent, squatter", new Session.Absent("$3"));
        all.put("Running", new Session.Running(pane(mine), MAIN));
        all.put("Running disabled", new Session.Running(pane(disabled), MAIN));
        all.put("Running old hash version", new Session.Running(pane(hashed(mine, new SpecHash(0, "x"))), MAIN));
        all.put("Running other hash",
                new Session.Running(pane(hashed(mine, new SpecHash(SpecHash.CURRENT, "x"))), MAIN));
        all.put(
                "Running, pipe broken",
                new Session.Running(new Session.Pane(SERVER, "%7", "$1", mine, 1, false, true), MAIN));
        all.put("Running next", new Session.Running(pane(mark(agent, NEXT)), OTHER));
        all.put("Running strange", new Session.Running(pane(mark(agent, STRANGE)), OTHER));
        all.put("Running other uid", new Session.Running(pane(mark(agent, OTHER_UID)), OTHER));
        for (var exit : List.of(new Exit.Code(0), new Exit.Code(1), new Exit.Signal(15), new Exit.Unseen())) {
            all.put("Exited " + exit, new Session.Exited(pane(mine), exit, List.of()));
        }
        var failed = new Exit.Code(1);
        all.put("Exited, leftovers", new Session.Exited(pane(mine), new Exit.OutOfMemory(), List.of(LEFTOVER)));
        all.put("Exited disabled", new Session.Exited(pane(disabled), failed, List.of()));
        all.put("Exited older", new Session.Exited(pane(mark(agent, OLDER)), failed, List.of()));
        all.put("Exited next", new Session.Exited(pane(mark(agent, NEXT)), failed, List.of()));
        all.put("Exited strange", new Session.Exited(pane(mark(agent, STRANGE)), failed, List.of()));
        all.put("Exited other uid", new Session.Exited(pane(mark(agent, OTHER_UID)), failed, List.of()));
        all.put("Exited other uid, leftovers",
                new Session.Exited(pane(mark(agent, OTHER_UID)), failed, List.of(LEFTOVER)));
        all.put("Orphaned", new Session.Orphaned(CURRENT, List.of(MAIN, LEFTOVER)));
        all.put("Orphaned, main gone", new Session.Orphaned(CURRENT, List.of(LEFTOVER)));
        all.put("Orphaned next", new Session.Orphaned(NEXT, List.of(OTHER)));
        all.put("Orphaned strange", new Session.Orphaned(STRANGE, List.of(OTHER)));
        var running = new Session.Running(pane(mine), MAIN);
        var strange = new Session.Running(pane(mark(agent, STRANGE)), OTHER);
        all.put("Doubled, strange", new Session.Doubled(List.of(running, strange)));
        all.put("Doubled, disabled", new Session.Doubled(List.of(new Session.Running(pane(disabled), MAIN), strange)));
        all.put(
                "Doubled, next",
                new Session.Doubled(List.of(running, new Session.Running(pane(mark(agent, NEXT)), OTHER))));
        all.put(
                "Doubled beside its dead pane",
                new Session.Doubled(List.of(new Session.Exited(pane(mine), failed, List.of()), strange)));
        all.put(
                "Doubled beside a dead pane",
                new Session.Doubled(List.of(
                        new Session.Exited(pane(mark(agent, OLDER)), failed, List.of(LEFTOVER)), running)));
        all.put(
                "Doubled, one orphaned",
                new Session.Doubled(List.of(strange, new Session.Orphaned(CURRENT, List.of(MAIN)))));
        all.put("Ghost", new Session.Ghost(SERVER));
        all.put("OtherSource", new Session.OtherSource("another folder"));
        all.put("Foreign", new Session.Foreign("session ada ($4) has no mark of ours"));
        all.put("Unknown", new Session.Unknown("tmux does not answer"));
        return all;
    }

    private static OwnerMark hashed(OwnerMark mark, SpecHash hash) {
        return new OwnerMark(mark.source(), mark.name(), mark.run(), hash, mark.generation(), mark.disabled());
    }

    private static Map<String, ServerState> servers(Session session) {
        var up = Map.<String, ServerState>of("Up", new ServerState.Up(SERVER, true, false));
        return switch (session) {
            case Session.Absent(var squatter) when squatter == null ->
                    Map.of(
                            "Up", new ServerState.Up(SERVER, true, true), "Up, unreachable",
                            new ServerState.Up(SERVER, false, false), "Down", new ServerState.Down());
            case Session.Absent(var squatter) -> up;
            case Session.Orphaned o ->
                    Map.of("Up", new ServerState.Up(SERVER, true, true), "Down", new ServerState.Down());
            case Session.Ghost(var server) -> Map.of("Ghosted", new ServerState.Ghosted(server));
            case Session.Unknown(var why) -> Map.of("Silent", new ServerState.Silent(why), "Up", up.get("Up"));
            case Session.Running r -> up;
            case Session.Exited e -> up;
            case Session.Doubled d -> up;
            case Session.OtherSource o -> up;
            case Session.Foreign f -> up;
        };
    }

    private static Map<String, Source> sources(Desire desire) {
        var all = new LinkedHashMap<String, Source>();
        boolean unreadable = desire instanceof Desire.Unreadable;
        if (!unreadable) {
            all.put("ready", source(true, true, false, false));
            all.put("unsettled", source(true, false, false, false));
        }
        all.put("incomplete", source(false, false, false, false));
        if (desire instanceof Desire.Unwanted) {
            all.put("empty", source(true, true, true, false));
            all.put("empty, allowed", source(true, true, true, true));
        }
        return all;
    }

    static Source source(boolean complete, boolean settled, boolean empty, boolean allowed) {
        return new Source(SOURCE, complete, settled, empty, allowed, complete ? List.of() : List.of("b.yaml:1:1: bad"));
    }

    /// What its run says and shows: only where somebody waits for it.
    private static Map<String, Vitals> vitals(String desire, Map.Entry<String, Session> session, String past) {
        var all = new LinkedHashMap<String, Vitals>();
        all.put("", Vitals.NONE);
        boolean seen = session.getValue() instanceof Session.Running || session.getKey().startsWith("Exited Code")
                || session.getKey().equals("Absent");
        if (!seen) {
            return all;
        }
        boolean words = HEARD.contains(past) || past.startsWith("silent");
        if (words && (desire.startsWith("Wanted, beating") || desire.startsWith("Wanted, done"))) {
            for (var run : List.of(past.contains("next") ? NEXT : CURRENT)) {
                for (boolean succeeded : new boolean[] {true, false}) {
                    all.put(run.number() + " says " + (succeeded ? "succeeded" : "failed"), new Vitals(
                            new DoneFile.Said(new Done(run, succeeded, "m", null, at(NOW))), beat(500), null));
                }
            }
            for (long ago : new long[] {5, 59, 60, 89, 90, 91}) {
                all.put("beat " + ago + " s ago", new Vitals(new DoneFile.None(), beat(ago), null));
            }
            for (long ago : new long[] {1, 9, 10}) {
                all.put("half a word " + ago + " s ago", new Vitals(
                        new DoneFile.Wrong("half", at(NOW - ago)), beat(5), null));
                all.put("silent, half a word " + ago + " s ago", new Vitals(
                        new DoneFile.Wrong("half", at(NOW - ago)), beat(500), null));
            }
        }
        if (past.startsWith("known, idle") && desire.contains("OnIdle")) {
            all.put("ready", new Vitals(new DoneFile.None(), null, READY));
            all.put("draft", new Vitals(new DoneFile.None(), null, terminals().get("draft")));
        }
        if (past.startsWith("known, other model") && desire.contains("OnIdle")) {
            for (var said : Activity.values()) {
                all.put("says " + said, new Vitals(
                        new DoneFile.None(), new Vitals.Beat(at(NOW - 5), "", said), READY));
            }
        }
        if (past.contains("told") && desire.startsWith("Wanted")) {
            terminals().forEach((name, terminal) -> all.put(
                    name, new Vitals(new DoneFile.None(), null, terminal)));
        }
        return all;
    }

    private static Vitals.Beat beat(long ago) {
        return new Vitals.Beat(at(NOW - ago), "");
    }

    static Map<String, Terminal> terminals() {
        var key = CURRENT + "/" + Delivery.PROMPT;
        var all = new LinkedHashMap<String, Terminal>();
        all.put("ready", READY);
        all.put("restless", new Terminal(true, false, null, 0, "> ", at(NOW), false, "", ""));
        all.put("line mode", new Terminal(false, false, null, 0, "> ", at(NOW - 9), false, "", ""));
        all.put("copy mode", new Terminal(true, true, null, 1, "> ", at(NOW - 9), false, "", ""));
        all.put("copy mode, nobody there", new Terminal(true, true, null, 0, "> ", at(NOW - 9), false, "", ""));
        all.put("no brackets", new Terminal(true, false, false, 0, "> ", at(NOW - 9), false, "", ""));
        all.put("draft", new Terminal(true, false, null, 1, "> h", at(NOW - 9), true, "", ""));
        all.put("typed", new Terminal(true, false, null, 0, "> b", at(NOW - 9), false, key, ""));
        all.put("entered", new Terminal(true, false, null, 0, "> b", at(NOW - 9), false, key, key + ":1"));
        all.put("taken", new Terminal(true, false, null, 0, "> ", at(NOW - 9), false, key, key + ":1"));
        return all;
    }

    private static Map<String, Fleet> fleets(Desire desire) {
        var all = new LinkedHashMap<String, Fleet>();
        all.put("few", new Fleet(100, List.of(), List.of(), new TreeMap<>()));
        var change = change(desire);
        if (change != null) {
            var others =
                    List.of(new Change(new AgentName("default", "bob"), "bob1", Reason.SpecRemoved, "", at(NOW - 60)));
            all.put("too many", new Fleet(2, others, List.of(), new TreeMap<>()));
            all.put("too many, approved", new Fleet(2, others, List.of(change), new TreeMap<>()));
            all.put("lost", new Fleet(0, List.of(), List.of(), new TreeMap<>()).lostAt(at(NOW - 60)));
        }
        return all;
    }

    private static @Nullable Change change(Desire desire) {
        return switch (desire) {
            case Desire.Wanted(var agent) ->
                    agent.spec().updateStrategy() != UpdateStrategy.OnExit
                            ? new Change(ADA, UID, Reason.SpecChanged, agent.runHash().toString(), at(NOW - 5))
                            : null;
            case Desire.Suspended s -> new Change(ADA, UID, Reason.Suspended, "", at(NOW - 5));
            case Desire.Unwanted() -> new Change(ADA, UID, Reason.SpecRemoved, "", at(NOW - 5));
            case Desire.Unreadable u -> null;
        };
    }

    private static Map<String, @Nullable Preflight> preflights(Desire desire) {
        var all = new LinkedHashMap<String, Preflight>();
        all.put("Passed", new Preflight.Passed());
        if (desire instanceof Desire.Wanted) {
            all.put("WouldFail", new Preflight.WouldFail("no such directory"));
            all.put("Unseen", new Preflight.Unseen("it took too long"));
            all.put("not looked", null);
        }
        return all;
    }

    private static Map<String, Past> pasts() {
        var all = new LinkedHashMap<String, Past>();
        all.put("no history", agent -> null);
        all.put("created", agent -> edit(agent).done());
        all.put("edited", agent -> edit(agent).generation(1, "another spec").done());
        all.put("first intended", agent -> edit(agent).next(next(Reason.Created, false)).runs(8).done());
        all.put(
                "start refused 1 s ago",
                agent -> edit(agent).next(next(Reason.Created, false)).startFailure(failure(1)).runs(8).done());
        all.put(
                "start refused 2 s ago",
                agent -> edit(agent).next(next(Reason.Created, false)).startFailure(failure(2)).runs(8).done());
        live(all);
        checked(all);
        asked(all);
        told(all);
        stopping(all);
        ended(all);
        return all;
    }

    private static void live(Map<String, Past> all) {
        for (long age : new long[] {50, 99, 100, 101}) {
            all.put("known for " + age + " s", agent -> edit(agent).run(known(age)).done());
        }
        all.put("known, process unseen", agent -> edit(agent).run(
                Run.of(CURRENT, null, agent().runHash(), "/srv/ada", at(NOW - 50))).done());
        all.put("known, old hash version", agent -> edit(agent).run(known(50).hash(new SpecHash(0, "x"))).done());
        all.put("known, piped again 29 s ago", agent -> edit(agent).run(known(50).repiped(at(NOW - 29))).done());
        all.put("known, piped again 30 s ago", agent -> edit(agent).run(known(50).repiped(at(NOW - 30))).done());
        all.put("known before the reboot", agent -> edit(agent)
                .run(Run.of(CURRENT, MAIN, agent().runHash(), "/srv/ada", before(50)))
                .backoff(new Backoff(80, before(10)))
                .done());
        all.put("known, rollout", agent -> edit(agent).run(known(50)).rollout(CURRENT).done());
        all.put("known, restart intended",
                agent -> edit(agent).run(known(50)).next(next(Reason.Restarted, true)).runs(8).done());
        for (var document : new String[] {"this", "another", null}) {
            all.put("known, deleted " + document,
                    agent -> edit(agent).run(known(50)).delete(deleted(agent, document, null)).done());
        }
        all.put("known, deleted with grace 0",
                agent -> edit(agent).run(known(50)).delete(deleted(agent, "this", 0)).done());
        all.put("created, deleted", agent -> edit(agent).delete(deleted(agent, "this", null)).done());
        var second = Run.of(STRANGE, OTHER, new SpecHash(SpecHash.CURRENT, ""), "", at(NOW - 50));
        all.put("known, second being ended", agent -> edit(agent).run(known(50))
                .duplicate(second.termination(sent(Reason.Duplicate, 10, 20)))
                .done());
    }

    private static void checked(Map<String, Past> all) {
        var yes = new Health.Answer(true, "");
        var no = new Health.Answer(false, "exit code 1");
        health(all, "known, startup failed", new Health(no, null, null, null, null, null));
        health(all, "known, not ready", new Health(yes, no, yes, Activity.Working, "Sonnet 5", null));
        health(all, "known, liveness failed", new Health(yes, yes, no, Activity.AwaitingInput, null, null));
        health(all, "known, idle", new Health(yes, yes, yes, Activity.Idle, "sonnet", null));
        health(all, "known, other model", new Health(yes, yes, yes, Activity.Unknown, "opus", null));
    }

    private static void health(Map<String, Past> all, String name, Health health) {
        all.put(name, agent -> edit(agent).run(known(50).health(health)).done());
    }

    private static void asked(Map<String, Past> all) {
        all.put("known, preStop", agent -> edit(agent).preStop(KEYS).run(known(50)).done());
        all.put("known, preStop, deleted",
                agent -> edit(agent).preStop(KEYS).run(known(50)).delete(deleted(agent, "this", null)).done());
        var asked = Termination.decided(Reason.RolloutRestart, at(NOW - 10), at(NOW + 20)).asked(at(NOW - 10));
        preStop(all, "stopping, asked, daemon killed", asked);
        preStop(all, "stopping, asked in vain", asked.answered("exit code 1", at(NOW - 10)));
        for (long ago : new long[] {9, 10}) {
            preStop(all, "stopping, agreed " + ago + " s ago", asked.answered(null, at(NOW - ago)));
        }
        for (long ago : new long[] {1, 2}) {
            preStop(all, "stopping, agreed, told " + ago + " s ago",
                    asked.answered(null, at(NOW - 10)).sent(at(NOW - ago)));
        }
    }

    private static void preStop(Map<String, Past> all, String name, Termination termination) {
        all.put(name, agent -> edit(agent).preStop(KEYS).run(known(50).termination(termination)).done());
    }

    private static void told(Map<String, Past> all) {
        for (boolean line : new boolean[] {true, false}) {
            for (long left : new long[] {4, 0}) {
                all.put("told, waiting " + left + (line ? " line" : ""), agent -> telling(
                        agent, Delivery.waiting(
                                Delivery.PROMPT, CURRENT, "d", line, at(NOW - 5 + left), at(NOW + left))));
            }
        }
        var asked = Delivery.waiting(Delivery.PROMPT, CURRENT, "d", true, at(NOW - 10), at(NOW + 10));
        for (long ago : new long[] {0, 1, 20}) {
            all.put("told, typing " + ago, agent -> telling(agent, asked.typing("d", "> ", at(NOW - ago))));
            all.put("told, typed " + ago, agent -> telling(
                    agent, asked.typing("d", "> ", at(NOW - ago)).to(Delivery.Phase.Typed, at(NOW - ago), "")));
            all.put("told, entering " + ago, agent -> telling(
                    agent, asked.typing("d", "> ", at(NOW - ago)).entering(1, "> b", at(NOW - ago))));
            all.put("told, entered " + ago, agent -> telling(
                    agent, asked.typing("d", "> ", at(NOW - ago))
                            .entering(1, "> b", at(NOW - ago))
                            .to(Delivery.Phase.Entered, at(NOW - ago), "")));
        }
        all.put("told, entered without a trace", agent -> telling(
                agent, asked.typing("d", "> ", at(NOW - 2))
                        .entering(1, "> ", at(NOW - 2))
                        .to(Delivery.Phase.Entered, at(NOW - 2), "")));
        all.put("told, entered often", agent -> telling(
                agent, asked.typing("d", "> ", at(NOW - 20))
                        .entering(4, "> b", at(NOW - 20))
                        .to(Delivery.Phase.Entered, at(NOW - 20), "")));
        all.put("told, of a run before", agent -> telling(
                agent, Delivery.waiting(Delivery.PROMPT, OLDER, "d", true, at(NOW - 5), at(NOW + 5))));
        all.put("told at its next start", agent -> edit(agent)
                .next(new Next(
                        NEXT, agent().runHash(), "/srv/ada", Reason.Created, false, at(NOW - 1),
                        new Given("d", false, 5, true), List.of()))
                .runs(8)
                .done());
        all.put("told before, failed", agent -> ended(agent, null, new Exit.Code(1), 20)
                .said(Dialogue.NONE.prompted(new Prompt(
                        "build it", null, Prompt.Means.Paste, Prompt.On.FirstRun, 5).digest()))
                .done());
        for (boolean succeeded : new boolean[] {true, false}) {
            var done = new Done(CURRENT, succeeded, "m", null, at(NOW - 3));
            all.put("known, said " + succeeded, agent -> edit(agent)
                    .run(known(50))
                    .said(Dialogue.NONE.done(done))
                    .done());
            all.put("silent, stop decided, said " + succeeded, agent -> edit(agent)
                    .run(known(50).termination(Termination.decided(Reason.HeartbeatLost, at(NOW - 10), at(NOW + 20))))
                    .said(Dialogue.NONE.done(done))
                    .done());
            for (var reason : List.of(Reason.Done, Reason.SessionLost, Reason.Suspended)) {
                all.put("ended by " + reason + ", said " + succeeded,
                        agent -> ended(agent, reason, new Exit.Signal(15), 20).said(Dialogue.NONE.done(done)).done());
            }
            all.put("ended, said " + succeeded,
                    agent -> ended(agent, null, new Exit.Code(1), 20).said(Dialogue.NONE.done(done)).done());
        }
        all.put("silent, stop decided", agent -> edit(agent)
                .run(known(50).termination(Termination.decided(Reason.HeartbeatLost, at(NOW - 10), at(NOW + 20))))
                .done());
    }

    private static AgentHistory telling(Agent agent, Delivery delivery) {
        return edit(agent).run(known(50)).said(Dialogue.NONE.with(delivery)).done();
    }

    private static void stopping(Map<String, Past> all) {
        var decided = Termination.decided(Reason.SpecRemoved, at(NOW - 10), at(NOW + 20));
        all.put("stop decided", agent -> edit(agent).run(known(50).termination(decided)).done());
        for (var reason : List.of(
                Reason.SpecRemoved, Reason.SpecChanged, Reason.Suspended, Reason.Deleted, Reason.RolloutRestart,
                Reason.DeadlineExceeded, Reason.SessionLost, Reason.Duplicate, Reason.Unhealthy)) {
            all.put("stopping " + reason, agent -> edit(agent).run(known(50).termination(sent(reason, 10, 20))).done());
        }
        all.put("stopping, at its end",
                agent -> edit(agent).run(known(50).termination(sent(Reason.SpecRemoved, 30, 0))).done());
        all.put("stopping, past its end",
                agent -> edit(agent).run(known(50).termination(sent(Reason.SpecRemoved, 31, -1))).done());
        all.put("stopping, told late",
                agent -> edit(agent).run(known(50).termination(sent(Reason.SpecRemoved, 1, -9))).done());
        for (int kills : new int[] {1, 9}) {
            for (long ago : new long[] {0, 500}) {
                all.put("killed " + kills + " times, " + ago + " s ago", agent -> {
                    var termination = sent(Reason.SpecRemoved, 600, -570);
                    for (int i = 0; i < kills; i++) {
                        termination = termination.killed(at(NOW - ago));
                    }
                    return edit(agent).run(known(700).termination(termination)).done();
                });
            }
        }
        all.put("stopping, deleted with grace 0", agent -> edit(agent)
                .run(known(50).termination(sent(Reason.SpecRemoved, 10, 20)))
                .delete(deleted(agent, null, 0))
                .done());
        all.put("stopping since before the reboot", agent -> edit(agent)
                .run(Run.of(CURRENT, MAIN, agent().runHash(), "/srv/ada", before(50))
                        .termination(Termination.decided(Reason.SpecRemoved, before(5), before(1)).sent(before(5))))
                .done());
    }

    private static void ended(Map<String, Past> all) {
        for (var exit : List.of(new Exit.Code(0), new Exit.Code(1), new Exit.Signal(9))) {
            all.put("ended " + exit, agent -> ended(agent, null, exit, 20).done());
        }
        for (var reason : List.of(
                Reason.SpecRemoved, Reason.SpecChanged, Reason.Suspended, Reason.Deleted, Reason.RolloutRestart,
                Reason.DeadlineExceeded, Reason.SessionLost, Reason.Duplicate, Reason.Rebooted, Reason.Unhealthy)) {
            var exit =
                    reason == Reason.SessionLost || reason == Reason.Rebooted ? new Exit.Unseen() : new Exit.Signal(15);
            all.put("ended by " + reason, agent -> ended(agent, reason, exit, 20).done());
        }
        for (long ago : new long[] {9, 10, 11}) {
            all.put("failed " + ago + " s ago, back-off 10 s", agent -> ended(agent, null, new Exit.Code(1), ago)
                    .backoff(new Backoff(10, at(NOW - 50)))
                    .done());
        }
        for (long ago : new long[] {100, 101}) {
            all.put("done " + ago + " s ago", agent -> ended(agent, null, new Exit.Code(0), ago).done());
        }
        all.put("failed 5 times", agent -> ended(agent, null, new Exit.Code(1), 20).failures(5).done());
        all.put("failed, restart intended", agent -> ended(agent, null, new Exit.Code(1), 1)
                .backoff(new Backoff(10, at(NOW)))
                .next(next(Reason.Restarted, true))
                .runs(8)
                .done());
        all.put("failed, restart refused 1 s ago", agent -> ended(agent, null, new Exit.Code(1), 1)
                .backoff(new Backoff(10, at(NOW)))
                .next(next(Reason.Restarted, true))
                .startFailure(failure(1))
                .runs(8)
                .done());
        all.put("failed, rollout", agent -> ended(agent, null, new Exit.Code(1), 1)
                .backoff(new Backoff(300, at(NOW - 50)))
                .rollout(CURRENT)
                .done());
        all.put("removed, rollout",
                agent -> ended(agent, Reason.SpecRemoved, new Exit.Code(1), 1).rollout(CURRENT).done());
        all.put("done, deleted",
                agent -> ended(agent, null, new Exit.Code(0), 20).delete(deleted(agent, null, null)).done());
        all.put("failed before the reboot, back-off", agent -> {
            var end = new Ended(CURRENT, null, new Exit.Code(1), before(50), before(20));
            return edit(agent)
                    .run(Run.of(CURRENT, MAIN, agent().runHash(), "/srv/ada", before(50)).ended(end))
                    .last(end)
                    .backoff(new Backoff(80, before(50)))
                    .done();
        });
        all.put("leftovers killed just now", agent -> {
            var killed = Termination.decided(Reason.Leftovers, at(NOW), at(NOW)).killed(at(NOW));
            var history = ended(agent, null, new Exit.Code(1), 1).done();
            return new HistoryEdit(history).run(history.run().termination(killed)).done();
        });
    }

    private static HistoryEdit edit(Agent agent) {
        return new HistoryEdit(Sample.created(agent, UID, at(NOW - 5000))).runs(7);
    }

    private static Run known(long age) {
        return Run.of(CURRENT, MAIN, agent().runHash(), "/srv/ada", at(NOW - age));
    }

    private static Next next(Reason reason, boolean restart) {
        return new Next(NEXT, agent().runHash(), "/srv/ada", reason, restart, at(NOW - 1), null, List.of());
    }

    private static StartFailure failure(long ago) {
        return new StartFailure(1, at(NOW - ago), "tmux: no space for a pty");
    }

    private static Termination sent(Reason reason, long ago, long left) {
        return Termination.decided(reason, at(NOW - ago), at(NOW + left)).sent(at(NOW - ago));
    }

    private static DeleteIntent deleted(Agent agent, @Nullable String document, @Nullable Integer grace) {
        var digest = "this".equals(document) ? agent.documentDigest() : document;
        return new DeleteIntent(at(NOW - 10), digest, grace);
    }

    private static HistoryEdit ended(Agent agent, @Nullable Reason by, Exit exit, long ago) {
        var end = new Ended(CURRENT, by, exit, at(NOW - 200), at(NOW - ago));
        return edit(agent).run(known(200).ended(end)).last(end);
    }

    private static Moment before(long ago) {
        return moment(OLD_BOOT, Duration.ofSeconds(NOW - ago));
    }
}
