package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Change;
import dev.reconciler.api.AgentHistory.Ended;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentHistory.Next;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentHistory.Termination;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.SpecHash;
import dev.reconciler.api.Uids;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What is remembered of a look, before anything is decided or done: pure. Every rule about counting, ending and
/// holding down stands here; every rule about acting stands in [Planner].
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
        return recorder.fleet(changed ? new History(history.fleet(), agents) : history, busy);
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
        return session(desire(history, desired.of(name), agent), session, limits(desired.of(name)));
    }

    private AgentHistory create(AgentName name, OwnerMark mark) {
        return new HistoryEdit(create(name, mark.uid(), mark.run().number()))
                .generation(Math.max(0, mark.generation() - 1), "")
                .done();
    }

    private AgentHistory create(AgentName name, String uid, long runs) {
        return new AgentHistory(
                name, uid, now, 0, "", null, 30, runs, null, null, null, 0, 0, null, null, null, null, null, null,
                new TreeMap<>());
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

    /// What tells a healthy run, null where no spec is known.
    private static AgentSpec.@Nullable Backoff limits(Desire desire) {
        return switch (desire) {
            case Desire.Wanted(var agent) -> agent.spec().backoff();
            case Desire.Suspended(var agent) -> agent.spec().backoff();
            case Desire.Unwanted() -> null;
            case Desire.Unreadable(var lastGood, var why) -> lastGood == null ? null : lastGood.spec().backoff();
        };
    }

    /// Generation, last good version, hold-down. An incomplete look starts the hold-down's count anew; any sight ends
    /// it.
    private AgentHistory desire(AgentHistory history, Desire desire, @Nullable Agent agent) {
        return switch (desire) {
            case Desire.Unwanted() -> {
                boolean anew = absenceCounts && (wasBlind || history.absentSince() == null);
                yield anew ? new HistoryEdit(history).absentSince(now).done() : history;
            }
            case Desire.Unreadable unreadable ->
                    history.absentSince() == null
                            ? history
                            : new HistoryEdit(history).absentSince(null).done();
            case Desire.Wanted wanted -> seen(history, agent);
            case Desire.Suspended suspended -> seen(history, agent);
        };
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
            edit.lastGood(agent.document()).graceSeconds(agent.spec().terminationGracePeriodSeconds());
            var run = history.run();
            if (run != null && run.workingDirectory().isEmpty() && run.hash().equals(agent.runHash())) {
                edit.run(run.directory(policy.directory(agent.spec())));
            }
        }
        return edit.done();
    }

    private AgentHistory session(AgentHistory history, Session session, AgentSpec.@Nullable Backoff limits) {
        return switch (session) {
            case Session.Running(var pane, var process) -> running(single(history, null), pane.mark(), process);
            case Session.Exited(var pane, var exit, var leftovers) ->
                    exited(single(history, pane.mark().run()), pane.mark(), exit, limits);
            case Session.Absent absent -> absent(single(history, null), limits);
            case Session.Doubled(var runs) -> {
                var next = history.next();
                var noted = history;
                for (var run : runs) {
                    if (next != null && run instanceof Session.Running(var pane, var process)
                            && pane.mark().run().equals(next.id())
                            && (history.run() == null || history.run().ended() != null)) {
                        noted = running(history, pane.mark(), process);
                    }
                }
                yield noted;
            }
            case Session.Orphaned(var run, var processes) -> promote(history, run, null, processes.getFirst(), now);
            case Session.Ghost ghost -> history;
            case Session.OtherSource other -> history;
            case Session.Foreign foreign -> history;
            case Session.Unknown unknown -> history;
        };
    }

    /// No second run is there any more, unless it is the one whose dead pane is seen: what it left is still being ended.
    private static AgentHistory single(AgentHistory history, @Nullable RunId seen) {
        return history.duplicate() == null || history.duplicate().id().equals(seen)
                ? history
                : new HistoryEdit(history).duplicate(null).done();
    }

    private AgentHistory running(AgentHistory history, OwnerMark mark, ProcessRef process) {
        var promoted = promote(history, mark.run(), mark.hash(), process, now);
        var run = promoted.run();
        if (run == null || !run.id().equals(mark.run())) {
            return promoted;
        }
        if (process.equals(run.process()) && run.ended() == null) {
            return promoted;
        }
        // A run that was taken for ended and lives: what was decided about its end is void too.
        var living = run.process(process).ended(null);
        return new HistoryEdit(promoted)
                .run(run.ended() == null ? living : living.termination(null))
                .done();
    }

    /// The intended run was seen: it is the run now. A command without an answer may have landed late, so it counts from
    /// this sight, not from the intent. An intent that a full disk refused left an older one behind: then the mark says
    /// what was started.
    ///
    /// @param stamped null when no mark is seen
    private static AgentHistory promote(
            AgentHistory history, RunId seen, @Nullable SpecHash stamped, @Nullable ProcessRef process, Moment now) {
        var next = history.next();
        if (next == null || !next.id().equals(seen)) {
            return history;
        }
        var run = stamped == null || stamped.equals(next.hash())
                ? Run.of(next.id(), process, next.hash(), next.workingDirectory(), now)
                : Run.of(next.id(), process, stamped, "", now);
        return new HistoryEdit(history)
                .run(run)
                .next(null)
                .restarts(history.restarts() + (next.restart() ? 1 : 0))
                .rollout(null)
                .startFailure(null)
                .done();
    }

    private AgentHistory exited(
            AgentHistory history, OwnerMark mark, Exit exit, AgentSpec.@Nullable Backoff limits) {
        var promoted = promote(history, mark.run(), mark.hash(), null, now);
        var run = promoted.run();
        if (run == null || run.ended() != null || !run.id().equals(mark.run())) {
            return promoted;
        }
        return ended(promoted, run, exit, null, limits);
    }

    private AgentHistory absent(AgentHistory history, AgentSpec.@Nullable Backoff limits) {
        var run = history.run();
        if (run == null || run.ended() != null) {
            return history;
        }
        boolean rebooted = !run.startedAt().sameBoot(now);
        return ended(history, run, new Exit.Unseen(), rebooted ? Reason.Rebooted : Reason.SessionLost, limits);
    }

    /// A decision that was never carried out is erased: then the program ended by itself and its exit code judges. Where
    /// there is no exit code, or a signal such as ours, the daemon died between sending it and writing that down.
    private AgentHistory ended(
            AgentHistory history, Run run, Exit exit, @Nullable Reason otherwise, AgentSpec.@Nullable Backoff limits) {
        var termination = run.termination();
        boolean sent = termination != null && (termination.sentAt() != null || unexplained(exit));
        var by = otherwise == Reason.Rebooted || !sent || termination == null ? otherwise : termination.reason();
        var ended = new Ended(run.id(), by, exit, run.startedAt(), now);
        boolean failed = by == Reason.SessionLost || by == null && !exit.success();
        boolean healthy =
                limits != null
                        && now.since(run.startedAt()).compareTo(Duration.ofSeconds(limits.resetAfterSeconds())) >= 0;
        var edit = new HistoryEdit(history)
                .run(run.termination(sent ? termination : null).ended(ended))
                .last(ended)
                .failures((healthy ? 0 : history.failures()) + (failed ? 1 : 0));
        return by == Reason.Rebooted ? edit.backoff(null).done() : edit.done();
    }

    /// Nobody saw it, or it was HUP, KILL or TERM: what a stop sends.
    private static boolean unexplained(Exit exit) {
        return switch (exit) {
            case Exit.Code code -> false;
            case Exit.Signal(int number) -> number == 1 || number == 9 || number == 15;
            case Exit.Unseen unseen -> true;
        };
    }

    private History fleet(History history, Set<AgentName> busy) {
        var fleet = history.fleet();
        var ledger = new ArrayList<Change>();
        for (var change : fleet.ledger()) {
            if (change.at().sameBoot(now) && now.since(change.at()).compareTo(MassChange.LEDGER) < 0) {
                ledger.add(change);
            }
        }
        var mass = MassChange.of(
                desired, observed, new History(fleet.ledger(ledger), history.agents()), now);
        var approvals = new ArrayList<Change>();
        for (var approval : fleet.approvals()) {
            var pending = mass.pending().get(approval.name());
            boolean stands = pending != null && pending.same(approval);
            if (stands || !desired.source().complete() || busy.contains(approval.name())) {
                approvals.add(approval);
            }
        }
        boolean quiet = desired.source().complete()
                && desired.source().settled()
                && ledger.isEmpty()
                && mass.pending().isEmpty()
                && (!desired.source().empty() || desired.source().allowEmpty());
        @Nullable
        Moment blind = absenceCounts ? null : fleet.blindSince() == null ? now : fleet.blindSince();
        var noted = fleet.quietSize(quiet ? desired.desires().size() : fleet.quietSize())
                .ledger(ledger)
                .approvals(approvals)
                .servers(servers(fleet, history.agents().keySet()))
                .blindSince(blind);
        return noted.equals(fleet) ? history : new History(noted, history.agents());
    }

    private TreeMap<String, AgentHistory.Server> servers(Fleet fleet, Collection<AgentName> agents) {
        var used = new TreeSet<String>();
        agents.forEach(name -> used.add(name.namespace()));
        var servers = new TreeMap<>(fleet.servers());
        observed.servers().forEach((namespace, state) -> {
            if (state instanceof ServerState.Up(var process, boolean reachable, boolean vacant)) {
                var known = servers.get(namespace);
                if (known == null || !process.equals(known.process()) || reachable && known.rescues() > 0
                        || known.startFailures() > 0) {
                    servers.put(namespace, (known == null ? AgentHistory.Server.UNKNOWN : known).well(process));
                }
            }
            // Proven gone, and nobody's: looked for no longer.
            if (state instanceof ServerState.Down && !used.contains(namespace)) {
                servers.remove(namespace);
            }
        });
        return servers;
    }

    /// What must be on disk before `action` has its first effect.
    public static History intend(History history, Action action, Policy policy, Moment now) {
        return switch (action) {
            case Action.Start(var name, var agent, var mark, var reason, boolean restart, var squatter) ->
                    agent(history, start(history, agent, mark, reason, restart, policy, now));
            case Action.Restart(var name, var agent, var mark, var reason, boolean restart, var pane) ->
                    agent(history, start(history, agent, mark, reason, restart, policy, now));
            case Action.Stop stop -> stop(history, stop, now);
            case Action.Adopt(var name, var session, var mark, var process, var reason) ->
                    adopt(history, name, mark, process, now);
            case Action.Repipe(var name, var pane, var logs, var reason) ->
                    run(history, name, run -> run.repiped(now));
            case Action.Restamp(var name, var pane, var mark, var reason) ->
                    run(history, name, run -> run.hash(mark.hash()));
            case Action.Forget(var name, var reason) -> {
                var agents = new TreeMap<>(history.agents());
                agents.remove(name);
                yield new History(history.fleet(), agents);
            }
            case Action.Reap reap -> history;
            case Action.RemoveManifest remove -> history;
            case Action.Hold hold -> history;
            case Action.StopServer stop -> history;
            case Action.HoldServer hold -> history;
            case Action.StartServer(var namespace, var reason) ->
                    server(history, namespace, known -> known.tryStart(now));
            case Action.Rescue(var namespace, var server, var reason) ->
                    server(history, namespace, known -> known.tryRescue(now));
        };
    }

    private static History server(
            History history, String namespace, UnaryOperator<AgentHistory.Server> change) {
        var fleet = history.fleet();
        var servers = new TreeMap<>(fleet.servers());
        servers.put(namespace, change.apply(servers.getOrDefault(namespace, AgentHistory.Server.UNKNOWN)));
        return new History(fleet.servers(servers), history.agents());
    }

    private static History agent(History history, AgentHistory agent) {
        var agents = new TreeMap<>(history.agents());
        agents.put(agent.name(), agent);
        return new History(history.fleet(), agents);
    }

    private static History run(History history, AgentName name, UnaryOperator<Run> change) {
        var agent = history.agents().get(name);
        var run = agent == null ? null : agent.run();
        return agent == null || run == null
                ? history
                : agent(history, new HistoryEdit(agent).run(change.apply(run)).done());
    }

    private static AgentHistory start(
            History all, Agent agent, OwnerMark mark, Reason reason, boolean restart, Policy policy, Moment now) {
        var history = all.agents().get(agent.name());
        if (history == null) {
            throw new IllegalArgumentException("a start for an unknown agent: " + agent.name());
        }
        boolean again = history.next() != null && history.next().id().equals(mark.run());
        var edit = new HistoryEdit(history)
                .next(new Next(mark.run(), mark.hash(), policy.directory(agent.spec()), reason, restart, now))
                .runs(Math.max(history.runs(), mark.run().number()));
        if (restart && !again && history.last() != null) {
            edit.backoff(CrashBackoff.restarted(
                    history.backoff(), history.last().at(), agent.spec().backoff(), now));
        }
        if (again) {
            edit.startFailure(unseen(history.startFailure(), now));
        }
        if (reason == Reason.Rebooted) {
            edit.backoff(null);
        }
        if (reason == Reason.RolloutRestart) {
            edit.backoff(null).failures(0);
        }
        return edit.done();
    }

    /// The same run is asked for again: the last attempt was not seen, and should this one not be seen either, the next
    /// waits.
    private static AgentHistory.StartFailure unseen(AgentHistory.@Nullable StartFailure before, Moment now) {
        return before == null
                ? new AgentHistory.StartFailure(1, now, "the last attempt left no session behind")
                : new AgentHistory.StartFailure(before.count() + 1, now, before.message());
    }

    private static History stop(History history, Action.Stop stop, Moment now) {
        var agent = history.agents().get(stop.name());
        if (agent == null) {
            return history;
        }
        var noted = agent(history, terminating(agent, stop.run(), known -> switch (stop.step()) {
            case Term ->
                    known == null
                            ? Termination.decided(stop.reason(), now, stop.deadline())
                            : known.deadline(stop.deadline());
            case Kill ->
                    (known == null ? Termination.decided(stop.reason(), now, now) : known).killed(now);
        }));
        boolean bySource = stop.reason() == Reason.SpecRemoved
                || stop.reason() == Reason.SpecChanged
                || stop.reason() == Reason.Suspended;
        if (!bySource || stop.step() == Action.Step.Kill) {
            return noted;
        }
        var fleet = history.fleet();
        var done = new Change(stop.name(), agent.uid(), stop.reason(), "", now);
        var ledger = new ArrayList<Change>();
        fleet.ledger().stream().filter(c -> !c.name().equals(stop.name())).forEach(ledger::add);
        ledger.add(done);
        var approvals = fleet.approvals()
                .stream()
                .filter(c -> !c.name().equals(stop.name()))
                .toList();
        return new History(fleet.ledger(ledger).approvals(approvals), noted.agents());
    }

    /// The known run's termination, or that of a second run, which is remembered only for this.
    private static AgentHistory terminating(
            AgentHistory agent, RunId id, Function<@Nullable Termination, Termination> change) {
        var run = agent.run();
        if (run != null && run.id().equals(id)) {
            return new HistoryEdit(agent)
                    .run(run.termination(change.apply(run.termination())))
                    .done();
        }
        var second = agent.duplicate();
        if (second == null || !second.id().equals(id)) {
            second = Run.of(id, null, new SpecHash(SpecHash.CURRENT, ""), "", agent.createdAt());
        }
        return new HistoryEdit(agent)
                .duplicate(second.termination(change.apply(second.termination())))
                .done();
    }

    private static History adopt(
            History history, AgentName name, OwnerMark mark, @Nullable ProcessRef process, Moment now) {
        var agent = history.agents().get(name);
        if (agent == null) {
            return history;
        }
        var edit = new HistoryEdit(agent)
                .uid(mark.uid())
                .runs(Math.max(agent.runs(), mark.run().number()))
                .next(null)
                .run(Run.of(mark.run(), process, mark.hash(), "", now));
        return agent(history, edit.done());
    }

    /// What is remembered once `action` had its effect.
    ///
    /// @param failure null when it worked
    public static History done(History history, Action action, @Nullable String failure, Moment now) {
        return switch (action) {
            case Action.Start start -> started(history, start.name(), failure, now);
            case Action.Restart restart -> started(history, restart.name(), failure, now);
            case Action.Stop(var name, var id, var reason, var step, var targets, var deadline) ->
                    // One that could not be signalled is not asked for ever: its grace period runs all the same.
                    step == Action.Step.Kill ? history : sent(history, name, id, now);
            case Action.Rescue(var namespace, var server, var reason) ->
                    server(history, namespace, known -> failure == null ? known.wasRescued() : known.failed(failure));
            case Action.StartServer(var namespace, var reason) ->
                    server(history, namespace,
                            known -> failure == null ? known.well(known.process()) : known.failed(failure));
            case Action.Adopt adopt -> history;
            case Action.Repipe repipe -> history;
            case Action.Restamp restamp -> history;
            case Action.Forget forget -> history;
            case Action.Reap reap -> history;
            case Action.RemoveManifest remove -> history;
            case Action.Hold hold -> history;
            case Action.StopServer stop -> history;
            case Action.HoldServer hold -> history;
        };
    }

    private static History sent(History history, AgentName name, RunId id, Moment now) {
        var agent = history.agents().get(name);
        return agent == null
                ? history
                : agent(history, terminating(agent, id, known -> {
                    if (known == null) {
                        throw new IllegalStateException(name + ": TERM was sent to " + id + " without a decision");
                    }
                    return known.sent(now);
                }));
    }

    private static History started(History history, AgentName name, @Nullable String failure, Moment now) {
        var agent = history.agents().get(name);
        if (agent == null || failure == null) {
            return history;
        }
        var before = agent.startFailure();
        boolean counted = before != null && agent.next() != null && before.at().equals(agent.next().at());
        int count = before == null ? 1 : before.count() + (counted ? 0 : 1);
        return agent(
                history,
                new HistoryEdit(agent)
                        .startFailure(new AgentHistory.StartFailure(count, now, failure))
                        .done());
    }
}
