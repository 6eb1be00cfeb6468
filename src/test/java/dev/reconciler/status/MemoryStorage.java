package dev.reconciler.status;

import dev.reconciler.host.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A state directory in memory, whose disk can be full, whose appends can be torn, and that counts what is written.
final class MemoryStorage implements Storage {
    final TreeMap<String, byte[]> files = new TreeMap<>();
    final List<String> effects = new ArrayList<>();
    boolean full;
    boolean blind;

    @Override
    public byte[] read(String key) throws IOException {
        if (blind) {
            throw new IOException("Input/output error");
        }
        return files.get(key);
    }

    @Override
    public void write(String key, byte[] content) throws IOException {
        refuseWhenFull();
        effects.add("write " + key);
        files.put(key, content.clone());
    }

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
        if (full) {
            // What a full disk does: half of it is written.
            put(key, text(key) + new String(line, 0, line.length / 2, StandardCharsets.UTF_8));
        }
        refuseWhenFull();
        effects.add("append " + key);
        put(key, text(key) + new String(line, StandardCharsets.UTF_8));
    }

    @Override
    public void delete(String key) throws IOException {
        refuseWhenFull();
        effects.add("delete " + key);
        files.remove(key);
    }

    @Override
    public void setAside(String key) throws IOException {
        var content = files.remove(key);
        if (content != null) {
            files.put(key + ".corrupt", content);
        }
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        if (blind) {
            throw new IOException("Input/output error");
        }
        return files.keySet().stream().filter(k -> k.startsWith(prefix)).toList();
    }

    private void refuseWhenFull() throws IOException {
        if (full) {
            throw new IOException("No space left on device");
        }
    }

    String text(String key) {
        return new String(files.getOrDefault(key, new byte[0]), StandardCharsets.UTF_8);
    }

    void put(String key, String text) {
        files.put(key, text.getBytes(StandardCharsets.UTF_8));
    }

    List<String> takeEffects() {
        var taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }
}
