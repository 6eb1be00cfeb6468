package dev.reconciler.plan;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.Session;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.util.TreeSet;

/// What all decisions of one round are made from, and what they ask for besides actions.
///
/// @param unchecked names whose decision needs a preflight that was not given
/// @param serversNeeded namespaces in which an agent waits for a server
record Round(
        DesiredState desired,
        ObservedState observed,
        History history,
        Policy policy,
        Moment now,
        MassChange mass,
        TreeSet<AgentName> unchecked,
        TreeSet<String> serversNeeded) {
    Round(DesiredState desired, ObservedState observed, History history, Policy policy, Moment now) {
        this(
                desired, observed, history, policy, now, MassChange.of(desired, observed, history, now),
                new TreeSet<>(), new TreeSet<>());
    }

    Session session(AgentName name) {
        return observed.sessions().getOrDefault(name, new Session.Unknown("not looked at"));
    }

    Preflight preflight(AgentName name) {
        var seen = observed.preflights().get(name);
        if (seen == null) {
            unchecked.add(name);
            return new Preflight.Unseen("directory and program were not looked at yet");
        }
        return seen;
    }
}
