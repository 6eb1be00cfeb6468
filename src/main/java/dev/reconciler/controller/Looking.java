package dev.reconciler.controller;

import dev.reconciler.plan.Checkup;
import java.util.HashSet;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.host.AtOnce;
import dev.reconciler.host.Host;
import dev.reconciler.observed.Census;
import dev.reconciler.observed.Correlator;
import dev.reconciler.observed.Listener;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.observed.Observer;
import dev.reconciler.plan.Planner;
import dev.reconciler.plan.Recorder;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How a round looks at the machine: no more often and no deeper than it must.
final class Looking {
    /// A full look at the process table at least this often, for what no event tells.
    private static final Duration DEEP = Duration.ofMinutes(1);

    private final Host host;
    private final Executor executor;
    private final Runnable wake;
    private final Observer observer;
    private final Listener listener;
    private @Nullable Moment lastDeep;
    private @Nullable Moment lastComplete;
    private @Nullable Picture picture;

    /// What sessions follow from: while it is the same, they are.
    private record Picture(
            Census census, Collection<AgentName> names, History history, String source, ObservedState observed) {
        boolean holds(Census census, Collection<AgentName> names, History history, String source) {
            return this.history == history
                    && this.census.equals(census)
                    && this.names.equals(names)
                    && this.source.equals(source);
        }
    }

    Looking(Host host, Executor executor, Runnable wake) {
        this.host = host;
        this.executor = executor;
        this.wake = wake;
        observer = new Observer(host, executor);
        listener = new Listener(host);
    }

    /// The last look that every server answered, null before the first.
    @Nullable
    Moment lastComplete() {
        return lastComplete;
    }

    /// @param busy names whose last action is under way, `busyServers` namespaces likewise
    ObservedState sessions(
            DesiredState desired, History remembered, Set<AgentName> busy, Set<String> busyServers, Moment now) {
        var history = Recorder.ofThisBoot(remembered, now);
        var names = Observer.union(
                List.of(desired.desires().keySet(), history.agents().keySet()));
        boolean deep = lastDeep == null || now.since(lastDeep).compareTo(DEEP) >= 0
        // What was just ended is looked at until nothing of it is left, or it is said that something is.
                || history.fleet().teardowns().stream().anyMatch(one -> one.left().isEmpty());
        var census = observer.look(names, history, desired.source().id(), deep);
        if (census.scan() != null) {
            lastDeep = now;
        }
        var seen = correlate(census, names, history, desired.source().id()).underWay(busy, busyServers);
        var observed = seen.vitals(listener.listen(seen.sessions(), history, watched(desired, history), now));
        boolean complete = observed.servers().values().stream().noneMatch(s -> s instanceof ServerState.Silent);
        lastComplete = complete ? now : lastComplete;
        return observed;
    }

    private static Set<AgentName> watched(DesiredState desired, History history) {
        var watched = new HashSet<AgentName>();
        for (var agent : history.agents().values()) {
            if (desired.of(agent.name()) instanceof Desire.Wanted(var want) && Checkup.waitsForIdle(want, agent)) {
                watched.add(agent.name());
            }
        }
        return watched;
    }

    private ObservedState correlate(Census census, Collection<AgentName> names, History history, String source) {
        var before = picture;
        if (before != null && before.holds(census, names, history, source)) {
            return before.observed();
        }
        var observed = Correlator.correlate(census, names, history, source);
        picture = new Picture(census, names, history, source, observed);
        return observed;
    }

    /// Whether a start of each would work now; all are looked at at once.
    SortedMap<AgentName, Preflight> preflights(DesiredState desired, History history, Set<AgentName> names) {
        var checks = new TreeMap<AgentName, Supplier<Preflight>>();
        for (var name : names) {
            var agent = desired.of(name).agent();
            if (agent != null) {
                var spec = Planner.nextRun(agent, history).spec();
                checks.put(name, () -> host.workplace().check(spec));
            }
        }
        return AtOnce.ask(checks, executor);
    }

    /// Another round as soon as one of these processes ends.
    void watch(ObservedState observed) {
        for (var session : observed.sessions().values()) {
            if (session instanceof Session.Running(var pane, var process)) {
                host.processes().watch(process, wake);
            }
        }
    }
}
