package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.DeleteIntent;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.Reason;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Vitals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// One agent's life in a [ModelWorld], told step by step: what happens, then what the planner makes of it.
final class Life {
    private static final int ROUNDS = 50;

    private final ModelWorld model;
    private final List<Action> did = new ArrayList<>();
    private Set<Reason> reasons = new TreeSet<>();
    private Action.OfAgent last;

    private Life(Desire desire, Session session) {
        model = new ModelWorld(
                new World(
                        List.of(), desire, session, Worlds.source(true, true, false, false),
                        new ServerState.Up(Sample.SERVER, true, false), new Preflight.Passed(),
                        new History(new Fleet(100, List.of(), List.of(), new TreeMap<>()), new TreeMap<>()),
                        Sample.at(1000)),
                ModelWorld.Manners.Polite);
    }

    /// Its manifest has just been written.
    static Life of(UnaryOperator<Sample.Spec> spec) {
        return new Life(new Desire.Wanted(Sample.agent(spec)), new Session.Absent(null)).settle();
    }

    /// The same, with a terminal that looks like this.
    static Life of(UnaryOperator<Sample.Spec> spec, Vitals.Terminal terminal) {
        var life = new Life(new Desire.Wanted(Sample.agent(spec)), new Session.Absent(null));
        life.model.fresh = terminal;
        return life.settle();
    }

    /// Its state is lost, this is what is seen.
    static Life found(Desire desire, Session session) {
        return new Life(desire, session).settle();
    }

    /// Rounds until there is nothing to do, at this very time.
    Life settle() {
        did.clear();
        reasons = new TreeSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            var plan = model.round();
            last = plan.agents().get(Sample.ADA);
            var actions = new ArrayList<Action>(plan.servers().values());
            actions.addAll(plan.agents().values());
            actions.removeIf(a -> a instanceof Action.Hold || a instanceof Action.HoldServer);
            if (actions.isEmpty()) {
                return this;
            }
            for (var action : actions) {
                did.add(action);
                reasons.add(action.reason());
                model.intend(action);
                model.effect(action);
                model.done(action);
            }
        }
        throw new AssertionError("never at rest: " + did);
    }

    /// Something happens, and rounds follow.
    Life when(Consumer<ModelWorld> event) {
        event.accept(model);
        return settle();
    }

    Life wants(UnaryOperator<Sample.Spec> spec) {
        return when(m -> m.wish(desire(Sample.agent(spec))));
    }

    private static Desire desire(Agent agent) {
        return agent.spec().suspend() ? new Desire.Suspended(agent) : new Desire.Wanted(agent);
    }

    Life unwanted() {
        return when(m -> m.wish(new Desire.Unwanted()));
    }

    Life exits(int code) {
        return when(m -> m.exit(new Exit.Code(code)));
    }

    /// Time passes, with a round at every wake-up.
    Life after(long seconds) {
        var end = model.now.plus(Duration.ofSeconds(seconds));
        var all = new ArrayList<Action>();
        while (!model.now.reached(end)) {
            var wake = model.round().wakeAt();
            model.now = wake == null || wake.reached(end) ? end : wake;
            settle();
            all.addAll(did);
        }
        did.clear();
        did.addAll(all);
        return this;
    }

    Life history(UnaryOperator<HistoryEdit> edit) {
        var agents = new TreeMap<>(model.history.agents());
        agents.computeIfPresent(Sample.ADA, (name, agent) -> edit.apply(new HistoryEdit(agent)).done());
        model.history = new History(model.history.fleet(), agents);
        return settle();
    }

    Life delete(String document, Integer grace) {
        return history(h -> h.delete(new DeleteIntent(model.now, document, grace)));
    }

    Life rollout() {
        return history(h -> h.rollout(history().run().id()));
    }

    Life loseState() {
        return when(m -> m.history =
                new History(new Fleet(0, List.of(), List.of(), new TreeMap<>()), new TreeMap<>()));
    }

    AgentHistory history() {
        return model.history.agents().get(Sample.ADA);
    }

    /// Why it is as it is now; null when nothing is left of it.
    Reason reason() {
        return last == null ? null : last.reason();
    }

    Action.Hold hold() {
        return (Action.Hold) last;
    }

    /// The kinds of what was done since the last event.
    List<String> did() {
        return did.stream()
                .map(a -> a.getClass().getSimpleName()
                        + (a instanceof Action.Stop stop ? " " + stop.step() : "") + " " + a.reason())
                .toList();
    }

    int alive() {
        return model.alive();
    }

    Session session() {
        return model.session();
    }

    Moment now() {
        return model.now;
    }
}
