package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.controller.Door;
import dev.reconciler.controller.Settings;
import java.io.IOException;

/// What stands behind the verbs: the daemon, and a look without one.
interface Engine {
    /// @throws Access.Refusal when it could not look, with a sentence for the user
    Access look(Settings settings) throws Access.Refusal;

    /// Returns when the daemon ends, or after one round.
    ///
    /// @param door opened once the daemon holds its lock; not at all for one round
    /// @return the exit code; after one round that of `status`
    /// @throws Access.Refusal when it can't start, with a sentence for the user
    int run(Settings settings, boolean once, Door door) throws Access.Refusal, IOException, InterruptedException;
}
