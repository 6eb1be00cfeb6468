package dev.reconciler.bench;

import static org.awaitility.Awaitility.await;

import dev.reconciler.api.History;
import dev.reconciler.api.Session;
import dev.reconciler.controller.Reconciler;
import dev.reconciler.host.Machine;
import dev.reconciler.host.RawTmux;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.observed.Prober;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.Remembered;
import dev.reconciler.plan.Policy;
import dev.reconciler.real.TestDirs;
import dev.reconciler.recording.Inputs;
import dev.reconciler.recording.Recording;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Rounds in this process over the real machine, when there is nothing to do.
final class QuietRounds implements AutoCloseable {
    private final TestDirs dirs;
    private final Machine machine;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService probes =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("probe-", 0).factory());
    private final Semaphore alarm = new Semaphore(0);
    private final Prober prober;
    private final Thread asking;
    private final Reconciler reconciler;
    private final byte[] buffer = new byte[1024];
    private int agents;
    private RawTmux.@Nullable Wire wire;

    QuietRounds(TestDirs dirs) throws Exception {
        this.dirs = dirs;
        machine = new Machine(dirs.manifests(), dirs.state(), dirs.runtime(), dirs.environment(), () -> {});
        prober = new Prober(machine, probes, () -> {}, alarm::release);
        asking = Thread.ofVirtual().start(this::ask);
        reconciler = Reconciler.open(
                machine, "bench", false, dev.reconciler.desired.Models.ANY,
                new Policy(Duration.ofSeconds(30), dirs.home().toString()),
                dirs.state().resolve("logs"), workers,
                prober, () -> {}, null);
    }

    /// As the daemon does it: beside the rounds.
    private void ask() {
        try {
            while (true) {
                var due = prober.ask();
                long wait = due == null ? 2000 : Math.clamp(due.since(machine.clock().now()).toMillis(), 1, 2000);
                alarm.tryAcquire(wait, TimeUnit.MILLISECONDS);
                alarm.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Every agent gets an exec probe that hangs until its time limit, again and again; or loses it.
    void hang(boolean all) throws Exception {
        var probe = all
                ? "livenessProbe: {exec: {command: [/bin/sleep, '3600']}, failureThreshold: 100000}"
                : "suspend: false";
        try (var files = Files.walk(dirs.manifests())) {
            for (var file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                var name = file.getFileName().toString().replace(".yaml", "");
                var ready = dirs.root().resolve("ready.yaml");
                Files.writeString(
                        Manifests.write(ready, name, Manifests.SLEEP, dirs.work()), "  " + probe + "\n",
                        StandardOpenOption.APPEND);
                Files.move(ready, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        await("probes to " + (all ? "hang" : "end")).atMost(Duration.ofMinutes(2)).until(() -> {
            boolean quiet = quiet();
            long open = ProcessHandle.current()
                    .children()
                    .filter(p -> p.info().commandLine().orElse("").endsWith("/sleep 3600"))
                    .count();
            // Each is asked every ten seconds and hangs for five.
            return quiet && (all ? open > agents / 4 : open == 0);
        });
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

    /// Rounds that follow are recorded.
    void record(Recording recording) {
        reconciler.record(recording);
    }

    /// What the last round decided from, with `changed` of the agents in another state than before.
    Inputs inputs(int changed, int turn) {
        var view = reconciler.view();
        var sessions = new TreeMap<>(view.observed().sessions());
        var known = new TreeMap<>(view.history().agents());
        int left = changed;
        for (var name : view.observed().sessions().keySet()) {
            if (left-- > 0 && sessions.get(name) instanceof Session.Running(var pane, var process)) {
                var other = new Session.Pane(
                        pane.server(), pane.id(), pane.sessionId(), pane.mark(), turn, pane.piped(), pane.shared());
                sessions.put(name, new Session.Running(other, process));
                known.put(name, Remembered.failures(known.get(name), turn));
            }
        }
        var seen = view.observed();
        var observed = new ObservedState(
                sessions, seen.servers(), seen.preflights(), seen.vitals(), seen.health(), seen.scopes(),
                seen.runtimeGone());
        return new Inputs(
                view.desired(), observed, new History(view.history().fleet(), known), machine.clock().now(),
                view.plan());
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
        asking.interrupt();
        probes.shutdownNow();
        workers.close();
        machine.close();
    }
}
