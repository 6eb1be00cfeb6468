package dev.reconciler.sim;

/// A law was broken.
final class Violation extends Error {
    private static final long serialVersionUID = 1L;

    Violation(String law) {
        super(law, null, false, false);
    }
}
