package dev.reconciler.host;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Session;
import org.jspecify.annotations.Nullable;

/// Texts into panes. Whatever is typed carries a key that tmux itself remembers with the pane, checked and set in the
/// same instant as the effect: the same key again does nothing, whoever asks and however late.
public interface Typing {
    /// What the pane and its terminal look like now.
    Screen screen(Session.Pane pane) throws TmuxException;

    /// Pastes the text into the pane, as one bracketed paste where the program asked for that, unless `key` was typed
    /// last. Leaves copy mode first when nobody is attached.
    ///
    /// @param process whose input it is: nothing is typed to another
    /// @return false when another process, or none, lives in the pane
    boolean type(Session.Pane pane, ProcessRef process, String key, String text) throws TmuxException;

    /// Presses Enter, unless it was pressed last for `key`.
    ///
    /// @return as [#type]
    boolean enter(Session.Pane pane, ProcessRef process, String key) throws TmuxException;

    /// @param raw the program reads keys, not lines
    /// @param mode copy mode or the like
    /// @param brackets bracketed paste was asked for; null where tmux does not tell
    /// @param attached clients that show the session
    /// @param visited whether a client ever showed the session: only then can a person have pressed keys in it. Of their
    ///     keys tmux tells the second only, too coarse for a session that is as young
    /// @param column the cursor's, from 0
    /// @param line the whole line the cursor stands in
    /// @param typed key of what was typed last, empty before
    /// @param entered key of the last Enter, empty before
    record Screen(
            boolean raw,
            boolean mode,
            @Nullable Boolean brackets,
            int attached,
            boolean visited,
            int column,
            String line,
            String typed,
            String entered) {}
}
