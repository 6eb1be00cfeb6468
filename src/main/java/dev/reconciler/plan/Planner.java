package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.plan.Action.Adopt;
import dev.reconciler.plan.Action.Hold;
import dev.reconciler.plan.Action.OfAgent;
import dev.reconciler.plan.Action.Restamp;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The decision: one table from what is desired and what is, to exactly one action for each name. Pure. What a row does
/// stands in [Beginning], [Living], [Ending], [Removal] and [Doubling].
public final class Planner {
    private final Subject of;
    private final Ending ending;
    private final Removal removal;
    private final Living living;
    private final Beginning beginning;

    private Planner(Subject of) {
        this.of = of;
        ending = new Ending(of);
        removal = new Removal(of, ending);
        living = new Living(of, ending, removal, new Judging(of, ending));
        beginning = new Beginning(of);
    }

    /// @param history with this very look noted in it ([Recorder#note])
    public static Plan plan(
            DesiredState desired, ObservedState observed, History history, Policy policy, Moment now) {
        var round = new Round(desired, observed, history, policy, now);
        var agents = new TreeMap<AgentName, OfAgent>();
        var names = new TreeSet<>(desired.desires().keySet());
        names.addAll(observed.sessions().keySet());
        names.addAll(history.agents().keySet());
        for (var name : names) {
            agents.put(name, decide(round, name));
        }
        var servers =
                new Servers(desired.source(), observed, history, policy, now).decide(round.serversNeeded(), names);
        return new Plan(
                servers, agents, round.mass().blocked(history), round.unchecked(),
                Moment.earlier(wakeAt(agents.values(), servers.values()), Leaks.wakeAt(observed.scopes(), now)),
                Leaks.decide(observed.scopes(), now));
    }

    /// The agent as its next run is started: with its prompt only where that is meant for it.
    public static Agent nextRun(Agent agent, History history) {
        var known = history.agents().get(agent.name());
        return known == null ? agent : Beginning.told(agent, known);
    }

    private static @Nullable Moment wakeAt(Collection<OfAgent> agents, Collection<Action.OfServer> servers) {
        @Nullable
        Moment wake = null;
        for (var action : agents) {
            if (action instanceof Hold(var name, var reason, var message, var until)) {
                wake = Moment.earlier(wake, until);
            }
        }
        for (var action : servers) {
            if (action instanceof Action.HoldServer(var namespace, var reason, var message, var until)) {
                wake = Moment.earlier(wake, until);
            }
        }
        return wake;
    }

    private static OfAgent decide(Round round, AgentName name) {
        var desire = round.desired().of(name);
        var agent = round.history().agents().get(name);
        if (agent == null) {
            return switch (desire) {
                case Desire.Unreadable(var lastGood, var why) -> new Hold(name, Reason.SpecInvalid, why, null);
                case Desire.Wanted w -> new Hold(name, Reason.Starting, "not noted yet", null);
                case Desire.Suspended s -> new Hold(name, Reason.Starting, "not noted yet", null);
                case Desire.Unwanted u -> new Hold(name, Reason.ObservationIncomplete, "not noted yet", null);
            };
        }
        return new Planner(new Subject(round, agent)).decide(desire, round.session(name), agent);
    }

    private OfAgent decide(Desire desire, Session session, AgentHistory agent) {
        return table(desire, session, living.staleMark(desire, session), HandsOff.holds(desire, session, agent));
    }

    /// One name's facts: the rows and columns of the table.
    private record Facts(Desire desire, Session session) {}

    /// The table, top to bottom; the first row that fits decides.
    private OfAgent table(Desire desire, Session session, @Nullable Restamp stale, boolean handsOff) {
        return switch (new Facts(desire, session)) {
            case Facts f when stale != null -> stale;
            case Facts f when handsOff ->
                    of.hold(Reason.ReconcileDisabled, "left alone, as its annotation says");
            case Facts(var d, Session.Unknown(var why)) -> of.hold(Reason.ObservationIncomplete, why);
            case Facts(var d, Session.OtherSource o) when of.deleted() -> removal.delete(d, o);
            case Facts(var d, Session.Foreign f) when of.deleted() -> removal.delete(d, f);
            case Facts(Desire.Unwanted(), Session.OtherSource o) -> removal.forget();
            case Facts(Desire.Unwanted(), Session.Foreign f) -> removal.forget();
            case Facts(var d, Session.OtherSource(var source)) ->
                    of.hold(Reason.OtherSource, "the session belongs to source " + source);
            case Facts(var d, Session.Foreign(var evidence)) -> of.hold(Reason.NameTaken, evidence);
            case Facts(Desire.Unreadable(var lastGood, var why), var s) when lastGood == null && !of.deleted() ->
                    of.hold(Reason.SpecInvalid, why);
            case Facts(var d, Session.Ghost(var server)) ->
                    of.hold(Reason.Ghost, ghost(server));
            case Facts(var d, Session.Doubled(var runs)) -> new Doubling(of, ending, removal).decide(d, runs);
            case Facts(var d, Session.Running(var pane, var process)) when of.unknown(pane.mark().run()) ->
                    adopt(session, pane, process);
            case Facts(var d, Session.Exited(var pane, var exit, var left)) when adoptable(pane) ->
                    adopt(session, pane, null);
            case Facts(var d, Session.Running(var pane, var process)) when ending.decided(pane.mark().run()) ->
                    ending.goOn(pane.mark().run(), List.of(process));
            case Facts(var d, Session.Orphaned(var run, var processes)) when ending.decided(run) ->
                    ending.goOn(run, processes);
            case Facts(var d, Session.Exited(var pane, var exit, var left)) when !left.isEmpty() ->
                    ending.leftovers(pane.mark().run(), left);
            case Facts(var d, var s) when of.deleted() -> removal.delete(d, s);
            case Facts(var d, Session.Orphaned(var run, var processes)) -> orphaned(d, run, processes);
            case Facts(Desire.Wanted(var want), Session.Running(var pane, var process)) ->
                    living.decide(want, pane, process);
            case Facts(Desire.Wanted(var want), Session.Exited(var pane, var exit, var left)) ->
                    beginning.exited(want, pane);
            case Facts(Desire.Wanted(var want), Session.Absent(var squatter)) -> beginning.absent(want, squatter);
            case Facts(Desire.Suspended(var want), Session.Running(var pane, var process)) ->
                    removal.suspend(pane, process);
            case Facts(Desire.Suspended(var want), Session.Exited(var pane, var exit, var left)) ->
                    beginning.suspended(pane);
            case Facts(Desire.Suspended(var want), Session.Absent a) -> beginning.suspendedAbsent();
            case Facts(Desire.Unwanted(), Session.Running(var pane, var process)) ->
                    removal.stop(pane, process);
            case Facts(Desire.Unwanted(), Session.Exited(var pane, var exit, var left)) -> removal.reap(pane);
            case Facts(Desire.Unwanted(), Session.Absent a) -> removal.forget();
            case Facts(Desire.Unreadable(var lastGood, var why), Session.Running s) -> byLastGood(lastGood, why, s);
            case Facts(Desire.Unreadable(var lastGood, var why), Session.Exited s) -> byLastGood(lastGood, why, s);
            case Facts(Desire.Unreadable(var lastGood, var why), Session.Absent s) -> byLastGood(lastGood, why, s);
        };
    }

    private String ghost(ProcessRef server) {
        return of.round()
                .observed()
                .servers()
                .get(of.name().namespace()) instanceof ServerState.Up(var other, boolean reachable, boolean vacant)
                && !other.equals(server)
                        ? "it lives in tmux server " + server.pid() + ", and tmux server " + other.pid()
                                + " has the path of its namespace: both are ours and in use, so neither is touched;"
                                + " `reconciler rescue " + server.pid()
                                + "` makes the first reachable beside the other,"
                                + " and what ends in it starts anew in the other"
                        : "its tmux server (pid " + server.pid() + ") lives, its socket is gone";
    }

    /// Where there is none, a row above has decided.
    private OfAgent byLastGood(@Nullable Agent lastGood, String why, Session session) {
        var said = Objects.requireNonNull(lastGood, why);
        return table(
                said.spec().suspend() ? new Desire.Suspended(said) : new Desire.Wanted(said), session, null, false);
    }

    /// Its tmux server died, its program lives on.
    private OfAgent orphaned(Desire desire, RunId run, List<ProcessRef> processes) {
        return switch (desire) {
            case Desire.Wanted w -> ending.stop(run, Reason.SessionLost, processes);
            case Desire.Suspended s -> removal.suspend(run, processes);
            case Desire.Unwanted() -> removal.stop(run, processes);
            case Desire.Unreadable(var lastGood, var why) ->
                    byLastGood(lastGood, why, new Session.Orphaned(run, processes));
        };
    }

    /// A dead pane of another incarnation, or of a run before the known one, is a leftover, never judged.
    private boolean adoptable(Session.Pane pane) {
        var run = of.agent().run();
        return pane.mark().uid().equals(of.agent().uid())
                && (run == null || pane.mark().run().number() > run.id().number());
    }

    private Adopt adopt(Session session, Session.Pane pane, @Nullable ProcessRef process) {
        return new Adopt(of.name(), session, pane.mark(), process, Reason.Adopted);
    }
}
