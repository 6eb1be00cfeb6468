package dev.reconciler.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Reads what [Segments] wrote, also what is still being written, what a killed writer left, and what follows it.
public final class SegmentReader {
    /// What the JDK writes before each: gzip, deflate, no flags, no time.
    private static final byte[] MAGIC = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0};
    private static final int HEADER = 10;
    private static final int TRAILER = 8;
    /// A line of a fleet of thousands.
    private static final int LONGEST = 256 << 20;

    private final Path file;
    private final ByteBuffer bytes;
    private final Heard heard;

    /// What is found, in order.
    public interface Heard {
        /// The next line is the first of a segment.
        void begins();

        /// @param content without its newline
        /// @return false when it makes no sense: the rest of the segment is skipped
        boolean line(byte[] content);

        /// This segment has no end: it is being written, or its writer was killed. All that is there was read.
        void open(Path file);

        /// What comes now in this segment cannot be read.
        void damaged(Path file, String why);
    }

    private SegmentReader(Path file, ByteBuffer bytes, Heard heard) {
        this.file = file;
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        this.heard = heard;
    }

    /// @param place a file, or a directory of segments
    /// @throws IOException with a sentence, when there is none, or it cannot be read
    public static void read(Path place, Heard heard) throws IOException {
        boolean directory = Files.isDirectory(place);
        try {
            var files = directory ? Segments.list(place) : List.of(place);
            if (files.isEmpty()) {
                throw new IOException("no recording is in it");
            }
            for (var file : files) {
                try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    var all = channel.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(channel.size(), 1 << 30));
                    new SegmentReader(file, all, heard).segments();
                } catch (NoSuchFileException e) {
                    if (!directory) {
                        throw e;
                    }
                    // The daemon dropped it meanwhile.
                }
            }
        } catch (IOException e) {
            throw new IOException("cannot read " + place + ": " + Why.of(e), e);
        }
    }

    static boolean isSegment(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return begins(ByteBuffer.wrap(in.readNBytes(MAGIC.length)), 0);
        }
    }

    private static boolean begins(ByteBuffer bytes, int at) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (at + i >= bytes.limit() || bytes.get(at + i) != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    private void segments() {
        int at = 0;
        if (!begins(bytes, 0)) {
            heard.damaged(file, "it is no recording");
            at = next(1);
        }
        while (at < bytes.limit()) {
            at = segment(at);
        }
    }

    /// Where the next segment begins, the end without one.
    private int next(int from) {
        int at = from;
        while (at < bytes.limit() && !begins(bytes, at)) {
            at++;
        }
        return at;
    }

    /// @return where the next one begins
    private int segment(int start) {
        heard.begins();
        var inflater = new Inflater(true);
        try {
            int from = Math.min(start + HEADER, bytes.limit());
            inflater.setInput(bytes.slice(from, bytes.limit() - from));
            var crc = new CRC32();
            var line = new ByteArrayOutputStream();
            var buffer = new byte[1 << 15];
            boolean sense = true;
            while (!inflater.finished()) {
                int count;
                long before = inflater.getBytesWritten();
                try {
                    count = inflater.inflate(buffer);
                } catch (DataFormatException e) {
                    sense = sense && lines(buffer, (int) (inflater.getBytesWritten() - before), line);
                    int after = next(start + 1);
                    long read = from + inflater.getBytesRead();
                    // A killed writer's segment ends where the next daemon's begins.
                    ended(sense, line, after < bytes.limit() && Math.abs(after - read) <= TRAILER);
                    return after;
                }
                if (count == 0) {
                    ended(sense, line, true);
                    return bytes.limit();
                }
                crc.update(buffer, 0, count);
                sense = sense && lines(buffer, count, line);
            }
            int end = (int) Math.min(bytes.limit(), from + inflater.getBytesRead());
            if (sense && (bytes.limit() - end < TRAILER || bytes.getInt(end) != (int) crc.getValue())) {
                heard.damaged(file, "its checksum is wrong");
            }
            return next(end);
        } finally {
            inflater.end();
        }
    }

    private void ended(boolean sense, ByteArrayOutputStream line, boolean atItsEnd) {
        if (!sense) {
            return;
        }
        if (atItsEnd && line.size() == 0) {
            heard.open(file);
        } else {
            heard.damaged(file, atItsEnd ? "it ends in the middle of a round" : "it is not what was written");
        }
    }

    /// @return false: what follows makes no sense
    private boolean lines(byte[] buffer, int count, ByteArrayOutputStream line) {
        int from = 0;
        for (int i = 0; i < count; i++) {
            if (buffer[i] == '\n') {
                line.write(buffer, from, i - from);
                from = i + 1;
                boolean sense = heard.line(line.toByteArray());
                line.reset();
                if (!sense) {
                    return false;
                }
            }
        }
        line.write(buffer, from, count - from);
        if (line.size() > LONGEST) {
            heard.damaged(file, "a line of it is longer than " + LONGEST + " bytes");
            return false;
        }
        return true;
    }
}
