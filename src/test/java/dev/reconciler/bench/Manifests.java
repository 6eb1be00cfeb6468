package dev.reconciler.bench;

import dev.reconciler.host.RawTmux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Agents as files.
final class Manifests {
    /// Does nothing for as long as any bench lasts.
    static final List<String> SLEEP = List.of("/bin/sleep", "1800");

    private Manifests() {}

    static Map<String, List<String>> agents(String prefix, int count, Function<String, List<String>> argv) {
        var agents = new LinkedHashMap<String, List<String>>();
        for (int i = 0; i < count; i++) {
            agents.put(prefix + "-" + i, argv.apply(prefix + "-" + i));
        }
        return agents;
    }

    static Path write(Path file, String name, List<String> argv, Path workingDirectory) throws IOException {
        var text =
                """
                        apiVersion: reconciler.dev/v1alpha1
                        kind: Agent
                        metadata:
                          name: %s
                        spec:
                          command: %s
                          workingDirectory: %s
                          restartPolicy: Always
                          terminal: {columns: %d, rows: %d, historyLimit: %d}
                        """
                        .formatted(
                                name,
                                argv.stream()
                                        .map(word -> "'" + word.replace("'", "''") + "'")
                                        .collect(Collectors.joining(", ", "[", "]")),
                                workingDirectory, RawTmux.COLUMNS, RawTmux.ROWS, RawTmux.HISTORY);
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
