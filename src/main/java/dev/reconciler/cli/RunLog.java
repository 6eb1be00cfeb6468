package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.host.LogFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The recorded output of one run, read in order, from where the last reading stopped. Old segments may be deleted
/// meanwhile: what is gone is skipped.
final class RunLog {
    private final LogFiles files;
    private final AgentName name;
    private final String run;
    private @Nullable Path segment;
    private long offset;

    RunLog(LogFiles files, AgentName name, String run) {
        this.files = files;
        this.name = name;
        this.run = run;
    }

    /// Where the reading stopped, `SEGMENT OFFSET`; empty before the first.
    String position() {
        return segment == null ? "" : segment.getFileName() + " " + offset;
    }

    /// Goes on there.
    ///
    /// @param position as [#position] said it; what makes no sense begins from the beginning
    void seek(String position) throws IOException {
        int space = position.lastIndexOf(' ');
        for (var found : files.segments(name, run)) {
            if (space > 0 && found.getFileName().toString().equals(position.substring(0, space))
                    && position.substring(space + 1).matches("[0-9]{1,18}")) {
                segment = found;
                offset = Long.parseLong(position.substring(space + 1));
            }
        }
    }

    /// Goes on behind the segments whose last byte was written before then.
    void since(Instant then) throws IOException {
        for (var found : files.segments(name, run)) {
            // Before its time: what is written in between is not left out.
            long size = found.toFile().length();
            if (!Instant.ofEpochMilli(found.toFile().lastModified()).isBefore(then)) {
                return;
            }
            segment = found;
            offset = size;
        }
    }

    /// Copies what came since the last call.
    ///
    /// @return whether there was anything
    boolean copy(OutputStream to) throws IOException {
        boolean any = false;
        for (var next : files.segments(name, run)) {
            if (segment != null && next.compareTo(segment) < 0) {
                continue;
            }
            long from = next.equals(segment) ? offset : 0;
            long end = copy(next, from, to);
            any |= end > from;
            segment = next;
            offset = end;
        }
        return any;
    }

    /// @return where it stopped
    private static long copy(Path file, long from, OutputStream to) throws IOException {
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(from);
            var buffer = new byte[32 * 1024];
            long at = from;
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                to.write(buffer, 0, read);
                at += read;
            }
            return at;
        } catch (FileNotFoundException e) {
            // Rotated away between the listing and the reading.
            return from;
        }
    }
}
