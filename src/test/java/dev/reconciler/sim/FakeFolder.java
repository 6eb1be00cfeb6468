package dev.reconciler.sim;

import dev.reconciler.host.Folder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.Consumer;

/// The manifests folder and the people who write into it.
final class FakeFolder implements Folder {
    private final Gate gate;
    private final TreeMap<String, byte[]> files = new TreeMap<>();
    private final TreeMap<String, String> unreadable = new TreeMap<>();
    private String busy;
    private String blind;
    /// Told of each look.
    Consumer<Look> onLook = look -> {};
    /// Told of each file that the daemon changed.
    Consumer<String> onReplace = file -> {};

    FakeFolder(Gate gate) {
        this.gate = gate;
    }

    @Override
    public Look look() {
        var look = seen();
        onLook.accept(look);
        return look;
    }

    private Look seen() {
        if (blind != null) {
            return new Look.Blind(blind);
        }
        var seen = new TreeMap<String, File>();
        files.forEach((file, bytes) -> seen.put(
                file,
                unreadable.containsKey(file)
                        ? new File.Unreadable(unreadable.get(file))
                        : new File.Content(bytes, !file.equals(busy))));
        return new Look.Seen(seen);
    }

    @Override
    public boolean replace(String file, byte[] expected, byte[] content) {
        return gate.pass(new Effect.Replace(file, content.length == 0), () -> {
            var there = files.get(file);
            if (there == null || !Arrays.equals(there, expected)) {
                return false;
            }
            if (content.length == 0) {
                files.remove(file);
            } else {
                files.put(file, content.clone());
            }
            onReplace.accept(file);
            return true;
        });
    }

    void write(String file, String text) {
        files.put(file, text.getBytes(StandardCharsets.UTF_8));
    }

    void remove(String file) {
        files.remove(file);
        unreadable.remove(file);
    }

    void rename(String from, String to) {
        var content = files.remove(from);
        if (content != null) {
            files.put(to, content);
        }
    }

    /// Null when there is none.
    String text(String file) {
        var bytes = files.get(file);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    TreeMap<String, byte[]> files() {
        return new TreeMap<>(files);
    }

    /// Somebody is still writing it; null: nobody is.
    void busy(String file) {
        busy = file;
    }

    void unreadable(String file) {
        unreadable.put(file, "Permission denied");
    }

    void readable() {
        unreadable.clear();
    }

    boolean hasUnreadable() {
        return !unreadable.isEmpty();
    }

    /// What it says now cannot be read.
    boolean hides(String file) {
        return file.equals(busy) || unreadable.containsKey(file);
    }

    boolean isBusy() {
        return busy != null;
    }

    /// The folder cannot be read; null: it can.
    void blind(String why) {
        blind = why;
    }

    boolean isBlind() {
        return blind != null;
    }
}
