package dev.reconciler.plan;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Vitals;
import dev.reconciler.api.Vitals.DoneFile;
import dev.reconciler.api.Source;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The smallest world in which a plan has effects: one agent, its panes and processes, its server, its manifest, what
/// is remembered, and the time. New programs run for ever.
final class ModelWorld {
    /// How a program takes being asked to end.
    enum Manners {
        /// Dies of TERM.
        Polite,
        /// Ends with 0 when it hears TERM.
        Clean,
        /// Dies of KILL only, and what it started lives on when it is gone.
        Stubborn
    }

    private static final Duration ROUND = Duration.ofMillis(10);

    /// One pane, one program, or both.
    private record Life(RunId run, Session.@Nullable Pane pane, @Nullable ProcessRef main, Exit exit, List<ProcessRef> rest) {}

    private final @Nullable Session fixed;
    private final @Nullable String squatter;
    private final List<Life> lives = new ArrayList<>();
    private Desire desire;
    private Manners manners;
    private Source source;
    private @Nullable Preflight preflight;
    private ServerState server;
    /// Of the run that is seen first; new ones are ready for a text, and nobody waits for their heartbeats.
    private Vitals vitals;
    private @Nullable RunId first;
    /// Of all other runs.
    Vitals.Terminal fresh = Worlds.READY;
    private String typed = "";
    private String entered = "";
    /// What was typed, and what was taken, each with its key.
    final List<String> texts = new ArrayList<>();
    private long pids = 5000;
    /// The most programs of this agent that a start found or made.
    int most;
    History history;
    Moment now;

    ModelWorld(World world, Manners manners) {
        this.manners = manners;
        source = world.source();
        preflight = world.preflight();
        desire = world.desire();
        server = world.server();
        history = world.history();
        now = world.now();
        vitals = world.vitals();
        squatter = world.session() instanceof Session.Absent(var id) ? id : null;
        fixed = switch (world.session()) {
            case Session.OtherSource other -> other;
            case Session.Foreign foreign -> foreign;
            case Session.Unknown unknown -> unknown;
            case Session.Ghost ghost -> null;
            case Session.Absent absent -> null;
            case Session.Running running -> null;
            case Session.Exited exited -> null;
            case Session.Orphaned orphaned -> null;
            case Session.Doubled doubled -> null;
        };
        if (world.session() instanceof Session.Ghost) {
            lives.add(life(Sample.running(Sample.agent(), 7, 700)));
        } else if (world.session() instanceof Session.Doubled(var runs)) {
            runs.forEach(run -> lives.add(life(run)));
        } else if (fixed == null && !(world.session() instanceof Session.Absent)) {
            lives.add(life(world.session()));
        }
        first = lives.isEmpty() ? null : lives.getFirst().run();
        if (vitals.terminal() != null) {
            typed = vitals.terminal().typed();
            entered = vitals.terminal().entered();
        }
    }

    private ModelWorld(ModelWorld from) {
        manners = from.manners;
        source = from.source;
        preflight = from.preflight;
        fixed = from.fixed;
        squatter = from.squatter;
        lives.addAll(from.lives);
        vitals = from.vitals;
        first = from.first;
        fresh = from.fresh;
        typed = from.typed;
        entered = from.entered;
        texts.addAll(from.texts);
        desire = from.desire;
        server = from.server;
        pids = from.pids;
        most = from.most;
        history = from.history;
        now = from.now;
    }

    ModelWorld copy() {
        return new ModelWorld(this);
    }

    private static Life life(Session session) {
        return switch (session) {
            case Session.Running(var pane, var process) ->
                new Life(pane.mark().run(), pane, process, new Exit.Unseen(), List.of());
            case Session.Exited(var pane, var exit, var left) -> new Life(pane.mark().run(), pane, null, exit, left);
            case Session.Orphaned(var run, var processes) ->
                new Life(run, null, processes.getFirst(), new Exit.Unseen(), processes.subList(1, processes.size()));
            case Session.Absent a -> throw new IllegalArgumentException("nothing lives");
            case Session.Doubled d -> throw new IllegalArgumentException("several");
            case Session.Ghost g -> throw new IllegalArgumentException("not seen");
            case Session.OtherSource o -> throw new IllegalArgumentException("not ours");
            case Session.Foreign f -> throw new IllegalArgumentException("not ours");
            case Session.Unknown u -> throw new IllegalArgumentException("not seen");
        };
    }

    Session session() {
        if (fixed != null) {
            return fixed;
        }
        if (server instanceof ServerState.Ghosted(var process)) {
            return new Session.Ghost(process);
        }
        var seen = lives.stream().map(ModelWorld::seen).toList();
        return seen.isEmpty() ? new Session.Absent(squatter) : seen.size() == 1 ? seen.getFirst() : new Session.Doubled(seen);
    }

    private static Session seen(Life life) {
        if (life.pane() == null) {
            var all = new ArrayList<ProcessRef>();
            if (life.main() != null) {
                all.add(life.main());
            }
            all.addAll(life.rest());
            return new Session.Orphaned(life.run(), List.copyOf(all));
        }
        return life.main() != null
                ? new Session.Running(life.pane(), life.main())
                : new Session.Exited(life.pane(), life.exit(), life.rest());
    }

    private ServerState server() {
        return server instanceof ServerState.Up(var process, boolean reachable, boolean vacant)
                ? new ServerState.Up(process, reachable, fixed == null && lives.stream().allMatch(l -> l.pane() == null))
                : server;
    }

    private DesiredState desired() {
        var desires = new TreeMap<AgentName, Desire>();
        if (!(desire instanceof Desire.Unwanted)) {
            desires.put(Sample.ADA, desire);
        }
        return new DesiredState(desires, source);
    }

    private ObservedState observed() {
        var sessions = new TreeMap<AgentName, Session>();
        var session = session();
        if (history.agents().containsKey(Sample.ADA) || !(desire instanceof Desire.Unwanted)
                || !(session instanceof Session.Absent || session == fixed)) {
            sessions.put(Sample.ADA, session);
        }
        var preflights = new TreeMap<AgentName, Preflight>();
        if (preflight != null) {
            preflights.put(Sample.ADA, preflight);
        }
        return new ObservedState(
                sessions, new TreeMap<>(java.util.Map.of(Sample.ADA.namespace(), server())), preflights)
                .vitals(new TreeMap<>(java.util.Map.of(Sample.ADA, seen())))
                .health(World.health(history));
    }

    /// The line changes with each key that is pressed.
    private Vitals seen() {
        boolean old = lives.stream().anyMatch(life -> life.run().equals(first));
        var terminal = old ? vitals.terminal() : fresh;
        var shown = terminal == null
                ? null
                : new Vitals.Terminal(
                        terminal.raw(), terminal.mode(), terminal.brackets(), terminal.attached(),
                        texts.isEmpty() ? terminal.line() : texts.getLast(), terminal.still(), terminal.draft(), typed,
                        entered);
        return old ? new Vitals(vitals.done(), vitals.beat(), shown) : new Vitals(new DoneFile.None(), null, shown);
    }

    /// The program says something.
    void says(Vitals word) {
        vitals = word;
        first = lives.getFirst().run();
    }

    void wish(Desire wish) {
        desire = wish;
    }

    void source(Source seen) {
        source = seen;
    }

    void preflight(Preflight seen) {
        preflight = seen;
    }

    void manners(Manners learned) {
        manners = learned;
    }

    /// The program ends by itself.
    void exit(Exit exit) {
        lives.replaceAll(l -> l.main() == null ? l : new Life(l.run(), l.pane(), null, exit, l.rest()));
    }

    /// A person closes its session, and its program goes with it.
    void close() {
        lives.clear();
    }

    /// The tmux server dies; a program that ignores HUP lives on.
    void crashServer(boolean survives) {
        server = new ServerState.Down();
        lives.removeIf(l -> !survives || l.main() == null);
        lives.replaceAll(l -> new Life(l.run(), null, l.main(), l.exit(), l.rest()));
    }

    void reboot() {
        lives.clear();
        server = new ServerState.Down();
        now = Sample.moment("another " + now.bootId(), Duration.ofSeconds(5));
    }

    /// A second program of the same agent appears beside the first.
    void second(RunId run) {
        var mark = new OwnerMark(Sample.SOURCE, Sample.ADA, run, Sample.agent().runHash(), 1, false);
        lives.add(new Life(run, Sample.pane(mark), new ProcessRef(++pids, pids), new Exit.Unseen(), List.of()));
    }

    /// Looks, notes and plans; a little time passes.
    Plan round() {
        now = now.plus(ROUND);
        history = Recorder.note(desired(), observed(), history, Set.of(), Sample.POLICY, now);
        return Planner.plan(desired(), observed(), history, Sample.POLICY, now);
    }

    /// What a plan would be at another time, nothing else changed.
    Plan planAt(Moment then) {
        var noted = Recorder.note(desired(), observed(), history, Set.of(), Sample.POLICY, then);
        return Planner.plan(desired(), observed(), noted, Sample.POLICY, then);
    }

    void intend(Action action) {
        history = Journal.intend(history, action, Sample.POLICY, now);
    }

    void done(Action action) {
        history = Journal.done(history, action, null, now);
    }

    void effect(Action action) {
        switch (action) {
            case Action.Start start -> {
                if (!(server instanceof ServerState.Up)) {
                    throw new AssertionError("a start without a server: " + start);
                }
                begin(Sample.pane(start.mark()), start.mark());
            }
            case Action.Restart restart -> {
                var dead = of(restart.pane());
                if (dead.main() != null) {
                    throw new AssertionError("a restart over a live program: " + restart);
                }
                lives.remove(dead);
                begin(stamped(restart.pane(), restart.mark()), restart.mark());
                if (!dead.rest().isEmpty()) {
                    throw new AssertionError("a restart beside what the last run left: " + restart);
                }
            }
            case Action.Stop stop -> stop.targets().forEach(target -> signal(target, stop.step()));
            case Action.Ask ask -> {
                var asked = of(ask.pane());
                if (asked.main() == null) {
                    throw new AssertionError("a program that is gone was asked to end: " + ask);
                }
                if (manners == Manners.Clean) {
                    exit(new Exit.Code(0));
                }
            }
            case Action.Reap reap -> {
                var dead = of(reap.pane());
                if (dead.main() != null) {
                    throw new AssertionError("a live pane was removed: " + reap);
                }
                lives.remove(dead);
                if (!dead.rest().isEmpty()) {
                    lives.add(new Life(dead.run(), null, null, dead.exit(), dead.rest()));
                }
            }
            case Action.Restamp(var name, var pane, var mark, var reason) -> replace(pane, stamped(pane, mark));
            case Action.Repipe(var name, var pane, var logs, var reason) ->
                replace(pane, new Session.Pane(
                        pane.server(), pane.id(), pane.sessionId(), pane.mark(), pane.attached(), true, pane.shared()));
            case Action.Type type -> {
                if (!typed.equals(type.delivery().key())) {
                    typed = type.delivery().key();
                    texts.add("typed " + typed);
                }
            }
            case Action.Submit submit -> {
                if (!entered.equals(submit.delivery().enterKey(submit.time()))) {
                    entered = submit.delivery().enterKey(submit.time());
                    texts.add("entered " + entered);
                }
            }
            case Action.RemoveManifest remove -> desire = new Desire.Unwanted();
            case Action.StartServer start -> server = new ServerState.Up(Sample.SERVER, true, true);
            case Action.Rescue rescue -> server = new ServerState.Up(rescue.server(), true, false);
            case Action.StopServer stop -> {
                if (fixed != null || lives.stream().anyMatch(l -> l.pane() != null)) {
                    throw new AssertionError("a server in use was stopped: " + stop);
                }
                server = new ServerState.Down();
            }
            case Action.Adopt adopt -> {}
            case Action.Forget forget -> {
                if (desire instanceof Desire.Unreadable(var lastGood, var why)) {
                    desire = new Desire.Unreadable(null, why);
                }
            }
            case Action.Hold hold -> {}
            case Action.HoldServer hold -> {}
            case Action.ReapUnit reap -> {}
        }
    }

    private static Session.Pane stamped(Session.Pane pane, OwnerMark mark) {
        return new Session.Pane(
                pane.server(), pane.id(), pane.sessionId(), mark, pane.attached(), pane.piped(), pane.shared());
    }

    private void replace(Session.Pane old, Session.Pane fresh) {
        lives.replaceAll(l -> l.pane() != null && l.pane().id().equals(old.id())
                ? new Life(l.run(), fresh, l.main(), l.exit(), l.rest())
                : l);
    }

    private Life of(Session.Pane pane) {
        return lives.stream()
                .filter(l -> l.pane() != null && l.pane().id().equals(pane.id()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no such pane: " + pane));
    }

    private void begin(Session.Pane pane, OwnerMark mark) {
        var process = new ProcessRef(++pids, pids);
        lives.add(new Life(mark.run(), pane, process, new Exit.Unseen(), List.of()));
        most = Math.max(most, alive());
    }

    /// How many programs of this agent live.
    int alive() {
        return (int) lives.stream().filter(l -> l.main() != null || !l.rest().isEmpty()).count();
    }

    private void signal(ProcessRef target, Action.Step step) {
        for (var life : List.copyOf(lives)) {
            if (target.equals(life.main()) || life.rest().contains(target)) {
                var after = hit(life, target, step);
                lives.remove(life);
                if (after.pane() != null || after.main() != null || !after.rest().isEmpty()) {
                    lives.add(after);
                }
            }
        }
    }

    private Life hit(Life life, ProcessRef target, Action.Step step) {
        if (step == Action.Step.Term && manners == Manners.Stubborn) {
            return life;
        }
        var rest = new ArrayList<>(life.rest());
        rest.remove(target);
        if (!target.equals(life.main())) {
            return new Life(life.run(), life.pane(), life.main(), life.exit(), List.copyOf(rest));
        }
        if (manners == Manners.Stubborn && life.pane() != null) {
            rest.add(new ProcessRef(++pids, pids));
        }
        Exit exit = step == Action.Step.Kill
                ? new Exit.Signal(9)
                : manners == Manners.Clean ? new Exit.Code(0) : new Exit.Signal(15);
        return new Life(life.run(), life.pane(), null, exit, List.copyOf(rest));
    }

    @Override
    public String toString() {
        return now.nanos() / 1_000_000 % 100_000_000 + " ms: " + desire + "\n    " + session() + "\n    " + history;
    }
}
