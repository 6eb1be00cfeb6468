package dev.reconciler.bench;

import static org.awaitility.Awaitility.await;

import dev.reconciler.host.RawTmux;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// One agent at a time, by the daemon and by hand: from a file to a running program, and from its death to the next.
final class OneAgent {
    final Times drops = new Times();
    final Times creates = new Times();
    final Times crashes = new Times();
    final Times respawns = new Times();

    private final RunningDaemon daemon;
    private final Reports reports;
    private final RawTmux hand;
    private final HandShell shell;
    private final Map<String, Long> pids = new HashMap<>();

    OneAgent(RunningDaemon daemon, Reports reports, RawTmux hand, HandShell shell) {
        this.daemon = daemon;
        this.reports = reports;
        this.hand = hand;
        this.shell = shell;
    }

    /// A few of both, which do not count.
    void start(int agents) throws Exception {
        for (int i = 0; i < agents; i++) {
            drop("warm-" + i, new Times());
            create("hand-warm-" + i, new Times());
        }
        for (int i = 0; i < agents; i++) {
            crash("warm-" + i, new Times());
            respawn("hand-warm-" + i, new Times());
        }
    }

    /// Each agent is killed once: the first restart comes without back-off.
    void run(int turns) throws Exception {
        for (int i = 0; i < turns; i++) {
            create("hand-" + i, creates);
            drop("agent-" + i, drops);
        }
        for (int i = 0; i < turns; i++) {
            respawn("hand-" + i, respawns);
            crash("agent-" + i, crashes);
        }
    }

    private void drop(String name, Times times) throws Exception {
        daemon.settle();
        finish(name, daemon.drop(name, reports.argv(name)), times);
    }

    private void create(String name, Times times) throws Exception {
        var line = hand.createByShell(name, reports.argv(name));
        long begun = System.nanoTime();
        shell.send(line);
        finish(name, begun, times);
    }

    private void crash(String name, Times times) throws Exception {
        daemon.settle();
        long begun = kill(name);
        finish(name, begun, times);
    }

    private void respawn(String name, Times times) throws Exception {
        kill(name);
        await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(5)).until(() -> hand.dead(name));
        var line = hand.respawnByShell(name, reports.argv(name));
        long begun = System.nanoTime();
        shell.send(line);
        finish(name, begun, times);
    }

    private void finish(String name, long begun, Times times) throws InterruptedException, IOException {
        var report = reports.await(name);
        times.add((report.at() - begun) / 1e6);
        pids.put(name, report.pid());
    }

    /// Its program became `sleep` under the same pid.
    private long kill(String name) {
        var process = ProcessHandle.of(pids.get(name)).orElseThrow();
        long begun = System.nanoTime();
        process.destroyForcibly();
        return begun;
    }
}
