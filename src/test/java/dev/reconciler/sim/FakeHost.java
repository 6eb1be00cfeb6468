package dev.reconciler.sim;

import dev.reconciler.host.Clock;
import dev.reconciler.host.Folder;
import dev.reconciler.host.Host;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.RunFiles;
import dev.reconciler.host.Scopes;
import dev.reconciler.host.ServerTable;
import dev.reconciler.host.Storage;
import dev.reconciler.host.Tmux;
import dev.reconciler.host.Workplace;

/// The simulated machine. It outlives daemons: [#newDaemon] only takes away what a process takes with it.
final class FakeHost implements Host {
    final FakeClock clock = new FakeClock();
    final Gate gate = new Gate();
    final FakeProcesses processes = new FakeProcesses(clock, gate);
    final FakeScopes scopes = new FakeScopes(clock, processes, gate);
    final FakeTmux tmux;
    final FakeStorage storage = new FakeStorage(gate);
    final FakeFolder folder = new FakeFolder(gate);
    final FakeWorkplace workplace = new FakeWorkplace(scopes, clock, gate);
    final FakeRunFiles runFiles = new FakeRunFiles();

    /// @param source the id that the daemon's marks carry: sessions with another one are another daemon's
    FakeHost(String source) {
        tmux = new FakeTmux(clock, processes, gate, scopes, source);
    }

    /// The old daemon is gone, with its connections and watches.
    void newDaemon() {
        gate.revive();
        tmux.disconnect();
        processes.forgetWatchers();
    }

    /// Nothing but the disk survives, the daemon neither.
    void reboot() {
        gate.kill();
        processes.reboot();
        tmux.reboot();
        scopes.reboot();
        clock.reboot();
        // Whoever was writing it is gone.
        folder.busy(null);
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public ProcessTable processes() {
        return processes;
    }

    @Override
    public Tmux tmux() {
        return tmux;
    }

    /// What is done about other people's servers is no part of a round.
    @Override
    public ServerTable servers() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Storage storage() {
        return storage;
    }

    @Override
    public Folder folder() {
        return folder;
    }

    @Override
    public RunFiles runFiles() {
        return runFiles;
    }

    @Override
    public Scopes scopes() {
        return scopes;
    }

    @Override
    public Workplace workplace() {
        return workplace;
    }
}
