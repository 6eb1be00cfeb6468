package dev.reconciler.cli;

import dev.reconciler.api.Moment;
import dev.reconciler.plan.Action;

final class PlanText {
    private PlanText() {}

    static String of(Action action, Moment now) {
        return action.toString();
    }
}
