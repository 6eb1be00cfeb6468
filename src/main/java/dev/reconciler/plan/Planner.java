package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.UpdateStrategy;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.plan.Action.Adopt;
import dev.reconciler.plan.Action.Forget;
import dev.reconciler.plan.Action.Hold;
import dev.reconciler.plan.Action.OfAgent;
import dev.reconciler.plan.Action.Reap;
import dev.reconciler.plan.Action.RemoveManifest;
import dev.reconciler.plan.Action.Repipe;
import dev.reconciler.plan.Action.Restamp;
import dev.reconciler.plan.Action.Restart;
import dev.reconciler.plan.Action.Start;
import dev.reconciler.plan.Action.Step;
import dev.reconciler.plan.Action.Stop;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The decision: one table from what is desired and what is, to exactly one action for each name. Pure.
public final class Planner {
    /// At least this long between TERM and KILL, however late TERM went out.
    static final Duration LEAST_GRACE = Duration.ofSeconds(2);
    /// A log pipe that breaks again within this time is left for later: the disk is probably full.
    static final Duration REPIPE = Duration.ofSeconds(30);

    private final DesiredState desired;
    private final ObservedState observed;
    private final History history;
    private final Policy policy;
    private final Moment now;
    private final MassChange mass;
    private final TreeSet<AgentName> unchecked = new TreeSet<>();
    private final TreeSet<String> serversNeeded = new TreeSet<>();

    private Planner(DesiredState desired, ObservedState observed, History history, Policy policy, Moment now) {
        this.desired = desired;
        this.observed = observed;
        this.history = history;
        this.policy = policy;
        this.now = now;
        mass = MassChange.of(desired, observed, history, now);
    }

    /// @param history with this very look noted in it ([Recorder#note])
    public static Plan plan(
            DesiredState desired, ObservedState observed, History history, Policy policy, Moment now) {
        return new Planner(desired, observed, history, policy, now).plan();
    }

    private Plan plan() {
        var agents = new TreeMap<AgentName, OfAgent>();
        var names = new TreeSet<>(desired.desires().keySet());
        names.addAll(observed.sessions().keySet());
        names.addAll(history.agents().keySet());
        for (var name : names) {
            agents.put(name, decide(name));
        }
        var servers = new Servers(desired.source(), observed, history, now).decide(serversNeeded, names);
        return new Plan(servers, agents, mass.blocked(history), unchecked, wakeAt(agents.values(), servers.values()));
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

    /// One name's facts: the rows and columns of the table.
    private record Facts(Desire desire, Session session) {}

    private OfAgent decide(AgentName name) {
        var desire = desired.of(name);
        var session = observed.sessions().getOrDefault(name, new Session.Unknown("not looked at"));
        var agent = history.agents().get(name);
        if (agent == null) {
            return switch (desire) {
                case Desire.Unreadable(var lastGood, var why) -> hold(name, Reason.SpecInvalid, why, null);
                case Desire.Wanted w -> hold(name, Reason.Starting, "not noted yet", null);
                case Desire.Suspended s -> hold(name, Reason.Starting, "not noted yet", null);
                case Desire.Unwanted u -> hold(name, Reason.ObservationIncomplete, "not noted yet", null);
            };
        }
        return new OneAgent(name, agent).decide(desire, session);
    }

    private Hold hold(AgentName name, Reason reason, String message, @Nullable Moment until) {
        return new Hold(name, reason, message, until);
    }

    /// The rows for one name.
    private final class OneAgent {
        private final AgentName name;
        private final AgentHistory agent;

        OneAgent(AgentName name, AgentHistory agent) {
            this.name = name;
            this.agent = agent;
        }

        OfAgent decide(Desire desire, Session session) {
            return table(desire, session, staleMark(desire, session), HandsOff.holds(desire, session, agent));
        }

        /// The table, top to bottom; the first row that fits decides.
        private OfAgent table(Desire desire, Session session, @Nullable Restamp stale, boolean handsOff) {
            return switch (new Facts(desire, session)) {
                case Facts f when stale != null -> stale;
                case Facts f when handsOff ->
                        hold(Reason.ReconcileDisabled, "left alone, as its annotation says", null);
                case Facts(var d, Session.Unknown(var why)) -> hold(Reason.ObservationIncomplete, why, null);
                case Facts(var d, Session.OtherSource o) when deleted() -> delete(d, o);
                case Facts(var d, Session.Foreign f) when deleted() -> delete(d, f);
                case Facts(Desire.Unwanted(), Session.OtherSource o) -> forget();
                case Facts(Desire.Unwanted(), Session.Foreign f) -> forget();
                case Facts(var d, Session.OtherSource(var source)) ->
                        hold(Reason.OtherSource, "the session belongs to source " + source, null);
                case Facts(var d, Session.Foreign(var evidence)) -> hold(Reason.NameTaken, evidence, null);
                case Facts(Desire.Unreadable(var lastGood, var why), var s) when lastGood == null && !deleted() ->
                        hold(Reason.SpecInvalid, why, null);
                case Facts(var d, Session.Ghost(var server)) ->
                        hold(Reason.Ghost, "its tmux server (pid " + server.pid() + ") lives, its socket is gone",
                                null);
                case Facts(var d, Session.Doubled(var runs)) -> doubled(d, runs);
                case Facts(var d, Session.Running(var pane, var process)) when unknown(pane.mark().run()) ->
                        adopt(session, pane, process);
                case Facts(var d, Session.Exited(var pane, var exit, var left)) when adoptable(pane) ->
                        adopt(session, pane, null);
                case Facts(var d, Session.Running(var pane, var process)) when stopping(pane.mark().run()) ->
                        stopping(pane.mark().run(), List.of(process));
                case Facts(var d, Session.Orphaned(var run, var processes)) when stopping(run) ->
                        stopping(run, processes);
                case Facts(var d, Session.Exited(var pane, var exit, var left)) when !left.isEmpty() ->
                        leftovers(pane.mark().run(), left);
                case Facts(var d, var s) when deleted() -> delete(d, s);
                case Facts(var d, Session.Orphaned(var run, var processes)) -> orphaned(d, run, processes);
                case Facts(Desire.Wanted(var want), Session.Running(var pane, var process)) ->
                        running(want, pane, process);
                case Facts(Desire.Wanted(var want), Session.Exited(var pane, var exit, var left)) ->
                        exited(want, pane);
                case Facts(Desire.Wanted(var want), Session.Absent(var squatter)) -> absent(want, squatter);
                case Facts(Desire.Suspended(var want), Session.Running(var pane, var process)) ->
                        suspend(pane.mark().run(), List.of(process));
                case Facts(Desire.Suspended(var want), Session.Exited(var pane, var exit, var left)) ->
                        over() ? new Reap(name, pane, Reason.SpecRemoved)
                                : held(Reason.Suspended, "spec.suspend is true");
                case Facts(Desire.Suspended(var want), Session.Absent a) ->
                        over() ? new Forget(name, Reason.SpecRemoved) : held(Reason.Suspended, "spec.suspend is true");
                case Facts(Desire.Unwanted(), Session.Running(var pane, var process)) ->
                        removed(pane.mark().run(), List.of(process));
                case Facts(Desire.Unwanted(), Session.Exited(var pane, var exit, var left)) -> {
                    var guard = removalGuard();
                    yield guard != null ? guard : new Reap(name, pane, Reason.SpecRemoved);
                }
                case Facts(Desire.Unwanted(), Session.Absent a) -> forget();
                case Facts(Desire.Unreadable(var lastGood, var why), Session.Running s) -> byLastGood(lastGood, why, s);
                case Facts(Desire.Unreadable(var lastGood, var why), Session.Exited s) -> byLastGood(lastGood, why, s);
                case Facts(Desire.Unreadable(var lastGood, var why), Session.Absent s) -> byLastGood(lastGood, why, s);
            };
        }

        private Hold hold(Reason reason, String message, @Nullable Moment until) {
            return new Hold(name, reason, message, until);
        }

        private Hold held(Reason reason, String message) {
            return hold(reason, message, null);
        }

        private OfAgent byLastGood(@Nullable Agent lastGood, String why, Session session) {
            if (lastGood == null) {
                return held(Reason.SpecInvalid, why);
            }
            var said = lastGood.spec().suspend() ? new Desire.Suspended(lastGood) : new Desire.Wanted(lastGood);
            return table(said, session, null, false);
        }

        private boolean deleted() {
            return agent.delete() != null;
        }

        /// Stopped because its manifest was gone: what the folder says now is another agent.
        private boolean over() {
            var run = agent.run();
            return run != null
                    && run.ended() != null
                    && (run.ended().by() == Reason.SpecRemoved || run.ended().by() == Reason.Deleted);
        }

        /// Nothing of it lives: only what is remembered goes.
        private OfAgent forget() {
            var guard = removalGuard();
            return guard != null ? guard : new Forget(name, Reason.SpecRemoved);
        }

        private @Nullable OwnerMark mark(Session session) {
            return switch (session) {
                case Session.Running(var pane, var process) -> pane.mark();
                case Session.Exited(var pane, var exit, var leftovers) -> pane.mark();
                case Session.Absent a -> null;
                case Session.Orphaned o -> null;
                case Session.Doubled d -> null;
                case Session.Ghost g -> null;
                case Session.OtherSource o -> null;
                case Session.Foreign f -> null;
                case Session.Unknown u -> null;
            };
        }

        /// The annotation or the generation changed while the program runs on: its mark says so too.
        private @Nullable Restamp staleMark(Desire desire, Session session) {
            var want =
                    switch (desire) {
                        case Desire.Wanted(var wanted) -> wanted;
                        case Desire.Suspended(var wanted) -> wanted;
                        case Desire.Unwanted() -> null;
                        case Desire.Unreadable(var lastGood, var why) -> null;
                    };
            var run = agent.run();
            if (want == null || run == null || !(session instanceof Session.Running(var pane, var process))) {
                return null;
            }
            if (!pane.mark().run().equals(run.id())) {
                return null;
            }
            var mark = pane.mark();
            boolean same = !mark.hash().comparable() || mark.hash().equals(want.runHash());
            var fresh = new OwnerMark(
                    mark.source(), name, mark.run(), same ? want.runHash() : mark.hash(),
                    same ? agent.generation() : mark.generation(), want.reconcileDisabled());
            return fresh.equals(mark) ? null : new Restamp(name, pane, fresh, Reason.Restamped);
        }

        private boolean unknown(RunId run) {
            return agent.run() == null || !agent.run().id().equals(run);
        }

        /// A dead pane of another incarnation, or of a run before the known one, is a leftover, never judged.
        private boolean adoptable(Session.Pane pane) {
            var run = agent.run();
            return pane.mark().uid().equals(agent.uid())
                    && (run == null || pane.mark().run().number() > run.id().number());
        }

        private Adopt adopt(Session session, Session.Pane pane, @Nullable ProcessRef process) {
            return new Adopt(name, session, pane.mark(), process, Reason.Adopted);
        }

        private AgentHistory.@Nullable Termination termination(RunId id) {
            var run = agent.run();
            if (run != null && run.id().equals(id)) {
                return run.termination();
            }
            var second = agent.duplicate();
            return second != null && second.id().equals(id) ? second.termination() : null;
        }

        private boolean stopping(RunId run) {
            return termination(run) != null;
        }

        /// A stop that was decided goes on to its end, whatever the folder says by now.
        private OfAgent stopping(RunId run, List<ProcessRef> targets) {
            var termination = termination(run);
            if (termination == null) {
                throw new IllegalStateException(name + " " + run + " is not being stopped");
            }
            var deadline = deadline(termination.deadline());
            var sent = termination.sentAt();
            if (sent == null) {
                return new Stop(name, run, termination.reason(), Step.Term, targets, deadline);
            }
            return kill(run, targets, termination, later(deadline, sent.plus(LEAST_GRACE)));
        }

        private OfAgent kill(
                RunId run, List<ProcessRef> targets, AgentHistory.Termination termination, Moment due) {
            if (!now.reached(due)) {
                return hold(Reason.Terminating, "asked to end (" + termination.reason() + "); KILL follows", due);
            }
            var killed = termination.killedAt();
            if (killed != null && !now.reached(killed.plus(CrashBackoff.killAgain(termination.kills())))) {
                return hold(
                        termination.kills() < 5 ? Reason.Terminating : Reason.KillFailed,
                        "killed " + termination.kills() + " times, still there: " + targets,
                        killed.plus(CrashBackoff.killAgain(termination.kills())));
            }
            return new Stop(name, run, termination.reason(), Step.Kill, targets, due);
        }

        /// A delete can only shorten it.
        private Moment deadline(Moment decided) {
            var delete = agent.delete();
            if (delete == null || delete.graceSeconds() == null) {
                return decided;
            }
            var shortened = delete.at().plus(Duration.ofSeconds(delete.graceSeconds()));
            var earlier = Moment.earlier(decided, shortened);
            return earlier == null ? decided : earlier;
        }

        private static Moment later(Moment a, Moment b) {
            return a.reached(b) ? a : b;
        }

        private OfAgent leftovers(RunId run, List<ProcessRef> left) {
            var termination = termination(run);
            return termination == null || termination.killedAt() == null
                    ? new Stop(name, run, Reason.Leftovers, Step.Kill, left, now)
                    : kill(run, left, termination, now);
        }

        private Stop stop(RunId run, Reason reason, List<ProcessRef> targets) {
            return new Stop(
                    name, run, reason, Step.Term, targets,
                    deadline(now.plus(Duration.ofSeconds(agent.graceSeconds()))));
        }

        private OfAgent delete(Desire desire, Session session) {
            var intent = agent.delete();
            var want =
                    switch (desire) {
                        case Desire.Wanted(var wanted) -> wanted;
                        case Desire.Suspended(var wanted) -> wanted;
                        case Desire.Unwanted() -> null;
                        case Desire.Unreadable(var lastGood, var why) -> null;
                    };
            if (intent != null && want != null && want.documentDigest().equals(intent.documentDigest())) {
                return new RemoveManifest(name, want.origin(), want.documentDigest(), Reason.Deleted);
            }
            return switch (session) {
                case Session.Running(var pane, var process) ->
                        stop(pane.mark().run(), Reason.Deleted, List.of(process));
                case Session.Orphaned(var run, var processes) -> stop(run, Reason.Deleted, processes);
                case Session.Exited(var pane, var exit, var left) -> new Reap(name, pane, Reason.Deleted);
                case Session.Absent a -> new Forget(name, Reason.Deleted);
                case Session.Doubled d -> held(Reason.ObservationIncomplete, "more than one run");
                case Session.Ghost g -> held(Reason.Ghost, "its tmux server has no socket");
                case Session.OtherSource o -> new Forget(name, Reason.Deleted);
                case Session.Foreign f -> new Forget(name, Reason.Deleted);
                case Session.Unknown u -> held(Reason.ObservationIncomplete, u.why());
            };
        }

        /// One of them is ended: the one that history does not know, else the younger.
        private OfAgent doubled(Desire desire, List<Session> runs) {
            if (desire instanceof Desire.Unwanted && !deleted()) {
                var guard = removalGuard();
                if (guard != null && runs.stream().noneMatch(r -> stopping(runOf(r)))) {
                    return guard;
                }
            }
            var victim = Collections.max(
                    runs,
                    Comparator.comparingLong(this::rank)
                            .thenComparing(run -> runOf(run).number())
                            .thenComparing(run -> String.valueOf(mark(run))));
            var id = runOf(victim);
            return switch (victim) {
                case Session.Running(var pane, var process) -> endDuplicate(id, List.of(process));
                case Session.Orphaned(var run, var processes) -> endDuplicate(id, processes);
                case Session.Exited(var pane, var exit, var left) ->
                        left.isEmpty() ? new Reap(name, pane, Reason.Duplicate) : leftovers(id, left);
                case Session.Absent a -> held(Reason.ObservationIncomplete, "more than one run");
                case Session.Doubled d -> held(Reason.ObservationIncomplete, "more than one run");
                case Session.Ghost g -> held(Reason.Ghost, "its tmux server has no socket");
                case Session.OtherSource o -> held(Reason.OtherSource, o.source());
                case Session.Foreign f -> held(Reason.NameTaken, f.evidence());
                case Session.Unknown u -> held(Reason.ObservationIncomplete, u.why());
            };
        }

        private OfAgent endDuplicate(RunId run, List<ProcessRef> targets) {
            return stopping(run) ? stopping(run, targets) : stop(run, Reason.Duplicate, targets);
        }

        /// The higher, the sooner it goes: dead panes of other runs, then runs history does not know, the younger
        /// first.
        private long rank(Session run) {
            if (known(run)) {
                return -1;
            }
            return switch (run) {
                case Session.Exited e -> Long.MAX_VALUE;
                case Session.Running(var pane, var process) -> process.startTime();
                case Session.Orphaned(var id, var processes) -> processes.getFirst().startTime();
                case Session.Absent a -> -1;
                case Session.Doubled d -> -1;
                case Session.Ghost g -> -1;
                case Session.OtherSource o -> -1;
                case Session.Foreign f -> -1;
                case Session.Unknown u -> -1;
            };
        }

        private boolean known(Session session) {
            var run = agent.run();
            return run != null
                    && run.ended() == null
                    && run.id().equals(runOf(session))
                    && !(session instanceof Session.Running(var pane, var process)
                            && run.process() != null
                            && !run.process().equals(process));
        }

        private RunId runOf(Session session) {
            var mark = mark(session);
            return mark != null
                    ? mark.run()
                    : session instanceof Session.Orphaned(var run, var processes) ? run
                    : new RunId(agent.uid(), 0);
        }

        private OfAgent orphaned(Desire desire, RunId run, List<ProcessRef> processes) {
            return switch (desire) {
                case Desire.Wanted w -> stop(run, Reason.SessionLost, processes);
                case Desire.Suspended s -> suspend(run, processes);
                case Desire.Unwanted() -> removed(run, processes);
                case Desire.Unreadable(var lastGood, var why) ->
                        byLastGood(lastGood, why, new Session.Orphaned(run, processes));
            };
        }

        private OfAgent suspend(RunId run, List<ProcessRef> targets) {
            return sourceGuard(() -> stop(run, Reason.Suspended, targets));
        }

        private OfAgent removed(RunId run, List<ProcessRef> targets) {
            var guard = removalGuard();
            return guard != null ? guard : stop(run, Reason.SpecRemoved, targets);
        }

        /// A change of the folder that ends a program waits until the folder is settled, and for a person when it is
        /// one of too many.
        private OfAgent sourceGuard(java.util.function.Supplier<OfAgent> action) {
            if (!desired.source().settled()) {
                return held(Reason.SourceNotReady, "the folder is still changing");
            }
            return mass.blocked(name, history) ? approvalNeeded() : action.get();
        }

        private Hold approvalNeeded() {
            return hold(Reason.ApprovalNeeded, mass.message(), mass.until());
        }

        /// Why it may not be removed now, null when it may.
        private @Nullable Hold removalGuard() {
            var source = desired.source();
            if (!source.complete()) {
                return held(Reason.SourceNotReady, "no file asks for it, but the folder could not be read completely");
            }
            if (source.empty() && !source.allowEmpty()) {
                return held(Reason.SourceNotReady, "the folder is empty; source.allowEmpty says whether that is meant");
            }
            if (!source.settled()) {
                return held(Reason.SourceNotReady, "the folder is still changing");
            }
            var since = agent.absentSince();
            if (since == null || !now.reached(since.plus(policy.holdDown()))) {
                return hold(
                        Reason.PendingDeletion,
                        "no file asks for it any more; put it back to keep it",
                        (since == null ? now : since).plus(policy.holdDown()));
            }
            return mass.blocked(name, history) ? approvalNeeded() : null;
        }

        private OfAgent running(Agent want, Session.Pane pane, ProcessRef process) {
            var run = agent.run();
            if (run == null) {
                throw new IllegalStateException(name + " runs and is not known");
            }
            var limit = want.spec().activeDeadlineSeconds();
            @Nullable
            Moment deadline = limit == null ? null : run.startedAt().plus(Duration.ofSeconds(limit));
            if (deadline != null && now.reached(deadline)) {
                return stop(run.id(), Reason.DeadlineExceeded, List.of(process));
            }
            boolean rollout = run.id().equals(agent.rollout());
            boolean changed = run.hash().comparable() && !run.hash().equals(want.runHash());
            if (rollout || changed) {
                return replacement(want, run, process, rollout, deadline);
            }
            var repipe = pane.piped() || run.repipedAt() == null ? null : run.repipedAt().plus(REPIPE);
            if (!pane.piped() && (repipe == null || now.reached(repipe))) {
                return new Repipe(name, pane, want.spec().logs(), Reason.LogGap);
            }
            return hold(
                    Reason.Running, "pid " + process.pid() + ", run " + run.id().number(),
                    Moment.earlier(deadline, repipe));
        }

        private OfAgent replacement(
                Agent want, AgentHistory.Run run, ProcessRef process, boolean rollout, @Nullable Moment deadline) {
            return switch (preflight()) {
                case Preflight.Unseen(var why) -> hold(Reason.ObservationIncomplete, why, deadline);
                case Preflight.WouldFail(var message) -> hold(Reason.ReplacementWouldFail, message, deadline);
                case Preflight.Passed() -> {
                    if (rollout) {
                        yield stop(run.id(), Reason.RolloutRestart, List.of(process));
                    }
                    yield want.spec().updateStrategy() == UpdateStrategy.Immediate
                            ? sourceGuard(() -> stop(run.id(), Reason.SpecChanged, List.of(process)))
                            : hold(
                                    Reason.RestartPending,
                                    "generation " + agent.generation() + " starts "
                                            + (want.spec().updateStrategy() == UpdateStrategy.OnIdle
                                                    ? "when it is known to be idle"
                                                    : "at the next exit")
                                            + " or with `rollout restart`",
                                    deadline);
                }
            };
        }

        private Preflight preflight() {
            var seen = observed.preflights().get(name);
            if (seen == null) {
                unchecked.add(name);
                return new Preflight.Unseen("directory and program were not looked at yet");
            }
            return seen;
        }

        private OfAgent exited(Agent want, Session.Pane pane) {
            if (unknown(pane.mark().run())) {
                return new Reap(name, pane, Reason.Leftovers);
            }
            return switch (verdict(want)) {
                case Verdict.Over(var reason) -> new Reap(name, pane, reason);
                case Verdict.Finished(var reason, var message) -> finished(want, pane, reason, message);
                case Verdict.Later later -> backoff(later);
                case Verdict.NewRun(var reason, boolean restart) ->
                        begin(want, restart, mark -> new Restart(name, want, mark, reason, restart, pane));
            };
        }

        private OfAgent finished(Agent want, Session.Pane pane, Reason reason, String message) {
            var ttl = want.spec().ttlSecondsAfterFinished();
            var last = agent.last();
            if (ttl == null || last == null) {
                return held(reason, message);
            }
            var expires = last.at().plus(Duration.ofSeconds(ttl));
            return now.reached(expires) ? new Reap(name, pane, Reason.Expired) : hold(reason, message, expires);
        }

        /// What follows from the end of the last run. A run that was intended and never seen goes on: its back-off was
        /// waited for, and it is counted already.
        private Verdict verdict(Agent want) {
            var verdict = Verdict.of(agent, want, now);
            var next = agent.next();
            var begun = next == null || !next.at().sameBoot(now)
                    ? null
                    : new Verdict.NewRun(next.reason(), next.restart());
            return switch (verdict) {
                case Verdict.Over over -> over;
                case Verdict.Finished finished -> finished;
                case Verdict.Later later -> begun != null ? begun : later;
                case Verdict.NewRun run -> begun != null ? begun : run;
            };
        }

        private Hold backoff(Verdict.Later later) {
            return hold(
                    Reason.CrashLoopBackOff,
                    "back-off " + later.seconds() + "s restarting after failure: " + later.what(),
                    later.until());
        }

        private OfAgent absent(Agent want, @Nullable String squatter) {
            return switch (verdict(want)) {
                case Verdict.Over(var reason) -> new Forget(name, reason);
                case Verdict.Finished(var reason, var message) -> held(reason, message);
                case Verdict.Later later -> backoff(later);
                case Verdict.NewRun(var reason, boolean restart) -> {
                    var predecessor = predecessor(want);
                    yield predecessor != null
                            ? held(Reason.WaitingForPredecessor,
                                    predecessor + " still works in " + policy.directory(want.spec()))
                            : begin(want, restart,
                                    mark -> onServer(new Start(name, want, mark, reason, restart, squatter)));
                }
            };
        }

        private OfAgent begin(Agent want, boolean restart, java.util.function.Function<OwnerMark, OfAgent> action) {
            var failure = agent.startFailure();
            if (failure != null) {
                var again = failure.at().plus(CrashBackoff.retry(failure.count()));
                if (!now.reached(again)) {
                    return hold(Reason.StartFailed, failure.message(), again);
                }
            }
            return switch (preflight()) {
                case Preflight.Unseen(var why) -> held(Reason.ObservationIncomplete, why);
                case Preflight.WouldFail(var message) -> held(Reason.StartWouldFail, message);
                case Preflight.Passed() -> action.apply(mark(want));
            };
        }

        private OwnerMark mark(Agent want) {
            var next = agent.next();
            var run = next != null ? next.id() : new RunId(agent.uid(), agent.runs() + 1);
            return new OwnerMark(
                    desired.source().id(), name, run, want.runHash(), agent.generation(), want.reconcileDisabled());
        }

        private OfAgent onServer(Start start) {
            if (observed.servers().get(name.namespace()) instanceof ServerState.Up) {
                return start;
            }
            serversNeeded.add(name.namespace());
            return held(Reason.WaitingForServer, "the tmux server of " + name.namespace() + " is being started");
        }

        /// Another agent that is going away and still works in the same directory. One that is left alone does not go,
        /// whatever a person said of it.
        private @Nullable AgentName predecessor(Agent want) {
            var directory = policy.directory(want.spec());
            for (var other : history.agents().values()) {
                var run = other.run();
                if (other.name().equals(name) || run == null || run.ended() != null
                        || !run.workingDirectory().equals(directory)) {
                    continue;
                }
                var desire = desired.of(other.name());
                var session = observed.sessions().getOrDefault(other.name(), new Session.Unknown("not looked at"));
                boolean leaving = desire instanceof Desire.Unwanted
                        || other.delete() != null && !HandsOff.holds(desire, session, other);
                if (leaving && !(session instanceof Session.Absent)) {
                    return other.name();
                }
            }
            return null;
        }
    }
}
