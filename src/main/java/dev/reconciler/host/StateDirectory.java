package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Where the state lies: ours alone (0700), made by the first write. What a crash leaves over is removed before this
/// instance writes for the first time: only the one writer may, a reader would take the writer's unfinished files away.
final class StateDirectory {
    static final String UNFINISHED = ".tmp";

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> DIRECTORY = PosixFilePermissions.asFileAttribute(OWNER_ONLY);

    private final Path root;
    private boolean ready;

    StateDirectory(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    /// Every file below; those that vanish meanwhile (the writer renames) are no trouble.
    static List<Path> files(Path directory) throws IOException {
        var files = new ArrayList<Path>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.add(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return files;
    }

    /// Keys are ours, so a bad one is a fault of the program: `..` and dot names never reach the disk.
    Path file(String key) {
        for (var part : key.split("/", -1)) {
            if (part.isEmpty() || part.startsWith(".") || part.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
                throw new IllegalArgumentException("not a key of the state directory: '" + key + "'");
            }
        }
        return root.resolve(key);
    }

    /// @throws IOException when it is not ours, or cannot be made
    void prepare() throws IOException {
        if (!ready) {
            makeOurs();
            removeUnfinished();
            ready = true;
        }
    }

    /// And the directory of one file in it.
    void prepare(Path file) throws IOException {
        prepare();
        var parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent, DIRECTORY);
        }
    }

    private void makeOurs() throws IOException {
        try {
            Files.createDirectories(root, DIRECTORY);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(root + " is there already and is not a directory", e);
        }
        var user = User.current();
        int owner = (int) Files.getAttribute(root, "unix:uid");
        if (owner != user.uid()) {
            throw new IOException(root + " belongs to user " + owner + ", not to you (" + user.uid()
                    + "); choose another state directory, or chown this one");
        }
        if (!Files.getPosixFilePermissions(root).equals(OWNER_ONLY)) {
            Files.setPosixFilePermissions(root, OWNER_ONLY);
        }
    }

    private void removeUnfinished() throws IOException {
        for (var file : files(root)) {
            var name = file.getFileName().toString();
            if (name.startsWith(".") && name.endsWith(UNFINISHED)) {
                Files.deleteIfExists(file);
            }
        }
    }
}
