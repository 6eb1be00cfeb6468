package dev.reconciler.api;

/// `spec.completion`.
@Doc("What tells that a run is complete, and how it went.")
public record Completion(
        @Doc(
                value = "Exit: its exit code. DoneFile: what it writes to RECONCILER_DONE_FILE (`reconciler done`); an"
                        + " exit without it is a failure. Either: the done file, else the exit code.",
                def = "Exit") By by,
        @Doc(
                value = "With DoneFile and Either, what happens to a program that said it is done and runs on: Stop ends"
                        + " it; Keep leaves it, unless restartPolicy asks for a new run.",
                def = "Stop") OnDone onDone) {
    public static final Completion BY_EXIT = new Completion(By.Exit, OnDone.Stop);

    /// Whose word counts.
    public enum By {
        Exit,
        DoneFile,
        Either
    }

    /// What happens to a program that is done.
    public enum OnDone {
        Stop,
        Keep
    }

    /// Whether what the agent says itself decides.
    public boolean byWord() {
        return by != By.Exit;
    }
}
