package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.host.UserService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The unit that `service install` writes, and what `service status` says of it.
class ServiceVerbTest {
    private static String unit(Path launcher, Map<String, String> environment) throws Exception {
        var template = Files.readString(Path.of("manifests/systemd/reconciler.service"));
        return ServiceVerb.unit(template, launcher, new TreeMap<>(environment));
    }

    @Test
    void it_starts_this_launcher_with_what_was_given() throws Exception {
        var unit = unit(Path.of("/opt/my tools/bin/reconciler"), Map.of("RECONCILER_STATE", "/srv/100%/a \"b\"\\c"));
        var lines = unit.lines().toList();
        assertTrue(lines.contains("ExecStart=\"/opt/my tools/bin/reconciler\" run"), unit);
        assertTrue(lines.contains("Environment=\"RECONCILER_STATE=/srv/100%%/a \\\"b\\\"\\\\c\""), unit);
        assertEquals(1, lines.stream().filter(line -> line.startsWith("ExecStart=")).count());
        assertTrue(lines.indexOf("[Service]") < lines.indexOf("ExecStart=\"/opt/my tools/bin/reconciler\" run"));
        assertFalse(unit.contains("make install"), unit);
    }

    @Test
    void it_is_told_about_and_leaves_agents_alone() throws Exception {
        var lines = unit(Path.of("/x"), Map.of()).lines().toList();
        assertTrue(lines.containsAll(List.of("Type=notify", "KillMode=process", "WatchdogSec=180", "[Install]")));
    }

    @Test
    void status_says_what_a_logout_means_while_lingering_is_off() {
        var file = Path.of("/home/ada/.config/systemd/user/reconciler.service");
        assertEquals("""
                Unit:       /home/ada/.config/systemd/user/reconciler.service, enabled
                Service:    active (running), pid 4711, since Fri 2026-11-20 12:00:00 UTC
                Lingering:  off: daemon and agents end with your last logout and start at your next login; \
                `loginctl enable-linger` changes that
                """, ServiceVerb.text(file, new UserService.State(
                file, true, "active (running)", 4711, "Fri 2026-11-20 12:00:00 UTC", false)));
        assertEquals("""
                Unit:       /home/ada/.config/systemd/user/reconciler.service (not installed)
                Service:    inactive (dead)
                Lingering:  on: daemon and agents start at boot and stay when you log out
                """, ServiceVerb.text(file, new UserService.State(null, false, "inactive (dead)", 0, "", true)));
    }
}
