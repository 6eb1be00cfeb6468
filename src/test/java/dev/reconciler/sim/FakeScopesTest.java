package dev.reconciler.sim;

import dev.reconciler.api.RunId;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Scopes;
import dev.reconciler.host.ScopesContract;
import dev.reconciler.host.Tmux;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/// The simulated service manager keeps the contract of the real one.
class FakeScopesTest extends ScopesContract {
    private final FakeHost host = new FakeHost("src");

    @BeforeEach
    void answer() {
        host.scopes.answer();
    }

    @Override
    protected Tmux tmux() {
        return host.tmux;
    }

    @Override
    protected ProcessTable processes() {
        return host.processes;
    }

    @Override
    protected Scopes scopes() {
        host.clock.advance(java.time.Duration.ofMillis(10));
        return host.scopes;
    }

    @Override
    protected String workingDirectory() {
        return "/srv/a";
    }

    @Override
    protected Tmux.LogTarget log(RunId run) {
        return new Tmux.LogTarget("/logs/" + run + ".", 1 << 20);
    }

    @Override
    protected List<String> forever() {
        return List.of(Program.PATH, "v=1");
    }

    @Override
    protected List<String> withEscapedChild() {
        return List.of(Program.PATH, "child=escaped");
    }

    @Override
    protected void freeze() {
        host.scopes.fallSilent();
    }

    @Override
    protected void thaw() {
        host.scopes.answer();
    }
}
