package dev.reconciler.sim;

/// `kill -9` of the daemon. An error, so that no handler of the product takes it for a failure of the machine.
final class DaemonKilled extends Error {
    private static final long serialVersionUID = 1L;

    DaemonKilled() {
        super("kill -9", null, false, false);
    }
}
