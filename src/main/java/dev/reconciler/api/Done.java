package dev.reconciler.api;

import org.jspecify.annotations.Nullable;

/// What an agent said about the end of its task, through its done file.
///
/// @param run the run that said it; it says nothing about any other
/// @param message empty without one
/// @param result JSON, null without one
/// @param at when the daemon read it
public record Done(RunId run, boolean succeeded, String message, @Nullable String result, Moment at) {
    /// `succeeded: message`, for people.
    public String sentence() {
        return (succeeded ? "succeeded" : "failed") + (message.isEmpty() ? "" : ": " + message);
    }
}
