package dev.reconciler.api;

/// What an agent does, as far as anybody can tell. Never a reason to end it.
public enum Activity {
    /// It prints, or shows that it works.
    Working,
    /// It waits for work.
    Idle,
    /// It waits for a person's answer.
    AwaitingInput,
    /// Nobody can tell: never taken for idle.
    Unknown
}
