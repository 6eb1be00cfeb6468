package dev.reconciler.host;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The line to the service manager that started this process (`sd_notify`): that it is ready, what it does, that it
/// lives. Without a manager that listens every call does nothing.
public final class NotifySocket {
    private final @Nullable String path;
    private final @Nullable Duration watchdog;

    private NotifySocket(@Nullable String path, @Nullable Duration watchdog) {
        this.path = path;
        this.watchdog = watchdog;
    }

    /// @param environment of this process
    public static NotifySocket of(Map<String, String> environment) {
        var path = environment.get("NOTIFY_SOCKET");
        boolean meant = path != null && (path.startsWith("/") || path.startsWith("@"));
        return meant
                ? new NotifySocket(path, watchdog(environment))
                : new NotifySocket(null, null);
    }

    private static @Nullable Duration watchdog(Map<String, String> environment) {
        var pid = environment.get("WATCHDOG_PID");
        var micros = environment.get("WATCHDOG_USEC");
        boolean ours = pid == null || pid.equals(Long.toString(ProcessHandle.current().pid()));
        try {
            long nanos = micros == null || !ours ? 0 : Math.multiplyExact(Long.parseLong(micros), 1000L);
            return nanos > 0 ? Duration.ofNanos(nanos) : null;
        } catch (ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    /// Whether anybody listens.
    public boolean listened() {
        return path != null;
    }

    /// How long it may be silent before the manager ends it, null for as long as it likes.
    public @Nullable Duration watchdog() {
        return watchdog;
    }

    /// Best effort: a manager that does not take it is no reason to stop.
    ///
    /// @param assignments such as `READY=1`, `STATUS=12 agents`
    public void say(String... assignments) {
        if (path == null) {
            return;
        }
        try {
            int fd = Native.datagrams(path);
            try {
                Native.write(fd, String.join("\n", assignments).getBytes(StandardCharsets.UTF_8));
            } finally {
                Native.close(fd);
            }
        } catch (Errno e) {
            // It will find out by itself.
        }
    }
}
