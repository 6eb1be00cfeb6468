package dev.reconciler.api;

/// How a program ended.
public sealed interface Exit {
    /// By itself, with this exit code.
    record Code(int code) implements Exit {}

    /// By this signal number.
    record Signal(int number) implements Exit {}

    /// By the kernel, because the memory of its scope was used up: signal 9.
    record OutOfMemory() implements Exit {}

    /// Nobody saw it: its server or its session is gone, or the kernel's answer was lost. Counts as a failure.
    record Unseen() implements Exit {}

    default boolean success() {
        return this instanceof Code(int code) && code == 0;
    }

    /// The shell's convention: the code, or 128 + the signal; -1 when nobody saw it.
    default int shellCode() {
        return switch (this) {
            case Code(int code) -> code;
            case Signal(int number) -> 128 + number;
            case OutOfMemory() -> 128 + 9;
            case Unseen() -> -1;
        };
    }
}
