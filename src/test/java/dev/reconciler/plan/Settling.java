package dev.reconciler.plan;

import dev.reconciler.api.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Rounds over a [ModelWorld], each action carried out as the dispatcher does it, until nothing is left to do: time
/// jumps from one wake-up to the next.
final class Settling {
    private static final int ROUNDS = 80;

    final ModelWorld model;
    final List<ModelWorld> cuts = new ArrayList<>();
    private final boolean cutting;
    private final boolean asleep;
    private final List<Action> log = new ArrayList<>();
    int acting;
    Action.@Nullable OfAgent last;

    /// @param cutting keep the world as it is after each intent and each effect: what a daemon that is killed there
    ///     leaves behind
    /// @param asleep see that time alone changes nothing before the wake-up that a plan names
    Settling(ModelWorld model, boolean cutting, boolean asleep) {
        this.model = model;
        this.cutting = cutting;
        this.asleep = asleep;
    }

    /// @return this, settled
    Settling settle() {
        for (int round = 0; round < ROUNDS; round++) {
            var plan = model.round();
            if (act(plan)) {
                continue;
            }
            last = plan.agents().get(Sample.ADA);
            var wake = plan.wakeAt();
            if (wake == null) {
                same(plan, model.now.plus(Duration.ofDays(1)));
                return this;
            }
            if (model.now.reached(wake)) {
                throw new AssertionError("nothing to do, and a wake-up that is due already: " + plan + this);
            }
            same(plan, middle(model.now, wake));
            model.now = wake;
        }
        throw new AssertionError("it never settles" + this);
    }

    /// Whether it asked a program to end: then it matters how the program takes it.
    boolean stopped() {
        return log.stream().anyMatch(a -> a instanceof Action.Stop || a instanceof Action.Ask);
    }

    private boolean act(Plan plan) {
        var actions = new ArrayList<Action>();
        plan.servers().values().stream().filter(a -> !(a instanceof Action.HoldServer)).forEach(actions::add);
        plan.agents().values().stream().filter(a -> !(a instanceof Action.Hold)).forEach(actions::add);
        if (actions.isEmpty()) {
            return false;
        }
        acting += actions.stream().anyMatch(a -> a instanceof Action.OfAgent && !(a instanceof Action.Adopt)) ? 1 : 0;
        for (var action : actions) {
            log.add(action);
            model.intend(action);
            cut();
            model.effect(action);
            cut();
            model.done(action);
        }
        return true;
    }

    private void cut() {
        if (cutting) {
            cuts.add(model.copy());
        }
    }

    /// Until the wake-up that a plan names, time alone must not change it: nobody would notice.
    private void same(Plan plan, Moment then) {
        if (!asleep) {
            return;
        }
        var later = model.planAt(then);
        if (!alike(plan.agents(), later.agents()) || !alike(plan.servers(), later.servers())) {
            throw new AssertionError("it sleeps until " + plan.wakeAt() + ", but at " + then + " it would do\n  "
                    + later + "\n  instead of\n  " + plan + this);
        }
    }

    private static Moment middle(Moment from, Moment to) {
        return from.plus(Duration.ofNanos((to.nanos() - from.nanos()) / 2));
    }

    private static boolean alike(Map<?, ? extends Action> some, Map<?, ? extends Action> others) {
        return some.keySet().equals(others.keySet())
                && some.entrySet().stream().allMatch(e -> alike(e.getValue(), others.get(e.getKey())));
    }

    private static boolean alike(Action one, Action other) {
        return one.getClass() == other.getClass() && one.reason() == other.reason();
    }

    @Override
    public String toString() {
        return log.stream().map(a -> "\n  " + a).collect(Collectors.joining()) + "\n  at " + model;
    }
}
