package dev.reconciler.actuate;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Vitals.DoneFile;
import dev.reconciler.desired.ManifestEditor;
import dev.reconciler.desired.Reader;
import dev.reconciler.host.Confinement;
import dev.reconciler.host.Folder;
import dev.reconciler.host.Host;
import dev.reconciler.host.ProcessTable.Sent;
import dev.reconciler.host.RunFiles;
import dev.reconciler.host.Scopes;
import dev.reconciler.host.Signal;
import dev.reconciler.host.Tmux;
import dev.reconciler.host.TmuxException;
import dev.reconciler.host.Workplace;
import dev.reconciler.observed.DoneFiles;
import dev.reconciler.observed.Kinship;
import dev.reconciler.plan.Action;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/// Carries one action out. Every effect is addressed by identity, so that a world that changed since the look makes it
/// skip, never hit something else.
public final class Actuator {
    /// Segments a run's log is cut into: the unit in which old output is dropped.
    static final int SEGMENTS = 8;
    /// A program that forks while it is killed is killed again this often; what is left then is the next round's.
    private static final int KILL_PASSES = 5;

    private static final String DENIED = "one of its processes runs as somebody else: it may not be signalled";

    private static final Outcome DONE = new Outcome.Skipped("it said that it is done, just before its end");

    private final Host host;
    private final Path logs;

    /// @param logs the folder that holds `<namespace>/<name>/<run id>.<six digits>`
    public Actuator(Host host, Path logs) {
        this.host = host;
        this.logs = logs;
    }

    /// @param hurried asked while a program of the user's runs before an end: true, it is waited for no longer
    public Outcome carryOut(Action action, BooleanSupplier hurried) {
        try {
            return switch (action) {
                case Action.Start(var name, var agent, var mark, var reason, boolean restart, var squatter) -> {
                    var launch = launch(agent.spec(), mark);
                    host.tmux().create(launch, squatter);
                    yield started(launch, agent.spec());
                }
                case Action.Restart(var name, var agent, var mark, var reason, boolean restart, var pane) -> {
                    var launch = launch(agent.spec(), mark);
                    host.tmux().respawn(pane, launch);
                    yield started(launch, agent.spec());
                }
                case Action.Stop(var name, var run, var reason, var step, var targets, var deadline) ->
                        switch (step) {
                            case Term -> saysDone(reason, run)
                                    ? DONE
                                    : term(targets);
                            case Kill -> kill(run, targets);
                        };
                case Action.Ask ask -> saysDone(ask.reason(), ask.run())
                        ? DONE
                        : ask(ask, hurried);
                case Action.Reap(var name, var pane, var reason) -> {
                    host.tmux().killPane(name.namespace(), pane);
                    yield new Outcome.Succeeded();
                }
                case Action.Adopt adopt -> new Outcome.Succeeded();
                case Action.Restamp(var name, var pane, var mark, var reason) -> {
                    host.tmux().stamp(pane, mark);
                    yield new Outcome.Succeeded();
                }
                case Action.Repipe(var name, var pane, var keep, var reason) -> {
                    host.tmux().repipe(pane, log(pane.mark(), keep));
                    yield new Outcome.Succeeded();
                }
                case Action.Type(var name, var agent, var pane, var process, var delivery, var line, var reason) ->
                        pressed(host.tmux().type(pane, process, delivery.key(), text(agent, delivery)));
                case Action.Submit(var name, var pane, var process, var delivery, int time, var line, var reason) ->
                        pressed(host.tmux().enter(pane, process, delivery.enterKey(time)));
                case Action.RemoveManifest remove -> remove(remove);
                case Action.Forget forget -> new Outcome.Succeeded();
                case Action.Hold hold -> new Outcome.Succeeded();
                case Action.StartServer(var namespace, var reason) -> {
                    host.tmux().start(namespace);
                    yield new Outcome.Succeeded();
                }
                case Action.StopServer(var namespace, var server, var reason) ->
                        host.tmux().stopIfVacant(namespace, server)
                                ? new Outcome.Succeeded()
                                : new Outcome.Skipped("something else is on it by now");
                case Action.Rescue(var namespace, var server, var reason) -> {
                    host.tmux().rescue(namespace, server);
                    yield new Outcome.Succeeded();
                }
                case Action.HoldServer hold -> new Outcome.Succeeded();
                case Action.ReapUnit(var unit, var reason) -> stopped(host.scopes().stop(unit));
            };
        } catch (TmuxException | IOException e) {
            return new Outcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    private static Outcome pressed(boolean there) {
        return there
                ? new Outcome.Succeeded()
                : new Outcome.Skipped("another process is behind its terminal by now, or none");
    }

    private String text(Agent agent, Delivery delivery) throws IOException {
        var prompt = agent.spec().prompt();
        if (!delivery.id().equals(Delivery.PROMPT)) {
            return Messages.read(host.storage(), delivery);
        }
        if (prompt == null) {
            throw new IOException("spec.prompt was removed");
        }
        return host.workplace().prompt(prompt);
    }

    /// The last look before an agent is ended for its silence: its last word may have come since the round looked.
    private boolean saysDone(Reason reason, RunId run) {
        if (reason != Reason.HeartbeatLost) {
            return false;
        }
        try {
            var notes = host.runFiles().look(List.of(run)).getOrDefault(run, RunFiles.Notes.NOTHING);
            return DoneFiles.read(notes.done(), run, host.clock().now()) instanceof DoneFile.Said;
        } catch (IOException e) {
            // Nothing is ended on a failed look.
            return true;
        }
    }

    static Outcome stopped(Scopes.Stopped how) {
        return switch (how) {
            case Scopes.Stopped.Gone() -> new Outcome.Succeeded();
            case Scopes.Stopped.Occupied(var processes) ->
                    new Outcome.Skipped("process " + processes.getFirst() + " is in it by now");
            case Scopes.Stopped.Failed(var why) -> new Outcome.Failed(why);
        };
    }

    private Tmux.Launch launch(AgentSpec spec, OwnerMark mark) throws IOException {
        var prepared = host.workplace().prepare(spec);
        var environment = new TreeMap<>(prepared.environment());
        environment.putAll(host.runFiles().prepare(mark.run(), prepared.prompt()));
        return new Tmux.Launch(
                mark,
                prepared.argv(),
                prepared.workingDirectory(),
                environment,
                prepared.secrets(),
                spec.terminal().columns(),
                spec.terminal().rows(),
                spec.terminal().historyLimit(),
                log(mark, spec.logs()),
                prepared.manager() == null ? null : Confinement.of(mark, spec, prepared.manager()));
    }

    private static Outcome started(Tmux.Launch launch, AgentSpec spec) {
        return new Outcome.Started(List.copyOf(launch.argv().subList(0, spec.argv().size())));
    }

    private Tmux.LogTarget log(OwnerMark mark, AgentSpec.Logs keep) {
        var prefix = logs.resolve(mark.name().namespace())
                .resolve(mark.name().name())
                .resolve(mark.run() + ".");
        return new Tmux.LogTarget(prefix.toString(), keep.maxBytes() / SEGMENTS);
    }

    /// Its preStop, to its end.
    private Outcome ask(Action.Ask ask, BooleanSupplier hurried) throws TmuxException {
        var keys = ask.how().sendKeys();
        var exec = ask.how().exec();
        if (keys != null) {
            host.tmux().sendKeys(ask.pane(), keys.keys());
        }
        if (exec == null) {
            return new Outcome.Succeeded();
        }
        var agent = ask.document() == null ? null : Reader.restore(ask.document());
        if (agent == null) {
            return new Outcome.Failed("its preStop cannot run: its last good manifest is not known any more");
        }
        var limit = ask.deadline().since(host.clock().now());
        return switch (host.workplace().run(agent, exec.command(), limit, hurried)) {
            case Workplace.Ran.Ended(int code, String output) ->
                    code == 0 ? new Outcome.Succeeded()
                            : new Outcome.Failed("its preStop ended with exit code " + code + said(output));
            case Workplace.Ran.TimedOut() -> new Outcome.Failed("its preStop took too long and was ended");
            case Workplace.Ran.NotStarted(String why) -> new Outcome.Failed("its preStop: " + why);
        };
    }

    private static String said(String output) {
        return output.isEmpty() ? "" : ": " + output;
    }

    /// TERM (and CONT, so that a stopped program hears it). A program that ignores TERM, as interactive shells do, gets
    /// HUP, which they obey.
    private Outcome term(List<ProcessRef> targets) {
        boolean delivered = false;
        boolean denied = false;
        for (var target : targets) {
            boolean deaf = host.processes().ignores(target, Signal.TERM);
            var sent = host.processes().signal(target, Signal.TERM);
            delivered |= sent == Sent.Delivered;
            denied |= sent == Sent.Denied;
            if (deaf) {
                host.processes().signal(target, Signal.HUP);
            }
            host.processes().signal(target, Signal.CONT);
        }
        if (delivered) {
            return new Outcome.Succeeded();
        }
        return denied ? new Outcome.Failed(DENIED) : new Outcome.Skipped("it was gone already");
    }

    /// The whole tree, by identity, again while it forks.
    private Outcome kill(RunId run, List<ProcessRef> targets) {
        boolean denied = false;
        for (int pass = 0; pass < KILL_PASSES; pass++) {
            var scan = host.processes().scan();
            var kinship = new Kinship(scan, host.scopes().look(true));
            var main = targets.getFirst();
            var alive = new TreeSet<>(kinship.of(main, run.toString()::equals));
            targets.stream().filter(kinship::lives).forEach(alive::add);
            boolean hit = false;
            for (var target : alive) {
                var sent = host.processes().signal(target, Signal.KILL);
                hit |= sent == Sent.Delivered;
                denied |= sent == Sent.Denied;
            }
            if (!hit) {
                break;
            }
        }
        return denied ? new Outcome.Failed(DENIED) : new Outcome.Succeeded();
    }

    private Outcome remove(Action.RemoveManifest remove) throws IOException {
        var file = remove.origin().file();
        if (!(host.folder().look() instanceof Folder.Look.Seen(var files, var checkout))
                || !(files.get(file) instanceof Folder.File.Content(var bytes, boolean quiet))) {
            return new Outcome.Skipped(file + " cannot be read now");
        }
        var rest = ManifestEditor.remove(file, bytes, remove.name());
        if (rest == null) {
            return new Outcome.Skipped(file + " does not hold it any more");
        }
        return host.folder().replace(file, bytes, rest)
                ? new Outcome.Succeeded()
                : new Outcome.Skipped(file + " was changed meanwhile");
    }
}
