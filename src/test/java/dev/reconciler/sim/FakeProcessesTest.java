package dev.reconciler.sim;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.ProcessTableContract;
import dev.reconciler.host.Signal;
import java.time.Duration;
import java.util.List;

/// The simulated kernel keeps the contract of the real one.
class FakeProcessesTest extends ProcessTableContract {
    private final FakeHost host = new FakeHost(World.SOURCE);
    private final Proc shell = spawn(FakeProcesses.INIT, null, Owner.USER);
    private final Proc server = spawn(FakeProcesses.INIT, null, Owner.SERVER);

    /// On a real machine time passes while a signal takes its effect.
    @Override
    protected ProcessTable table() {
        return new ProcessTable() {
            @Override
            public Scan scan() {
                return host.processes.scan();
            }

            @Override
            public Sighting look(long pid) {
                return host.processes.look(pid);
            }

            @Override
            public Sighting glance(long pid) {
                return host.processes.glance(pid);
            }

            @Override
            public Server server(ProcessRef ref) {
                return host.processes.server(ref);
            }

            @Override
            public Sent signal(ProcessRef target, Signal signal) {
                var sent = host.processes.signal(target, signal);
                host.clock.advance(Duration.ofMillis(20));
                return sent;
            }

            @Override
            public boolean ignores(ProcessRef target, Signal signal) {
                return host.processes.ignores(target, signal);
            }

            @Override
            public void watch(ProcessRef target, Runnable onExit) {
                host.processes.watch(target, onExit);
            }
        };
    }

    @Override
    protected ProcessRef start(String runId) {
        host.clock.advance(Duration.ofSeconds(1));
        return spawn(shell.ref.pid(), runId, Owner.USER).ref;
    }

    @Override
    protected ProcessRef zombie() {
        var child = spawn(server.ref.pid(), null, Owner.USER);
        host.processes.exit(child, new dev.reconciler.api.Exit.Code(3));
        return child.ref;
    }

    private Proc spawn(long parent, String runId, Owner owner) {
        return host.processes.spawn(parent, 0, "agent", runId, List.of("agent"), Program.FOREVER, owner);
    }
}
