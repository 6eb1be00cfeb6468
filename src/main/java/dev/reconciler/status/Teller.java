package dev.reconciler.status;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Ended;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentHistory.Termination;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Condition;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Probe;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Teardown;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What happened between two histories, as events: pure. It looks at what is remembered only, so a death that was seen
/// live and one that was found after a restart of the daemon are told in the same words, and nothing is told twice.
public final class Teller {
    private final Plan plan;
    private final Moment now;
    private final List<Event> told = new ArrayList<>();
    /// Of what was ended it is not known yet whether something is left.
    private final List<Teardown> pending;

    private Teller(List<Teardown> pending, Plan plan, Moment now) {
        this.pending = pending;
        this.plan = plan;
        this.now = now;
    }

    /// @param before exactly what was `after` the last time this was asked, the loaded history at first: not the one
    ///     the round began with, for what was done and said between two rounds would never be told
    /// @param after with the conditions of this round's statuses in it: back-off, hold-down, approval and the like are
    ///     told by them
    /// @param plan of this round: whether anything is left of a run that ended
    /// @return by name, each agent's in the order they happened; those about servers last
    public static List<Event> tell(History before, History after, Plan plan, Moment now) {
        var teller = new Teller(after.fleet().teardowns(), plan, now);
        var names = new TreeSet<>(before.agents().keySet());
        names.addAll(after.agents().keySet());
        for (var name : names) {
            teller.agent(name, before.agents().get(name), after.agents().get(name));
        }
        new FleetTeller(plan, now, teller.told).tell(before.fleet(), after.fleet());
        return List.copyOf(teller.told);
    }

    private void normal(Reason reason, @Nullable AgentName object, String message) {
        told.add(new Event(now, now, 1, Event.Type.Normal, reason, object, message));
    }

    private void warning(Reason reason, @Nullable AgentName object, String message) {
        told.add(new Event(now, now, 1, Event.Type.Warning, reason, object, message));
    }

    private void agent(AgentName name, @Nullable AgentHistory before, @Nullable AgentHistory after) {
        if (after == null) {
            if (pending.stream().anyMatch(one -> name.equals(one.name()))) {
                normal(Reason.SpecRemoved, name, "It is forgotten; what is left of its last run is still looked at");
            } else {
                normal(Reason.TeardownVerified, name, "Nothing is left of it, and it is forgotten");
            }
            return;
        }
        // Another uid is another agent (or the same one, found by its mark after its state was lost).
        var known = before != null && before.uid().equals(after.uid()) ? before : null;
        words(name, known, after);
        run(name, known, after);
        duplicate(name, known == null ? null : known.duplicate(), after.duplicate());
        told.addAll(new Conversation(name, now).told(known, after));
        condition(name, known, after);
    }

    /// What a person or the folder said.
    private void words(AgentName name, @Nullable AgentHistory before, AgentHistory after) {
        if (after.delete() != null && (before == null || before.delete() == null)) {
            normal(Reason.Deleted, name, "A person asked to delete it");
        }
        if (after.rollout() != null && (before == null || !after.rollout().equals(before.rollout()))) {
            normal(Reason.RolloutRestart, name, "A person asked for a new run");
        }
        if (before != null && before.generation() > 0 && after.generation() > before.generation()) {
            normal(Reason.SpecChanged, name, "Its spec changed: generation " + after.generation());
        }
    }

    private void run(AgentName name, @Nullable AgentHistory before, AgentHistory after) {
        var run = after.run();
        if (run == null) {
            return;
        }
        var old = before == null ? null : before.run();
        var known = same(old, run);
        var last = after.last();
        if (known == null && old != null && old.ended() == null && last != null && last.run().equals(old.id())) {
            // Noted by a daemon that was killed before it could tell.
            ended(name, old, last);
        }
        if (known == null) {
            started(name, before, run, after.restarts());
        }
        termination(name, run, known == null ? null : known.termination());
        var ended = run.ended();
        if (ended != null && (known == null || known.ended() == null)) {
            ended(name, run, ended);
        }
        leftovers(name, run, known == null ? null : known.termination());
        if (run.clearedAt() != null && (known == null || known.clearedAt() == null)) {
            terminated(name, run);
        }
    }

    private static @Nullable Run same(@Nullable Run before, Run after) {
        return before != null && before.id().equals(after.id()) ? before : null;
    }

    private void started(AgentName name, @Nullable AgentHistory before, Run run, int restarts) {
        if (adopted(name, before, run)) {
            normal(Reason.Adopted, name, "Took over " + described(run) + " as it is");
        } else {
            boolean again = before != null && restarts > before.restarts();
            normal(Reason.Started, name, "Started " + described(run) + (again ? ", restart " + restarts : ""));
        }
    }

    /// Whether nobody asked for this run since: its number was used up, and it was not the intended one.
    private boolean adopted(AgentName name, @Nullable AgentHistory before, Run run) {
        if (plan.agents().get(name) instanceof Action.Adopt adopt && adopt.mark().run().equals(run.id())) {
            return true;
        }
        if (before == null) {
            return true;
        }
        var next = before.next();
        boolean intended = next != null && next.id().equals(run.id());
        return !intended && before.runs() >= run.id().number();
    }

    private static String described(Run run) {
        var process = run.process();
        return "run " + run.id().number() + (process == null ? "" : ", pid " + process.pid());
    }

    private void termination(AgentName name, Run run, @Nullable Termination before) {
        var after = run.termination();
        if (after == null || after.reason() == Reason.Leftovers) {
            return;
        }
        if (before == null) {
            var message = "Stopping " + described(run) + ": " + why(run, after.reason());
            if (unwanted(after.reason())) {
                warning(after.reason(), name, message);
            } else {
                normal(after.reason(), name, message);
            }
        }
        if (after.refused() != null && (before == null || before.refused() == null)) {
            warning(Reason.PreStopFailed, name, "Run " + run.id().number() + ": " + after.refused());
        }
        if (killed(before, after) && !leftovers(run, after)) {
            warning(Reason.Killed, name,
                    "Run " + run.id().number() + " did not end within its grace period: its whole tree is killed");
        }
    }

    private void leftovers(AgentName name, Run run, @Nullable Termination before) {
        var after = run.termination();
        if (after != null && killed(before, after) && leftovers(run, after)) {
            normal(Reason.Leftovers, name, "Killing what run " + run.id().number() + " left behind");
        }
    }

    private static String why(Run run, Reason reason) {
        for (var kind : Probe.Kind.values()) {
            var answer = run.said().of(kind);
            if (reason == Reason.Unhealthy && kind != Probe.Kind.Readiness && answer != null && !answer.passed()) {
                return "its " + kind.name().toLowerCase(Locale.ROOT) + " probe failed: " + answer.message();
            }
        }
        return reason.meaning();
    }

    /// Of what we ended: how, and that nothing is left.
    private void terminated(AgentName name, Run run) {
        var termination = run.termination();
        var ended = run.ended();
        if (termination == null || ended == null || ended.by() == null) {
            return;
        }
        normal(Reason.Terminated, name,
                "Run " + run.id().number() + " was ended by " + means(run, termination) + " (" + ended.by() + "): it "
                        + how(ended.exit()));
    }

    private static String means(Run run, Termination termination) {
        if (termination.kills() > 0 && !leftovers(run, termination)) {
            // Decided a moment after the deadline was computed, which is whole seconds after that.
            var grace = termination.deadline().since(termination.decidedAt()).plusMillis(999).toSeconds();
            return "KILL, after a grace period of " + grace + "s";
        }
        var asked = termination.sentAt() != null ? "TERM" : termination.askedAt() != null ? "its preStop" : "itself";
        return termination.kills() > 0 ? asked + ", and KILL for what it left behind" : asked;
    }

    private static boolean killed(@Nullable Termination before, Termination after) {
        return after.kills() > 0 && (before == null || before.kills() == 0);
    }

    /// Whether the first KILL came when the main process was gone already.
    private static boolean leftovers(Run run, Termination termination) {
        var ended = run.ended();
        return ended != null && termination.killedAt() != null && termination.killedAt().reached(ended.at());
    }

    /// Ends that nobody asked for.
    private static boolean unwanted(Reason reason) {
        return reason == Reason.SessionLost
                || reason == Reason.Duplicate
                || reason == Reason.DeadlineExceeded
                || reason == Reason.Unhealthy
                || reason == Reason.HeartbeatLost;
    }

    private void ended(AgentName name, Run run, Ended ended) {
        var number = run.id().number();
        var by = ended.by();
        var how = how(ended.exit());
        if (by == Reason.Rebooted) {
            normal(Reason.Rebooted, name, "Run " + number + " ended with the machine's last boot");
        } else if (ended.exit() instanceof Exit.Unseen && (by == null || by == Reason.SessionLost)) {
            warning(Reason.SessionLost, name, "Run " + number + " " + how);
        } else if (by == null) {
            var differs = ended.failed();
            var message = "Run " + number + " " + how + lasted(ended) + (differs == null ? ""
                    : differs ? ", which is no success by spec.completion"
                    : ", which is a success by spec.completion");
            if (differs == null ? ended.exit().success() : !differs) {
                normal(Reason.Completed, name, message);
            } else {
                warning(ended.exit() instanceof Exit.OutOfMemory ? Reason.OOMKilled : Reason.Failed, name, message);
            }
        } else if (plan.agents().get(name) instanceof Action.Stop) {
            normal(by, name, "Run " + number + " " + how + ", as asked; something of it is left");
        }
    }

    private static String how(Exit exit) {
        return switch (exit) {
            case Exit.Code(int code) -> "ended with exit code " + code;
            case Exit.Signal(int number) -> "was ended by signal " + number;
            case Exit.OutOfMemory() -> "was killed by the kernel: the memory of its scope was used up";
            case Exit.Unseen() -> "went away unseen, with its session or server";
        };
    }

    private static String lasted(Ended ended) {
        if (!ended.at().sameBoot(ended.startedAt())) {
            return "";
        }
        var seconds = Duration.ofSeconds(ended.at().since(ended.startedAt()).toSeconds());
        return " after " + seconds.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }

    private void duplicate(AgentName name, @Nullable Run before, @Nullable Run after) {
        if (after != null) {
            var known = same(before, after);
            termination(name, after, known == null ? null : known.termination());
        } else if (before != null && before.termination() != null) {
            normal(Reason.Terminated, name, "Run " + before.id().number() + " was ended by "
                    + means(before, before.termination()) + " (" + before.termination().reason() + ")");
        }
    }

    /// States that last, when they begin or begin anew with another message: back-off, approval needed, source not
    /// ready, …
    private void condition(AgentName name, @Nullable AgentHistory before, AgentHistory after) {
        var ready = after.conditions().get(Condition.READY);
        if (ready != null && differs(ready, before)) {
            about(name, ready);
            var known = before == null ? null : before.conditions().get(Condition.READY);
            boolean reached = ready.status() == Condition.Status.True;
            if (known != null && known.reason() == Reason.HeartbeatLate && ready.reason() == Reason.Running) {
                normal(Reason.HeartbeatResumed, name, "It gave a sign of life again");
            }
            if (reached && known != null && known.reason() == Reason.Ghost) {
                normal(Reason.Rescued, name, "Its tmux server is reachable again, and it lives");
            }
        }
        var awaiting = after.conditions().get(Condition.AWAITING_INPUT);
        if (awaiting != null && differs(awaiting, before)) {
            normal(Reason.AwaitingInput, name, awaiting.message());
        }
        var stalled = after.conditions().get(Condition.STALLED);
        boolean said = ready != null && stalled != null && stalled.reason() == ready.reason();
        if (stalled != null && !said && differs(stalled, before)) {
            about(name, stalled);
        }
    }

    private static boolean differs(Condition condition, @Nullable AgentHistory before) {
        var known = before == null ? null : before.conditions().get(condition.type());
        return known == null
                || known.reason() != condition.reason()
                || !known.message().equals(condition.message());
    }

    private void about(AgentName name, Condition condition) {
        var type = Outlook.of(condition.reason()).told();
        if (type != null) {
            told.add(new Event(now, now, 1, type, condition.reason(), name, condition.message()));
        }
    }
}
