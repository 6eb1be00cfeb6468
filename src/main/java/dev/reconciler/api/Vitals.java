package dev.reconciler.api;

import org.jspecify.annotations.Nullable;

/// What one look shows of a run besides its session.
///
/// @param beat null before the run is watched
/// @param terminal null where it was not needed, or could not be seen
public record Vitals(DoneFile done, @Nullable Beat beat, @Nullable Terminal terminal) {
    public static final Vitals NONE = new Vitals(new DoneFile.None(), null, null);

    /// What a run's done file says.
    public sealed interface DoneFile {
        record None() implements DoneFile {}

        /// Complete, and of this run.
        record Said(Done done) implements DoneFile {}

        /// Something is there that is no done file of this run: half-written, empty, no JSON, of another run.
        ///
        /// @param since when something wrong was first seen there
        record Wrong(String why, Moment since) implements DoneFile {}
    }

    /// When the agent last gave a sign of life.
    ///
    /// @param at when its heartbeat file was seen to change; time in which nobody looked does not count, so this may lie
    ///     later than that
    /// @param message what it said with it, empty without
    /// @param activity what it said that it does, null when nothing
    public record Beat(Moment at, String message, @Nullable Activity activity) {
        public Beat(Moment at, String message) {
            this(at, message, null);
        }
    }

    /// What a pane's terminal tells about whether its program takes input.
    ///
    /// @param raw the program reads keys itself, not lines
    /// @param mode copy mode or the like: keys do not reach the program
    /// @param brackets it asked for bracketed paste; null where tmux does not tell (before 3.7)
    /// @param attached clients that show it
    /// @param line digest of the cursor's line and place in it
    /// @param still since when cursor and line are as they are
    /// @param draft a person pressed keys here, and something may stand in the input
    /// @param typed key of the delivery that was typed last, empty before
    /// @param entered key of the last Enter ([Delivery#enterKey]), empty before
    public record Terminal(
            boolean raw,
            boolean mode,
            @Nullable Boolean brackets,
            int attached,
            String line,
            Moment still,
            boolean draft,
            String typed,
            String entered) {}
}
