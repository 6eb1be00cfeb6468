package dev.reconciler.api;

/// Whether a start would work: directory, program and secret files looked at before anything is stopped for it.
public sealed interface Preflight {
    record Passed() implements Preflight {}

    /// It would fail, for this reason.
    record WouldFail(String message) implements Preflight {}

    /// The look took too long or failed.
    record Unseen(String why) implements Preflight {}
}
