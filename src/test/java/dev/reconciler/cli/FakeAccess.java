package dev.reconciler.cli;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Checkout;
import dev.reconciler.api.Condition;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Source;
import dev.reconciler.controller.Access;
import dev.reconciler.controller.Forecast;
import dev.reconciler.controller.View;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.desired.Models;
import dev.reconciler.desired.Picture;
import dev.reconciler.desired.Reader;
import dev.reconciler.desired.Tracker;
import dev.reconciler.host.Folder;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.actuate.Outcome;
import dev.reconciler.observed.Inventory;
import dev.reconciler.observed.ScopeInventory;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.Finding;
import dev.reconciler.plan.Plan;
import dev.reconciler.status.Event;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A machine made by hand: pictures that a test puts together, one after the other.
final class FakeAccess implements Access {
    static final ProcessRef SERVER = new ProcessRef(1000, 77);
    private static final Moment NOW =
            new Moment("boot", Duration.ofDays(10).toNanos(), Instant.parse("2026-11-20T12:00:00Z"));

    final List<Event> events = new CopyOnWriteArrayList<>();
    /// What happens right after the events were asked for.
    Runnable meanwhile = () -> {};
    String syncError = "";
    Forecast forecast;
    final List<String> asked = new CopyOnWriteArrayList<>();
    Inventory inventory = new Inventory(List.of(), List.of());
    List<Finding> garbage = List.of();
    ScopeInventory scopes = new ScopeInventory(List.of(), "no user manager of systemd");
    String refusal;
    Path logs = Path.of("/nowhere");
    Path manifests = Path.of("/home/ada/agents");
    private volatile View view;
    private volatile Moment now = NOW;

    FakeAccess(World world) {
        view = world.view(1);
    }

    static Moment ago(Duration age) {
        return NOW.plus(age.negated());
    }

    synchronized void show(World world) {
        view = world.view(view.round() + 1);
        notifyAll();
    }

    synchronized void pass(Duration time) {
        now = now.plus(time);
        notifyAll();
    }

    @Override
    public Moment now() {
        return now;
    }

    @Override
    public View view() {
        return view;
    }

    /// Time passes as in the world, but not by the clock: a limit that nothing interrupts is over at once.
    @Override
    public synchronized View next(View seen, Duration limit) throws InterruptedException {
        if (view.round() == seen.round()) {
            wait(2);
        }
        if (view.round() == seen.round()) {
            now = now.plus(limit);
        }
        return view;
    }

    @Override
    public List<Event> events() {
        var told = List.copyOf(events);
        meanwhile.run();
        return told;
    }

    @Override
    public Inventory servers(Inventory.Witness witness, boolean ask) {
        return inventory;
    }

    @Override
    public List<Inventory.Entry> lostServers() {
        return inventory.lost();
    }

    @Override
    public String rescue(ProcessRef server) throws Refusal {
        asked.add("rescue " + server);
        if (refusal != null) {
            throw new Refusal(refusal);
        }
        return "/tmp/tmux-1000/default.ghost-" + server.pid();
    }

    @Override
    public ScopeInventory scopes() {
        return scopes;
    }

    @Override
    public List<Finding> garbage(Set<Long> foreign) {
        return garbage;
    }

    @Override
    public Outcome reap(Finding finding) {
        asked.add("reap " + finding.what());
        return new Outcome.Succeeded();
    }

    @Override
    public Path logs() {
        return logs;
    }

    @Override
    public Path manifests() {
        return manifests;
    }

    @Override
    public Path socket(String namespace) {
        return Path.of("/run/user/1000/reconciler/" + namespace + ".sock");
    }

    @Override
    public String screen(AgentName name, int history, boolean ansi) {
        return "screen of " + name + " with " + history + " lines" + (ansi ? " in colour" : "") + "\n";
    }

    @Override
    public void delete(AgentName name, @Nullable Integer graceSeconds) throws Refusal {
        asked.add("delete " + name + " " + graceSeconds);
    }

    @Override
    public void rolloutRestart(AgentName name) {
        asked.add("restart " + name);
    }

    @Override
    public String send(AgentName name, String text, Duration limit) {
        asked.add("send " + name + " " + text + " " + limit);
        return "run/m1";
    }

    @Override
    public void suspendSource(boolean suspended) {
        asked.add("suspend " + suspended);
    }

    @Override
    public String syncSource() {
        asked.add("sync");
        return syncError;
    }

    @Override
    public Forecast forecast(String revision) throws Refusal {
        asked.add("forecast " + revision);
        if (forecast == null) {
            throw new Refusal("no commit is called \"" + revision + "\"");
        }
        return forecast;
    }

    @Override
    public List<AgentName> approve(List<AgentName> names) {
        asked.add("approve " + names);
        return names;
    }

    /// What one picture shows. Begins empty and healthy.
    static final class World {
        private final TreeMap<AgentName, Desire> desires = new TreeMap<>();
        private final TreeMap<AgentName, AgentStatus> statuses = new TreeMap<>();
        private final TreeMap<AgentName, Session> sessions = new TreeMap<>();
        private final TreeMap<AgentName, Action.OfAgent> actions = new TreeMap<>();
        private final TreeMap<String, ServerState> servers = new TreeMap<>();
        private final List<AgentHistory.Change> waiting = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();
        private final List<String> troubles = new ArrayList<>();
        private @Nullable Checkout checkout;
        private @Nullable Long daemon = 4711L;
        private @Nullable Moment complete = ago(Duration.ofSeconds(1));

        World manifest(String yaml) {
            var parsed = Picture.of(new TreeMap<>(Collections.singletonMap(
                    "team.yaml", Reader.read("team.yaml", yaml.getBytes(StandardCharsets.UTF_8)))));
            if (!parsed.errors().isEmpty()) {
                throw new IllegalArgumentException(parsed.errors().toString());
            }
            for (Agent agent : parsed.agents().values()) {
                desires.put(
                        agent.name(),
                        agent.spec().suspend() ? new Desire.Suspended(agent) : new Desire.Wanted(agent));
            }
            return this;
        }

        /// What a folder with these files asks for.
        World folder(Map<String, String> files) {
            var seen = new TreeMap<String, Folder.File>();
            files.forEach((file, text) -> seen.put(file,
                    new Folder.File.Content(text.getBytes(StandardCharsets.UTF_8), true)));
            desires.putAll(new Tracker("source", false, Models.ANY)
                    .update(new Folder.Look.Seen(seen), NOW, TreeMap::new)
                    .desired()
                    .desires());
            return this;
        }

        /// Up for an hour, never restarted.
        World running(String namespace, String name, long pid) {
            var key = new AgentName(namespace, name);
            var process = new ProcessRef(pid, pid * 10);
            var run = new RunId("0a1b2c3d0a1b2c3d", 1);
            var session = new Session.Running(pane(key, run), process);
            servers.put(namespace, new ServerState.Up(SERVER, true, false));
            actions.put(key, new Action.Hold(key, Reason.Running, "", null));
            return put(status(key, "Running", Reason.Running, "runs as the folder says", Condition.Status.True, session,
                    process, run, 0, null, null));
        }

        /// Its run is remembered, and this is all that is seen of it.
        World seen(String namespace, String name, Session session) {
            return put(status(new AgentName(namespace, name), "Unknown", Reason.ObservationIncomplete, "",
                    Condition.Status.Unknown, session, null, new RunId("0a1b2c3d0a1b2c3d", 1), 0, null, null));
        }

        World crashing(String namespace, String name) {
            var key = new AgentName(namespace, name);
            var run = new RunId("ffff0000ffff0000", 6);
            var exit = new Exit.Code(1);
            var session = new Session.Exited(pane(key, run), exit, List.of());
            var last = new AgentHistory.Ended(
                    run, null, exit, ago(Duration.ofSeconds(50)), ago(Duration.ofSeconds(40)));
            servers.put(namespace, new ServerState.Up(SERVER, true, false));
            var message = "back-off 80s restarting " + name;
            actions.put(key, new Action.Hold(key, Reason.CrashLoopBackOff, message, NOW.plus(Duration.ofSeconds(40))));
            return put(status(key, "CrashLoopBackOff", Reason.CrashLoopBackOff, message, Condition.Status.False,
                    session, null, run, 5, last, NOW.plus(Duration.ofSeconds(40))));
        }

        World starting(String namespace, String name) {
            var key = new AgentName(namespace, name);
            var agent = ((Desire.Wanted) desires.get(key)).agent();
            var mark = new OwnerMark("source", key, new RunId("1111222211112222", 1), agent.runHash(), 1, false);
            actions.put(key, new Action.Start(key, agent, mark, Reason.Created, false, null));
            return put(status(key, "Pending", Reason.Starting, "a first run is being started", Condition.Status.False,
                    new Session.Absent(null), null, null, 0, null, null));
        }

        World awaiting(String namespace, String name) {
            var key = new AgentName(namespace, name);
            waiting.add(new AgentHistory.Change(key, "0a1b2c3d0a1b2c3d", Reason.SpecRemoved, "", NOW));
            actions.put(key, new Action.Hold(key, Reason.ApprovalNeeded, "3 of 4 agents would stop", null));
            return this;
        }

        World checkout(Checkout said) {
            checkout = said;
            return this;
        }

        World problem(String line) {
            problems.add(line);
            return this;
        }

        World trouble(String sentence) {
            troubles.add(sentence);
            return this;
        }

        World withoutDaemon() {
            daemon = null;
            return this;
        }

        World blind() {
            complete = null;
            return this;
        }

        World silent(String namespace) {
            servers.put(namespace, new ServerState.Silent("no answer within 5 s"));
            return this;
        }

        World gone(String namespace, String name) {
            statuses.remove(new AgentName(namespace, name));
            return this;
        }

        private World put(AgentStatus status) {
            statuses.put(status.name(), status);
            sessions.put(status.name(), status.session());
            return this;
        }

        private static AgentStatus status(
                AgentName name,
                String phase,
                Reason reason,
                String message,
                Condition.Status ready,
                Session session,
                @Nullable ProcessRef process,
                @Nullable RunId run,
                int restarts,
                AgentHistory.@Nullable Ended last,
                @Nullable Moment retry) {
            var since = ago(Duration.ofMinutes(59));
            return new AgentStatus(
                    name,
                    run == null ? "1111222211112222" : run.uid(),
                    1,
                    1,
                    phase,
                    reason,
                    message,
                    List.of(new Condition(Condition.READY, ready, reason, message, since)),
                    session,
                    process,
                    run,
                    restarts,
                    last,
                    process == null ? null : since,
                    ago(Duration.ofHours(1)),
                    retry,
                    List.of(),
                    dev.reconciler.api.Health.UNKNOWN,
                    null);
        }

        private static Session.Pane pane(AgentName name, RunId run) {
            var mark = new OwnerMark("source", name, run, new dev.reconciler.api.SpecHash(1, "abcd"), 1, false);
            return new Session.Pane(SERVER, "%3", "$3", mark, 0, true, false);
        }

        View view(long round) {
            var source =
                    new Source("source", problems.isEmpty(), true, desires.isEmpty(), false, List.copyOf(problems),
                            checkout);
            return new View(
                    round,
                    NOW,
                    complete,
                    daemon,
                    new DesiredState(new TreeMap<>(desires), source),
                    new ObservedState(new TreeMap<>(sessions), new TreeMap<>(servers), new TreeMap<>()),
                    new History(
                            new AgentHistory.Fleet(0, List.of(), List.of(), new TreeMap<>()), new TreeMap<>()),
                    new Plan(new TreeMap<>(), new TreeMap<>(actions), List.copyOf(waiting), new TreeSet<>(), null),
                    new TreeMap<>(statuses),
                    List.copyOf(troubles));
        }
    }
}
