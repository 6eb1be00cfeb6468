package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.controller.Door;
import dev.reconciler.controller.Settings;

/// This machine.
final class Machine implements Engine {
    @Override
    public Access look(Settings settings) throws Access.Refusal {
        throw new Access.Refusal("no daemon is running");
    }

    @Override
    public int run(Settings settings, boolean once, Door door) throws Access.Refusal {
        throw new Access.Refusal("there is no daemon in this build");
    }
}
