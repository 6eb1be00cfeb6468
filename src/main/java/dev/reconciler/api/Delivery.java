package dev.reconciler.api;

/// A text on its way into the terminal of one run: the receipt. Steps with an effect are on disk before it, and tmux
/// itself remembers which of them it has done, so that a daemon that is killed in between repeats none.
///
/// @param id [#PROMPT], or `m` and a message's number; unique within its run
/// @param digest of a prompt, empty for a message
/// @param oneLine a program that reads lines takes it, too
/// @param asked when it was asked for
/// @param due when it is given up unless it has begun
/// @param at of the last step
/// @param enters how often Enter was sent
/// @param before digest of the cursor's line before it was typed
/// @param line the same when the text stood in it, not yet submitted
/// @param why a sentence for the person who asks
public record Delivery(
        String id,
        RunId run,
        String digest,
        boolean oneLine,
        Phase phase,
        Moment asked,
        Moment due,
        Moment at,
        int enters,
        String before,
        String line,
        String why) {
    /// The id of a run's prompt.
    public static final String PROMPT = "prompt";

    /// How far it has come. The last five are final.
    public enum Phase {
        /// The program is not ready for it.
        Waiting,
        /// It is being typed, or was when the daemon was killed.
        Typing,
        /// It stands in the program's input.
        Typed,
        /// Enter is being sent, or was when the daemon was killed.
        Entering,
        /// Enter was sent; the screen does not show yet that it was taken.
        Entered,
        /// The program took it.
        Submitted,
        /// It was never typed: the program was not ready in time.
        NotReady,
        /// It was never typed: a person's half-typed input stood in the way.
        DraftInTheWay,
        /// It was typed, and Enter had no effect that can be seen.
        NotSubmitted,
        /// Whether the program took it cannot be told.
        Unknown
    }

    public boolean open() {
        return switch (phase) {
            case Waiting, Typing, Typed, Entering, Entered -> true;
            case Submitted, NotReady, DraftInTheWay, NotSubmitted, Unknown -> false;
        };
    }

    /// Whether some of it may have reached the program.
    public boolean begun() {
        return switch (phase) {
            case Waiting, NotReady, DraftInTheWay -> false;
            case Typing, Typed, Entering, Entered, Submitted, NotSubmitted, Unknown -> true;
        };
    }

    /// What tmux is told, and asked for: unique for ever.
    public String key() {
        return run + "/" + id;
    }

    public static Delivery waiting(
            String id, RunId run, String digest, boolean oneLine, Moment now, Moment due) {
        return new Delivery(id, run, digest, oneLine, Phase.Waiting, now, due, now, 0, "", "", "");
    }

    public Delivery to(Phase next, Moment now, String sentence) {
        return new Delivery(id, run, digest, oneLine, next, asked, due, now, enters, before, line, sentence);
    }

    /// It is being typed.
    ///
    /// @param text digest of what is typed
    public Delivery typing(String text, String shown, Moment now) {
        return new Delivery(id, run, text, oneLine, Phase.Typing, asked, due, now, enters, shown, line, "");
    }

    /// Enter is being sent.
    public Delivery entering(int time, String shown, Moment now) {
        return new Delivery(id, run, digest, oneLine, Phase.Entering, asked, due, now, time, before, shown, why);
    }

    /// What tmux is told with Enter.
    public String enterKey(int time) {
        return key() + ":" + time;
    }
}
