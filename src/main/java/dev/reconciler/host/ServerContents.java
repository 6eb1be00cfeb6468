package dev.reconciler.host;

import dev.reconciler.host.ProcessTable.Process;
import dev.reconciler.host.ServerTable.Contents;
import dev.reconciler.host.ServerTable.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What lives in tmux servers, as `/proc` tells: also of a ghost, which cannot be asked.
final class ServerContents {
    /// Page size and clock ticks of the platforms that [Native] knows; both only for showing.
    private static final long PAGE = 4096;

    private static final long TICKS_PER_SECOND = 100;

    private final Path root;
    private final Map<Long, List<Process>> children = new HashMap<>();

    /// @param root where proc is mounted
    ServerContents(Path root, ProcessTable.Scan scan) {
        this.root = root;
        for (var process : scan.processes()) {
            children.computeIfAbsent(process.parent(), p -> new ArrayList<>()).add(process);
        }
    }

    Contents of(Process server) {
        var programs = new ArrayList<Program>();
        @Nullable
        String told = null;
        for (var child : children.getOrDefault(server.ref().pid(), List.of())) {
            try {
                // PATH,PID,SESSION: a path may hold commas.
                var tmux = Environments.value(directory(child), "TMUX");
                var pane = Environments.value(directory(child), "TMUX_PANE");
                var parts = tmux == null ? new String[0] : tmux.split(",", -1);
                if (pane == null || parts.length < 3
                        || !parts[parts.length - 2].equals(Long.toString(server.ref().pid()))) {
                    continue;
                }
                told = String.join(",", List.of(parts).subList(0, parts.length - 2));
                programs.add(new Program(
                        child.ref(), parts[parts.length - 1], pane, command(child), workingDirectory(child)));
            } catch (IOException e) {
                // Ended meanwhile, or not ours to read.
                continue;
            }
        }
        return new Contents(memory(server), age(server), List.copyOf(programs), told);
    }

    private Path directory(Process process) {
        return root.resolve(Long.toString(process.ref().pid()));
    }

    private String command(Process process) throws IOException {
        var line = new String(Files.readAllBytes(directory(process).resolve("cmdline")), StandardCharsets.UTF_8);
        return line.isEmpty() ? process.name() : line.replace('\0', ' ').strip();
    }

    private String workingDirectory(Process process) {
        try {
            return Files.readSymbolicLink(directory(process).resolve("cwd")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private long memory(Process process) {
        long pages = 0;
        try {
            pages = Long.parseLong(
                    Files.readString(directory(process).resolve("statm")).split(" ")[1]);
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // It has ended.
            pages = 0;
        }
        long bytes = pages * PAGE;
        for (var child : children.getOrDefault(process.ref().pid(), List.of())) {
            bytes += memory(child);
        }
        return bytes;
    }

    private Duration age(Process server) {
        try {
            var uptime = Double.parseDouble(
                    Files.readString(root.resolve("uptime")).split(" ")[0]);
            return Duration.ofMillis(Math.max(
                    0, (long) (uptime * 1000) - server.ref().startTime() * 1000 / TICKS_PER_SECOND));
        } catch (IOException | NumberFormatException e) {
            return Duration.ZERO;
        }
    }
}
