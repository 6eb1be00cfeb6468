package dev.reconciler.host;

import dev.reconciler.host.ProcessTable.Bound;
import dev.reconciler.host.ProcessTable.Server;
import dev.reconciler.host.ProcessTable.Standing;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What `/proc` and the kernel's socket table tell of tmux servers. For one scan: the socket table is read once, when
/// the first server is met.
final class ServerFacts {
    /// A tmux server calls itself `PROGRAM: server`, cut to 15 bytes (`prctl(PR_SET_NAME)`).
    private static final Pattern NAME = Pattern.compile("tmux.*: s(e(r(v(er?)?)?)?)?");

    /// In the environment of each server that we start, and taken out of what its panes get.
    static final String MARK = "RECONCILER_SERVER";

    private static final String SOCKET = "socket:[";

    private final Path root;
    private @Nullable Listeners listeners;

    /// @param root where proc is mounted
    ServerFacts(Path root) {
        this.root = root;
    }

    /// @param name comm of a process
    static boolean isServer(String name) {
        return name.startsWith("tmux") && NAME.matcher(name).matches();
    }

    /// @param directory `/proc/PID` of a tmux server
    Server of(Path directory, boolean stopped) {
        @Nullable
        String mark = null;
        try {
            mark = Environments.value(directory, MARK);
            // Its paths mean something else there.
            if (!Files.readSymbolicLink(directory.resolve("ns/mnt"))
                    .equals(Files.readSymbolicLink(root.resolve("self/ns/mnt")))) {
                return new Server(mark, List.of(), stopped, "it lives in another mount namespace");
            }
            return new Server(mark, bound(directory), stopped, null);
        } catch (NoSuchFileException e) {
            return new Server(mark, List.of(), stopped, "it has ended, or is hidden");
        } catch (IOException | DirectoryIteratorException e) {
            return new Server(mark, List.of(), stopped, "its descriptors cannot be read: " + Why.of(e));
        }
    }

    private List<Bound> bound(Path directory) throws IOException {
        var known = listeners == null ? Listeners.now(root) : listeners;
        listeners = known;
        if (known.trouble() != null) {
            throw new IOException(known.trouble());
        }
        var found = new ArrayList<Bound>();
        try (var descriptors = Files.newDirectoryStream(directory.resolve("fd"))) {
            for (var descriptor : descriptors) {
                var listener = known.byInode().get(socket(descriptor));
                if (listener != null) {
                    var path = absolute(listener.path(), directory);
                    var standing = standing(path, listener);
                    found.add(new Bound(path, listener.inode(), standing));
                    var beside = Beside.of(path, directory.getFileName().toString());
                    if (standing != Standing.Owner && standing(beside, listener) == Standing.Owner) {
                        found.add(new Bound(beside, listener.inode(), Standing.Owner));
                    }
                }
            }
        }
        return List.copyOf(found);
    }

    /// The inode behind a descriptor, -1 when it is no socket or is closed by now.
    private static Long socket(Path descriptor) throws IOException {
        try {
            var target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith(SOCKET) ? Long.parseLong(target.substring(SOCKET.length(), target.length() - 1))
                    : -1L;
        } catch (NoSuchFileException | NumberFormatException e) {
            return -1L;
        }
    }

    /// A path that was bound relative is relative to where the server was started, which it never leaves.
    private static String absolute(String path, Path directory) throws IOException {
        return path.startsWith("/")
                ? path
                : Files.readSymbolicLink(directory.resolve("cwd")).resolve(path).normalize().toString();
    }

    /// Whose file lies on the path. By inode alone: on an overlay the device differs.
    static Standing standing(String path, Listener listener) {
        try {
            var inode = Files.getAttribute(Path.of(path), "unix:ino", LinkOption.NOFOLLOW_LINKS);
            if (listener.file() == null || !(inode instanceof Long number)) {
                return Standing.Unclear;
            }
            return (number & 0xffffffffL) == listener.file() ? Standing.Owner : Standing.Taken;
        } catch (NoSuchFileException e) {
            return Standing.Unlinked;
        } catch (IOException | InvalidPathException e) {
            return isMissing(path) ? Standing.Unlinked : Standing.Unclear;
        }
    }

    /// A file where a directory should be says ENOTDIR: nothing lies on the path then.
    private static boolean isMissing(String path) {
        try {
            return Files.notExists(Path.of(path), LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
