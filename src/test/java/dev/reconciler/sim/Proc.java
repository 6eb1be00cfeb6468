package dev.reconciler.sim;

import dev.reconciler.api.Exit;
import dev.reconciler.api.ProcessRef;
import java.util.ArrayList;
import java.util.List;

/// One process of the simulated machine.
final class Proc {
    final ProcessRef ref;
    final long session;
    final String name;
    final String runId;
    final List<String> argv;
    final Program program;
    final Owner owner;
    final List<Runnable> watchers = new ArrayList<>();
    long parent;
    /// The unit it is in, null: none of the user's manager.
    String unit;
    State state = State.LIVE;
    Exit exit;
    boolean dying;
    /// Where it was started, of a run of ours.
    String directory;
    /// Null: as its program says.
    String screen;
    long printed;

    /// As the kernel sees it.
    enum State {
        LIVE,
        ZOMBIE,
        GONE
    }

    Proc(
            ProcessRef ref,
            long parent,
            long session,
            String name,
            String runId,
            List<String> argv,
            Program program,
            Owner owner) {
        this.ref = ref;
        this.parent = parent;
        this.session = session;
        this.name = name;
        this.runId = runId;
        this.argv = argv;
        this.program = program;
        this.owner = owner;
    }

    boolean live() {
        return state == State.LIVE;
    }

    @Override
    public String toString() {
        return name + " " + ref + " " + owner.kind() + (owner.mark() == null ? "" : " " + owner.mark().run());
    }
}
