package dev.reconciler.real;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/// The systemd that tests boot is a whole one, and leaves nothing behind however it ends.
@Tag("real")
@ResourceLock(BootedSystemd.ONE)
class BootedSystemdTest {
    private static List<String> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts"));
    }

    private static long groups() throws IOException {
        var unified = mounts().stream()
                .map(line -> line.split(" "))
                .filter(fields -> fields[2].equals("cgroup2"))
                .map(fields -> Path.of(fields[1]))
                .findFirst()
                .orElse(Path.of("/nowhere"));
        try (var found = Files.list(unified)) {
            return found.filter(path -> path.getFileName().toString().startsWith("reconciler-it-")).count();
        }
    }

    private static void awaitNothing(BootedSystemd booted, List<String> mounts, long groups) {
        await().atMost(Duration.ofSeconds(20)).until(() -> groups() == groups);
        await().atMost(Duration.ofSeconds(20)).until(() -> !Product.lives(booted.init()));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertEquals(mounts, mounts()));
    }

    @Test
    void it_runs_and_its_end_leaves_no_process_mount_or_control_group() throws Exception {
        var mounts = mounts();
        long groups = Files.exists(Path.of("/sys/fs/cgroup")) ? groups() : 0;
        var booted = BootedSystemd.boot();
        assertEquals("running", booted.root("systemctl", "is-system-running").text());
        assertEquals("", booted.root("systemctl", "--failed", "--no-legend").text());
        assertEquals("running", booted.agent("systemctl", "--user", "is-system-running").text());
        assertNotEquals(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip(),
                booted.sh("cat /proc/sys/kernel/random/boot_id").text());
        booted.sh("setsid sleep 100004 >/dev/null 2>&1 & touch /tmp/inside").ok();
        assertEquals(false, Files.exists(Path.of("/tmp/inside")));
        booted.close();
        awaitNothing(booted, mounts, groups);
    }

    @Test
    void it_ends_with_its_script_even_when_that_is_asked_rudely() throws Exception {
        var mounts = mounts();
        long groups = Files.exists(Path.of("/sys/fs/cgroup")) ? groups() : 0;
        var booted = BootedSystemd.boot();
        ProcessHandle.of(booted.script()).orElseThrow().destroy();
        awaitNothing(booted, mounts, groups);
        booted.close();
    }
}
