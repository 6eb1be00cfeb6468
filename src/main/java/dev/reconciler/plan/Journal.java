package dev.reconciler.plan;

import dev.reconciler.api.ServerHistory;
import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Change;
import dev.reconciler.api.AgentHistory.Next;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentHistory.Termination;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Given;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.SpecHash;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What is remembered of our own doing: the intent before an action's first effect, the result after it. Pure.
public final class Journal {
    private Journal() {}

    /// What must be on disk before `action` has its first effect.
    public static History intend(History history, Action action, Policy policy, Moment now) {
        return switch (action) {
            case Action.Start(var name, var agent, var mark, var reason, boolean restart, var squatter) ->
                    agent(history, start(history, agent, mark, reason, restart, policy, now));
            case Action.Restart(var name, var agent, var mark, var reason, boolean restart, var pane) ->
                    agent(history, start(history, agent, mark, reason, restart, policy, now));
            case Action.Stop stop -> stop(history, stop, now);
            case Action.Ask(var name, var run, var reason, var pane, var how, var document, var deadline) ->
                    begin(history, name, run, reason, now,
                            known -> (known == null ? Termination.decided(reason, now, deadline) : known).asked(now));
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
            case Action.Type(var name, var agent, var pane, var process, var delivery, var line, var reason) -> {
                var prompt = agent.spec().prompt();
                var digest = prompt != null && delivery.id().equals(Delivery.PROMPT)
                        ? prompt.digest()
                        : delivery.digest();
                yield delivery(history, name, delivery, known -> known.typing(digest, line, now));
            }
            case Action.Submit(var name, var pane, var process, var delivery, int time, var line, var reason) ->
                    delivery(history, name, delivery, known -> known.entering(time, line, now));
            case Action.Reap reap -> history;
            case Action.RemoveManifest remove -> history;
            case Action.Hold hold -> history;
            case Action.StopServer stop -> history;
            case Action.HoldServer hold -> history;
            case Action.ReapUnit reap -> history;
            case Action.StartServer(var namespace, var reason) ->
                    server(history, namespace, known -> known.tryStart(now));
            case Action.Rescue(var namespace, var server, var reason) ->
                    server(history, namespace, known -> known.tryRescue(now));
        };
    }

    private static History delivery(
            History history, AgentName name, Delivery about, UnaryOperator<Delivery> change) {
        var agent = history.agents().get(name);
        var known = agent == null ? null : agent.dialogue().delivery(about.key());
        return agent == null || known == null || !known.open()
                ? history
                : agent(history, new HistoryEdit(agent)
                        .said(agent.dialogue().replace(change.apply(known)))
                        .done());
    }

    private static History server(
            History history, String namespace, UnaryOperator<ServerHistory> change) {
        var fleet = history.fleet();
        var servers = new TreeMap<>(fleet.servers());
        servers.put(namespace, change.apply(servers.getOrDefault(namespace, ServerHistory.UNKNOWN)));
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
        var prompt = agent.spec().prompt();
        boolean again = history.next() != null && history.next().id().equals(mark.run());
        var edit = new HistoryEdit(history)
                .next(new Next(
                        mark.run(), mark.hash(), policy.directory(agent.spec()), reason, restart, now,
                        prompt == null ? null : Given.of(prompt),
                        agent.spec().argv()))
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
        return switch (stop.step()) {
            case Term ->
                    begin(history, stop.name(), stop.run(), stop.reason(), now,
                            known -> known == null
                                    ? Termination.decided(stop.reason(), now, stop.deadline())
                                    : known.deadline(stop.deadline()));
            case Kill ->
                    ending(history, stop.name(), stop.run(),
                            known -> (known == null ? Termination.decided(stop.reason(), now, now) : known)
                                    .killed(now));
        };
    }

    private static History ending(
            History history, AgentName name, RunId run, Function<@Nullable Termination, Termination> change) {
        var agent = history.agents().get(name);
        return agent == null ? history : agent(history, terminating(agent, run, change));
    }

    /// A stop begins. What the folder asked for is counted, and used up when a person approved it.
    private static History begin(
            History history, AgentName name, RunId run, Reason reason, Moment now,
            Function<@Nullable Termination, Termination> change) {
        var agent = history.agents().get(name);
        boolean bySource =
                reason == Reason.SpecRemoved || reason == Reason.SpecChanged || reason == Reason.Suspended;
        var noted = ending(history, name, run, change);
        if (agent == null || !bySource) {
            return noted;
        }
        var fleet = history.fleet();
        var ledger = new ArrayList<Change>();
        fleet.ledger().stream().filter(c -> !c.name().equals(name)).forEach(ledger::add);
        ledger.add(new Change(name, agent.uid(), reason, "", now));
        var approvals = fleet.approvals().stream().filter(c -> !c.name().equals(name)).toList();
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
                    step == Action.Step.Kill
                            ? history
                            : ending(history, name, id, known -> known(known, name, id).sent(now));
            case Action.Ask(var name, var id, var reason, var pane, var how, var document, var deadline) ->
                    ending(history, name, id, known -> known(known, name, id).answered(failure, now));
            case Action.Rescue(var namespace, var server, var reason) ->
                    server(history, namespace, known -> failure == null ? known.wasRescued() : known.failed(failure));
            case Action.StartServer(var namespace, var reason) ->
                    server(history, namespace,
                            known -> failure == null ? known.well(known.process()) : known.failed(failure));
            // Whether it was typed, and Enter taken, the next look tells.
            case Action.Type type ->
                    delivery(history, type.name(), type.delivery(),
                            known -> known.to(known.phase(), now, failure == null ? "" : failure));
            case Action.Submit submit -> history;
            case Action.Adopt adopt -> history;
            case Action.Repipe repipe -> history;
            case Action.Restamp restamp -> history;
            case Action.Forget forget -> history;
            case Action.Reap reap -> history;
            case Action.RemoveManifest remove -> history;
            case Action.Hold hold -> history;
            case Action.StopServer stop ->
                    failure == null ? Teardowns.stopped(history, stop.namespace(), now) : history;
            case Action.HoldServer hold -> history;
            case Action.ReapUnit reap -> history;
        };
    }

    /// What exactly was started.
    public static History started(History history, Action action, List<String> argv) {
        var agent = action instanceof Action.OfAgent about ? history.agents().get(about.name()) : null;
        var next = agent == null ? null : agent.next();
        return agent == null || next == null || next.argv().equals(argv)
                ? history
                : agent(history, new HistoryEdit(agent).next(next.argv(argv)).done());
    }

    private static Termination known(@Nullable Termination termination, AgentName name, RunId run) {
        if (termination == null) {
            throw new IllegalStateException(name + ": " + run + " was asked to end without a decision");
        }
        return termination;
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
