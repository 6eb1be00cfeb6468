package dev.reconciler.actuate;

import java.util.List;

/// What became of an action.
public sealed interface Outcome {
    /// The effect took place. Whether the world is as wished is the next look's answer.
    record Succeeded() implements Outcome {}

    /// A run was started.
    ///
    /// @param argv exactly what was, the program by its whole path; without a prompt that is an argument
    record Started(List<String> argv) implements Outcome {}

    /// The world moved on since the look: nothing was done, the next round decides anew.
    record Skipped(String why) implements Outcome {}

    /// It was tried and refused, or not answered.
    record Failed(String why) implements Outcome {}
}
