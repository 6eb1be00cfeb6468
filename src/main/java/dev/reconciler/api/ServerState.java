package dev.reconciler.api;

/// What one look proves about one namespace's tmux server.
public sealed interface ServerState {
    /// It answered.
    ///
    /// @param reachable its socket is where it should be, so that others reach it too
    /// @param vacant nothing but our holder session is left on it
    record Up(ProcessRef server, boolean reachable, boolean vacant) implements ServerState {}

    /// Nobody listens on its path and no live server of ours was found.
    record Down() implements ServerState {}

    /// Alive, its path gone, no connection open.
    record Ghosted(ProcessRef server) implements ServerState {}

    /// Could not ask.
    record Silent(String why) implements ServerState {}
}
