package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The unit that `service install` writes.
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
}
