package dev.reconciler.host;

/// A tmux command that did not do what was asked.
public final class TmuxException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean answered;

    private TmuxException(String message, boolean answered) {
        super(message);
        this.answered = answered;
    }

    /// The server said no: nothing was done.
    public static TmuxException refused(String message) {
        return new TmuxException(message, true);
    }

    /// No answer in time: it may still be done, late.
    public static TmuxException unanswered(String message) {
        return new TmuxException(message, false);
    }

    /// False: the effect may land later.
    public boolean answered() {
        return answered;
    }
}
