package dev.reconciler.sim;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/// The end of a history: nothing goes wrong any more, time passes, and then everything must be as it should.
final class Settlement {
    private static final Set<Reason> FINISHED = EnumSet.of(
            Reason.Completed, Reason.Failed, Reason.BackoffLimitExceeded, Reason.DeadlineExceeded);
    private static final Duration SOON = Duration.ofSeconds(1);

    private final World world;
    private final Simulation simulation;

    Settlement(World world, Simulation simulation) {
        this.world = world;
        this.simulation = simulation;
    }

    void settle() {
        world.trace.add("all is healed");
        simulation.healed();
        Accidents.heal(world);
        world.strangers.leave();
        for (int i = 0; i < 4; i++) {
            simulation.live(Duration.ofSeconds(20));
            People.approve(world);
        }
        simulation.live(Duration.ofMinutes(12));
        People.approve(world);
        simulation.live(Duration.ofMinutes(3));
        calmDown();
        judge();
        quiet();
    }

    /// To a moment at which nothing is about to happen.
    private void calmDown() {
        for (int i = 0, calm = 0; i < 50; i++) {
            simulation.round();
            boolean quiet = world.host.clock.untilNext() > SOON.toNanos() && holds();
            calm = quiet ? calm + 1 : 0;
            // What was asked at the end of one round is answered by the next.
            if (calm == 2) {
                return;
            }
            if (calm == 0) {
                simulation.live(Duration.ofMillis(700));
            }
        }
        world.referee.broken("it does not settle: " + world.daemon.view().plan());
    }

    /// And none that ends within a moment, as a back-off does.
    private boolean holds() {
        var plan = world.daemon.view().plan();
        return (plan.wakeAt() == null || !world.host.clock.now().plus(SOON).reached(plan.wakeAt()))
                && plan.agents().values().stream().allMatch(action -> action instanceof dev.reconciler.plan.Action.Hold)
                && plan.servers()
                        .values()
                        .stream()
                        .allMatch(action -> action instanceof dev.reconciler.plan.Action.HoldServer);
    }

    private void quiet() {
        var effects = new ArrayList<Effect>();
        world.host.gate.watch(new Gate.Watcher() {
            @Override
            public void after(Effect effect) {
                effects.add(effect);
            }
        });
        simulation.round();
        if (!effects.isEmpty()) {
            world.referee.broken("a further round changes something: " + effects + " "
                    + world.daemon.view().plan());
        }
    }

    private void judge() {
        world.host.processes.all()
                .stream()
                .filter(proc -> proc.live() && proc.owner.kind() == Owner.Kind.AGENT
                        && world.causes.isAcknowledged(proc.owner.mark().uid()))
                .filter(proc -> !world.referee.isUnknowable(proc.owner.mark().name()) && !leftAlone(proc.owner.mark()))
                .forEach(proc -> world.referee.broken("a delete was lost: " + proc));
        var names = new TreeSet<>(world.fleet.known());
        names.forEach(this::judge);
        if (!world.host.scopes.leaked().isEmpty()) {
            world.referee.broken("scopes are still leaked: " + world.host.scopes.leaked());
        }
        for (var server : world.host.tmux.servers()) {
            if (server.proc.owner.kind() == Owner.Kind.SERVER && !world.host.tmux.listens(server)) {
                world.referee.broken("a server of ours is still a ghost: " + server.proc);
            }
        }
    }

    /// Since the delete somebody said: leave it alone.
    private boolean leftAlone(dev.reconciler.api.OwnerMark mark) {
        var wish = world.fleet.inForce(mark.name());
        var action = world.daemon.view().plan().agents().get(mark.name());
        return mark.disabled() || wish != null && wish.disabled()
                || action != null && action.reason() == Reason.ReconcileDisabled;
    }

    private void judge(AgentName name) {
        var wish = world.fleet.wish(name);
        var live = world.causes.live(name);
        var action = world.daemon.view().plan().agents().get(name);
        var said = action == null ? null : action.reason();
        if (said == Reason.OtherSource || said == Reason.NameTaken) {
            return;
        }
        if (wish == null) {
            boolean kept = world.fleet.empty() || said == Reason.ReconcileDisabled
                    || world.referee.isUnknowable(name);
            if (!kept && (!live.isEmpty() || !world.causes.panes(name).isEmpty())) {
                world.referee.broken(name + " is not wanted and still there: " + live + " said " + action);
            }
        } else if (wish.disabled()) {
            if (said != Reason.ReconcileDisabled) {
                world.referee.broken(name + " is disabled, said " + action);
            }
        } else if (wish.suspend()) {
            if (!live.isEmpty()) {
                world.referee.broken(name + " is suspended and still there: " + live + " said " + action);
            }
        } else {
            judgeWanted(name, wish, said);
        }
    }

    /// Its manifest may be gone, and its work goes on.
    private boolean someoneIsLeftAlone() {
        return world.host.tmux.servers()
                .stream()
                .flatMap(server -> server.panes().stream())
                .anyMatch(pane -> pane.mark != null && pane.mark.disabled());
    }

    private void judgeWanted(AgentName name, Wish wish, Reason said) {
        var mains = world.causes.mains(name);
        boolean runsAsWanted = mains.size() == 1
                && (Causes.runs(wish, mains.getFirst()) || said == Reason.RestartPending);
        if (runsAsWanted) {
            return;
        }
        var program = Program.parse(wish.argv());
        boolean legal = FINISHED.contains(said)
                // It ends, and never says that it is done.
                || said == Reason.CrashLoopBackOff && wish.cares("completion")
                || said == Reason.CrashLoopBackOff && program.end() != null
                || said == Reason.WaitingForPredecessor && (sharesDirectory(name, wish) || someoneIsLeftAlone());
        if (!mains.isEmpty() || !legal) {
            world.referee.broken(name + " is wanted as " + wish + ", there is " + mains + ", said "
                    + world.daemon.view().plan().agents().get(name));
        }
    }

    /// An agent that nobody wants any more but that must stay (disabled, or the folder is empty) keeps its directory.
    private boolean sharesDirectory(AgentName name, Wish wish) {
        return world.fleet.known()
                .stream()
                .anyMatch(other -> !other.equals(name)
                        && world.fleet.wish(other) == null
                        && !world.causes.live(other).isEmpty());
    }
}
