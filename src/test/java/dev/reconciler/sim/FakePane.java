package dev.reconciler.sim;

import dev.reconciler.api.Exit;
import dev.reconciler.api.OwnerMark;

/// One pane of a simulated tmux server.
final class FakePane {
    final String id;
    final FakeSession session;
    /// Kept after its program's end, as ours are.
    final boolean remains;
    Proc proc;
    OwnerMark mark;
    boolean dead;
    /// Null while tmux does not know.
    Exit status;
    boolean piped;
    final FakeKeyboard keyboard = new FakeKeyboard();

    FakePane(String id, FakeSession session, Proc proc, OwnerMark mark) {
        this.id = id;
        this.session = session;
        this.proc = proc;
        this.mark = mark;
        this.remains = mark != null;
        this.piped = mark != null;
    }
}
