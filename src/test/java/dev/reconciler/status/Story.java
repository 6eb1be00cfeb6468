package dev.reconciler.status;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Checkout;
import dev.reconciler.api.Condition;
import dev.reconciler.api.Completion;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RestartPolicy;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Source;
import dev.reconciler.api.SpecHash;
import dev.reconciler.api.UpdateStrategy;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.observed.ScopesSeen;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.HistoryEdit;
import dev.reconciler.plan.Plan;
import dev.reconciler.plan.Planner;
import dev.reconciler.plan.Policy;
import dev.reconciler.plan.Journal;
import dev.reconciler.plan.Recorder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// One agent's life, round by round, with the real planner and recorder: each round looks at what the test says is
/// there, and keeps what was planned, shown and told.
final class Story {
    static final AgentName ADA = new AgentName("default", "ada");
    static final ProcessRef SERVER = new ProcessRef(100, 1);
    private static final Policy POLICY = new Policy(Duration.ofSeconds(30), "/home/me");

    Moment now = new Moment("boot-1", 60_000_000_000L, Instant.parse("2026-11-20T09:00:00.25Z"));
    AgentSpec spec = spec(RestartPolicy.OnFailure, UpdateStrategy.OnExit, null);
    String hash = "aaaa";
    Desire desire = wanted();
    Session session = new Session.Absent(null);
    ServerState server = new ServerState.Up(SERVER, true, false);
    Preflight preflight = new Preflight.Passed();
    boolean complete = true;
    Checkout checkout;
    /// From the plan to what is done about it.
    Duration late = Duration.ZERO;

    History history = new History(new AgentHistory.Fleet(1, List.of(), List.of(), new TreeMap<>()), new TreeMap<>());
    History untold = history;
    Plan plan = new Plan(new TreeMap<>(), new TreeMap<>(), List.of(), new java.util.TreeSet<>(), null);
    final List<String> told = new ArrayList<>();
    ScopesSeen scopes = units(Map.of());

    /// A complete look at units with these processes in them.
    static ScopesSeen units(Map<String, List<String>> members) {
        return new ScopesSeen(
                "", false, Set.of(), new TreeSet<>(members.keySet()), new TreeMap<>(members), new TreeSet<>(),
                Set.of(), Set.of(), new TreeMap<>());
    }

    /// The same, with what is left besides units.
    static ScopesSeen left(Set<String> pipes, Set<String> piping, Set<String> bound) {
        return new ScopesSeen(
                "", false, Set.of(), new TreeSet<>(), new TreeMap<>(), new TreeSet<>(pipes), piping, bound,
                new TreeMap<>());
    }

    static AgentSpec spec(RestartPolicy policy, UpdateStrategy strategy, Integer backoffLimit) {
        return spec(policy, strategy, backoffLimit, Completion.By.Exit);
    }

    static AgentSpec spec(
            RestartPolicy policy, UpdateStrategy strategy, Integer backoffLimit, Completion.By completion) {
        return new AgentSpec(
                List.of("/bin/agent"), List.of("--model", "big one"), "~/src", false,
                List.of(new AgentSpec.EnvVar("TOKEN", "s3cret", null)), policy, List.of(),
                new AgentSpec.Backoff(10, 300, 600), backoffLimit, false, 30, null, null, strategy,
                null, null, null, null, null, null, null,
                new AgentSpec.Terminal(200, 50, 2000), new AgentSpec.Logs(1 << 20, 5), null,
                new Completion(completion, Completion.OnDone.Stop), null);
    }

    Agent agent() {
        var document =
                """
                        {"apiVersion":"reconciler.dev/v1alpha1","kind":"Agent","metadata":{"name":"ada",\
                        "labels":{"team":"site","role":"worker"}},"spec":{"workingDirectory":"~/src","command":["/bin/agent"]}}""";
        return new Agent(
                ADA, new TreeMap<>(Map.of("team", "site")), new TreeMap<>(), spec, new SpecHash(1, hash), hash,
                document,
                new Agent.Origin("ada.yaml", 1));
    }

    Desire.Wanted wanted() {
        return new Desire.Wanted(agent());
    }

    Story desire(Desire value) {
        desire = value;
        return this;
    }

    /// Another way to run it.
    Story edit(String newHash) {
        hash = newHash;
        return desire(wanted());
    }

    Story pass(long seconds) {
        now = now.plus(Duration.ofSeconds(seconds));
        return this;
    }

    AgentHistory remembered() {
        return history.agents().get(ADA);
    }

    OwnerMark mark(long run, long generation, String runHash) {
        return new OwnerMark(
                "src", ADA, new RunId(remembered().uid(), run), new SpecHash(1, runHash), generation, false);
    }

    Session.Pane pane(long run) {
        return new Session.Pane(SERVER, "%" + run, "$1", mark(run, remembered().generation(), hash), 0, true, false);
    }

    /// Run `number` lives now.
    Story lives(long number) {
        session = new Session.Running(pane(number), new ProcessRef(4000 + number, 7));
        return this;
    }

    Story ends(long number, Exit exit, ProcessRef... leftovers) {
        session = new Session.Exited(pane(number), exit, List.of(leftovers));
        return this;
    }

    /// One round in the controller's order: look, note, plan, report; then act, and all that is planned works.
    AgentStatus round() {
        var desired = new DesiredState(
                desire instanceof Desire.Unwanted ? new TreeMap<>() : new TreeMap<>(Map.of(ADA, desire)),
                new Source("src", complete, true, false, true, List.of(), checkout));
        var observed = new ObservedState(
                new TreeMap<>(Map.of(ADA, session)), new TreeMap<>(Map.of("default", server)),
                new TreeMap<>(Map.of(ADA, preflight))).scopes(scopes);
        var noted = Recorder.note(desired, observed, history, Set.of(), POLICY, now);
        plan = Planner.plan(desired, observed, noted, POLICY, now);
        var status = StatusCalculator.of(ADA, desired, observed, noted, plan, now);
        history = noted;
        var agent = noted.agents().get(ADA);
        if (agent != null) {
            var conditions = new TreeMap<String, Condition>();
            status.conditions().forEach(c -> conditions.put(c.type(), c));
            var agents = new TreeMap<>(noted.agents());
            agents.put(ADA, new HistoryEdit(agent).conditions(conditions).done());
            history = new History(noted.fleet(), agents);
        }
        Teller.tell(untold, history, plan, now)
                .forEach(e -> told.add(e.type() + " " + e.reason() + ": " + e.message()));
        untold = history;
        for (var action : actions()) {
            history = Journal.intend(history, action, POLICY, now.plus(late));
            history = Journal.done(history, action, null, now);
        }
        return status;
    }

    /// The daemon is killed before it tells, and started again.
    Story killedBeforeTelling() {
        untold = history;
        return this;
    }

    private List<Action> actions() {
        var actions = new ArrayList<Action>(plan.servers().values());
        actions.addAll(plan.agents().values());
        return actions;
    }

    List<String> takeTold() {
        var taken = List.copyOf(told);
        told.clear();
        return taken;
    }

    static String conditions(AgentStatus status) {
        return String.join(
                " ",
                status.conditions().stream().map(c -> c.type() + "=" + c.status() + "/" + c.reason()).toList());
    }
}
