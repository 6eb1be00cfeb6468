package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.controller.Daemon;
import dev.reconciler.controller.Door;
import dev.reconciler.controller.OneLook;
import dev.reconciler.controller.Settings;

/// This machine.
final class Machine implements Engine {
    @Override
    public Access look(Settings settings) throws Access.Refusal {
        return OneLook.open(settings, System.getenv()).access();
    }

    @Override
    public int run(Settings settings, boolean once, Door door) throws Access.Refusal {
        if (once) {
            return Daemon.once(settings, System.getenv(), StatusVerb::code);
        }
        Daemon.run(settings, System.getenv(), door);
        return 0;
    }
}
