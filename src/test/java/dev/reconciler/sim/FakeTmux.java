package dev.reconciler.sim;

import dev.reconciler.api.Exit;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Session;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Signal;
import dev.reconciler.api.Units;
import dev.reconciler.host.Tmux;
import dev.reconciler.host.TmuxException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/// The daemon's connections to tmux servers, and the sockets they go through.
final class FakeTmux implements Tmux {
    private Path runtimeGone;
    private static final Path RUNTIME = Path.of("/run/user/1000/reconciler");

    private final FakeClock clock;
    private final FakeProcesses processes;
    private final Gate gate;
    private final FakeScopes scopes;
    private final String source;
    private final List<FakeServer> servers = new CopyOnWriteArrayList<>();
    private final Map<String, Path> paths = new HashMap<>();
    private final TreeMap<Path, FakeServer> sockets = new TreeMap<>();
    private final TreeMap<String, FakeServer> connections = new TreeMap<>();
    private int refusals;
    private int silences;
    private boolean landing;

    FakeTmux(FakeClock clock, FakeProcesses processes, Gate gate, FakeScopes scopes, String source) {
        this.clock = clock;
        this.processes = processes;
        this.gate = gate;
        this.scopes = scopes;
        this.source = source;
        processes.onExit = this::ended;
        processes.serverFacts = this::facts;
    }

    /// The kernel's word about a server, ours or a person's own somewhere else.
    private ProcessTable.Server facts(Proc proc) {
        for (var server : servers) {
            if (server.proc == proc) {
                var at = sockets.get(server.path);
                var standing = at == server
                        ? ProcessTable.Standing.Owner
                        : at == null ? ProcessTable.Standing.Unlinked
                        : ProcessTable.Standing.Taken;
                var mark = proc.owner == Owner.SERVER ? server.path.toString() : null;
                var bound = new ProcessTable.Bound(server.path.toString(), proc.ref.pid(), standing);
                return new ProcessTable.Server(mark, List.of(bound), false, null);
            }
        }
        var own = new ProcessTable.Bound("/tmp/tmux-1000/default", proc.ref.pid(), ProcessTable.Standing.Owner);
        return new ProcessTable.Server(null, List.of(own), false, null);
    }

    @Override
    public Path socket(String namespace) {
        return paths.computeIfAbsent(namespace, name -> RUNTIME.resolve(name + ".sock"));
    }

    @Override
    public List<String> namespaces() {
        var names = new TreeSet<>(connections.keySet());
        for (var path : sockets.keySet()) {
            if (path.startsWith(RUNTIME) && path.toString().endsWith(".sock")) {
                var file = path.getFileName().toString();
                names.add(file.substring(0, file.length() - ".sock".length()));
            }
        }
        return List.copyOf(names);
    }

    @Override
    public Look look(String namespace) {
        clock.advance(FakeServer.COMMAND);
        var server = connect(namespace);
        if (server == null) {
            return listening(namespace) == null
                    ? new Look.NobodyListens()
                    : new Look.Silent("the server that listens there is not ours");
        }
        if (server.silent()) {
            connections.remove(namespace);
            return new Look.Silent("tmux does not answer");
        }
        var panes = server.panes()
                .stream()
                .filter(pane -> !pane.session.name.equals(HOLDER))
                .map(FakeTmux::line)
                .toList();
        return new Look.Answered(server.proc.ref, sockets.get(server.path) == server, panes);
    }

    private FakeServer listening(String namespace) {
        var listening = sockets.get(socket(namespace));
        return listening == null || !listening.live() ? null : listening;
    }

    /// The open connection, else a new one to the server of ours that listens on the path; null when there is none.
    private FakeServer connect(String namespace) {
        var open = connections.get(namespace);
        if (open != null && open.live()) {
            return open;
        }
        connections.remove(namespace);
        var listening = listening(namespace);
        if (listening == null || listening.proc.owner != Owner.SERVER) {
            return null;
        }
        connections.put(namespace, listening);
        return listening;
    }

    private static PaneLine line(FakePane pane) {
        return new PaneLine(
                pane.session.id,
                pane.session.name,
                pane.id,
                pane.proc.ref.pid(),
                pane.dead,
                pane.status instanceof Exit.Code(int code) ? code : null,
                pane.status instanceof Exit.Signal(int number) ? number : null,
                pane.session.attached,
                pane.piped,
                pane.mark,
                pane.session.mark);
    }

    @Override
    public ProcessRef start(String namespace) throws TmuxException {
        return ask(new Effect.StartServer(namespace), connect(namespace), () -> {
            var running = connect(namespace);
            if (running == null && listening(namespace) != null) {
                throw TmuxException.refused("the server that listens there is not ours");
            }
            return running != null ? running.proc.ref : open(namespace, Owner.SERVER).proc.ref;
        });
    }

    /// A server on the namespace's path, of anybody's.
    FakeServer open(String namespace, Owner owner) {
        var path = socket(namespace);
        var argv = List.of("tmux", "-f", "/dev/null", "-S", path.toString(), "start-server");
        var proc = processes.spawn(FakeProcesses.INIT, 0, "tmux: server", null, argv, Program.DEAF, owner);
        var server = new FakeServer(clock, processes, proc, path);
        servers.add(server);
        sockets.put(path, server);
        if (owner == Owner.SERVER) {
            proc.unit = scopes.answers() ? Units.server(namespace) : null;
            try {
                server.pane(server.session(HOLDER, null), List.of("sleep", "infinity"), null, null, Owner.SERVER);
            } catch (TmuxException e) {
                throw new IllegalStateException(e);
            }
            connections.put(namespace, server);
        }
        return server;
    }

    @Override
    public boolean stopIfVacant(String namespace, ProcessRef server) throws TmuxException {
        var target = mine(namespace, server);
        return ask(new Effect.StopServer(namespace, server), target, () -> {
            if (target.sessions.values().stream().anyMatch(session -> !session.name.equals(HOLDER))) {
                return false;
            }
            sockets.remove(target.path, target);
            processes.exit(target.proc, new Exit.Code(0));
            return true;
        });
    }

    @Override
    public Created create(Launch launch, String squatter) throws TmuxException {
        var namespace = launch.mark().name().namespace();
        var server = connect(namespace);
        if (server == null) {
            throw TmuxException.refused("no server running on " + socket(namespace));
        }
        return ask(new Effect.Create(launch, squatter), server, () -> {
            var there = squatter == null ? null : server.sessions.get(squatter);
            if (there != null) {
                there.name = there.name + "-kept" + squatter.substring(1);
            }
            var session = server.session(launch.mark().name().name(), launch.mark().uid());
            return made(server.pane(session, launch, owner(launch.mark())));
        });
    }

    @Override
    public Created respawn(Session.Pane pane, Launch launch) throws TmuxException {
        var server = mine(launch.mark().name().namespace(), pane.server());
        return ask(new Effect.Respawn(pane, launch), server, () -> {
            var there = find(server, pane);
            if (!there.dead) {
                throw TmuxException.refused("respawn pane failed: pane " + pane.id() + " still active");
            }
            server.respawn(there, launch, owner(launch.mark()));
            return made(there);
        });
    }

    private Owner owner(OwnerMark mark) {
        return new Owner(mark.source().equals(source) ? Owner.Kind.AGENT : Owner.Kind.OTHER_SOURCE, mark);
    }

    private static Created made(FakePane pane) {
        return new Created(pane.session.id, pane.id, pane.proc.ref.pid());
    }

    @Override
    public void stamp(Session.Pane pane, OwnerMark mark) throws TmuxException {
        var server = mine(mark.name().namespace(), pane.server());
        ask(new Effect.Stamp(pane, mark), server, () -> find(server, pane).mark = mark);
    }

    @Override
    public void killPane(String namespace, Session.Pane pane) throws TmuxException {
        var server = mine(namespace, pane.server());
        ask(new Effect.KillPane(namespace, pane), server, () -> {
            server.remove(find(server, pane));
            return true;
        });
    }

    @Override
    public void repipe(Session.Pane pane, LogTarget log) throws TmuxException {
        var server = mine(pane.mark().name().namespace(), pane.server());
        ask(new Effect.Repipe(pane), server, () -> find(server, pane).piped = true);
    }

    @Override
    public String capture(String namespace, Session.Pane pane, int history, boolean ansi) throws TmuxException {
        find(mine(namespace, pane.server()), pane);
        return "";
    }

    @Override
    public Screen screen(Session.Pane pane) throws TmuxException {
        var there = find(mine(pane.mark().name().namespace(), pane.server()), pane);
        var keys = there.keyboard;
        return new Screen(
                keys.raw, keys.mode, null, there.session.attached, keys.visited, keys.line().length(), keys.line(),
                keys.typed, keys.entered);
    }

    @Override
    public boolean type(Session.Pane pane, ProcessRef process, String key, String text) throws TmuxException {
        var server = mine(pane.mark().name().namespace(), pane.server());
        return ask(new Effect.Type(pane, key), server, () -> {
            var there = server.panes()
                    .stream()
                    .filter(one -> one.id.equals(pane.id()) && !one.dead && one.proc.ref.equals(process))
                    .findFirst()
                    .orElse(null);
            if (there == null) {
                return false;
            }
            if (!there.keyboard.typed.equals(key)) {
                there.keyboard.mode &= there.session.attached > 0;
                there.keyboard.typed = key;
                there.keyboard.type(key, text);
            }
            return true;
        });
    }

    @Override
    public boolean enter(Session.Pane pane, ProcessRef process, String key) throws TmuxException {
        var server = mine(pane.mark().name().namespace(), pane.server());
        return ask(new Effect.Enter(pane, key), server, () -> {
            var there = server.panes()
                    .stream()
                    .filter(one -> one.id.equals(pane.id()) && !one.dead && one.proc.ref.equals(process))
                    .findFirst()
                    .orElse(null);
            if (there == null) {
                return false;
            }
            if (!there.keyboard.entered.equals(key)) {
                there.keyboard.mode &= there.session.attached > 0;
                there.keyboard.entered = key;
                there.keyboard.enter();
            }
            return true;
        });
    }

    @Override
    public void sendKeys(Session.Pane pane, List<String> keys) throws TmuxException {
        var server = mine(pane.mark().name().namespace(), pane.server());
        ask(new Effect.Keys(pane, keys), server, () -> {
            var there = find(server, pane);
            var proc = there.proc;
            there.keyboard.mode = false;
            proc.printed = clock.now().wall().getEpochSecond();
            for (var key : keys) {
                if (key.equals("Enter")) {
                    there.keyboard.enter();
                } else {
                    there.keyboard.type("", key);
                }
            }
            if (proc.program.quits()) {
                clock.in(proc.program.termTakes(), () -> processes.exit(proc, new Exit.Code(0)));
            }
            return true;
        });
    }

    @Override
    public Glimpse glimpse(Session.Pane pane) throws TmuxException {
        var there = find(mine(pane.mark().name().namespace(), pane.server()), pane);
        var proc = there.proc;
        var shows = proc.program.shows().isEmpty() ? there.keyboard.line() : proc.program.shows();
        return new Glimpse(
                proc.screen == null ? shows : proc.screen, proc.printed,
                clock.now().wall().getEpochSecond());
    }

    @Override
    public void rescue(String namespace, ProcessRef server) throws TmuxException {
        var target = servers.stream()
                .filter(one -> one.live() && one.proc.ref.equals(server))
                .findFirst()
                .orElseThrow(() -> TmuxException.refused("no such server: " + server));
        var listening = sockets.get(target.path);
        ask(new Effect.Rescue(namespace, server), target, () -> {
            if (listening != null && listening != target && listening.live()) {
                sockets.put(beside(target.path, listening), listening);
            }
            return sockets.put(target.path, target);
        });
        connections.put(namespace, target);
    }

    private static Path beside(Path path, FakeServer server) {
        return path.resolveSibling(path.getFileName() + ".ghost-" + server.proc.ref.pid());
    }

    boolean listensBeside(Path path, FakeServer server) {
        return sockets.get(beside(path, server)) == server;
    }

    /// The server with this identity behind the namespace's connection or path.
    private FakeServer mine(String namespace, ProcessRef server) throws TmuxException {
        var connected = connect(namespace);
        if (connected == null) {
            throw TmuxException.refused("no server running on " + socket(namespace));
        }
        if (!connected.proc.ref.equals(server)) {
            throw TmuxException.refused("another server answers: " + connected.proc.ref + " instead of " + server);
        }
        return connected;
    }

    private static FakePane find(FakeServer server, Session.Pane pane) throws TmuxException {
        return server.panes()
                .stream()
                .filter(one -> one.id.equals(pane.id()))
                .findFirst()
                .orElseThrow(() -> TmuxException.refused("can't find pane: " + pane.id()));
    }

    /// One command: refused, answered, or without an answer and then done late or never.
    private <T> T ask(Effect effect, FakeServer server, Gate.Deed<T, TmuxException> command) throws TmuxException {
        clock.advance(FakeServer.COMMAND);
        if (refusals > 0) {
            refusals--;
            throw TmuxException.refused("create session failed: fork failed: Resource temporarily unavailable");
        }
        if (silences > 0 && server != null) {
            silences--;
            server.silence();
        }
        if (server != null && server.silent()) {
            if (landing) {
                gate.later(effect);
                server.whenItSpeaks(() -> {
                    try {
                        command.perform();
                    } catch (TmuxException e) {
                        // Nobody is there any more to read the answer.
                    }
                });
            }
            connections.values().remove(server);
            throw TmuxException.unanswered("no answer within 5 s");
        }
        return gate.pass(effect, command);
    }

    private void ended(Proc proc) {
        for (var server : servers) {
            if (server.proc == proc) {
                servers.remove(server);
                connections.values().remove(server);
                server.crashed();
            } else {
                server.ended(proc);
            }
        }
    }

    /// The next commands are refused.
    void refuse(int commands) {
        refusals = commands;
    }

    /// The next command finds its server silent from then on.
    ///
    /// @param lands whether what was asked of a silent server is done once it speaks
    void fallSilent(int commands, boolean lands) {
        silences = commands;
        landing = lands;
    }

    void lands(boolean lands) {
        landing = lands;
    }

    /// The directory of all sockets goes, and comes back.
    void runtimeGone(boolean is) {
        runtimeGone = is ? Path.of("/run/user/1000") : null;
        if (is) {
            sockets.clear();
        }
    }

    @Override
    public Path runtimeGone() {
        return runtimeGone;
    }

    @Override
    public boolean bound(String namespace) {
        return sockets.containsKey(socket(namespace));
    }

    void unlink(Path path) {
        sockets.remove(path);
    }

    /// Live servers, whoever's, oldest first.
    List<FakeServer> servers() {
        return Collections.unmodifiableList(servers);
    }

    boolean listens(FakeServer server) {
        return sockets.get(server.path) == server;
    }

    void disconnect() {
        connections.clear();
    }

    void reboot() {
        servers.clear();
        sockets.clear();
        connections.clear();
        refusals = 0;
        silences = 0;
    }
}
