package dev.reconciler.controller;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The guarantee that there is one writer: locks on the state directory, the runtime directory and the manifests
/// folder. The kernel drops them when the process ends, however it ends.
final class Instance implements AutoCloseable {
    /// A command that writes a person's word without a daemon holds them for some milliseconds: nobody who starts a
    /// daemon right then is sent away.
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final int PAUSES = 100;
    private static final String LOCK = "daemon.lock";

    private final List<FileChannel> channels = new ArrayList<>();

    private Instance() {}

    /// @throws Access.Refusal naming the process that holds one of them
    static Instance acquire(Settings settings) throws Access.Refusal {
        var instance = new Instance();
        try {
            instance.lock(settings.state().resolve(LOCK), "state directory " + settings.state());
            instance.lock(settings.runtime().resolve(LOCK), "runtime directory " + settings.runtime());
            instance.lock(manifestsLock(settings.manifests()), "manifests folder " + settings.manifests());
            return instance;
        } catch (Access.Refusal e) {
            instance.close();
            throw e;
        } catch (IOException e) {
            instance.close();
            throw new Access.Refusal("cannot take the daemon's lock: " + e);
        }
    }

    /// The process that holds the state directory, null: none does. Not for a process that holds it itself: closing any
    /// descriptor of the file gives its lock away.
    static @Nullable Long holder(Path state) {
        var file = state.resolve(LOCK);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.tryLock(0, Long.MAX_VALUE, true) == null
                    ? Long.valueOf(Files.readString(file).strip())
                    : null;
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }

    /// Nothing is written into the user's folder: its lock lies beside the user's other temporary files, by the
    /// folder's identity, so that two state directories cannot serve one folder.
    private static Path manifestsLock(Path manifests) throws IOException {
        var directory = Path.of(System.getProperty("java.io.tmpdir", "/tmp"))
                .resolve(
                        "reconciler-locks-" + Files.getAttribute(Path.of(System.getProperty("user.home")), "unix:uid"));
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        var identity = Files.exists(manifests)
                ? Files.getAttribute(manifests, "unix:dev") + "-" + Files.getAttribute(manifests, "unix:ino")
                : Integer.toHexString(manifests.hashCode());
        return directory.resolve(identity + ".lock");
    }

    private void lock(Path file, String what) throws IOException, Access.Refusal {
        var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channels.add(channel);
        for (int pauses = 0; tryLock(channel) == null; pauses++) {
            if (pauses == PAUSES) {
                throw new Access.Refusal(
                        "the " + what + " is in use by the daemon with pid " + Files.readString(file).strip());
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(
                (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)), 0);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() {
        for (var channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
