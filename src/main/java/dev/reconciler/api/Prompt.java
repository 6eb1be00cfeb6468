package dev.reconciler.api;

import org.jspecify.annotations.Nullable;

/// `spec.prompt`: exactly one of `text` and `file`.
@Doc("Text the program is given once it is ready for it.")
public record Prompt(
        @Doc(value = "The text, without one trailing newline; no control characters but newline and tab.",
                way = "text")
        @Nullable String text,
        @Doc(value = "A file with the text, read when it is delivered; `~` is your home directory.", way = "text")
        @Nullable String file,
        @Doc(
                value = "Paste: typed into its terminal when it is ready. Argument: the last argument of its command."
                        + " File: RECONCILER_PROMPT_FILE names a file with it.",
                def = "Paste") Means delivery,
        @Doc(
                value = "FirstRun: only the first run that gets it, until it is changed: a restart after a crash does"
                        + " not begin the task again. EveryRun: each run.",
                def = "FirstRun") On on,
        @Doc(
                value = "How long a run may take to be ready for it; after that nothing is typed and PromptDelivered is"
                        + " False.",
                def = "120",
                min = 1,
                max = 86_400) int readyTimeoutSeconds) {
    /// How it reaches the program.
    public enum Means {
        Paste,
        Argument,
        File
    }

    /// Which runs it is meant for.
    public enum On {
        EveryRun,
        FirstRun
    }

    /// Tells one prompt from another; of a file, the name counts.
    public String digest() {
        return Uids.digest(file == null ? "text " + text : "file " + file);
    }
}
