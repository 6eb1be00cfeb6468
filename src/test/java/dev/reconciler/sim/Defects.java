package dev.reconciler.sim;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Defects of the product that it caught and logged: in a simulation they are failures.
final class Defects extends Handler {
    private static final ThreadLocal<LogRecord> CAUGHT = new ThreadLocal<>();
    private static final Logger LOG = Logger.getLogger("reconciler");

    static {
        LOG.setUseParentHandlers(false);
        LOG.setLevel(Level.SEVERE);
        LOG.addHandler(new Defects());
    }

    private Defects() {}

    static void forget() {
        CAUGHT.remove();
    }

    static void rethrow() {
        var caught = CAUGHT.get();
        if (caught != null) {
            throw new IllegalStateException(caught.getMessage(), caught.getThrown());
        }
    }

    @Override
    public void publish(LogRecord log) {
        CAUGHT.set(log);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
