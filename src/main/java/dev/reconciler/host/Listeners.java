package dev.reconciler.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The listening unix sockets of this network namespace, whoever's, by inode.
///
/// @param trouble why they could not be read, null when they could
record Listeners(Map<Long, Listener> byInode, @Nullable String trouble) {
    /// Flags of `/proc/net/unix` that say LISTEN.
    private static final String LISTENING = "00010000";

    private static final int FIELDS = 7;

    /// By `sock_diag`; where the kernel keeps that shut, by `/proc/net/unix`, which does not tell the files.
    ///
    /// @param root where proc is mounted
    static Listeners now(Path root) {
        var found = new HashMap<Long, Listener>();
        try {
            SocketDiag.listeners().forEach(listener -> found.put(listener.inode(), listener));
            return new Listeners(found, null);
        } catch (Errno e) {
            return table(root.resolve("net/unix"));
        }
    }

    /// Reads a file in the form of `/proc/net/unix`: `Num RefCount Protocol Flags Type St Inode Path`, the path last and
    /// as it is, spaces and all. A line feed in a path begins a line that is none: it belongs to the one before.
    static Listeners table(Path file) {
        var found = new HashMap<Long, Listener>();
        try {
            @Nullable
            Listener last = null;
            for (var line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n", -1)) {
                if (line.startsWith("Num ")) {
                    continue;
                }
                var fields = line.split(" +", FIELDS + 1);
                if (fields.length < FIELDS || !fields[0].endsWith(":")) {
                    if (last != null && !line.isEmpty()) {
                        last = new Listener(last.inode(), last.path() + "\n" + line, null, 0);
                        found.put(last.inode(), last);
                    }
                    continue;
                }
                last = fields.length > FIELDS && fields[3].equals(LISTENING) && !fields[FIELDS].startsWith("@")
                        ? new Listener(Long.parseLong(fields[6]), fields[FIELDS], null, 0)
                        : null;
                if (last != null) {
                    found.put(last.inode(), last);
                }
            }
            return new Listeners(found, null);
        } catch (IOException | NumberFormatException e) {
            return new Listeners(Map.of(), "the table of unix sockets cannot be read: " + e.getMessage());
        }
    }
}
