package dev.reconciler.plan;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Health;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Vitals;
import dev.reconciler.api.Source;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One thing that the planner can be asked about [Sample#ADA], named by what it was made of.
///
/// @param preflight null: not looked at
/// @param history as remembered before this look
record World(
        List<String> made,
        Desire desire,
        Session session,
        Source source,
        ServerState server,
        @Nullable Preflight preflight,
        History history,
        Moment now,
        Vitals vitals) {
    World(
            List<String> made,
            Desire desire,
            Session session,
            Source source,
            ServerState server,
            @Nullable Preflight preflight,
            History history,
            Moment now) {
        this(made, desire, session, source, server, preflight, history, now, Vitals.NONE);
    }

    /// How many of source, fleet and preflight are out of the ordinary.
    int odd() {
        return (made.get(3).equals(desire instanceof Desire.Unreadable ? "incomplete" : "ready") ? 0 : 1)
                + (made.get(4).equals("few") ? 0 : 1)
                + (made.get(5).equals("Passed") ? 0 : 1);
    }

    boolean isOrdinary() {
        return odd() == 0;
    }

    DesiredState desired() {
        var desires = new TreeMap<dev.reconciler.api.AgentName, Desire>();
        if (!(desire instanceof Desire.Unwanted)) {
            desires.put(Sample.ADA, desire);
        }
        return new DesiredState(desires, source);
    }

    ObservedState observed() {
        var preflights = new TreeMap<dev.reconciler.api.AgentName, Preflight>();
        if (preflight != null) {
            preflights.put(Sample.ADA, preflight);
        }
        return new ObservedState(
                new TreeMap<>(java.util.Map.of(Sample.ADA, session)),
                new TreeMap<>(java.util.Map.of(Sample.ADA.namespace(), server)), preflights)
                .vitals(new TreeMap<>(java.util.Map.of(Sample.ADA, vitals)))
                .health(health(history));
    }

    /// What is remembered of a run's health is seen again.
    static TreeMap<AgentName, Health.Of> health(History history) {
        var health = new TreeMap<AgentName, Health.Of>();
        var agent = history.agents().get(Sample.ADA);
        if (agent != null && agent.run() != null && agent.run().health() != null) {
            health.put(Sample.ADA, new Health.Of(agent.run().id(), agent.run().said()));
        }
        return health;
    }

    History noted() {
        return Recorder.note(desired(), observed(), history, Set.of(), Sample.POLICY, now);
    }

    Plan plan() {
        return Planner.plan(desired(), observed(), noted(), Sample.POLICY, now);
    }

    Action.OfAgent action() {
        return plan().agents().get(Sample.ADA);
    }

    @Override
    public String toString() {
        return String.join(" × ", made);
    }
}
