package dev.reconciler.sim;

import dev.reconciler.host.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The state directory, on a disk that fills up and tears the last line of a file.
final class FakeStorage implements Storage {
    private static final String CORRUPT = ".corrupt";

    private final Gate gate;
    private final TreeMap<String, byte[]> files = new TreeMap<>();
    private boolean full;

    FakeStorage(Gate gate) {
        this.gate = gate;
    }

    @Override
    public byte[] read(String key) {
        var content = files.get(key);
        return content == null ? null : content.clone();
    }

    @Override
    public void write(String key, byte[] content) throws IOException {
        refuseWhenFull();
        var copy = content.clone();
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
        var before = files.getOrDefault(key, new byte[0]);
        try {
            gate.pass(new Effect.Append(key), () -> files.put(key, join(before, ended(line), ended(line).length)));
        } catch (DaemonKilled e) {
            if (files.getOrDefault(key, before) == before && line.length > 1) {
                files.put(key, join(before, line, line.length / 2));
            }
            throw e;
        }
    }

    /// Whether the caller or the storage ends the line: one line feed either way.
    private static byte[] ended(byte[] line) {
        if (line.length > 0 && line[line.length - 1] == '\n') {
            return line;
        }
        return join(line, "\n".getBytes(StandardCharsets.US_ASCII), 1);
    }

    private static byte[] join(byte[] head, byte[] tail, int length) {
        var joined = java.util.Arrays.copyOf(head, head.length + length);
        System.arraycopy(tail, 0, joined, head.length, length);
        return joined;
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

    boolean isFull() {
        return full;
    }

    /// Somebody wrote nonsense into it.
    void corrupt(String key) {
        files.put(key, "{\"na\0".getBytes(StandardCharsets.UTF_8));
    }

    /// All is lost.
    void wipe() {
        files.clear();
    }
}
