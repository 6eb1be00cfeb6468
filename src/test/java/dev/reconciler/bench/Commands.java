package dev.reconciler.bench;

import dev.reconciler.real.TestDirs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Commands as a person types them, from fork to exit, each in turn with its floors.
final class Commands {
    private static final Path LAUNCHER = Path.of("target/reconciler/bin/reconciler").toAbsolutePath();
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final List<String> KUBECTL = List.of("kubectl", "version", "--client");

    private final TestDirs dirs;
    private final Map<String, List<String>> commands = new TreeMap<>();
    private final Map<String, Times> times = new TreeMap<>();

    Commands(TestDirs dirs) {
        this.dirs = dirs;
    }

    static boolean hasKubectl() {
        for (var directory : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (Files.isExecutable(Path.of(directory, "kubectl"))) {
                return true;
            }
        }
        return false;
    }

    Commands product(String name, String... words) {
        var command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(words));
        return add(name, command);
    }

    /// A JVM that says hello, without any flag.
    Commands hello(String name) {
        return add(name, List.of(JAVA.toString(), "-cp", "target/test-classes", Hello.class.getName()));
    }

    Commands kubectl(String name) {
        return add(name, KUBECTL);
    }

    private Commands add(String name, List<String> command) {
        commands.put(name, command);
        times.put(name, new Times());
        return this;
    }

    /// @throws IOException when one of them fails
    void run(int turns) throws IOException, InterruptedException {
        for (int turn = -2; turn < turns; turn++) {
            for (var command : commands.entrySet()) {
                double took = once(command.getValue());
                if (turn >= 0) {
                    of(command.getKey()).add(took);
                }
            }
        }
    }

    Times of(String name) {
        return times.computeIfAbsent(name, _ -> new Times());
    }

    /// @return milliseconds
    private double once(List<String> command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(dirs.environment());
        long begun = System.nanoTime();
        var process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() > 1) {
            process.destroyForcibly();
            throw new IOException(command + " failed");
        }
        return (System.nanoTime() - begun) / 1e6;
    }
}
