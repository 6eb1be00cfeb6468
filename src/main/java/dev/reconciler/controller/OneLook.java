package dev.reconciler.controller;

import dev.reconciler.host.Machine;
import dev.reconciler.observed.Prober;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/// A look without a daemon: the same code, hence the same answer. It starts, stops and writes nothing, except a
/// person's word, for which it takes the daemon's lock.
public final class OneLook implements AutoCloseable {
    /// Without a daemon nothing tells of a change: `--watch` and `wait` look again this often.
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Machine machine;
    private final Desk desk;

    private OneLook(Machine machine, Desk desk) {
        this.machine = machine;
        this.desk = desk;
    }

    /// @throws Access.Refusal when state or folder cannot be looked at
    public static OneLook open(Settings settings, Map<String, String> environment) throws Access.Refusal {
        try {
            var machine = new Machine(
                    settings.manifests(), settings.commits(), settings.state(), settings.runtime(), environment, null);
            var source = SourceIdentity.of(settings.state(), settings.manifests());
            var reconciler = Reconciler.open(
                    machine,
                    source,
                    settings.allowEmpty(),
                    settings.models(),
                    Daemon.policy(settings, environment),
                    settings.state().resolve(Desk.LOGS),
                    Runnable::run,
                    new Prober(machine, Runnable::run, () -> {}, () -> {}),
                    () -> {},
                    null);
            Words words = (about, change) -> {
                try (var _ = Instance.acquire(settings)) {
                    Words.of(reconciler.memory()).record(about, change);
                }
            };
            return new OneLook(machine, reconciler.looking(settings, words, POLL));
        } catch (IOException e) {
            throw new Access.Refusal("cannot look: " + e.getMessage());
        }
    }

    public Access access() {
        return desk;
    }

    @Override
    public void close() throws IOException {
        machine.close();
    }
}
