package dev.reconciler.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/// [Storage] in a directory that only this user can read (0700, files 0600).
///
/// What is written goes to a [Journal] first, and to its own file when there is time ([#settle]). There it is written
/// beside the old one under a name that starts with a dot, fsynced, and renamed over it, so that a crash leaves the old
/// content or the new.
public final class FileStorage implements Storage {
    private static final FileAttribute<?> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final String CORRUPT = ".corrupt";
    private static final int WRITERS = 16;
    private static final String JOURNAL = ".journal";

    /// In bytes: a record of an agent has 1 to 3 kB, and a journal is read whole at each start.
    private static final long LARGEST_JOURNAL = 4 << 20;

    private final StateDirectory place;
    private @Nullable Journal journal;

    /// @param root created by the first write
    public FileStorage(Path root) {
        place = new StateDirectory(root);
    }

    @Override
    public synchronized byte @Nullable [] read(String key) throws IOException {
        var file = place.file(key);
        var change = journal().changes().get(key);
        if (change != null) {
            return change.orElse(null);
        }
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return null;
        } catch (IOException e) {
            throw trouble("read", file, e);
        }
    }

    @Override
    public void write(String key, byte[] content) throws IOException {
        change(new TreeMap<>(Map.of(key, Optional.of(content))));
    }

    @Override
    public void writeAll(SortedMap<String, byte[]> contents) throws IOException {
        var changes = new TreeMap<String, Optional<byte[]>>();
        contents.forEach((key, content) -> changes.put(key, Optional.of(content)));
        change(changes);
    }

    @Override
    public void delete(String key) throws IOException {
        if (read(key) != null) {
            change(new TreeMap<>(Map.of(key, Optional.empty())));
        }
    }

    private synchronized void change(SortedMap<String, Optional<byte[]>> changes) throws IOException {
        changes.keySet().forEach(place::file);
        if (changes.isEmpty()) {
            return;
        }
        try {
            place.prepare();
            if (journal().size() > LARGEST_JOURNAL) {
                settle();
            }
            journal().add(changes);
        } catch (IOException e) {
            throw trouble("write", place.root().resolve(changes.firstKey()), e);
        }
    }

    /// The disk is asked for many fsyncs at once, which it then does in a few strokes: 128 files in 40 ms, one after the
    /// other in 700 (ext4).
    @Override
    public synchronized int settle() throws IOException {
        var journal = journal();
        int changes = journal.changes().size();
        if (changes == 0) {
            return 0;
        }
        place.prepare();
        var troubles = new ConcurrentSkipListMap<String, IOException>();
        try (var writers = Executors.newFixedThreadPool(Math.min(changes, WRITERS))) {
            journal.changes().forEach((key, content) -> writers.execute(() -> {
                try {
                    settle(key, content);
                } catch (IOException e) {
                    troubles.put(key, e);
                }
            }));
        }
        var directories = new HashSet<Path>();
        for (var key : List.copyOf(journal.changes().keySet())) {
            if (!troubles.containsKey(key)) {
                journal.done(key);
                directories.add(place.file(key).resolveSibling(""));
            }
        }
        for (var directory : directories) {
            // What was renamed must be on disk before the journal forgets it.
            try (var channel = FileChannel.open(directory)) {
                channel.force(true);
            }
        }
        journal.compact(place.root().resolve(JOURNAL + StateDirectory.UNFINISHED));
        if (!troubles.isEmpty()) {
            throw troubles.firstEntry().getValue();
        }
        return changes;
    }

    private void settle(String key, Optional<byte[]> content) throws IOException {
        var file = place.file(key);
        try {
            place.prepare(file);
            if (content.isPresent()) {
                replace(file, content.get());
            } else {
                Files.deleteIfExists(file);
            }
        } catch (FileAlreadyExistsException | NotDirectoryException e) {
            throw trouble("write", file, e);
        }
    }

    private Journal journal() throws IOException {
        if (journal == null) {
            journal = Journal.open(place.root().resolve(JOURNAL), FILE);
        }
        return journal;
    }

    /// Writes the whole file or nothing, mode 0600, on disk when it returns.
    public static void replace(Path file, byte[] content) throws IOException {
        var unfinished = file.resolveSibling("." + file.getFileName() + StateDirectory.UNFINISHED);
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
        var file = place.file(key);
        try {
            place.prepare(file);
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
    public synchronized void setAside(String key) throws IOException {
        var file = place.file(key);
        try {
            var change = journal().changes().get(key);
            if (change != null && change.isPresent()) {
                place.prepare(file);
                replace(file, change.get());
            }
            Files.move(
                    file,
                    file.resolveSibling(file.getFileName() + CORRUPT),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            if (change != null) {
                change(new TreeMap<>(Map.of(key, Optional.empty())));
            }
        } catch (NoSuchFileException e) {
            // Nothing there.
        } catch (IOException e) {
            throw trouble("set aside", file, e);
        }
    }

    /// Files set aside are not listed.
    @Override
    public synchronized List<String> list(String prefix) throws IOException {
        var directory = prefix.contains("/") ? place.file(prefix.substring(0, prefix.lastIndexOf('/'))) : place.root();
        var keys = new TreeSet<String>();
        try {
            if (Files.isDirectory(directory)) {
                StateDirectory.files(directory)
                        .stream()
                        .filter(file -> !file.getFileName().toString().startsWith("."))
                        .map(file -> place.root().relativize(file).toString())
                        .forEach(keys::add);
            }
            journal().changes().forEach((key, content) -> {
                if (content.isPresent()) {
                    keys.add(key);
                } else {
                    keys.remove(key);
                }
            });
            keys.removeIf(key -> !key.startsWith(prefix) || key.endsWith(CORRUPT));
            return List.copyOf(keys);
        } catch (IOException e) {
            throw trouble("list", directory, e);
        }
    }

    private static IOException trouble(String verb, Path file, IOException cause) {
        return new IOException("cannot " + verb + " " + file + ": " + Why.of(cause), cause);
    }
}
