package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a look knows about one manifest, kept for the next look.
///
/// @param since when this content was first seen, [System#nanoTime]
/// @param trusted equal facts prove equal content: the file was older than a clock tick when it was read
record KnownFile(FileFacts facts, Folder.File.Content content, long since, boolean trusted) {
    /// Two looks that far apart and equal: nobody is writing it, as far as looking can tell.
    static final Duration QUIET = Duration.ofMillis(50);

    /// A writer that is known to have it open may pause longer than that; this long is not a pause.
    static final Duration ABANDONED = Duration.ofSeconds(10);

    /// Untouched so long by the kernel's own time stamp that no second look is needed; generous, for the clocks of
    /// network file systems differ.
    private static final Duration OLD = Duration.ofSeconds(2);

    /// Time stamps move in ticks of up to 10 ms: two changes within one look the same.
    private static final long TICK_MILLIS = 50;

    /// What inotify knows about its writers.
    enum Writer {
        /// Nothing, or no inotify.
        UNKNOWN,
        WRITING,
        FINISHED
    }

    /// @param before null: not seen before
    /// @return null when it vanished
    static @Nullable KnownFile read(FolderScan.Found found, @Nullable KnownFile before, boolean touched, Writer writer)
            throws IOException {
        var facts = found.facts();
        boolean same = before != null && before.facts.equals(facts);
        if (before != null && same && before.trusted && !touched) {
            return before.again(writer);
        }
        long readAt = System.currentTimeMillis();
        var bytes = bytes(found.path());
        var after = FileFacts.of(found.path());
        boolean steady = after.equals(facts) && bytes.length == facts.size();
        boolean unchanged = before != null && same && Arrays.equals(bytes, before.content.bytes());
        long since = before != null && unchanged && steady ? before.since : System.nanoTime();
        boolean wasQuiet = before != null && unchanged && before.content.quiet();
        boolean quiet = steady && isQuiet(after, since, wasQuiet, writer);
        long age = readAt - facts.changed().toMillis();
        return new KnownFile(after, new Folder.File.Content(bytes, quiet), since, steady && age > TICK_MILLIS);
    }

    private static byte[] bytes(Path path) throws IOException {
        try (var in = Files.newInputStream(path)) {
            return in.readNBytes(WatchedFolder.LARGEST_FILE + 1);
        }
    }

    private KnownFile again(Writer writer) {
        boolean quiet = isQuiet(facts, since, content.quiet(), writer);
        return quiet == content.quiet()
                ? this
                : new KnownFile(facts, new Folder.File.Content(content.bytes(), quiet), since, trusted);
    }

    private static boolean isQuiet(FileFacts facts, long since, boolean wasQuiet, Writer writer) {
        long seen = System.nanoTime() - since;
        return switch (writer) {
            case FINISHED -> true;
            case WRITING -> seen >= ABANDONED.toNanos();
            case UNKNOWN -> wasQuiet || seen >= QUIET.toNanos() || isOld(facts);
        };
    }

    private static boolean isOld(FileFacts facts) {
        return System.currentTimeMillis() - facts.changed().toMillis() >= OLD.toMillis();
    }

    boolean sameBytes(KnownFile other) {
        return Arrays.equals(content.bytes(), other.content.bytes());
    }

    /// The same, to be acted on later.
    Folder.File.Content unsettled() {
        return new Folder.File.Content(content.bytes(), false);
    }
}
