package dev.reconciler.controller;

import dev.reconciler.actuate.Messages;
import dev.reconciler.actuate.Outcome;
import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.DeleteIntent;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Desire;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.PromptText;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.host.Host;
import dev.reconciler.host.TmuxException;
import dev.reconciler.observed.Inventory;
import dev.reconciler.observed.ScopeInventory;
import dev.reconciler.plan.Finding;
import dev.reconciler.plan.HistoryEdit;
import dev.reconciler.plan.Policy;
import dev.reconciler.status.Event;
import dev.reconciler.status.EventLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Answers verbs. A person's word is on disk before it is acknowledged; the rounds do the rest.
class Desk implements Access {
    /// Below the state directory.
    static final String LOGS = "logs";

    /// More for one agent at a time are refused.
    private static final int MESSAGES = 100;

    private final Host host;
    private final Settings settings;
    private final EventLog events;
    private final Words words;
    private final Runnable wake;
    private final SourceDesk source;
    private @Nullable Housekeeping housekeeping;
    private final HeapRoom heap = new HeapRoom();
    private final Object published = new Object();
    private volatile View view;

    Desk(
            Host host, Settings settings, Policy policy, EventLog events, View view, Words words, Runnable wake) {
        source = new SourceDesk(host, settings, policy, words, wake);
        this.host = host;
        this.settings = settings;
        this.events = events;
        this.view = view;
        this.words = words;
        this.wake = wake;
    }

    void publish(View newer) {
        synchronized (published) {
            view = newer;
            published.notifyAll();
        }
    }

    @Override
    public Moment now() {
        return host.clock().now();
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public View next(View seen, Duration limit) throws InterruptedException {
        long end = host.clock().now().nanos() + limit.toNanos();
        synchronized (published) {
            while (view == seen) {
                long left = (end - host.clock().now().nanos()) / 1_000_000;
                if (left <= 0) {
                    return view;
                }
                published.wait(left);
            }
            return view;
        }
    }

    @Override
    public List<Event> events() {
        return events.events();
    }

    @Override
    public Path logs() {
        return settings.state().resolve(LOGS);
    }

    @Override
    public Path manifests() {
        return settings.manifests();
    }

    @Override
    public Path socket(String namespace) {
        return host.tmux().socket(namespace);
    }

    @Override
    public String screen(AgentName name, int history, boolean ansi) throws Refusal {
        var session = view.observed().sessions().get(name);
        var pane =
                switch (session) {
                    case Session.Running(var p, var process) -> p;
                    case Session.Exited(var p, var exit, var leftovers) -> p;
                    case null -> throw new Refusal("agents \"" + name.name() + "\" not found");
                    case Session.Absent a -> throw noScreen(name, "it has no session now");
                    case Session.Orphaned o -> throw noScreen(name, "its tmux server is gone");
                    case Session.Doubled d -> throw noScreen(name, "it runs more than once at the moment");
                    case Session.Ghost g -> throw noScreen(name, "its tmux server has no socket");
                    case Session.OtherSource o -> throw noScreen(name, "its session belongs to another source");
                    case Session.Foreign f -> throw noScreen(name, f.evidence());
                    case Session.Unknown u -> throw noScreen(name, u.why());
                };
        try {
            return host.tmux().capture(name.namespace(), pane, history, ansi);
        } catch (TmuxException e) {
            throw noScreen(name, String.valueOf(e.getMessage()));
        }
    }

    private static Refusal noScreen(AgentName name, String why) {
        return new Refusal("no screen of agent \"" + name.name() + "\": " + why + "; `reconciler logs " + name.name()
                + "` has what it printed");
    }

    @Override
    public void delete(AgentName name, @Nullable Integer graceSeconds) throws Refusal {
        var known = known(name);
        var planned = view.plan().agents().get(name);
        if (planned != null && planned.reason() == Reason.ReconcileDisabled) {
            throw new Refusal("agent \"" + name.name() + "\" is left alone, as its annotation " + Agent.RECONCILE
                    + ": disabled says; remove the annotation first");
        }
        source.refuseCommitted(view, name);
        var digest = digest(view.desired(), name);
        var before = known.delete();
        // A second delete can only shorten; the first one's time counts.
        var grace = before == null || before.graceSeconds() == null
                ? graceSeconds
                : graceSeconds == null ? before.graceSeconds()
                : Integer.valueOf(Math.min(before.graceSeconds(), graceSeconds));
        var at = before == null ? now() : before.at();
        change(name, agent -> new HistoryEdit(agent)
                .delete(new DeleteIntent(at, digest, grace))
                .done());
    }

    private static @Nullable String digest(DesiredState desired, AgentName name) {
        return switch (desired.of(name)) {
            case Desire.Wanted(var agent) -> agent.documentDigest();
            case Desire.Suspended(var agent) -> agent.documentDigest();
            case Desire.Unwanted() -> null;
            case Desire.Unreadable(var lastGood, var why) -> null;
        };
    }

    @Override
    public void rolloutRestart(AgentName name) throws Refusal {
        var run = known(name).run();
        if (run == null) {
            throw new Refusal("agent \"" + name.name() + "\" has not run yet: there is nothing to restart");
        }
        RunId id = run.id();
        change(name, agent -> new HistoryEdit(agent).rollout(id).done());
    }

    @Override
    public String send(AgentName name, String text, Duration limit) throws Refusal {
        var run = known(name).run();
        var status = view.statuses().get(name);
        if (run == null || run.ended() != null || !(view.observed().sessions().get(name) instanceof Session.Running)) {
            throw new Refusal("agent \"" + name.name() + "\" does not run"
                    + (status == null ? "" : " (" + status.phase() + ")") + ": nothing was sent");
        }
        var planned = view.plan().agents().get(name);
        if (planned != null && planned.reason() == Reason.ReconcileDisabled) {
            throw new Refusal("agent \"" + name.name() + "\" is left alone, as its annotation " + Agent.RECONCILE
                    + ": disabled says: nothing was sent");
        }
        var now = now();
        var delivery = Delivery.waiting(
                Messages.id(now), run.id(), "", PromptText.fitsLine(text), now,
                now.plus(limit));
        try {
            Messages.write(host.storage(), delivery.key(), text);
        } catch (IOException e) {
            throw new Refusal("it could not be recorded: " + e.getMessage());
        }
        var waiting = known(name).dialogue().deliveries().stream().filter(Delivery::open).count();
        if (waiting >= MESSAGES) {
            throw new Refusal(waiting + " texts wait for agent \"" + name.name() + "\" already: nothing was sent");
        }
        change(name, agent -> new HistoryEdit(agent).said(agent.dialogue().with(delivery)).done());
        return delivery.key();
    }

    @Override
    public List<AgentName> approve(List<AgentName> names) throws Refusal {
        var waiting = view.plan()
                .awaitingApproval()
                .stream()
                .filter(c -> names.isEmpty() || names.contains(c.name()))
                .toList();
        words.record(null, history -> {
            var fleet = history.fleet();
            var approvals = new ArrayList<>(fleet.approvals());
            for (var change : waiting) {
                if (approvals.stream().noneMatch(change::same)) {
                    approvals.add(change);
                }
            }
            return new History(
                    fleet.approvals(approvals), history.agents());
        });
        wake.run();
        return waiting.stream().map(AgentHistory.Change::name).toList();
    }

    @Override
    public void suspendSource(boolean suspended) throws Refusal {
        source.suspend(suspended);
    }

    @Override
    public String syncSource() {
        return source.sync();
    }

    @Override
    public Forecast forecast(String revision) throws Refusal {
        return source.forecast(view, revision);
    }

    private synchronized Housekeeping housekeeping() {
        var made = housekeeping == null ? new Housekeeping(host, logs()) : housekeeping;
        housekeeping = made;
        return made;
    }

    @Override
    public Inventory servers(Inventory.Witness witness, boolean ask) {
        return housekeeping().inventory(witness, ask, view.history());
    }

    @Override
    public List<Inventory.Entry> lostServers() {
        return housekeeping().lost(view.history());
    }

    /// Looks for servers that cannot be reached, everybody's.
    ///
    /// @return false when another look is needed soon to be certain
    boolean patrol() {
        heap.tidy(host.clock().now());
        return housekeeping().patrol(view.history(), settings.ghosts(), event -> events.add(List.of(event)));
    }

    @Override
    public String rescue(ProcessRef server) throws Refusal {
        try {
            var path = housekeeping().rescue(server, view.history());
            tell(Event.Type.Normal, Reason.Rescued, "Tmux server " + server.pid() + " is reachable again at " + path);
            return path;
        } catch (TmuxException e) {
            throw new Refusal(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public ScopeInventory scopes() {
        return housekeeping().scopes();
    }

    @Override
    public List<Finding> garbage(Set<Long> foreign) {
        return housekeeping().garbage(view, foreign);
    }

    @Override
    public Outcome reap(Finding finding) throws Refusal {
        if (finding instanceof Finding.UnwantedSession session) {
            delete(session.name(), null);
            return new Outcome.Succeeded();
        }
        var outcome = housekeeping().reap(finding);
        if (outcome instanceof Outcome.Succeeded) {
            tell(Event.Type.Normal, Reason.Reaped, "Ended by gc: " + finding.what());
        }
        return outcome;
    }

    /// About a server: no agent's event.
    private void tell(Event.Type type, Reason reason, String message) {
        events.add(List.of(new Event(now(), now(), 1, type, reason, null, message)));
    }

    private AgentHistory known(AgentName name) throws Refusal {
        var agent = view.history().agents().get(name);
        if (agent == null) {
            throw new Refusal("agents \"" + name.name() + "\" not found");
        }
        return agent;
    }

    private void change(AgentName name, UnaryOperator<AgentHistory> change) throws Refusal {
        words.record(name, history -> {
            var agent = history.agents().get(name);
            if (agent == null) {
                return history;
            }
            var agents = new TreeMap<>(history.agents());
            agents.put(name, change.apply(agent));
            return new History(history.fleet(), agents);
        });
        wake.run();
    }
}
