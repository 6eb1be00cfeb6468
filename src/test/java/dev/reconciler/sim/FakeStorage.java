package dev.reconciler.sim;

import dev.reconciler.host.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The state directory, on a disk that fills up and tears the last line of a file.
final class FakeStorage implements Storage {
    private static final String CORRUPT = ".corrupt";
    private static final byte[] LINE_FEED = {'\n'};

    private final Gate gate;
    private final TreeMap<String, Content> files = new TreeMap<>();
    private boolean full;

    /// The first bytes of an array that may be shared with what was appended later.
    private record Content(byte[] bytes, int length) {
        static final Content NOTHING = of(new byte[0]);

        static Content of(byte[] bytes) {
            return new Content(bytes, bytes.length);
        }

        byte[] copy() {
            return Arrays.copyOf(bytes, length);
        }

        boolean says(int at, String text) {
            for (int i = 0; i < text.length(); i++) {
                if (bytes[at + i] != text.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        /// With the first bytes of something behind it.
        Content plus(byte[] tail, int count) {
            var longer = length + count <= bytes.length ? bytes : Arrays.copyOf(bytes, 2 * (length + count));
            System.arraycopy(tail, 0, longer, length, count);
            return new Content(longer, length + count);
        }
    }

    FakeStorage(Gate gate) {
        this.gate = gate;
    }

    @Override
    public byte[] read(String key) {
        var content = files.get(key);
        return content == null ? null : content.copy();
    }

    @Override
    public void write(String key, byte[] content) throws IOException {
        refuseWhenFull();
        var copy = Content.of(content.clone());
        gate.pass(new Effect.Write(key), () -> files.put(key, copy));
    }

    /// Stricter than a disk with a journal: a kill may fall between any two.
    @Override
    public void writeAll(SortedMap<String, byte[]> contents) throws IOException {
        for (var content : contents.entrySet()) {
            write(content.getKey(), content.getValue());
        }
    }

    @Override
    public int settle() {
        return 0;
    }

    @Override
    public void append(String key, byte[] line) throws IOException {
        refuseWhenFull();
        var before = files.getOrDefault(key, Content.NOTHING);
        try {
            gate.pass(new Effect.Append(key), () -> {
                var ended = before.plus(line, line.length);
                // Whether the caller or the storage ends the line: one line feed either way.
                return files.put(key, isEnded(line) ? ended : ended.plus(LINE_FEED, 1));
            });
        } catch (DaemonKilled e) {
            if (files.getOrDefault(key, before) == before && line.length > 1) {
                files.put(key, before.plus(line, line.length / 2));
            }
            throw e;
        }
    }

    private static boolean isEnded(byte[] line) {
        return line.length > 0 && line[line.length - 1] == '\n';
    }

    @Override
    public void delete(String key) {
        gate.pass(new Effect.Delete(key), () -> files.remove(key));
    }

    @Override
    public void setAside(String key) {
        gate.pass(new Effect.SetAside(key), () -> {
            var content = files.remove(key);
            return content == null ? null : files.put(key + CORRUPT, content);
        });
    }

    @Override
    public List<String> list(String prefix) {
        return files.keySet()
                .stream()
                .filter(key -> key.startsWith(prefix) && !key.endsWith(CORRUPT))
                .toList();
    }

    private void refuseWhenFull() throws IOException {
        if (full) {
            throw new IOException("No space left on device");
        }
    }

    void full(boolean full) {
        this.full = full;
    }

    /// Whether this ASCII text stands anywhere in it.
    boolean says(String key, String text) {
        var content = files.get(key);
        for (int at = content == null ? -1 : content.length - text.length(); at >= 0; at--) {
            if (content.bytes[at] == text.charAt(0) && content.says(at, text)) {
                return true;
            }
        }
        return false;
    }

    boolean isFull() {
        return full;
    }

    /// Somebody wrote nonsense into it.
    void corrupt(String key) {
        files.put(key, Content.of("{\"na\0".getBytes(StandardCharsets.UTF_8)));
    }

    /// All is lost.
    void wipe() {
        files.clear();
    }
}
