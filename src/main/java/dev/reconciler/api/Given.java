package dev.reconciler.api;

/// A prompt that goes with a run.
///
/// @param launched it is given at the launch, as an argument or a file; else it is typed
/// @param readySeconds how long the program may take to be ready for it
/// @param oneLine a program that reads lines takes it, too
public record Given(String digest, boolean launched, int readySeconds, boolean oneLine) {
    public static Given of(Prompt prompt) {
        var text = prompt.text();
        return new Given(
                prompt.digest(), prompt.delivery() != Prompt.Means.Paste, prompt.readyTimeoutSeconds(),
                text != null && PromptText.fitsLine(PromptText.plain(text)));
    }
}
