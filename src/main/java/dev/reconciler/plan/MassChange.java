package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Change;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Session;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the folder would stop or restart, and whether that is too much at once.
///
/// @param pending by name: held down or due, edits, suspends
/// @param tooMany true: only what a person approved goes on
/// @param until when it may be no longer too much by time alone, null: never
record MassChange(TreeMap<AgentName, Change> pending, boolean tooMany, String message, @Nullable Moment until) {
    /// How long what was done counts towards "at once".
    static final Duration LEDGER = Duration.ofMinutes(10);
    /// While nobody knows what was done before, whatever is done may be too much.
    private static final String LOST =
            "what was remembered is lost: how many stopped within the last ten minutes is not known";
    /// More than this many at once always wait.
    private static final int MANY = 10;

    static MassChange of(DesiredState desired, ObservedState observed, History history, Moment now) {
        var pending = new TreeMap<AgentName, Change>();
        for (var agent : history.agents().values()) {
            var change = change(agent, desired, observed, now);
            if (change != null) {
                pending.put(agent.name(), change);
            }
        }
        var names = new TreeSet<AgentName>(pending.keySet());
        for (var done : history.fleet().ledger()) {
            names.add(done.name());
        }
        int count = names.size();
        int fleet = fleet(desired, observed, history);
        var loss = history.fleet().lostAt();
        var lostAt = loss == null || !counts(loss, now) ? null : loss;
        @Nullable
        Moment until = null;
        if (!tooMany(pending.size(), fleet)) {
            for (var done : history.fleet().ledger()) {
                until = Moment.earlier(until, done.at().plus(LEDGER));
            }
            until = lostAt == null ? until : lostAt.plus(LEDGER);
        }
        return new MassChange(
                pending, lostAt != null || tooMany(count, fleet),
                lostAt != null ? LOST : count + " of " + fleet + " agents would stop or restart within ten minutes",
                until);
    }

    /// As long as it never was quiet, all that are remembered and wanted, or there; after a loss no more than are there,
    /// and than are wanted.
    private static int fleet(DesiredState desired, ObservedState observed, History history) {
        if (history.fleet().quietSize() > 0) {
            return history.fleet().quietSize();
        }
        var there = observed.sessions()
                .entrySet()
                .stream()
                .filter(seen -> !nothingToStop(seen.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        return history.fleet().lostAt() != null
                ? Math.min(there.size(), desired.desires().size())
                : (int) history.agents()
                        .keySet()
                        .stream()
                        .filter(name -> there.contains(name) || !(desired.of(name) instanceof Desire.Unwanted))
                        .count();
    }

    /// Whether what was done then still counts.
    static boolean counts(Moment at, Moment now) {
        return at.sameBoot(now) && now.since(at).compareTo(LEDGER) < 0;
    }

    private static boolean tooMany(int count, int fleet) {
        return count >= 2 && 2 * count > fleet || count > MANY;
    }

    private static @Nullable Change change(
            AgentHistory agent, DesiredState desired, ObservedState observed, Moment now) {
        var session = observed.sessions().get(agent.name());
        var desire = desired.of(agent.name());
        if (session == null || nothingToStop(session) || agent.delete() != null || begun(agent)
                || HandsOff.holds(desire, session, agent)) {
            return null;
        }
        return switch (desire) {
            case Desire.Unwanted() ->
                    agent.absentSince() == null ? null : change(agent, Reason.SpecRemoved, "", now);
            case Desire.Suspended(var spec) ->
                    session instanceof Session.Exited
                            ? null
                            : change(agent, Reason.Suspended, "", now);
            case Desire.Wanted(var spec) ->
                    replaces(agent, spec, session, observed)
                            ? change(agent, Reason.SpecChanged, spec.runHash().toString(), now)
                            : null;
            case Desire.Unreadable(var lastGood, var why) -> null;
        };
    }

    private static boolean nothingToStop(Session session) {
        return session instanceof Session.Absent
                || session instanceof Session.Foreign
                || session instanceof Session.OtherSource;
    }

    /// Its stop was decided, or carried out already: what is left to do is no further change.
    private static boolean begun(AgentHistory agent) {
        var run = agent.run();
        if (run == null) {
            return false;
        }
        return run.ended() == null ? run.termination() != null : run.ended().by() == Reason.SpecRemoved;
    }

    private static boolean replaces(
            AgentHistory agent, Agent spec, Session session, ObservedState observed) {
        var run = agent.run();
        return run != null
                && !(session instanceof Session.Exited)
                && Checkup.replacesNow(spec.spec(), agent, observed, session)
                && run.hash().comparable()
                && !run.hash().equals(spec.runHash());
    }

    private static Change change(AgentHistory agent, Reason reason, String hash, Moment now) {
        return new Change(agent.name(), agent.uid(), reason, hash, now);
    }

    /// Whether this one must wait for a person.
    boolean blocked(AgentName name, History history) {
        var change = pending.get(name);
        return tooMany
                && change != null
                && history.fleet().approvals().stream().noneMatch(change::same);
    }

    /// All that waits for a person.
    List<Change> blocked(History history) {
        var waiting = new ArrayList<Change>();
        pending.forEach((name, change) -> {
            if (blocked(name, history)) {
                waiting.add(change);
            }
        });
        return List.copyOf(waiting);
    }
}
