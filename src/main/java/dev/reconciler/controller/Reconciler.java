package dev.reconciler.controller;

import java.util.Objects;
import dev.reconciler.actuate.Actuator;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Condition;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.desired.Models;
import dev.reconciler.desired.Tracker;
import dev.reconciler.host.Host;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.observed.Prober;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.HistoryEdit;
import dev.reconciler.plan.Plan;
import dev.reconciler.plan.Planner;
import dev.reconciler.plan.Policy;
import dev.reconciler.plan.Recorder;
import dev.reconciler.recording.Inputs;
import dev.reconciler.recording.Recording;
import dev.reconciler.status.Applied;
import dev.reconciler.status.Event;
import dev.reconciler.status.EventLog;
import dev.reconciler.status.HistoryStore;
import dev.reconciler.status.StatusCalculator;
import dev.reconciler.status.Teller;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The round: look, note, plan, act, report. Called by one thread; events only decide when, never what.
public final class Reconciler {
    private static final System.Logger LOG = System.getLogger("reconciler");

    /// So many changed agents leave the heap larger than what it holds: given back (20 ms) while nobody waits.
    private static final int BURST = 20;
    /// Nothing tells when a process that is being killed is gone from the table, or a preflight would pass by now.
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Host host;
    private final Tracker tracker;
    private final Policy policy;
    private final Runnable wake;
    private final Looking looking;
    private final Prober prober;
    private final Memory memory;
    private final EventLog events;
    private final Dispatcher dispatcher;
    private final @Nullable Long daemonPid;
    private History told;
    /// When the last revision of the folder was taken in.
    private History applied;
    private long rounds;
    /// While what a plan follows from is the same and no time limit passed, the plan is.
    private @Nullable Inputs quiet;
    private Recording recording = Recording.NONE;
    private volatile @Nullable View view;

    /// @param source the manifests folder's id
    /// @param models those that manifests may ask for
    /// @param logs the folder of what agents print
    /// @param executor carries out actions and slow looks; a direct one makes a round wait for all its effects
    /// @param prober asks running programs how they are, when it is told to
    /// @param wake asks for another round
    /// @param daemonPid null for a look without a daemon
    /// @throws IOException when what is remembered cannot be read: nobody may go on as if nothing were
    public static Reconciler open(
            Host host,
            String source,
            boolean allowEmpty,
            Models models,
            Policy policy,
            Path logs,
            Executor executor,
            Prober prober,
            Runnable wake,
            @Nullable Long daemonPid)
            throws IOException {
        var memory = new Memory(new HistoryStore(host.storage()));
        var events = EventLog.open(host.storage(), host.clock());
        var now = host.clock().now();
        for (var problem : memory.problems()) {
            LOG.log(Level.WARNING, problem);
            events.add(List.of(new Event(now, now, 1, Event.Type.Warning, Reason.StateDamaged, null, problem)));
        }
        return new Reconciler(
                host, new Tracker(source, allowEmpty, models), memory, events, policy, logs, executor, prober, wake,
                daemonPid);
    }

    private Reconciler(
            Host host,
            Tracker tracker,
            Memory memory,
            EventLog events,
            Policy policy,
            Path logs,
            Executor executor,
            Prober prober,
            Runnable wake,
            @Nullable Long daemonPid) {
        this.host = host;
        this.tracker = tracker;
        this.memory = memory;
        this.events = events;
        this.policy = policy;
        this.wake = wake;
        this.prober = prober;
        this.daemonPid = daemonPid;
        told = memory.history();
        applied = told;
        looking = new Looking(host, executor, wake);
        dispatcher = new Dispatcher(new Actuator(host, logs), memory, policy, host.clock(), executor, wake);
    }

    /// One round.
    ///
    /// @return when the next is due at the latest, null: whenever something happens
    public @Nullable Moment round() {
        var before = memory.history();
        var busy = dispatcher.busy();
        var now = host.clock().now();
        var read = tracker.update(Suspension.look(host.folder(), before), now, () -> Memory.remembered(before));
        var desired = read.desired();
        var observed = looking.sessions(desired, before, busy, dispatcher.busyServers(), now)
                .health(prober.health());
        var history = memory.note(h -> Recorder.note(desired, observed, h, busy, policy, now));
        var looked = plan(desired, observed, history, now);
        if (looked == quiet) {
            recording.quiet(now);
        } else {
            recording.round(looked);
            looking.watch(observed);
            prober.aim(looked.desired(), looked.observed(), looked.history());
            host.runFiles().listen(live(looked.history()));
        }
        report(looked, now);
        dispatcher.dispatch(looked.plan());
        boolean atRest = quiet != null && busy.isEmpty();
        if (atRest && memory.settle() >= BURST) {
            System.gc();
        }
        return Moment.earlier(Moment.earlier(looked.plan().wakeAt(), read.again()), soon(looked.plan(), now));
    }

    /// Runs that may speak, with those that are being started.
    private static List<RunId> live(History history) {
        var live = new ArrayList<RunId>();
        for (var agent : history.agents().values()) {
            for (var run : Arrays.asList(agent.run(), agent.duplicate())) {
                if (run != null && run.ended() == null) {
                    live.add(run.id());
                }
            }
            if (agent.next() != null) {
                live.add(agent.next().id());
            }
        }
        return live;
    }

    /// Writes down the rounds that follow.
    public void record(Recording rounds) {
        recording = rounds;
        rounds.begin(trouble -> {
            var now = host.clock().now();
            events.add(List.of(new Event(now, now, 1, Event.Type.Warning, Reason.StateUnwritten, null, trouble)));
        });
    }

    /// Whether actions are under way.
    boolean acts() {
        return dispatcher.acts();
    }

    /// Begins nothing more.
    void stop() {
        dispatcher.stop();
    }

    /// What a round would do, with nothing done and nothing written.
    View look() {
        var before = memory.history();
        var now = host.clock().now();
        var desired =
                tracker.update(Suspension.look(host.folder(), before), now, () -> Memory.remembered(before)).desired();
        var observed = looking.sessions(desired, before, Set.of(), Set.of(), now);
        var history = Recorder.note(desired, observed, before, Set.of(), policy, now);
        var looked = plan(desired, observed, history, now);
        return view(looked, statuses(looked, now), now);
    }

    /// The newest picture, null before the first round.
    public @Nullable View view() {
        return view;
    }

    /// Where verbs are answered, beginning with the newest picture.
    ///
    /// @throws IllegalStateException before the first round
    public Access desk(Settings settings) {
        return desk(settings, Words.of(memory));
    }

    Desk desk(Settings settings, Words words) {
        var first = view;
        if (first == null) {
            throw new IllegalStateException("no round yet");
        }
        return new Desk(host, settings, policy, events, first, words, wake);
    }

    /// The same without rounds: each picture is a look of its own.
    Desk looking(Settings settings, Words words, Duration poll) {
        return new Desk(host, settings, policy, events, look(), words, () -> {}) {
            @Override
            public View next(View seen, Duration limit) throws InterruptedException {
                Thread.sleep(limit.compareTo(poll) < 0 ? limit : poll);
                publish(look());
                return view();
            }
        };
    }

    Memory memory() {
        return memory;
    }

    /// Plans; where a decision needs a preflight, looks and plans again.
    private Inputs plan(DesiredState desired, ObservedState observed, History history, Moment now) {
        var last = quiet;
        if (last != null
                && last.desired().equals(desired)
                && last.history().equals(history)
                && last.observed().servers().equals(observed.servers())
                && last.observed().sessions().equals(observed.sessions())
                && last.observed().health().equals(observed.health())
                && last.observed().scopes().same(observed.scopes())
                && last.observed().vitals().equals(observed.vitals())
                && Objects.equals(last.observed().runtimeGone(), observed.runtimeGone())
                && last.observed().preflights().isEmpty()
                && (last.plan().wakeAt() == null || !now.reached(last.plan().wakeAt()))) {
            return last;
        }
        var plan = Planner.plan(desired, observed, history, policy, now);
        if (!plan.unchecked().isEmpty()) {
            var checked = observed.preflights(looking.preflights(desired, history, plan.unchecked()));
            return new Inputs(desired, checked, history, now, Planner.plan(desired, checked, history, policy, now));
        }
        return new Inputs(desired, observed, history, now, plan);
    }

    private void report(Inputs looked, Moment now) {
        rounds++;
        var last = view;
        if (looked == quiet && last != null) {
            view = new View(
                    rounds, now, looking.lastComplete(), daemonPid, last.desired(), last.observed(), last.history(),
                    last.plan(),
                    last.statuses(), troubles());
            return;
        }
        var statuses = statuses(looked, now);
        var history = memory.note(remember(statuses));
        events.add(Teller.tell(told, history, looked.plan(), now));
        told = history;
        var revision = Applied.of(applied, history, looked.plan(), now);
        if (revision != null) {
            events.add(List.of(revision));
            applied = history;
        }
        var settled = new Inputs(looked.desired(), looked.observed(), history, now, looked.plan());
        boolean holds = looked.plan().agents().values().stream().allMatch(a -> a instanceof Action.Hold)
                && looked.plan().servers().values().stream().allMatch(a -> a instanceof Action.HoldServer)
                && looked.plan().units().isEmpty();
        quiet = holds ? settled : null;
        view = view(settled, statuses, now);
    }

    private SortedMap<AgentName, AgentStatus> statuses(Inputs looked, Moment now) {
        var statuses = new TreeMap<AgentName, AgentStatus>();
        for (var name : looked.plan().agents().keySet()) {
            statuses.put(
                    name,
                    StatusCalculator.of(
                            name, looked.desired(), looked.observed(), looked.history(), looked.plan(), now));
        }
        return statuses;
    }

    /// Conditions are remembered for the time of their last transition only.
    private static UnaryOperator<History> remember(SortedMap<AgentName, AgentStatus> statuses) {
        return history -> {
            var agents = new TreeMap<>(history.agents());
            boolean changed = false;
            for (var status : statuses.values()) {
                var agent = agents.get(status.name());
                var conditions = new TreeMap<String, Condition>();
                status.conditions().forEach(c -> conditions.put(c.type(), c));
                if (agent != null && !agent.conditions().equals(conditions)) {
                    agents.put(status.name(), new HistoryEdit(agent).conditions(conditions).done());
                    changed = true;
                }
            }
            return changed ? new History(history.fleet(), agents) : history;
        };
    }

    private View view(Inputs looked, SortedMap<AgentName, AgentStatus> statuses, Moment now) {
        return new View(
                rounds, now, looking.lastComplete(), daemonPid, looked.desired(), looked.observed(), looked.history(),
                looked.plan(), statuses, troubles());
    }

    private List<String> troubles() {
        var troubles = new ArrayList<>(memory.problems());
        for (var problem : Arrays.asList(events.problem(), recording.problem())) {
            if (problem != null) {
                troubles.add(problem);
            }
        }
        return List.copyOf(troubles);
    }

    /// Holds that no event ends are looked at again soon.
    private static @Nullable Moment soon(Plan plan, Moment now) {
        var waiting = new TreeSet<Reason>();
        plan.agents().values().forEach(a -> waiting.add(a.reason()));
        return waiting.contains(Reason.ObservationIncomplete) ? now.plus(SOON) : null;
    }
}
