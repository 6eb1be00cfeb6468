package dev.reconciler.controller;

import dev.reconciler.host.RunSockets;
import java.io.IOException;

/// How others reach a daemon. The packages that serve come after this one, so the daemon is handed its door.
@FunctionalInterface
public interface Door {
    /// Opened once the daemon is the only one and has something to show.
    ///
    /// @param runs where programs of runs connect; what each may ask: [GrantedAccess]
    /// @return closed when the daemon ends
    /// @throws IOException with a sentence for the user
    AutoCloseable open(Access access, RunSockets runs) throws IOException;
}
