package dev.reconciler.controller;

import dev.reconciler.host.FileStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The id that every mark carries for the manifests folder it came from. Derived from the machine and the folder's real
/// path, so that a lost state directory does not turn our own sessions into another source's; kept in state, so that
/// a folder that was moved keeps it.
final class SourceIdentity {
    /// First line the id, second the folder.
    static final String FILE = "source";

    private SourceIdentity() {}

    /// @throws Access.Refusal when the state directory belongs to another folder that still exists
    static String of(Path state, Path manifests) throws Access.Refusal {
        var file = state.resolve(FILE);
        try {
            var folder = Files.exists(manifests) ? manifests.toRealPath() : manifests;
            if (Files.exists(file)) {
                var lines = Files.readAllLines(file);
                if (lines.size() >= 2) {
                    var other = Path.of(lines.get(1));
                    if (!other.equals(folder) && Files.exists(other) && Files.exists(manifests)) {
                        throw new Access.Refusal("the state directory " + state + " belongs to the manifests folder "
                                + other + ", not to " + folder
                                + "; give this folder a state directory of its own (--state or RECONCILER_STATE)");
                    }
                    if (!other.equals(folder) && Files.exists(manifests)) {
                        write(file, lines.getFirst(), folder);
                    }
                    return lines.getFirst();
                }
            }
            var id = mint(folder);
            if (Files.exists(state)) {
                write(file, id, folder);
            }
            return id;
        } catch (IOException e) {
            throw new Access.Refusal("cannot read or write " + file + ": " + e.getMessage());
        }
    }

    private static void write(Path file, String id, Path folder) throws IOException {
        FileStorage.replace(file, (id + "\n" + folder + "\n").getBytes(StandardCharsets.UTF_8));
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
