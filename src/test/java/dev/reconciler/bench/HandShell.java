package dev.reconciler.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A shell that waits for lines, as a person's does: what runs in it pays for no JVM.
final class HandShell implements AutoCloseable {
    private final Process process;
    private final OutputStream in;

    HandShell(Map<String, String> environment) throws IOException {
        var builder = new ProcessBuilder("/bin/sh").redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        process = builder.start();
        in = process.getOutputStream();
    }

    void send(String lines) throws IOException {
        in.write(lines.getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    /// Sends them and waits until they are done.
    void run(String lines) throws IOException {
        send(lines + "echo DONE\n");
        var reader = process.inputReader();
        for (var line = reader.readLine(); !"DONE".equals(line); line = reader.readLine()) {
            throw new IOException("the shell said: " + line);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
        process.onExit().join();
    }
}
