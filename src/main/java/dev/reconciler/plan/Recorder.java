package dev.reconciler.plan;

import dev.reconciler.api.Vitals;
import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Health;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.PreStop;
import dev.reconciler.api.Session;
import dev.reconciler.api.Uids;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What is remembered of a look, before anything is decided or done: pure. Every rule about counting, ending and
/// holding down stands here, in [Sighting] and in [FleetNote]; every rule about acting stands in [Planner].
public final class Recorder {
    private final DesiredState desired;
    private final ObservedState observed;
    private final Policy policy;
    private final Moment now;
    /// Whether a look since the last that counted could not tell what is gone.
    private final boolean wasBlind;
    /// Whether this look tells what is gone.
    private final boolean absenceCounts;

    private Recorder(
            DesiredState desired, ObservedState observed, Policy policy, Moment now, boolean wasBlind) {
        this.desired = desired;
        this.observed = observed;
        this.policy = policy;
        this.now = now;
        this.wasBlind = wasBlind;
        var source = desired.source();
        absenceCounts = source.complete() && (!source.empty() || source.allowEmpty());
    }

    /// @param busy names whose last action is still under way: nothing is noted of them
    /// @return `history` itself when there is nothing new
    public static History note(
            DesiredState desired,
            ObservedState observed,
            History history,
            Set<AgentName> busy,
            Policy policy,
            Moment now) {
        var recorder = new Recorder(
                desired, observed, policy, now, history.fleet().blindSince() != null);
        var names = new TreeSet<>(desired.desires().keySet());
        names.addAll(observed.sessions().keySet());
        names.addAll(history.agents().keySet());
        var agents = new TreeMap<>(history.agents());
        boolean changed = false;
        for (var name : names) {
            if (busy.contains(name)) {
                continue;
            }
            var before = agents.get(name);
            var noted = recorder.agent(name, before);
            if (noted != null && !noted.equals(before)) {
                agents.put(name, noted);
                changed = true;
            }
        }
        var noted = new FleetNote(desired, observed, policy, now, recorder.absenceCounts)
                .note(changed ? new History(history.fleet(), agents) : history, history.agents(), busy);
        var teardowns = new Teardowns(observed, now)
                .note(history.agents(), noted.agents(), noted.fleet().teardowns());
        return teardowns.equals(noted.fleet().teardowns())
                ? noted
                : new History(noted.fleet().teardowns(teardowns), noted.agents());
    }

    /// What is remembered without the processes of another boot: pids and start times begin anew with each, and another
    /// program may have both.
    public static History ofThisBoot(History history, Moment now) {
        if (history.agents().values().stream().noneMatch(a -> isPast(a.run(), now) || isPast(a.duplicate(), now))) {
            return history;
        }
        var agents = new TreeMap<>(history.agents());
        agents.replaceAll((name, agent) -> new HistoryEdit(agent)
                .run(ofThisBoot(agent.run(), now))
                .duplicate(ofThisBoot(agent.duplicate(), now))
                .done());
        return new History(history.fleet(), agents);
    }

    private static AgentHistory.@Nullable Run ofThisBoot(AgentHistory.@Nullable Run run, Moment now) {
        return run != null && isPast(run, now) ? run.process(null) : run;
    }

    private static boolean isPast(AgentHistory.@Nullable Run run, Moment now) {
        return run != null && run.process() != null && !run.startedAt().sameBoot(now);
    }

    private @Nullable AgentHistory agent(AgentName name, @Nullable AgentHistory before) {
        var session = observed.sessions().getOrDefault(name, new Session.Unknown("not looked at"));
        var agent = agent(desired.of(name));
        var history = before;
        if (history == null) {
            var mark = mark(session);
            if (agent == null && mark == null) {
                return null;
            }
            history = mark == null ? create(name, Uids.mint(desired.source().id(), name, now), 0) : create(name, mark);
        }
        var spec = spec(desired.of(name));
        var hearing = new Hearing(spec, observed.vitals(name), now);
        var heard = hearing.done(desire(history, desired.of(name), agent, session));
        var noted = checked(
                new Sighting(spec, now).note(heard, session), observed.health().get(name), observed.vitals(name),
                agent);
        return hearing.deliveries(noted);
    }

    /// What its probes, its screen and its own words say of this very run.
    private AgentHistory checked(
            AgentHistory history, Health.@Nullable Of seen, Vitals vitals, @Nullable Agent agent) {
        var run = history.run();
        if (run == null || run.ended() != null) {
            return history;
        }
        var health = seen != null && seen.run().equals(run.id()) ? seen.health() : run.said();
        health = agent == null ? health : health.asked(agent.spec());
        boolean done = history.dialogue().done(run.id()) != null;
        var spec = agent == null ? null : agent.spec();
        health = health.activity(new Doing(spec, health.activity(), vitals, done, now).activity());
        return health.equals(run.said()) ? history : new HistoryEdit(history).run(run.health(health)).done();
    }

    private AgentHistory create(AgentName name, OwnerMark mark) {
        return new HistoryEdit(create(name, mark.uid(), mark.run().number()))
                .generation(Math.max(0, mark.generation() - 1), "")
                .done();
    }

    private AgentHistory create(AgentName name, String uid, long runs) {
        return new AgentHistory(
                name, uid, now, 0, "", null, 30, null, runs, null, null, null, 0, 0, null, null, null, null, null, null,
                new TreeMap<>(), null);
    }

    private static @Nullable OwnerMark mark(Session session) {
        return switch (session) {
            case Session.Running(var pane, var process) -> pane.mark();
            case Session.Exited(var pane, var exit, var leftovers) -> pane.mark();
            case Session.Doubled(var runs) ->
                    runs.stream().map(Recorder::mark).filter(m -> m != null).findFirst().orElse(null);
            case Session.Absent absent -> null;
            case Session.Orphaned orphaned -> null;
            case Session.Ghost ghost -> null;
            case Session.OtherSource other -> null;
            case Session.Foreign foreign -> null;
            case Session.Unknown unknown -> null;
        };
    }

    private static @Nullable Agent agent(Desire desire) {
        return switch (desire) {
            case Desire.Wanted(var agent) -> agent;
            case Desire.Suspended(var agent) -> agent;
            case Desire.Unwanted() -> null;
            case Desire.Unreadable(var lastGood, var why) -> null;
        };
    }

    /// What is in force, null where no spec is known.
    private static @Nullable AgentSpec spec(Desire desire) {
        var agent = desire.agent();
        return agent == null ? null : agent.spec();
    }

    /// Generation, last good version, hold-down, which does not begin while files still change: one that is being written
    /// does not name its last agents yet (seed 431808). An incomplete look starts the hold-down's count anew, and so does a run
    /// that nobody remembers: it was begun after this record was written, when a full disk let no later one through. Any
    /// sight ends it.
    private AgentHistory desire(AgentHistory history, Desire desire, @Nullable Agent agent, Session session) {
        return switch (desire) {
            case Desire.Unwanted() -> {
                long runs = runs(history, session);
                boolean anew = absenceCounts
                        && (wasBlind || runs > history.runs()
                                || history.absentSince() == null && desired.source().settled());
                yield anew ? new HistoryEdit(history).absentSince(now).runs(runs).done() : history;
            }
            case Desire.Unreadable unreadable ->
                    history.absentSince() == null
                            ? history
                            : new HistoryEdit(history).absentSince(null).done();
            case Desire.Wanted wanted -> seen(history, agent);
            case Desire.Suspended suspended -> seen(history, agent);
        };
    }

    /// How many there have been, with the one that is seen. Two at once are told apart first.
    private static long runs(AgentHistory history, Session session) {
        var mark = session instanceof Session.Doubled ? null : mark(session);
        var run = session instanceof Session.Orphaned(var orphan, var processes) ? orphan : mark == null ? null
                : mark.run();
        return run != null && run.uid().equals(history.uid())
                ? Math.max(history.runs(), run.number())
                : history.runs();
    }

    /// The very same object when nothing is different.
    private static @Nullable PreStop kept(@Nullable PreStop before, @Nullable PreStop now) {
        return Objects.equals(before, now) ? before : now;
    }

    /// A spec that is in no commit yet comes from none, until it is committed.
    private AgentHistory.Run whence(AgentHistory.Run run, Agent agent) {
        var checkout = desired.source().checkout();
        return checkout != null && checkout.revision() != null && agent.files().allMatch(checkout::committed)
                ? run.revision(checkout.revision().toString())
                : run;
    }

    private AgentHistory seen(AgentHistory history, @Nullable Agent agent) {
        var edit = new HistoryEdit(history).absentSince(null);
        if (agent != null && !agent.specDigest().equals(history.specDigest())) {
            edit.generation(history.generation() + 1, agent.specDigest())
                    .backoff(null)
                    .failures(0)
                    .startFailure(null);
        }
        if (agent != null) {
            edit.lastGood(agent.document())
                    .graceSeconds(agent.spec().terminationGracePeriodSeconds())
                    .preStop(kept(history.preStop(), agent.spec().preStop()));
            var run = history.run();
            if (run != null && run.hash().equals(agent.runHash())) {
                run = run.workingDirectory().isEmpty() ? run.directory(policy.directory(agent.spec())) : run;
                edit.run(run.revision() == null ? whence(run, agent) : run);
            }
        }
        return edit.done();
    }
}
