package dev.reconciler.controller;

import dev.reconciler.api.Moment;
import dev.reconciler.host.LogFiles;
import dev.reconciler.host.FileStorage;
import dev.reconciler.host.Machine;
import dev.reconciler.host.NotifySocket;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Segments;
import dev.reconciler.observed.Prober;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.Policy;
import dev.reconciler.recording.FlightRecorder;
import dev.reconciler.recording.Recording;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// The process that keeps sessions true to the folder, until it is told to stop. Its end, however it comes, ends no
/// session: the next one adopts them.
public final class Daemon {
    /// A look at everybody's servers. One that seems lost is looked at again soon, which makes it certain: found within ten
    /// seconds.
    private static final Duration PATROL = Duration.ofSeconds(7);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    /// Whoever gives the prober something to ask wakes it: this is the safety net.
    private static final Duration UNASKED = Duration.ofMinutes(1);
    /// `--once` gives up waiting for actions to land after this many rounds.
    private static final int ONCE_ROUNDS = 50;

    private static final Logger LOG = System.getLogger("reconciler");

    private final Settings settings;
    private final Machine machine;
    private final Wakeup wakeup = new Wakeup();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    /// Probes block: each open one has a thread of its own, not one of those that rounds and actions share.
    private final ExecutorService probes =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("probe-", 0).factory());
    private final Wakeup alarm = new Wakeup();
    private final Prober prober;
    private final Reconciler reconciler;
    private final Recording recording;
    private final Pruning pruning;
    private final Liveness liveness;

    private Daemon(Settings settings, Map<String, String> environment, boolean once)
            throws Access.Refusal, IOException {
        this.settings = settings;
        var manager = NotifySocket.of(environment);
        liveness = new Liveness(manager::say, manager.watchdog());
        machine = new Machine(
                settings.manifests(), settings.commits(), settings.state(), settings.runtime(), environment,
                wakeup::wake);
        refuseMove(settings, machine.processes());
        if (!settings.runtime().equals(Directories.recordedRuntime(settings.state()))) {
            FileStorage.replace(settings.state().resolve(Directories.RECORD), settings.directories().record());
        }
        prober = new Prober(machine, probes, wakeup::wake, alarm::wake);
        var source = SourceIdentity.keep(settings.state(), settings.manifests());
        pruning = new Pruning(machine, workers, new LogFiles(settings.state().resolve(Desk.LOGS)));
        reconciler = Reconciler.open(
                machine,
                source,
                settings.allowEmpty(),
                settings.models(),
                policy(settings, environment),
                settings.state().resolve(Desk.LOGS),
                workers,
                prober,
                wakeup::wake,
                ProcessHandle.current().pid());
        recording = recording(settings, policy(settings, environment), once);
        reconciler.record(recording);
    }

    /// One round after the other, as cron calls them, is not worth a segment each.
    private static Recording recording(Settings settings, Policy policy, boolean once) throws Access.Refusal {
        var kept = settings.recording();
        try {
            if (kept.file() != null) {
                return new FlightRecorder(Segments.file(kept.file()), policy);
            }
        } catch (IOException e) {
            throw new Access.Refusal("cannot record: " + e.getMessage() + "; name another file");
        }
        var directory = settings.state().resolve(FlightRecorder.DIRECTORY);
        return once || !kept.enabled()
                ? Recording.NONE
                : new FlightRecorder(Segments.in(directory, kept.maxBytes(), kept.maxAge()), policy);
    }

    static Policy policy(Settings settings, Map<String, String> environment) {
        var home = environment.get("HOME");
        return new Policy(
                Duration.ofSeconds(settings.holdDownSeconds()),
                home == null ? System.getProperty("user.home", "/") : home, settings.ghosts());
    }

    /// The pid of the one that serves this state directory, null: none does.
    public static @Nullable Long running(Settings settings) {
        return Instance.holder(settings.state());
    }

    /// Runs until SIGTERM or SIGINT.
    ///
    /// @param door how verbs reach it
    /// @throws Access.Refusal when it may not run at all
    public static void run(Settings settings, Map<String, String> environment, Door door) throws Access.Refusal {
        live(settings, environment, false, daemon -> {
            daemon.forever(door);
            return 0;
        });
    }

    /// Runs until nothing can be done any more without waiting.
    ///
    /// @param left judges what it leaves
    /// @return the judgement
    /// @throws Access.Refusal when it may not run at all
    public static int once(Settings settings, Map<String, String> environment, ToIntFunction<Access> left)
            throws Access.Refusal {
        return live(settings, environment, true, daemon -> {
            daemon.once();
            return left.applyAsInt(daemon.reconciler.desk(settings));
        });
    }

    private interface Life {
        int of(Daemon daemon) throws IOException, InterruptedException;
    }

    private static int live(Settings settings, Map<String, String> environment, boolean once, Life life)
            throws Access.Refusal {
        Logging.configure(environment);
        settings.directories().secureRuntime();
        secureState(settings.state());
        try (var _ = Instance.acquire(settings)) {
            var daemon = new Daemon(settings, environment, once);
            try (var _ = daemon.machine) {
                return life.of(daemon);
            }
        } catch (IOException e) {
            throw new Access.Refusal("cannot run on " + settings.state() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void secureState(Path state) throws Access.Refusal {
        try {
            if (!Files.isDirectory(state)) {
                Files.createDirectories(
                        state, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new Access.Refusal("cannot make the state directory " + state + ": " + e.getMessage()
                    + "; choose another one with --state or RECONCILER_STATE");
        }
    }

    /// Servers in another runtime directory would be lost from sight.
    private static void refuseMove(Settings settings, ProcessTable processes) throws Access.Refusal {
        var recorded = Directories.recordedRuntime(settings.state());
        if (recorded == null || recorded.equals(settings.runtime())) {
            return;
        }
        for (var process : processes.scan().processes()) {
            if (process.name().startsWith("tmux")
                    && process.argv().stream().anyMatch(a -> a.startsWith(recorded + "/"))) {
                throw new Access.Refusal("tmux servers of this state directory still run in " + recorded + " (pid "
                        + process.ref().pid() + "), and the runtime directory would now be " + settings.runtime()
                        + "; go on with --runtime " + recorded + ", or end them first");
            }
        }
    }

    private void once() throws InterruptedException {
        // Nobody waits for what a first look would only begin to fetch.
        machine.folder().sync();
        for (int i = 0; i < ONCE_ROUNDS; i++) {
            var due = reconciler.round();
            var view = reconciler.view();
            boolean acting = view != null
                    && (view.plan().agents().values().stream().anyMatch(a -> !(a instanceof Action.Hold))
                            || view.plan()
                                    .servers()
                                    .values()
                                    .stream()
                                    .anyMatch(a -> !(a instanceof Action.HoldServer)));
            boolean waiting = view != null
                    && view.plan().agents().values().stream().anyMatch(action -> Pace.passes(action.reason()));
            if (!acting && !waiting) {
                break;
            }
            wakeup.await(due == null ? Duration.ofMillis(100) : Duration.ofMillis(50));
        }
        reconciler.memory().settle();
        recording.close();
    }

    private void forever(Door door) throws IOException, InterruptedException {
        var stopping = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stopping.countDown();
            reconciler.stop();
            wakeup.wake();
            try {
                stopped.await(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        try {
            serve(door, stopping);
        } finally {
            recording.close();
            stopped.countDown();
        }
    }

    private void serve(Door door, CountDownLatch stopping) throws IOException, InterruptedException {
        var due = round();
        var relist = Pace.RELIST;
        if (reconciler.view() == null) {
            throw new IOException("the first look failed; see the messages above");
        }
        Thread.ofVirtual().name("prober").start(() -> ask(stopping));
        var desk = reconciler.desk(settings, Words.of(reconciler.memory()));
        Thread.ofPlatform().daemon().name("patrol").start(() -> patrol(desk, stopping));
        try (var _ = door.open(desk, machine.runSockets())) {
            LOG.log(Level.INFO, "watching {0}, state in {1}, sockets in {2}", settings.manifests(), settings.state(),
                    settings.runtime());
            liveness.ready(reconciler.view());
            Thread.ofPlatform().daemon().name("liveness").start(() -> tell(stopping));
            while (stopping.getCount() > 0) {
                wakeup.await(Pace.until(due, machine.clock().now(), relist));
                if (stopping.getCount() > 0) {
                    var begun = machine.clock().now();
                    var before = reconciler.view();
                    due = round();
                    var took = machine.clock().now().since(begun);
                    var view = reconciler.view();
                    if (view != null) {
                        desk.publish(view);
                    }
                    relist = Pace.relist(before, view);
                    stopping.await(Pace.pause(took, reconciler.acts()).toNanos(), TimeUnit.NANOSECONDS);
                }
            }
            liveness.stopping();
            reconciler.memory().settle();
            recording.close();
            LOG.log(Level.INFO, "stopped; every session runs on");
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// Begins what is due to be asked, until the end; a defect of our own ends only this turn.
    private void ask(CountDownLatch stopping) {
        try {
            while (stopping.getCount() > 0) {
                @Nullable
                Moment due = null;
                try {
                    due = prober.ask();
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "a defect of reconciler itself: probes wait", e);
                }
                alarm.await(Pace.until(due, machine.clock().now(), UNASKED));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Other people's servers lose their sockets, too; nothing tells of that.
    private static void patrol(Desk desk, CountDownLatch stopping) {
        try {
            boolean certain;
            do {
                certain = true;
                try {
                    certain = desk.patrol();
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "a defect of reconciler itself: looking for lost tmux servers", e);
                }
            } while (!stopping.await((certain ? PATROL : LOOK_AGAIN).toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Beside the rounds, which may take and wait longer than the manager's patience.
    private void tell(CountDownLatch stopping) {
        try {
            while (!stopping.await(liveness.every().toNanos(), TimeUnit.NANOSECONDS)) {
                liveness.tell(machine.clock().now(), reconciler.view());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// One round; a defect of our own ends it loudly, and the next one tries again.
    private @Nullable Moment round() {
        try {
            var due = reconciler.round();
            pruning.after(reconciler.view());
            liveness.ended(machine.clock().now());
            return due;
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a defect of reconciler itself ended this round; nothing was stopped for it", e);
            return null;
        }
    }
}
