package dev.reconciler.api;

/// One run of one agent: the agent's uid and a number that only grows.
///
/// @param uid the agent's uid
/// @param number 1 for the first run
public record RunId(String uid, long number) {
    /// The run after this one.
    public RunId next() {
        return new RunId(uid, number + 1);
    }

    /// `uid-number`, the form in environments, marks and file names.
    @Override
    public String toString() {
        return uid + "-" + number;
    }

    /// @throws IllegalArgumentException when `text` is not what [#toString] prints
    public static RunId parse(String text) {
        int dash = text.lastIndexOf('-');
        if (dash <= 0) {
            throw new IllegalArgumentException("not a run id: " + text);
        }
        return new RunId(text.substring(0, dash), Long.parseLong(text.substring(dash + 1)));
    }
}
