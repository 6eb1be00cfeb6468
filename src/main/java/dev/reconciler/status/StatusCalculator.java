package dev.reconciler.status;

import dev.reconciler.api.Activity;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Condition;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Health;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.observed.ScopesSeen;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.ActionText;
import dev.reconciler.plan.Checkup;
import dev.reconciler.plan.Plan;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Each agent's status, computed anew from one round's picture: pure. Of the past it uses only what history holds, and
/// of the last status only when its conditions last changed.
public final class StatusCalculator {
    private static final Set<Reason> RETRIED =
            EnumSet.of(Reason.CrashLoopBackOff, Reason.StartFailed, Reason.RescueFailed, Reason.KillFailed);

    private final AgentName name;
    private final Desire desire;
    private final Session session;
    private final @Nullable AgentHistory history;
    private final ScopesSeen scopes;
    private final Action.OfAgent action;
    private final Moment now;
    private final Reason reason;
    private final Outlook outlook;

    private StatusCalculator(
            AgentName name, DesiredState desired, ObservedState observed, History history, Plan plan, Moment now) {
        this.name = name;
        this.desire = desired.of(name);
        this.session = observed.sessions().getOrDefault(name, new Session.Unknown("not looked at"));
        this.history = history.agents().get(name);
        this.scopes = observed.scopes();
        var planned = plan.agents().get(name);
        this.action = planned == null
                ? new Action.Hold(name, Reason.ObservationIncomplete, "not decided yet", null)
                : planned;
        this.now = now;
        this.reason = known(reason(action));
        this.outlook = Outlook.of(reason);
    }

    /// One for every name of the plan, except those of which nothing is left: not asked for, not there, forgotten.
    ///
    /// @param history the one the plan was made from
    public static SortedMap<AgentName, AgentStatus> all(
            DesiredState desired, ObservedState observed, History history, Plan plan, Moment now) {
        var statuses = new TreeMap<AgentName, AgentStatus>();
        for (var name : plan.agents().keySet()) {
            boolean gone = !history.agents().containsKey(name)
                    && desired.of(name) instanceof Desire.Unwanted
                    && observed.sessions().get(name) instanceof Session.Absent;
            if (!gone) {
                statuses.put(name, of(name, desired, observed, history, plan, now));
            }
        }
        return Collections.unmodifiableSortedMap(statuses);
    }

    /// @param history the one the plan was made from
    public static AgentStatus of(
            AgentName name, DesiredState desired, ObservedState observed, History history, Plan plan, Moment now) {
        return new StatusCalculator(name, desired, observed, history, plan, now).status();
    }

    private AgentStatus status() {
        var mark = mark();
        var run = history == null ? null : history.run();
        long generation = history != null ? history.generation() : mark == null ? 0 : mark.generation();
        long acted = Math.min(generation, actedOn(generation, mark, run));
        return new AgentStatus(
                name,
                history != null ? history.uid() : mark == null ? "" : mark.uid(),
                generation,
                acted,
                phase(),
                reason,
                message(),
                new Conditions(outlook, reason, message(), history, now)
                        .list(ready(), acted == generation ? null : behind(acted, generation), invalid(), activity(),
                                limits()),
                session,
                process(),
                mark != null ? mark.run() : run == null ? null : run.id(),
                history == null ? 0 : history.restarts(),
                history == null ? null : history.last(),
                run == null || run.ended() != null ? null : run.startedAt(),
                history == null ? now : history.createdAt(),
                retry(),
                run == null ? List.of() : run.argv(),
                run == null ? Health.UNKNOWN : run.said(),
                history == null ? null : history.dialogue().done(),
                run == null ? null : run.revision());
    }

    /// Whether its limits are kept; null when it has none or does not run.
    private @Nullable Limits limits() {
        var agent = desire.agent();
        return agent != null && session instanceof Session.Running(var pane, var process)
                ? Limits.of(name, pane.mark().run(), agent, scopes)
                : null;
    }

    private static String behind(long acted, long generation) {
        return (acted == 0 ? "nothing" : "generation " + acted) + " is in force, generation " + generation
                + " is asked for";
    }

    /// Why it is as it is. What is done right now is a start, an end, or neither; its own reason is in the message.
    private static Reason reason(Action.OfAgent action) {
        return switch (action) {
            case Action.Start start -> Reason.Starting;
            case Action.Restart restart -> Reason.Starting;
            case Action.Stop stop -> stop.reason() == Reason.Duplicate ? Reason.Duplicate : Reason.Terminating;
            case Action.Ask ask -> Reason.Terminating;
            case Action.Reap reap -> reaped(reap.reason());
            case Action.Forget forget -> Reason.Terminating;
            case Action.RemoveManifest remove -> Reason.Terminating;
            case Action.Adopt adopt -> Reason.Adopted;
            case Action.Restamp restamp -> Reason.Restamped;
            case Action.Repipe repipe -> Reason.LogGap;
            case Action.Type type -> Reason.Running;
            case Action.Submit submit -> Reason.Running;
            case Action.Hold hold -> hold.reason();
        };
    }

    /// Not seen right now, but what was asked of it is known: a start or an end that is under way is no mystery.
    private Reason known(Reason why) {
        if (why != Reason.ObservationIncomplete || history == null) {
            return why;
        }
        var run = history.run();
        if (run != null && run.ended() == null && run.termination() != null) {
            return Reason.Terminating;
        }
        // A run is noted a moment before its start counts as done.
        return history.next() != null || session.equals(new Session.Unknown(ObservedState.UNDER_WAY))
                ? Reason.Starting
                : why;
    }

    private static Reason reaped(Reason why) {
        if (why == Reason.Expired || why == Reason.Duplicate) {
            return why;
        }
        // A dead pane of an earlier incarnation stands in the way of a start.
        return why == Reason.Leftovers ? Reason.Starting : Reason.Terminating;
    }

    private String message() {
        return action instanceof Action.Hold
                ? ActionText.sentence(action)
                : action.reason() + ": " + ActionText.sentence(action);
    }

    private String phase() {
        return switch (outlook.shown()) {
            case Session -> session instanceof Session.Running ? "Running" : ended();
            case Pending -> "Pending";
            case Terminating -> "Terminating";
            case Unknown -> "Unknown";
            case Reason -> reason.name();
        };
    }

    /// How its last run ended, if it did so by itself and no other is under way.
    private String ended() {
        var last = history == null ? null : history.last();
        boolean over = session instanceof Session.Exited || session instanceof Session.Absent;
        if (!over || last == null || last.by() != null) {
            return reason.name();
        }
        return last.exit().success() ? Reason.Completed.name() : Reason.Failed.name();
    }

    private Condition.Status ready() {
        boolean underWay = reason == Reason.Starting || reason == Reason.Terminating;
        boolean blind = session instanceof Session.Unknown || session instanceof Session.Ghost;
        if (blind && !underWay || outlook.shown() == Outlook.Shown.Unknown) {
            return Condition.Status.Unknown;
        }
        boolean runs = session instanceof Session.Running && outlook.shown() == Outlook.Shown.Session;
        var wanted = desire.agent();
        var run = history == null ? null : history.run();
        boolean well = wanted == null || run == null || Checkup.of(wanted.spec(), run).notReady() == null;
        return runs && well ? Condition.Status.True : Condition.Status.False;
    }

    /// What it does, null when nothing tells and nobody asked.
    private @Nullable Activity activity() {
        var wanted = desire.agent();
        var run = history == null ? null : history.run();
        if (wanted == null || run == null || !(session instanceof Session.Running)) {
            return null;
        }
        var seen = run.said().activity();
        return seen == null && wanted.spec().activity() != null ? Activity.Unknown : seen;
    }

    /// What is wrong with its manifest, null when that can be read: its last good version stays in force.
    private @Nullable String invalid() {
        return desire instanceof Desire.Unreadable(var lastGood, var why) ? why : null;
    }

    /// The generation that what runs, or what was decided, rests on.
    private long actedOn(long generation, @Nullable OwnerMark mark, AgentHistory.@Nullable Run run) {
        if (action instanceof Action.Restamp restamp) {
            return restamp.mark().generation();
        }
        if (session instanceof Session.Running && mark != null) {
            return mark.generation();
        }
        return switch (outlook.progress()) {
            case Settled, Stalled, Completed, Failed, GivenUp -> generation;
            case Reconciling, Held -> mark != null ? mark.generation() : run == null ? 0 : unseen(generation, run);
        };
    }

    /// Of a run whose mark is not in sight: is it the last generation's, or an earlier one's?
    private long unseen(long generation, AgentHistory.Run run) {
        var wanted = desire.agent();
        boolean same = wanted == null || !run.hash().comparable() || run.hash().equals(wanted.runHash());
        return same ? generation : Math.max(0, generation - 1);
    }

    /// Its mark as seen, if it is this incarnation's.
    private @Nullable OwnerMark mark() {
        var mark = switch (session) {
            case Session.Running(var pane, var process) -> pane.mark();
            case Session.Exited(var pane, var exit, var leftovers) -> pane.mark();
            case Session.Absent absent -> null;
            case Session.Orphaned orphaned -> null;
            case Session.Doubled doubled -> null;
            case Session.Ghost ghost -> null;
            case Session.OtherSource other -> null;
            case Session.Foreign foreign -> null;
            case Session.Unknown unknown -> null;
        };
        return mark == null || history == null || history.uid().equals(mark.uid()) ? mark : null;
    }

    private @Nullable ProcessRef process() {
        return switch (session) {
            case Session.Running(var pane, var process) -> process;
            case Session.Orphaned(RunId run, var processes) -> processes.isEmpty() ? null : processes.getFirst();
            // Unseen right now, not gone: the last known one.
            case Session.Ghost ghost -> remembered();
            case Session.Unknown unknown -> remembered();
            case Session.Doubled doubled -> remembered();
            case Session.Exited exited -> null;
            case Session.Absent absent -> null;
            case Session.OtherSource other -> null;
            case Session.Foreign foreign -> null;
        };
    }

    private @Nullable ProcessRef remembered() {
        var run = history == null ? null : history.run();
        return run == null || run.ended() != null ? null : run.process();
    }

    /// Only of what is tried again: a deadline or the end of a hold-down is no retry.
    private @Nullable Moment retry() {
        return action instanceof Action.Hold hold && RETRIED.contains(hold.reason()) ? hold.until() : null;
    }
}
