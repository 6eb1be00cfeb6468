package dev.reconciler.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// [Storage] in a directory that only this user can read (0700, files 0600).
///
/// A new file is written beside the old one under a name that starts with a dot, fsynced, and renamed over it, so that a
/// crash leaves the old content or the new. What a crash leaves over is removed before this instance writes for the
/// first time: only the one writer may, a reader would take the writer's unfinished files away.
public final class FileStorage implements Storage {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> DIRECTORY = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
    private static final FileAttribute<?> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final String CORRUPT = ".corrupt";
    private static final String UNFINISHED = ".tmp";
    private static final int WRITERS = 16;

    private final Path root;
    private boolean ready;

    /// @param root created by the first write
    public FileStorage(Path root) {
        this.root = root;
    }

    @Override
    public byte @Nullable [] read(String key) throws IOException {
        var file = file(key);
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return null;
        } catch (IOException e) {
            throw trouble("read", file, e);
        }
    }

    @Override
    public synchronized void write(String key, byte[] content) throws IOException {
        var file = file(key);
        try {
            prepare(file);
        } catch (IOException e) {
            throw trouble("write", file, e);
        }
        replace(file, content);
    }

    /// The disk is asked for many fsyncs at once, which it then does in a few strokes: 128 files in 40 ms, one after the
    /// other in 700 (ext4).
    @Override
    public synchronized SortedMap<String, IOException> writeAll(SortedMap<String, byte[]> contents) {
        if (contents.size() < 2) {
            return Storage.super.writeAll(contents);
        }
        var troubles = new ConcurrentSkipListMap<String, IOException>();
        try (var writers = Executors.newFixedThreadPool(Math.min(contents.size(), WRITERS))) {
            contents.forEach((key, content) -> {
                var file = file(key);
                try {
                    prepare(file);
                    writers.execute(() -> {
                        try {
                            replace(file, content);
                        } catch (IOException e) {
                            troubles.put(key, e);
                        }
                    });
                } catch (IOException e) {
                    troubles.put(key, trouble("write", file, e));
                }
            });
        }
        return troubles;
    }

    private static void replace(Path file, byte[] content) throws IOException {
        var unfinished = file.resolveSibling("." + file.getFileName() + UNFINISHED);
        try {
            var options = Set.of(
                    StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
            try (var channel = FileChannel.open(unfinished, options, FILE)) {
                var rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            discard(unfinished, e);
            throw trouble("write", file, e);
        }
    }

    /// Leaves room for the next write, at least when the disk was full.
    private static void discard(Path unfinished, IOException cause) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /// One write call. A line torn by a crash is ended first, so that it spoils only itself.
    @Override
    public synchronized void append(String key, byte[] line) throws IOException {
        var file = file(key);
        try {
            prepare(file);
            var options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
            try (var channel = FileChannel.open(file, options, FILE)) {
                long end = channel.size();
                var buffer = ByteBuffer.allocate(line.length + 2);
                if (end > 0 && last(channel, end) != '\n') {
                    buffer.put((byte) '\n');
                }
                buffer.put(line);
                if (line.length == 0 || line[line.length - 1] != '\n') {
                    buffer.put((byte) '\n');
                }
                addAll(channel, end, buffer.flip());
            }
        } catch (IOException e) {
            throw trouble("append to", file, e);
        }
    }

    private static byte last(FileChannel channel, long end) throws IOException {
        var last = ByteBuffer.allocate(1);
        channel.read(last, end - 1);
        return last.get(0);
    }

    /// The whole line, or as before: a disk that fills up cuts a write short.
    private static void addAll(FileChannel channel, long end, ByteBuffer line) throws IOException {
        IOException cause;
        try {
            channel.write(line, end);
            if (!line.hasRemaining()) {
                return;
            }
            cause = new IOException("only a part fitted: is the disk full?");
        } catch (IOException e) {
            cause = e;
        }
        channel.truncate(end);
        throw cause;
    }

    @Override
    public synchronized void delete(String key) throws IOException {
        var file = file(key);
        try {
            Files.deleteIfExists(file);
        } catch (NotDirectoryException e) {
            // Nothing there.
        } catch (IOException e) {
            throw trouble("delete", file, e);
        }
    }

    @Override
    public synchronized void setAside(String key) throws IOException {
        var file = file(key);
        try {
            Files.move(
                    file,
                    file.resolveSibling(file.getFileName() + CORRUPT),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            // Nothing there.
        } catch (IOException e) {
            throw trouble("set aside", file, e);
        }
    }

    /// Files set aside are not listed.
    @Override
    public List<String> list(String prefix) throws IOException {
        var directory = prefix.contains("/") ? file(prefix.substring(0, prefix.lastIndexOf('/'))) : root;
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try {
            return files(directory).stream()
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .map(file -> root.relativize(file).toString())
                    .filter(key -> key.startsWith(prefix) && !key.endsWith(CORRUPT))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw trouble("list", directory, e);
        }
    }

    /// Every file below; those that vanish meanwhile (the writer renames) are no trouble.
    private static List<Path> files(Path directory) throws IOException {
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
    private Path file(String key) {
        for (var part : key.split("/", -1)) {
            if (part.isEmpty() || part.startsWith(".") || part.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
                throw new IllegalArgumentException("not a key of the state directory: '" + key + "'");
            }
        }
        return root.resolve(key);
    }

    private void prepare(Path file) throws IOException {
        if (!ready) {
            makeOurs();
            removeUnfinished();
            ready = true;
        }
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

    private static IOException trouble(String verb, Path file, IOException cause) {
        return new IOException("cannot " + verb + " " + file + ": " + Why.of(cause), cause);
    }
}
