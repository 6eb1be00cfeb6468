package dev.reconciler.cli;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/// Keeps the last lines of a stream of bytes.
final class Tail {
    private final int limit;
    private final Deque<byte[]> lines = new ArrayDeque<>();
    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();

    /// @param limit how many
    Tail(int limit) {
        this.limit = limit;
    }

    void write(byte[] bytes, int offset, int length) {
        int from = offset;
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '\n') {
                unfinished.write(bytes, from, i + 1 - from);
                keep();
                from = i + 1;
            }
        }
        unfinished.write(bytes, from, offset + length - from);
    }

    /// With their newlines; a last one without counts.
    Iterable<byte[]> lines() {
        if (unfinished.size() > 0) {
            keep();
        }
        return lines;
    }

    private void keep() {
        lines.add(unfinished.toByteArray());
        unfinished.reset();
        if (lines.size() > limit) {
            lines.remove();
        }
    }
}
