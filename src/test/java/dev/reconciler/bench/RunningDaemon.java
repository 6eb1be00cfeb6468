package dev.reconciler.bench;

import static org.awaitility.Awaitility.await;

import dev.reconciler.host.RawTmux;
import dev.reconciler.real.TestDirs;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The built product, started by its own launcher in a private place.
final class RunningDaemon implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("target/reconciler/bin/reconciler").toAbsolutePath();
    private static final double TICKS_PER_SECOND = 100;

    private final TestDirs dirs;
    private final Process process;

    RunningDaemon(TestDirs dirs) throws IOException {
        if (!Files.isExecutable(LAUNCHER)) {
            throw new IOException(LAUNCHER + " is missing: run `make build`, or `make bench`, which does");
        }
        this.dirs = dirs;
        var builder = new ProcessBuilder(LAUNCHER.toString(), "run")
                .redirectErrorStream(true)
                .redirectOutput(dirs.root().resolve("daemon.log").toFile());
        builder.environment().clear();
        builder.environment().putAll(dirs.environment());
        process = builder.start();
        await("the daemon to listen").atMost(Duration.ofSeconds(60)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(Files.readString(dirs.root().resolve("daemon.log")));
            }
            return Files.exists(dirs.runtime().resolve("api.sock"));
        });
    }

    /// Puts one folder with a manifest for each agent into the manifests folder, all at once.
    ///
    /// @return when they were there, in nanoseconds
    long drop(Map<String, List<String>> agents) throws IOException {
        var ready = Files.createTempDirectory(dirs.root(), "new-");
        for (var agent : agents.entrySet()) {
            write(ready.resolve(agent.getKey() + ".yaml"), agent.getKey(), agent.getValue());
        }
        var begun = System.nanoTime();
        Files.move(ready, dirs.manifests().resolve(ready.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        return begun;
    }

    /// Moves one new file into the manifests folder.
    ///
    /// @return when it was there, in nanoseconds
    long drop(String name, List<String> argv) throws IOException {
        var ready = write(dirs.root().resolve(name + ".yaml"), name, argv);
        var begun = System.nanoTime();
        Files.move(ready, dirs.manifests().resolve(ready.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        return begun;
    }

    /// Agents that are not to run, in one file; returns when all are known.
    void suspended(int agents) throws IOException {
        many(agents, "spec: {command: [sleep, '1000'], suspend: true}");
        awaitKnown(agents);
    }

    /// Agents that end after a second and are started again, a few seconds later.
    void churning(int agents) throws IOException {
        many(agents, "spec: {command: [sleep, '1'], restartPolicy: Always, terminationGracePeriodSeconds: 1,"
                + " backoff: {initialSeconds: 1, maxSeconds: 3}}");
        awaitKnown(agents);
    }

    private void many(int agents, String spec) throws IOException {
        var text = new StringBuilder();
        for (int i = 0; i < agents; i++) {
            text.append("---\napiVersion: reconciler.dev/v1alpha1\nkind: Agent\nmetadata: {name: agent-" + i + "}\n")
                    .append(spec)
                    .append('\n');
        }
        var file = Files.writeString(dirs.root().resolve("fleet.yaml"), text);
        Files.move(file, dirs.manifests().resolve("fleet.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitKnown(int agents) {
        awaitListed(agents, "");
    }

    /// Returns when the daemon says that all these run: nobody introduces a control client to tmux meanwhile.
    void awaitRunning(int agents) {
        awaitListed(agents, " Running ");
    }

    private void awaitListed(int agents, String as) {
        await(agents + " agents to be listed").atMost(Duration.ofMinutes(3)).until(() -> {
            var builder = new ProcessBuilder(LAUNCHER.toString(), "get", "agents", "--no-headers");
            builder.environment().clear();
            builder.environment().putAll(dirs.environment());
            var process = builder.start();
            return process.inputReader().lines().filter(line -> line.contains(as)).count() == agents;
        });
    }

    private Path write(Path file, String name, List<String> argv) throws IOException {
        return Manifests.write(file, name, argv, dirs.work());
    }

    /// Returns when all these many sessions are there.
    static void awaitSessions(RawTmux.Wire wire, int sessions) {
        await(sessions + " sessions")
                .atMost(Duration.ofMinutes(3))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(4))
                .until(() -> wire.sessions() == sessions);
    }

    /// Returns when it has had nothing to do for half a second.
    void settle() {
        var last = new double[] {-1, System.nanoTime()};
        await("the daemon to be idle").atMost(Duration.ofMinutes(2)).pollInterval(Duration.ofMillis(50)).until(() -> {
            double cpu = cpuSeconds();
            if (cpu > last[0] + 1.5 / TICKS_PER_SECOND) {
                last[0] = cpu;
                last[1] = System.nanoTime();
            }
            return System.nanoTime() - last[1] > 500e6;
        });
    }

    private Path socket() {
        return dirs.runtime().resolve(RawTmux.NAMESPACE + ".mux");
    }

    /// A connection, once the daemon has nothing to do: a tmux 3.3a dies of a session that is made while a control client
    /// introduces itself.
    RawTmux.Wire wire() throws IOException {
        var socket = socket();
        await("its tmux server").atMost(Duration.ofSeconds(30)).until(() -> Files.exists(socket));
        settle();
        return new RawTmux.Wire(socket, dirs.environment());
    }

    /// Removes the socket, and returns when a client gets through again.
    ///
    /// @return milliseconds
    double unlinkAndAwait() throws IOException {
        var socket = socket();
        long begun = System.nanoTime();
        Files.delete(socket);
        await("the socket to come back")
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                        return channel.connect(UnixDomainSocketAddress.of(socket));
                    } catch (IOException e) {
                        return false;
                    }
                });
        return (System.nanoTime() - begun) / 1e6;
    }

    Path api() {
        return dirs.runtime().resolve("api.sock");
    }

    /// Open file descriptors.
    int descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return (int) open.count();
        }
    }

    int threads() throws IOException {
        try (var threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            return (int) threads.count();
        }
    }

    double cpuSeconds() throws IOException {
        var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    double residentMegabytes() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
        process.destroyForcibly().onExit().join();
        var socket = socket();
        if (Files.exists(socket)) {
            try (var wire = new RawTmux.Wire(socket, dirs.environment())) {
                wire.killServer();
            }
        }
    }
}
