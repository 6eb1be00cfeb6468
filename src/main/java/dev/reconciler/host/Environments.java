package dev.reconciler.host;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reconciler.api.ProcessRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// `RECONCILER_RUN_ID` of processes, remembered by identity so that a quiet scan does not read every environment again.
///
/// Between fork and exec a process still shows its parent's environment. Hence a run id is remembered at once (whoever
/// inherited it descends from that run), but "none" only once it was read of a process first seen some seconds before.
final class Environments {
    static final String RUN_ID = "RECONCILER_RUN_ID";

    private static final byte[] PREFIX = (RUN_ID + "=").getBytes(StandardCharsets.UTF_8);
    private static final int LONGEST_ID = 256;
    private static final long SETTLED = Duration.ofSeconds(3).toNanos();

    private final Cache<ProcessRef, Known> known =
            Caffeine.newBuilder()
                    .maximumSize(20_000)
                    .expireAfterWrite(Duration.ofMinutes(10))
                    .executor(Runnable::run)
                    .build();

    private record Known(@Nullable String runId, long firstSeen, long readAt) {
        boolean settled() {
            return runId != null || readAt - firstSeen >= SETTLED;
        }
    }

    /// Null without one, or when this process's environment is not ours to read.
    ///
    /// @param directory `/proc/PID`
    /// @throws IOException when nothing could be read for a reason that is not this process's
    @Nullable
    String runId(ProcessRef ref, Path directory, long nanos) throws IOException {
        var before = known.getIfPresent(ref);
        if (before != null && before.settled()) {
            return before.runId();
        }
        var now = new Known(read(directory), before == null ? nanos : before.firstSeen(), nanos);
        known.put(ref, now);
        return now.runId();
    }

    /// A process on its way out, or a kernel thread, answers ESRCH, which the JDK has no type for (its words depend on
    /// the locale). The trouble is this process's own if its stat can be read, and its environment cannot even then.
    private static @Nullable String read(Path directory) throws IOException {
        try {
            return find(Files.readAllBytes(directory.resolve("environ")));
        } catch (NoSuchFileException | AccessDeniedException e) {
            return null;
        } catch (IOException e) {
            if (Files.notExists(directory)) {
                return null;
            }
            Files.readAllBytes(directory.resolve("stat"));
        }
        try {
            return find(Files.readAllBytes(directory.resolve("environ")));
        } catch (IOException e) {
            return null;
        }
    }

    /// The value of a variable in an environment as `/proc/PID/environ` holds it.
    ///
    /// @throws IOException when it cannot be read
    static @Nullable String value(Path directory, String name) throws IOException {
        return find(
                Files.readAllBytes(directory.resolve("environ")),
                (name + "=").getBytes(StandardCharsets.UTF_8),
                Integer.MAX_VALUE);
    }

    private static @Nullable String find(byte[] environ) {
        return find(environ, PREFIX, LONGEST_ID);
    }

    private static @Nullable String find(byte[] environ, byte[] prefix, int longest) {
        int start = 0;
        while (start < environ.length) {
            int end = start;
            while (end < environ.length && environ[end] != 0) {
                end++;
            }
            int length = end - start - prefix.length;
            if (length > 0
                    && length <= longest
                    && Arrays.equals(environ, start, start + prefix.length, prefix, 0, prefix.length)) {
                return new String(environ, start + prefix.length, length, StandardCharsets.UTF_8);
            }
            start = end + 1;
        }
        return null;
    }
}
