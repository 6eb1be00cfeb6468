package dev.reconciler.host;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Lines in compressed segments that each can be read by itself: `000001.jsonl.gz`, … in a directory of which the oldest
/// are dropped, or one behind the other in a file that somebody named. For this user only (0700, 0600); never fsynced.
public final class Segments implements Closeable {
    /// A segment is an eighth of all that is kept, in bytes and in time.
    private static final int PARTS = 8;
    private static final long SMALLEST = 1 << 16;
    /// A daemon that is started again and again begins one each time.
    private static final int MOST = 500;
    /// What a file that was asked for by name may grow to.
    private static final long FILE_MAX = 1 << 30;
    private static final int BUFFER = 1 << 15;
    private static final Pattern NAME = Pattern.compile("([0-9]{6,18})\\.jsonl\\.gz");

    private final Path place;
    private final boolean single;
    private final long maxBytes;
    private final Duration maxAge;
    /// What it may take, as far as the disk has room for it.
    private long bound;
    private @Nullable Open open;

    /// The segment that is being written.
    ///
    /// @param since when it was begun
    private record Open(Path file, FileChannel channel, GZIPOutputStream out, long start, Instant since) {}

    private Segments(Path place, boolean single, long maxBytes, Duration maxAge) {
        this.place = place;
        this.single = single;
        this.maxBytes = maxBytes;
        this.maxAge = maxAge;
        bound = maxBytes;
    }

    /// @param directory created by the first write
    public static Segments in(Path directory, long maxBytes, Duration maxAge) {
        return new Segments(directory, false, maxBytes, maxAge);
    }

    /// One file that grows to 1 GiB at most; what is there already stays.
    ///
    /// @throws IOException when it cannot be written, or holds something else
    public static Segments file(Path file) throws IOException {
        var segments = new Segments(file, true, FILE_MAX, Duration.ofSeconds(Long.MAX_VALUE));
        try (var channel = writable(file)) {
            if (channel.size() > 0 && !SegmentReader.isSegment(file)) {
                throw new IOException(file + " holds something else, which is not written over");
            }
        } catch (IOException e) {
            throw trouble(file, e);
        }
        return segments;
    }

    /// Whether one is being written.
    public boolean open() {
        return open != null;
    }

    /// Whether the next line should begin a new segment ([#begin]).
    public boolean due(Instant now) throws IOException {
        var current = open;
        if (current == null) {
            return true;
        }
        if (single) {
            return false;
        }
        return current.channel.position() - current.start >= segment()
                || Duration.between(current.since, now).abs().compareTo(maxAge.dividedBy(PARTS)) >= 0;
    }

    /// Ends the last segment, drops what is too much, and begins the next.
    public void begin(Instant now) throws IOException {
        close();
        var file = place;
        try {
            if (!single) {
                Files.createDirectories(
                        place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                file = place.resolve(String.format(Locale.ROOT, "%06d.jsonl.gz", prune(now) + 1));
            }
            var channel = writable(file);
            long start = channel.size();
            channel.position(start);
            var out = new GZIPOutputStream(
                    new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER), BUFFER, true);
            open = new Open(file, channel, out, start, now);
        } catch (IOException e) {
            throw trouble(file, e);
        }
    }

    private static FileChannel writable(Path file) throws IOException {
        return FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /// In the current segment; a newline is added.
    public void write(byte[] line) throws IOException {
        var current = open;
        if (current == null) {
            throw new IllegalStateException("no segment was begun");
        }
        try {
            if (single && current.channel.position() >= FILE_MAX) {
                throw new IOException("it has reached 1 GiB");
            }
            current.out.write(line);
            current.out.write('\n');
        } catch (IOException e) {
            throw trouble(current.file, e);
        }
    }

    /// What was written can be read by others. On failure the file ends as it did before.
    public void flush() throws IOException {
        var current = open;
        if (current != null) {
            long before = current.channel.position();
            try {
                current.out.flush();
            } catch (IOException e) {
                open = null;
                try (var channel = current.channel) {
                    channel.truncate(before);
                } catch (IOException again) {
                    e.addSuppressed(again);
                }
                throw trouble(current.file, e);
            }
        }
    }

    /// Ends the segment.
    @Override
    public void close() throws IOException {
        var current = open;
        open = null;
        if (current != null) {
            try (var _ = current.channel) {
                current.out.close();
            } catch (IOException e) {
                throw trouble(current.file, e);
            }
        }
    }

    /// Those of a directory, oldest first.
    static List<Path> list(Path directory) throws IOException {
        var files = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(directory, "*.jsonl.gz")) {
            for (var entry : entries) {
                if (NAME.matcher(entry.getFileName().toString()).matches()) {
                    files.add(entry);
                }
            }
        }
        files.sort((a, b) -> Long.compare(number(a), number(b)));
        return files;
    }

    private static long number(Path file) {
        var name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : 0;
    }

    /// Leaves room for one more.
    ///
    /// @return the highest number there is
    private long prune(Instant now) throws IOException {
        var files = list(place);
        long highest = files.isEmpty() ? 0 : number(files.getLast());
        long ours = 0;
        for (var file : files) {
            ours += size(file);
        }
        bound = bound(maxBytes, Files.getFileStore(place).getUsableSpace(), ours);
        if (bound < 2 * SMALLEST) {
            throw new IOException("the disk is nearly full");
        }
        long room = bound - segment();
        int kept = 0;
        boolean drop = false;
        for (var file : files.reversed()) {
            try {
                room -= size(file);
                drop |= room < 0 || ++kept >= MOST
                        || Duration.between(Files.getLastModifiedTime(file).toInstant(), now).compareTo(maxAge) > 0;
                if (drop) {
                    Files.deleteIfExists(file);
                }
            } catch (NoSuchFileException e) {
                // Somebody else removed it.
            }
        }
        return highest;
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private long segment() {
        return Math.max(SMALLEST, bound / PARTS);
    }

    /// The state directory may be on a small disk, which the history needs more: an eighth of what is free at most.
    static long bound(long maxBytes, long usable, long ours) {
        return Math.min(maxBytes, (usable + ours) / PARTS);
    }

    private static IOException trouble(Path file, IOException e) {
        var why = e instanceof NotDirectoryException ? "not a directory" : Why.of(e);
        return new IOException("cannot write " + file + ": " + why, e);
    }
}
