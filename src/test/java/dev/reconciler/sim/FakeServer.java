package dev.reconciler.sim;

import dev.reconciler.api.Exit;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.host.TmuxException;
import dev.reconciler.host.Tmux;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One tmux server: sessions, panes, and the moods of a single-threaded program.
final class FakeServer {
    final Proc proc;
    final Path path;
    final Map<String, FakeSession> sessions = new LinkedHashMap<>();
    private final FakeClock clock;
    private final FakeProcesses processes;
    private final List<Runnable> waiting = new ArrayList<>();
    private int nextSession;
    private int nextPane;
    private boolean silent;
    /// Ends of programs are not noticed: the builds that lose SIGCHLD.
    private boolean deaf;

    FakeServer(FakeClock clock, FakeProcesses processes, Proc proc, Path path) {
        this.clock = clock;
        this.processes = processes;
        this.proc = proc;
        this.path = path;
    }

    boolean live() {
        return proc.live();
    }

    boolean silent() {
        return silent;
    }

    /// Stopped or busy: it accepts commands and answers none.
    void silence() {
        silent = true;
    }

    /// It goes on, with what was asked meanwhile first.
    void speak() {
        silent = false;
        var late = List.copyOf(waiting);
        waiting.clear();
        late.forEach(Runnable::run);
    }

    /// Done now, or as soon as it speaks.
    void whenItSpeaks(Runnable command) {
        if (silent) {
            waiting.add(command);
        } else {
            command.run();
        }
    }

    void deaf(boolean deaf) {
        this.deaf = deaf;
        if (!deaf) {
            panes().stream().filter(pane -> pane.dead).forEach(this::learn);
        }
    }

    List<FakePane> panes() {
        var panes = new ArrayList<FakePane>();
        for (var session : sessions.values()) {
            panes.addAll(session.panes);
        }
        return panes;
    }

    FakeSession session(String name, String mark) throws TmuxException {
        if (sessions.values().stream().anyMatch(session -> session.name.equals(name))) {
            throw TmuxException.refused("duplicate session: " + name);
        }
        var session = new FakeSession("$" + nextSession++, name, mark);
        sessions.put(session.id, session);
        return session;
    }

    /// A pane with a program of anybody's in it.
    FakePane pane(FakeSession session, List<String> argv, String runId, OwnerMark mark, Owner owner) {
        var pane = new FakePane("%" + nextPane++, session, run(argv, runId, proc.unit, owner), mark);
        session.panes.add(pane);
        return pane;
    }

    /// A pane of ours.
    FakePane pane(FakeSession session, Tmux.Launch launch, Owner owner) {
        var pane = new FakePane(
                "%" + nextPane++, session, run(launch, owner), launch.mark());
        session.panes.add(pane);
        return pane;
    }

    void respawn(FakePane pane, Tmux.Launch launch, Owner owner) {
        pane.proc = run(launch, owner);
        pane.mark = launch.mark();
        pane.dead = false;
        pane.status = null;
        pane.piped = true;
        pane.keyboard.anew();
    }

    private Proc run(Tmux.Launch launch, Owner owner) {
        var scope = launch.scope();
        var main = run(
                launch.argv(), launch.mark().run().toString(), scope == null ? proc.unit : scope.unit(), owner);
        main.directory = launch.workingDirectory();
        return main;
    }

    private Proc run(List<String> argv, String runId, String unit, Owner owner) {
        var program = Program.parse(argv);
        var name = argv.getFirst().substring(argv.getFirst().lastIndexOf('/') + 1);
        var main = processes.spawn(proc.ref.pid(), 0, name, runId, argv, program, owner);
        main.unit = unit;
        long number = owner.mark() == null ? 1 : owner.mark().run().number();
        if (program.ends(number)) {
            clock.in(program.after(), () -> processes.exit(main, program.end()));
        }
        var tree = new Owner(Owner.Kind.TREE, owner.mark());
        long session = main.session;
        switch (program.child()) {
            case NONE -> {}
            case PLAIN -> processes.spawn(main.ref.pid(), session, "mcp", runId, List.of("mcp"), Program.FOREVER, tree);
            case STUBBORN -> processes.spawn(
                    main.ref.pid(), session, "mcp", runId, List.of("mcp"), Program.DEAF, tree);
            case ESCAPED -> processes.spawn(
                    main.ref.pid(),
                    0,
                    "mcp",
                    runId,
                    List.of("mcp"),
                    Program.DEAF,
                    new Owner(Owner.Kind.ESCAPED, owner.mark()));
            case TMUX -> {
                var own = processes.spawn(
                        FakeProcesses.INIT, 0, "tmux: server", runId, List.of("tmux"), Program.DEAF, Owner.USER);
                own.unit = unit;
                processes.spawn(own.ref.pid(), 0, "bash", runId, List.of("-bash"), Program.DEAF, Owner.USER);
            }
        }
        return main;
    }

    /// A program of one of our panes ended.
    void ended(Proc ended) {
        for (var pane : panes()) {
            if (pane.proc == ended) {
                pane.dead = true;
                if (!deaf && !silent) {
                    learn(pane);
                } else {
                    waiting.add(() -> learn(pane));
                }
                if (!pane.remains) {
                    remove(pane);
                }
            }
        }
    }

    private void learn(FakePane pane) {
        if (pane.dead && !deaf && pane.proc.exit != null) {
            pane.status = pane.proc.exit;
            pane.piped = false;
            processes.reap(pane.proc);
        }
    }

    /// `kill-pane`: the program loses its terminal; the session goes with its last pane.
    void remove(FakePane pane) {
        var session = pane.session;
        if (session.panes.remove(pane)) {
            if (session.panes.isEmpty()) {
                sessions.remove(session.id);
                if (sessions.isEmpty() && proc.owner != Owner.SERVER) {
                    processes.exit(proc, new Exit.Code(0));
                }
            }
            processes.hangUp(pane.proc.session);
            if (pane.proc.state == Proc.State.ZOMBIE) {
                processes.reap(pane.proc);
            }
        }
    }

    /// The server's process is gone, and all its terminals.
    void crashed() {
        waiting.clear();
        var gone = panes();
        sessions.clear();
        gone.forEach(pane -> processes.hangUp(pane.proc.session));
        gone.forEach(pane -> processes.reap(pane.proc));
    }

    /// How long a server takes for a command.
    static final Duration COMMAND = Duration.ofMillis(1);
}
