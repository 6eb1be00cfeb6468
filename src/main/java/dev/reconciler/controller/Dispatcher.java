package dev.reconciler.controller;

import dev.reconciler.actuate.Actuator;
import dev.reconciler.actuate.Outcome;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import dev.reconciler.host.Clock;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.Ending;
import dev.reconciler.plan.Journal;
import dev.reconciler.plan.Plan;
import dev.reconciler.plan.Policy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/// Carries a plan's actions out, each key by one worker at a time: intent on disk, effect, result on disk, wake-up.
final class Dispatcher {
    private static final Logger LOG = System.getLogger("reconciler");

    private final Actuator actuator;
    private final Memory memory;
    private final Policy policy;
    private final Clock clock;
    private final Executor executor;
    private final Runnable wake;
    private final ConcurrentSkipListSet<AgentName> busy = new ConcurrentSkipListSet<>();
    private final ConcurrentSkipListSet<String> busyServers = new ConcurrentSkipListSet<>();
    private final ConcurrentSkipListSet<String> busyUnits = new ConcurrentSkipListSet<>();

    private volatile boolean stopping;

    Dispatcher(Actuator actuator, Memory memory, Policy policy, Clock clock, Executor executor, Runnable wake) {
        this.actuator = actuator;
        this.memory = memory;
        this.policy = policy;
        this.clock = clock;
        this.executor = executor;
        this.wake = wake;
    }

    /// Names whose last action is under way: a look says nothing about them.
    Set<AgentName> busy() {
        return copy(busy);
    }

    /// Namespaces whose server is being started, stopped or rescued.
    Set<String> busyServers() {
        return copy(busyServers);
    }

    /// Whether actions on agents are under way.
    boolean acts() {
        return !busy.isEmpty();
    }

    /// While others add and remove: a `TreeSet` made of a sorted set counts first, and throws when one goes meanwhile.
    static <T> Set<T> copy(ConcurrentSkipListSet<T> some) {
        return some.stream().collect(Collectors.toCollection(TreeSet::new));
    }

    /// All intents are on disk, and all that was noted before them, when the first action begins; only a decision to end
    /// a program is written by itself, because it may fail by itself.
    void dispatch(Plan plan) {
        var servers = plan.servers()
                .values()
                .stream()
                .filter(a -> !(a instanceof Action.HoldServer) && !busyServers.contains(a.namespace()))
                .toList();
        var agents = plan.agents()
                .values()
                .stream()
                .filter(a -> !(a instanceof Action.Hold) && !busy.contains(a.name()))
                .toList();
        memory.note(history -> intended(intended(history, servers), agents));
        memory.keep();
        for (var action : servers) {
            busyServers.add(action.namespace());
            run(action, () -> busyServers.remove(action.namespace()));
        }
        for (var action : plan.units().values()) {
            if (busyUnits.add(action.unit())) {
                run(action, () -> busyUnits.remove(action.unit()));
            }
        }
        agents.forEach(action -> busy.add(action.name()));
        var starts = new ArrayList<Action.OfAgent>();
        for (var action : agents) {
            switch (action) {
                case Action.Hold hold -> {}
                case Action.Start start -> starts.add(start);
                case Action.Restart restart -> starts.add(restart);
                case Action.Ask ask -> run(ask);
                case Action.Stop stop -> run(stop);
                case Action.Reap reap -> run(reap);
                case Action.Adopt adopt -> run(adopt);
                case Action.Restamp restamp -> run(restamp);
                case Action.Repipe repipe -> run(repipe);
                case Action.Type type -> run(type);
                case Action.Submit submit -> run(submit);
                case Action.RemoveManifest remove -> run(remove);
                case Action.Forget forget -> run(forget);
            }
        }
        slowStart(starts, 0, 1);
    }

    private History intended(History history, List<? extends Action> actions) {
        var intended = history;
        for (var action : actions) {
            intended = decides(action) ? intended : Journal.intend(intended, action, policy, clock.now());
        }
        return intended;
    }

    private void run(Action.OfAgent action) {
        run(action, () -> busy.remove(action.name()));
    }

    /// 1, 2, 4, 8 … at once, as the ones before worked: a host that refuses the first is not hit a hundred times.
    private void slowStart(List<Action.OfAgent> starts, int from, int size) {
        if (from >= starts.size()) {
            return;
        }
        int to = Math.min(from + size, starts.size());
        var batch = new ArrayList<CompletableFuture<Boolean>>();
        for (var start : starts.subList(from, to)) {
            batch.add(run(start, () -> busy.remove(start.name())));
        }
        CompletableFuture.allOf(batch.toArray(CompletableFuture[]::new)).thenRun(() -> {
            if (batch.stream().allMatch(CompletableFuture::join)) {
                slowStart(starts, to, size * 2);
            } else {
                starts.subList(to, starts.size()).forEach(start -> busy.remove(start.name()));
                wake.run();
            }
        });
    }

    /// A success asks for another round at once. After anything else the world is as it was: the next relist is soon
    /// enough, and asking again at once would ask for ever.
    private CompletableFuture<Boolean> run(Action action, Runnable release) {
        var done = new CompletableFuture<Boolean>();
        executor.execute(() -> {
            Outcome outcome = new Outcome.Failed("a defect of reconciler itself");
            try {
                outcome = carryOut(action);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a defect of reconciler itself: " + action, e);
            } finally {
                release.run();
                done.complete(!(outcome instanceof Outcome.Failed));
                if (outcome instanceof Outcome.Succeeded || outcome instanceof Outcome.Started) {
                    wake.run();
                }
            }
        });
        return done;
    }

    /// Nothing more is begun: what was intended is on disk, and the next daemon goes on from there.
    void stop() {
        stopping = true;
    }

    private Outcome carryOut(Action action) {
        if (stopping) {
            return new Outcome.Skipped("reconciler is stopping");
        }
        var outcome = decided(action)
                ? actuator.carryOut(action, () -> hurried(action))
                : new Outcome.Skipped("its record could not be written to the state directory");
        LOG.log(Level.DEBUG, "{0} {1}", action, outcome);
        switch (outcome) {
            case Outcome.Succeeded() ->
                    memory.update(history -> Journal.done(history, action, null, clock.now()));
            // No write of its own: what was intended is on disk, and says the same, only with the program as in the spec.
            case Outcome.Started(var argv) -> memory.note(history -> Journal.started(history, action, argv));
            case Outcome.Skipped(var why) -> LOG.log(Level.INFO, "skipped {0}: {1}", subject(action), why);
            case Outcome.Failed(var why) -> {
                LOG.log(Level.WARNING, "failed {0}: {1}", subject(action), why);
                memory.update(history -> Journal.done(history, action, why, clock.now()));
            }
        }
        return outcome;
    }

    /// Nothing is ended, and nothing typed, on a decision that is not on disk: it is decided anew by the next round.
    private boolean decided(Action action) {
        return !decides(action)
                || action instanceof Action.OfAgent about
                        && memory.updateDurably(
                                about.name(), history -> Journal.intend(history, action, policy, clock.now()));
    }

    /// Whether a person shortened what is being waited for: nobody is asked nicely any longer then.
    private boolean hurried(Action action) {
        var agent = action instanceof Action.Ask ask ? memory.history().agents().get(ask.name()) : null;
        return agent != null
                && action instanceof Action.Ask ask
                && Ending.hurried(agent, ask.deadline(), clock.now());
    }

    private static boolean decides(Action action) {
        return action instanceof Action.Ask
                || action instanceof Action.Type
                || action instanceof Action.Stop stop && stop.step() == Action.Step.Term;
    }

    private static String subject(Action action) {
        return switch (action) {
            case Action.OfAgent agent -> action.getClass().getSimpleName() + " " + agent.name();
            case Action.OfServer server -> action.getClass().getSimpleName() + " " + server.namespace();
            case Action.OfUnit unit -> action.getClass().getSimpleName() + " " + unit.unit();
        };
    }
}
