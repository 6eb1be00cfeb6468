package dev.reconciler.server;

/// Answers requests. Called on a virtual thread of its own for each connection, many at once.
@FunctionalInterface
public interface Handler {
    /// @return the exit code, 0 to 255
    int answer(Request request, Reply reply);
}
