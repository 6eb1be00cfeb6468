package dev.reconciler.bench;

import static org.awaitility.Awaitility.await;

import dev.reconciler.api.Session;
import dev.reconciler.controller.Reconciler;
import dev.reconciler.host.Machine;
import dev.reconciler.host.RawTmux;
import dev.reconciler.observed.Prober;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.Policy;
import dev.reconciler.real.TestDirs;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// Rounds in this process over the real machine, when there is nothing to do.
final class QuietRounds implements AutoCloseable {
    private final TestDirs dirs;
    private final Machine machine;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Reconciler reconciler;
    private final byte[] buffer = new byte[1024];
    private int agents;
    private RawTmux.@Nullable Wire wire;

    QuietRounds(TestDirs dirs) throws Exception {
        this.dirs = dirs;
        machine = new Machine(dirs.manifests(), dirs.state(), dirs.runtime(), dirs.environment(), () -> {});
        reconciler = Reconciler.open(
                machine, "bench", false, dev.reconciler.desired.Models.ANY,
                new Policy(Duration.ofSeconds(30), dirs.home().toString()),
                dirs.state().resolve("logs"), workers,
                new Prober(machine, workers, () -> {}, () -> {}), () -> {}, null);
    }

    /// Until so many run and the rounds have come to rest.
    void grow(int to) throws Exception {
        var ready = Files.createTempDirectory(dirs.root(), "new-");
        for (; agents < to; agents++) {
            var name = "agent-" + agents;
            Manifests.write(ready.resolve(name + ".yaml"), name, Manifests.SLEEP, dirs.work());
        }
        Files.move(ready, dirs.manifests().resolve(ready.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        await(to + " agents").atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(50)).until(this::quiet);
        if (wire == null) {
            wire = new RawTmux.Wire(machine.tmux().socket(RawTmux.NAMESPACE), dirs.environment());
        }
    }

    private boolean quiet() {
        reconciler.round();
        var view = reconciler.view();
        return view != null
                && view.desired().source().settled()
                && view.observed().sessions().size() == agents
                && view.observed().sessions().values().stream().allMatch(s -> s instanceof Session.Running)
                && view.plan().agents().values().stream().allMatch(a -> a instanceof Action.Hold);
    }

    void measure(int turns, Times rounds, Times floor) throws Exception {
        for (int i = -turns / 2; i < turns; i++) {
            floor(i < 0 ? new Times() : floor);
            (i < 0 ? new Times() : rounds).measure(() -> {
                reconciler.round();
                return null;
            });
        }
        if (!quiet()) {
            throw new IllegalStateException("something happened while quiet rounds were measured");
        }
    }

    /// What cannot be done without: the panes over an open connection, and one read of every program's stat. The pids
    /// are known, nothing is parsed.
    private void floor(Times times) throws Exception {
        var pids = RawTmux.pids(wire.list());
        times.measure(() -> {
            wire.list();
            for (long pid : pids) {
                stat(pid);
            }
            return null;
        });
    }

    private void stat(long pid) throws IOException {
        try (var file = new FileInputStream("/proc/" + pid + "/stat")) {
            if (file.read(buffer) <= 0) {
                throw new IOException("no process " + pid);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (wire != null) {
            wire.killServer();
            wire.close();
        }
        workers.close();
        machine.close();
    }
}
