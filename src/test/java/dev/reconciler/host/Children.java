package dev.reconciler.host;

import static org.awaitility.Awaitility.await;

import dev.reconciler.api.ProcessRef;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Real programs of a test, ended with it.
final class Children implements AutoCloseable {
    private final List<Process> started = new ArrayList<>();

    /// @param environment a null value removes the variable
    Process start(Map<String, String> environment, String... argv) throws Exception {
        var builder = new ProcessBuilder(argv);
        environment.forEach((name, value) -> {
            if (value == null) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        var process = builder.start();
        started.add(process);
        return process;
    }

    /// The second of two: it ended, and its parent has become a program that never waits for it.
    ProcessRef zombie() throws Exception {
        var parent = start(Map.of(), "sh", "-c", "exec 3<&0; (read go <&3; exit 3) & echo $!; exec sleep 600");
        var pid = Long.parseLong(firstLine(parent));
        await().until(() -> stat(parent.pid()).contains("(sleep)"));
        parent.outputWriter().append("go\n").flush();
        await().until(() -> stat(pid).contains(") Z "));
        return ref(pid);
    }

    static String firstLine(Process process) throws Exception {
        BufferedReader lines = process.inputReader();
        return lines.readLine();
    }

    static String stat(long pid) throws Exception {
        return Files.readString(Path.of("/proc/" + pid + "/stat"));
    }

    /// Read apart from the code under test.
    static ProcessRef ref(long pid) throws Exception {
        var stat = stat(pid);
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return new ProcessRef(pid, Long.parseLong(fields[22 - 3]));
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
        started.forEach(process -> process.onExit().join());
    }
}
