package dev.reconciler.api;

import org.jspecify.annotations.Nullable;

/// What the folder says of one name.
public sealed interface Desire {
    /// It should run.
    record Wanted(Agent agent) implements Desire {}

    /// It should exist and not run.
    record Suspended(Agent agent) implements Desire {}

    /// No file asks for it. Says nothing about how complete that look was: [Source] does.
    record Unwanted() implements Desire {}

    /// A file may ask for it but cannot be read.
    ///
    /// @param lastGood its last good version, null when there never was one
    /// @param why the first error, as shown to the user
    record Unreadable(@Nullable Agent lastGood, String why) implements Desire {}

    /// As the folder asks for it, or did when it could last be read; null when there is nothing of the kind.
    default @Nullable Agent agent() {
        return switch (this) {
            case Wanted(var agent) -> agent;
            case Suspended(var agent) -> agent;
            case Unwanted() -> null;
            case Unreadable(var lastGood, var why) -> lastGood;
        };
    }
}
