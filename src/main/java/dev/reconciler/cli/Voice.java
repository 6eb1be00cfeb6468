package dev.reconciler.cli;

import dev.reconciler.host.RunFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One of the files through which a run speaks, from inside of it. Needs no daemon: what is written is read by the next.
///
/// @param run the run's id, empty when it is not told
record Voice(Path file, String run) {
    /// @param variable the one that names the file
    /// @throws Failure outside of a run
    static Voice of(Map<String, String> environment, String variable, String verb) throws Failure {
        var file = environment.get(variable);
        if (file == null || file.isEmpty()) {
            throw Failure.of(verb + " is for programs that an agent runs: " + variable + " is not set");
        }
        var run = environment.get("RECONCILER_RUN_ID");
        return new Voice(Path.of(file), run == null ? "" : run);
    }

    ObjectNode words(@Nullable String message) {
        var json = JsonMapper.shared().createObjectNode();
        if (!run.isEmpty()) {
            json.put("runId", run);
        }
        if (message != null) {
            json.put("message", message);
        }
        return json;
    }

    /// Whole, by a rename: nobody ever reads half of it.
    void say(ObjectNode words) throws Failure, IOException {
        var bytes = (words + "\n").getBytes(StandardCharsets.UTF_8);
        if (bytes.length > RunFiles.LIMIT) {
            throw Failure.of("longer than the " + RunFiles.LIMIT / 1024 + " KiB that may be said: " + bytes.length
                    + " bytes; put the result into a file and say where it is");
        }
        var aside = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            Files.write(aside, bytes);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /// What was said last, null when nothing or nothing that can be understood.
    @Nullable
    ObjectNode last() {
        try {
            return JsonMapper.shared().readTree(Files.readString(file)) instanceof ObjectNode json ? json : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }
}
