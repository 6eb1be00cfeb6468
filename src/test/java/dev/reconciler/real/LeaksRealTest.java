package dev.reconciler.real;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Leaked scopes in a really booted systemd: 80 that nobody is in, 3 with live shells.
@Tag("real")
@ResourceLock(BootedSystemd.ONE)
class LeaksRealTest {
    private static BootedSystemd booted;

    @BeforeAll
    static void boot() {
        booted = BootedSystemd.boot();
    }

    @AfterAll
    static void end() {
        if (booted != null) {
            booted.close();
        }
    }

    private static List<String> units(String pattern) {
        return booted.sh("systemctl --user list-units --all --plain --no-legend '" + pattern + "'")
                .lines()
                .stream()
                .map(line -> line.split(" ")[0])
                .filter(unit -> !unit.isBlank())
                .toList();
    }

    private static List<String> shells() {
        return booted.sh("cat /sys/fs/cgroup/user.slice/user-4711.slice/user@4711.service/app.slice"
                + "/tmux-spawn-live*.scope/cgroup.procs").lines();
    }

    @Test
    void leaked_scopes_go_and_those_with_live_shells_stay() {
        booted.sh("mkdir -p -m 700 ~/.config/reconciler/manifests").ok();
        booted.reconciler("service", "install").ok();
        // Not while they are made; and a reload of the manager's units, as `install` asks for, would find them all.
        booted.sh("systemctl --user stop reconciler").ok();
        booted.agent(
                "/opt/java/bin/java", "-cp", "/opt/classpath/test-classes", LeakScopes.class.getName(), "40", "40", "3")
                .ok();
        assertEquals(80, units("tmux-spawn-leak*").size());
        var shells = shells();
        assertEquals(3, shells.size());
        booted.sh("systemctl --user start reconciler").ok();
        await("those of our own servers to go").atMost(Duration.ofSeconds(90))
                .until(() -> units("tmux-spawn-leak*").size() == 40);
        var listed = booted.reconciler("get", "scopes").ok().text();
        assertEquals(40, listed.lines().filter(line -> line.contains(" Leaked ")).count(), listed);
        assertEquals(3,
                listed.lines().filter(line -> line.contains("tmux-spawn-live") && line.contains(" Held ")).count());
        var dry = booted.reconciler("gc");
        assertEquals(1, dry.code(), dry.text());
        assertEquals(40, dry.text().lines().filter(line -> line.contains("would reap: scope tmux-spawn-leak")).count());
        assertEquals(40, units("tmux-spawn-leak*").size());
        booted.reconciler("gc", "--yes").ok();
        assertEquals(List.of(), units("tmux-spawn-leak*"));
        assertEquals(shells, shells());
        assertTrue(booted.reconciler("get", "scopes").ok().text().contains("tmux-spawn-live0.scope"));
    }
}
