package dev.reconciler.observed;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Uids;
import dev.reconciler.api.Units;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Tmux;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Facts to states: pure. A name gets exactly one [Session], and nothing that is not proven is ever called ours or
/// absent.
public final class Correlator {
    private static final int KILL = 9;

    private final Census census;
    private final History history;
    private final String source;
    private final @Nullable Kinship kinship;
    private final LostServers lost;
    private final SortedMap<String, ServerState> servers = new TreeMap<>();
    private final Map<AgentName, List<Tmux.PaneLine>> marked = new HashMap<>();

    /// Sessions, by namespace, that have a pane without a mark.
    private final Map<String, Set<String>> shared = new HashMap<>();

    private Correlator(Census census, History history, String source) {
        this.census = census;
        this.history = history;
        this.source = source;
        lost = new LostServers(census, history);
        kinship = census.scan() == null ? null : new Kinship(census.scan(), ourServers(census), census.scopes());
        census.servers().forEach((namespace, look) -> {
            servers.put(namespace, server(namespace, look));
            index(namespace, panes(look));
        });
    }

    private void index(String namespace, List<Tmux.PaneLine> lines) {
        for (var line : lines) {
            var mark = line.mark();
            if (mark == null) {
                shared.computeIfAbsent(namespace, n -> new HashSet<>()).add(line.sessionId());
            } else if (mark.name().namespace().equals(namespace)) {
                marked.computeIfAbsent(mark.name(), n -> new ArrayList<>(1)).add(line);
            }
        }
    }

    /// @param names those desired or remembered; names found by mark are added
    public static ObservedState correlate(Census census, Collection<AgentName> names, History history, String source) {
        var correlator = new Correlator(census, history, source);
        var all = new TreeSet<>(names);
        correlator.markedNames(all);
        var sessions = new TreeMap<AgentName, Session>();
        for (var name : all) {
            sessions.put(name, correlator.session(name));
        }
        return new ObservedState(sessions, correlator.servers, new TreeMap<>()).scopes(ScopesSeen.of(census, source))
                .runtimeGone(census.runtimeGone());
    }

    private void markedNames(Collection<AgentName> into) {
        census.servers().forEach((namespace, look) -> {
            for (var pane : panes(look)) {
                var mark = pane.mark();
                if (mark != null && mark.source().equals(source) && mark.name().namespace().equals(namespace)) {
                    into.add(mark.name());
                }
            }
        });
    }

    private static Set<Long> ourServers(Census census) {
        var pids = new TreeSet<Long>();
        for (var look : census.servers().values()) {
            if (look instanceof Tmux.Look.Answered answered) {
                pids.add(answered.server().pid());
            }
        }
        return pids;
    }

    private static List<Tmux.PaneLine> panes(Tmux.Look look) {
        return switch (look) {
            case Tmux.Look.Answered answered -> answered.panes();
            case Tmux.Look.NobodyListens() -> List.of();
            case Tmux.Look.Silent(var why) -> List.of();
        };
    }

    private ServerState server(String namespace, Tmux.Look look) {
        return switch (look) {
            case Tmux.Look.Answered(var process, boolean reachable, var panes, var sightings) -> {
                // Another server of ours took the path while nobody was connected: the known one has the agents.
                var known = lost.known(namespace);
                yield known != null && !known.equals(process)
                        ? new ServerState.Ghosted(known)
                        : new ServerState.Up(
                                process, reachable, panes.stream().allMatch(p -> p.sessionName().equals(Tmux.HOLDER)));
            }
            case Tmux.Look.Silent(var why) -> {
                // Somebody else's server on our path does not speak for ours.
                var ghost = lost.hidden(namespace);
                yield ghost != null ? new ServerState.Ghosted(ghost) : new ServerState.Silent(why);
            }
            case Tmux.Look.NobodyListens() -> unheard(namespace);
        };
    }

    /// Nobody listens: down, or a ghost. Only a complete process table tells.
    private ServerState unheard(String namespace) {
        var scan = census.scan();
        if (scan == null) {
            return new ServerState.Silent("nobody listens on its socket, and the process table was not read");
        }
        var ghost = lost.any(namespace);
        if (ghost != null) {
            return new ServerState.Ghosted(ghost);
        }
        return scan.complete()
                ? new ServerState.Down()
                : new ServerState.Silent("nobody listens on its socket, and the process table could not be read: "
                        + String.join("; ", scan.blind()));
    }

    private Session session(AgentName name) {
        return switch (servers.get(name.namespace())) {
            case null -> new Session.Unknown("its server was not looked at");
            case ServerState.Silent(var why) -> new Session.Unknown("tmux server of " + name.namespace() + ": " + why);
            case ServerState.Ghosted(var process) -> new Session.Ghost(process);
            case ServerState.Down() -> without(name, List.of());
            case ServerState.Up(var process, boolean reachable, boolean vacant) -> onServer(name, process);
        };
    }

    private Session onServer(AgentName name, ProcessRef server) {
        var runs = new ArrayList<Session>();
        var theirs = new HashSet<Long>();
        @Nullable
        String otherSource = null;
        for (var line : marked.getOrDefault(name, List.of())) {
            var mark = Objects.requireNonNull(line.mark());
            if (!mark.source().equals(source)) {
                otherSource = mark.source();
                theirs.add(line.pid());
                continue;
            }
            boolean split = shared.getOrDefault(name.namespace(), Set.of()).contains(line.sessionId());
            runs.add(run(
                    line,
                    new Session.Pane(
                            server, line.paneId(), line.sessionId(), mark, line.attached(), line.piped(), split)));
        }
        for (var run : runs) {
            if (run instanceof Session.Unknown unknown) {
                return unknown;
            }
        }
        if (!runs.isEmpty()) {
            strayRun(name, runs).forEach(runs::add);
            return runs.size() == 1 ? runs.getFirst() : new Session.Doubled(List.copyOf(runs));
        }
        var look = census.servers().getOrDefault(name.namespace(), new Tmux.Look.NobodyListens());
        var rest = without(name, panes(look));
        boolean ours = rest instanceof Session.Unknown || rest instanceof Session.Orphaned(var run, var processes)
                && processes.stream().noneMatch(process -> theirs.contains(process.pid()));
        return otherSource == null || ours ? rest : new Session.OtherSource(otherSource);
    }

    /// One marked pane: alive, dead, or not told yet.
    private Session run(Tmux.PaneLine line, Session.Pane pane) {
        return switch (census.sightings().get(line.pid())) {
            case ProcessTable.Sighting.Alive(var process) ->
                    !line.dead() || isMain(process, pane.mark().name(), pane.mark().run())
                            ? new Session.Running(pane, process)
                            : exited(line, pane);
            case ProcessTable.Sighting.Zombie(_, _) -> ended(line, pane, "ended, tmux has not told how yet");
            case ProcessTable.Sighting.Gone() -> ended(line, pane, "gone, tmux has not noticed yet");
            case ProcessTable.Sighting.Unreadable(var why) ->
                    new Session.Unknown("process " + line.pid() + ": " + why);
            case null -> ended(line, pane, "tmux does not tell its process");
        };
    }

    private Session ended(Tmux.PaneLine line, Session.Pane pane, String why) {
        return line.dead() ? exited(line, pane) : new Session.Unknown("process " + line.pid() + " " + why);
    }

    private Session exited(Tmux.PaneLine line, Session.Pane pane) {
        if (kinship == null || census.scan() == null || !census.scan().complete()) {
            return new Session.Unknown("its program ended; whether it left anything behind could not be looked at");
        }
        Exit exit = line.exitSignal() != null
                ? bySignal(pane, line.exitSignal())
                : line.exitStatus() != null ? new Exit.Code(line.exitStatus())
                : new Exit.Unseen();
        var run = pane.mark().run().toString();
        return new Session.Exited(pane, exit, kinship.of(null, run::equals));
    }

    private Exit bySignal(Session.Pane pane, int number) {
        boolean memory = number == KILL
                && census.killedForMemory().contains(Units.scope(pane.mark().name(), pane.mark().run()));
        return memory ? new Exit.OutOfMemory() : new Exit.Signal(number);
    }

    /// A pane that tmux calls dead while its pid lives: the program closed its terminal, or the pid is another's now.
    private boolean isMain(ProcessRef process, AgentName name, RunId run) {
        var remembered = remembered(name);
        if (remembered != null && remembered.id().equals(run) && remembered.process() != null) {
            return remembered.process().equals(process);
        }
        return census.scan() != null
                && census.scan()
                        .processes()
                        .stream()
                        .anyMatch(p -> p.ref().equals(process) && run.toString().equals(p.runId()));
    }

    private AgentHistory.@Nullable Run remembered(AgentName name) {
        var agent = history.agents().get(name);
        return agent == null ? null : agent.run();
    }

    /// The main process of the remembered run, when it lives and none of the panes is its.
    private List<Session> strayRun(AgentName name, List<Session> runs) {
        var run = remembered(name);
        if (run == null || run.process() == null || run.ended() != null) {
            return List.of();
        }
        var main = run.process();
        boolean shown = runs.stream().anyMatch(s -> s instanceof Session.Running(var pane, var p) && p.equals(main));
        boolean lives = census.sightings().get(main.pid()) instanceof ProcessTable.Sighting.Alive(var ref)
                && ref.equals(main);
        return shown || !lives ? List.of() : List.of(new Session.Orphaned(run.id(), List.of(main)));
    }

    /// No pane of ours: orphaned, taken, absent, or not known.
    private Session without(AgentName name, List<Tmux.PaneLine> lines) {
        var scan = census.scan();
        if (kinship == null || scan == null) {
            return new Session.Unknown("it has no pane, and the process table was not read");
        }
        var prefix = Uids.prefix(source, name);
        var run = remembered(name);
        var main = run == null || run.ended() != null ? null : run.process();
        var elsewhere = lost.above(name.namespace(), main, id -> id.startsWith(prefix));
        if (elsewhere != null) {
            return new Session.Ghost(elsewhere);
        }
        var alive = kinship.of(main, id -> id.startsWith(prefix));
        if (!alive.isEmpty()) {
            var id = run != null && alive.getFirst().equals(main) ? run.id() : runOf(scan, alive);
            return new Session.Orphaned(id, alive);
        }
        if (!scan.complete()) {
            return new Session.Unknown("it has no pane, and the process table could not be read: "
                    + String.join("; ", scan.blind()));
        }
        @Nullable
        String squatter = null;
        for (var line : lines) {
            if (!line.sessionName().equals(name.name())) {
                continue;
            }
            if (line.sessionMark() == null || !line.sessionMark().startsWith(prefix)) {
                return new Session.Foreign("session " + line.sessionName() + " (" + line.sessionId()
                        + ") on our server has no mark of ours");
            }
            squatter = line.sessionId();
        }
        return new Session.Absent(squatter);
    }

    private static RunId runOf(ProcessTable.Scan scan, List<ProcessRef> alive) {
        return scan.processes()
                .stream()
                .filter(p -> p.runId() != null && alive.contains(p.ref()))
                .map(p -> parse(p.runId()))
                .max((a, b) -> Long.compare(a.number(), b.number()))
                .orElse(new RunId("unknown", 0));
    }

    private static RunId parse(@Nullable String text) {
        try {
            return text == null ? new RunId("unknown", 0) : RunId.parse(text);
        } catch (IllegalArgumentException e) {
            return new RunId("unknown", 0);
        }
    }
}
