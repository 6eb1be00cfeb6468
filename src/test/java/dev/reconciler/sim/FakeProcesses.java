package dev.reconciler.sim;

import dev.reconciler.api.Exit;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/// The kernel: pids, start times, parents, kernel sessions, zombies, signals.
final class FakeProcesses implements ProcessTable {
    static final long INIT = 1;
    private static final long FIRST_PID = 1000;
    private static final Duration KILL_TAKES = Duration.ofMillis(1);
    private static final long TICK_NANOS = 10_000_000;

    private final FakeClock clock;
    private final Gate gate;
    private final TreeMap<Long, Proc> table = new TreeMap<>();
    /// Everybody in the table; null when it changed since.
    private List<Proc> all;
    private long nextPid = FIRST_PID;
    private long reusable;
    private boolean blind;
    private boolean stuck;
    /// Told of each end, before it is reaped: tmux.
    Consumer<Proc> onExit = proc -> {};
    /// What is known of a tmux server without asking it.
    Function<Proc, Server> serverFacts = proc -> null;
    /// The same, for whoever judges.
    Consumer<Proc> onDeath = proc -> {};

    FakeProcesses(FakeClock clock, Gate gate) {
        this.clock = clock;
        this.gate = gate;
    }

    /// A new process.
    ///
    /// @param session 0: a kernel session of its own
    Proc spawn(
            long parent, long session, String name, String runId, List<String> argv, Program program, Owner owner) {
        long pid = reusable != 0 && !table.containsKey(reusable) ? reusable : nextPid++;
        reusable = 0;
        var ref = new ProcessRef(pid, clock.now().nanos() / TICK_NANOS);
        var proc = new Proc(ref, parent, session == 0 ? pid : session, name, runId, argv, program, owner);
        var above = table.get(parent);
        proc.unit = above == null ? null : above.unit;
        table.put(pid, proc);
        all = null;
        return proc;
    }

    /// Ends it; what it leaves behind is the kernel's business.
    void exit(Proc proc, Exit exit) {
        if (!proc.live()) {
            return;
        }
        proc.state = Proc.State.ZOMBIE;
        proc.exit = exit;
        for (var other : all()) {
            if (other.parent == proc.ref.pid()) {
                other.parent = INIT;
                if (other.state == Proc.State.ZOMBIE) {
                    reap(other);
                }
            }
        }
        if (proc.session == proc.ref.pid()) {
            hangUp(proc.session);
        }
        onDeath.accept(proc);
        onExit.accept(proc);
        var parent = table.get(proc.parent);
        if (parent == null || parent.owner.kind() != Owner.Kind.SERVER) {
            reap(proc);
        }
        var watchers = List.copyOf(proc.watchers);
        proc.watchers.clear();
        watchers.forEach(Runnable::run);
    }

    /// The terminal of a kernel session is gone.
    void hangUp(long session) {
        for (var other : all()) {
            if (other.session == session && other.live() && !other.program.ignoresHup()) {
                exit(other, new Exit.Signal(Signal.HUP.number()));
            }
        }
    }

    void reap(Proc proc) {
        if (proc.state == Proc.State.ZOMBIE) {
            proc.state = Proc.State.GONE;
            table.remove(proc.ref.pid(), proc);
            all = null;
        }
    }

    @Override
    public Scan scan() {
        clock.advance(Duration.ofNanos(100_000));
        var processes = new ArrayList<Process>();
        for (var proc : table.values()) {
            if (proc.live() && !(blind && proc.ref.pid() % 2 == 0)) {
                processes.add(new Process(
                        proc.ref,
                        proc.parent,
                        proc.session,
                        proc.name,
                        proc.runId,
                        proc.name.startsWith("tmux") ? proc.argv : List.of(),
                        proc.name.equals("tmux: server") ? serverFacts.apply(proc) : null));
            }
        }
        return new Scan(List.copyOf(processes), !blind, blind ? List.of("/proc: Permission denied") : List.of());
    }

    @Override
    public Sighting glance(long pid) {
        return look(pid);
    }

    @Override
    public Sighting look(long pid) {
        var proc = table.get(pid);
        if (blind && pid % 2 == 0) {
            return new Sighting.Unreadable("/proc/" + pid + "/stat: Permission denied");
        }
        if (proc == null) {
            return new Sighting.Gone();
        }
        return proc.live() ? new Sighting.Alive(proc.ref) : new Sighting.Zombie(proc.ref, status(proc.exit));
    }

    private static int status(Exit exit) {
        return switch (exit) {
            case Exit.Code(int code) -> code << 8;
            case Exit.Signal(int number) -> number;
            case Exit.OutOfMemory() -> Signal.KILL.number();
            case Exit.Unseen() -> 0;
        };
    }

    @Override
    public Server server(ProcessRef ref) {
        var proc = find(ref);
        return proc == null || !proc.live() ? null : serverFacts.apply(proc);
    }

    @Override
    public Sent signal(ProcessRef target, Signal signal) {
        return gate.pass(new Effect.Send(target, signal), () -> {
            var proc = find(target);
            if (proc == null || !proc.live()) {
                return Sent.Gone;
            }
            deliver(proc, signal);
            return Sent.Delivered;
        });
    }

    /// A signal arrives, whoever sent it.
    void deliver(Proc proc, Signal signal) {
        switch (signal) {
            case KILL -> {
                if (!stuck || !proc.owner.ours()) {
                    clock.in(KILL_TAKES, () -> exit(proc, new Exit.Signal(Signal.KILL.number())));
                }
            }
            case TERM -> {
                if (!proc.program.ignoresTerm() && !proc.dying) {
                    proc.dying = true;
                    boolean polite = proc.program.termTakes().toSeconds() > 0;
                    clock.in(
                            proc.program.termTakes(),
                            () -> exit(proc, polite ? new Exit.Code(0) : new Exit.Signal(signal.number())));
                }
            }
            case HUP -> {
                if (!proc.program.ignoresHup()) {
                    exit(proc, new Exit.Signal(signal.number()));
                }
            }
            case USR1 -> {
                if (proc.owner.kind() != Owner.Kind.SERVER) {
                    exit(proc, new Exit.Signal(signal.number()));
                }
            }
            case CONT -> {}
        }
    }

    @Override
    public boolean ignores(ProcessRef target, Signal signal) {
        var proc = find(target);
        return proc != null
                && (signal == Signal.TERM && proc.program.ignoresTerm()
                        || signal == Signal.HUP && proc.program.ignoresHup());
    }

    @Override
    public void watch(ProcessRef target, Runnable onExit) {
        var proc = find(target);
        if (proc == null || !proc.live()) {
            onExit.run();
        } else if (proc.watchers.isEmpty()) {
            proc.watchers.add(onExit);
        }
    }

    /// Null when there is no such process any more.
    Proc find(ProcessRef ref) {
        var proc = table.get(ref.pid());
        return proc != null && proc.ref.equals(ref) ? proc : null;
    }

    List<Proc> all() {
        if (all == null) {
            all = List.copyOf(table.values());
        }
        return all;
    }

    /// Part of `/proc` cannot be read.
    void blind(boolean blind) {
        this.blind = blind;
    }

    /// Our processes hang in uninterruptible I/O: KILL has no effect.
    void stuck(boolean stuck) {
        this.stuck = stuck;
    }

    /// The next process gets this pid, if it is free.
    void reusePid(long pid) {
        reusable = pid;
    }

    /// The daemon is gone, and with it whatever it watched.
    void forgetWatchers() {
        table.values().forEach(proc -> proc.watchers.clear());
    }

    void reboot() {
        table.values().forEach(proc -> proc.state = Proc.State.GONE);
        table.clear();
        all = null;
        nextPid = FIRST_PID;
        reusable = 0;
    }
}
