package dev.reconciler.observed;

/// What came of asking once.
sealed interface Reply {
    record Passed() implements Reply {}

    record Failed(String why) implements Reply {}

    /// It could not be asked: that says nothing about the program.
    record Unasked(String why) implements Reply {}
}
