package dev.reconciler.controller;

import dev.reconciler.api.Activity;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Checkout;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Session;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.desired.Tracker;
import dev.reconciler.host.Folder;
import dev.reconciler.host.Host;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.Plan;
import dev.reconciler.plan.Planner;
import dev.reconciler.plan.Policy;
import dev.reconciler.plan.Recorder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What another revision of the folder would do to this machine, by the same planner on the same picture, and what of
/// that would hurt.
///
/// @param checkout the revision and its subject
/// @param at when what is held down at first is due: the time that the actions are planned for
/// @param problems of the revision's manifests, as `file:line:column: …`
/// @param changes of the agents that the revision says something else about than runs, by name
public record Forecast(Checkout checkout, Moment at, List<String> problems, List<Change> changes) {
    /// Two equal looks that far apart are a settled picture.
    private static final Duration SETTLED = Duration.ofSeconds(2);

    /// What the folder causes, also when it says so already and it is not done yet.
    private static final Set<Reason> FOLDERS = EnumSet.of(
            Reason.SpecRemoved, Reason.SpecChanged, Reason.RestartPending, Reason.ReplacementWouldFail,
            Reason.ApprovalNeeded, Reason.PendingDeletion, Reason.SourceNotReady);

    /// One agent that the revision says something else about.
    ///
    /// @param effect on what runs
    /// @param activity of its run, null when it does not run
    /// @param uncommitted files in its directory that are in no commit; null: not in git, or it does not run
    /// @param attached somebody looks at its terminal
    public record Change(
            Action.OfAgent action, Effect effect, @Nullable Activity activity, @Nullable Integer uncommitted,
            boolean attached) {
        /// In the middle of something, as far as anybody can tell.
        public boolean midTurn() {
            return activity == Activity.Working || activity == Activity.AwaitingInput;
        }

        public boolean hurts() {
            return effect == Effect.Stops || effect == Effect.Restarts;
        }
    }

    /// What becomes of what runs.
    public enum Effect {
        Starts,
        Stops,
        Restarts,
        /// At its next exit, or when it is idle.
        RestartsLater,
        /// Nothing that runs notices.
        Applies
    }

    /// @throws IOException with a sentence when there is no such revision
    static Forecast of(Host host, View view, Settings settings, Policy policy, String revision) throws IOException {
        var look = host.folder().at(revision);
        var now = view.at();
        var wanted = read(look, view, settings);
        var later = now.plus(policy.holdDown()).plus(SETTLED);
        var history = Recorder.note(wanted.desired(), view.observed(), view.history(), Set.of(), policy, now);
        var observed = view.observed();
        var plan = Planner.plan(wanted.desired(), observed, history, policy, later);
        if (!plan.unchecked().isEmpty()) {
            var checks = new TreeMap<AgentName, Preflight>();
            for (var name : plan.unchecked()) {
                var agent = wanted.desired().of(name).agent();
                if (agent != null) {
                    checks.put(name, host.workplace().check(Planner.nextRun(agent, history).spec()));
                }
            }
            plan = Planner.plan(wanted.desired(), observed.preflights(checks), history, policy, later);
        }
        var changes = new ArrayList<Change>();
        var differing = differing(view.desired(), wanted.desired());
        for (var action : plan.agents().values()) {
            if (differing.contains(action.name()) || FOLDERS.contains(action.reason())) {
                changes.add(change(host, view, plan, action));
            }
        }
        var checkout = Objects.requireNonNull(look.checkout());
        return new Forecast(
                checkout, later, wanted.errors().stream().map(Object::toString).toList(), List.copyOf(changes));
    }

    /// As after two equal looks.
    private static Tracker.Answer read(Folder.Look.Seen look, View view, Settings settings) {
        var tracker = new Tracker(view.desired().source().id(), settings.allowEmpty(), settings.models());
        var remembered = Memory.remembered(view.history());
        tracker.update(look, view.at(), () -> remembered);
        return tracker.update(look, view.at().plus(SETTLED), () -> remembered);
    }

    private static Set<AgentName> differing(DesiredState now, DesiredState then) {
        var names = new TreeSet<>(now.desires().keySet());
        names.addAll(then.desires().keySet());
        names.removeIf(name -> Objects.equals(document(now.of(name)), document(then.of(name))));
        return Collections.unmodifiableSet(names);
    }

    private static @Nullable String document(Desire desire) {
        var agent = desire.agent();
        return agent == null ? null : agent.document();
    }

    private static Change change(Host host, View view, Plan plan, Action.OfAgent action) {
        var known = view.history().agents().get(action.name());
        var session = view.observed().sessions().get(action.name());
        var run = known == null ? null : known.run();
        boolean runs = run != null && run.ended() == null
                && (session instanceof Session.Running || session instanceof Session.Orphaned);
        var effect = effect(plan, action, runs);
        return new Change(
                action, effect, runs && run != null ? activity(run) : null,
                runs && run != null ? host.workplace().uncommitted(run.workingDirectory()) : null,
                session instanceof Session.Running(var pane, var process) && pane.attached() > 0);
    }

    private static Activity activity(AgentHistory.Run run) {
        var activity = run.said().activity();
        return activity == null ? Activity.Unknown : activity;
    }

    private static Effect effect(Plan plan, Action.OfAgent action, boolean runs) {
        if (action instanceof Action.Start || action instanceof Action.Restart) {
            return Effect.Starts;
        }
        if (!runs) {
            return Effect.Applies;
        }
        var reason = action.reason();
        if (reason == Reason.ApprovalNeeded) {
            reason = plan.awaitingApproval()
                    .stream()
                    .filter(change -> change.name().equals(action.name()))
                    .findFirst()
                    .map(change -> change.reason())
                    .orElse(reason);
        }
        return reason == Reason.SpecRemoved || reason == Reason.Suspended || reason == Reason.SourceNotReady
                ? Effect.Stops
                : reason == Reason.SpecChanged ? Effect.Restarts
                : reason == Reason.RestartPending ? Effect.RestartsLater
                : Effect.Applies;
    }
}
