package dev.reconciler.controller;

import dev.reconciler.host.FileStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// The id that every mark carries for the manifests folder it came from. Derived from the machine and the folder's real
/// path, so that a lost state directory does not turn our own sessions into another source's; kept in state, so that
/// a folder that was moved keeps it.
final class SourceIdentity {
    /// First line the id, second the folder.
    static final String FILE = "source";

    private SourceIdentity() {}

    /// Reads it, and writes nothing: a person may look while the daemon starts.
    ///
    /// @throws Access.Refusal when the state directory belongs to another folder that still exists
    static String of(Path state, Path manifests) throws Access.Refusal {
        var file = state.resolve(FILE);
        try {
            var folder = folder(manifests);
            var lines = Files.exists(file) ? Files.readAllLines(file) : List.<String>of();
            if (lines.size() < 2) {
                return mint(folder);
            }
            var other = Path.of(lines.get(1));
            if (!other.equals(folder) && Files.exists(other) && Files.exists(manifests)) {
                throw new Access.Refusal("the state directory " + state + " belongs to the manifests folder "
                        + other + ", not to " + folder
                        + "; give this folder a state directory of its own (--state or RECONCILER_STATE)");
            }
            return lines.getFirst();
        } catch (IOException e) {
            throw new Access.Refusal("cannot read " + file + ": " + e.getMessage());
        }
    }

    /// The same, and from now on it is this folder's.
    static String keep(Path state, Path manifests) throws Access.Refusal {
        var id = of(state, manifests);
        var file = state.resolve(FILE);
        try {
            var content = (id + "\n" + folder(manifests) + "\n").getBytes(StandardCharsets.UTF_8);
            if (!Files.exists(file) || Files.exists(manifests) && !Arrays.equals(content, Files.readAllBytes(file))) {
                FileStorage.replace(file, content);
            }
            return id;
        } catch (IOException e) {
            throw new Access.Refusal("cannot write " + file + ": " + e.getMessage());
        }
    }

    private static Path folder(Path manifests) throws IOException {
        return Files.exists(manifests) ? manifests.toRealPath() : manifests;
    }

    private static String mint(Path folder) throws IOException {
        var machine = Path.of("/etc/machine-id");
        var text = (Files.isReadable(machine) ? Files.readString(machine).strip() : "") + " " + folder;
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
