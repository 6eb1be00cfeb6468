package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FitnessTest {
    @TempDir
    private Path top;

    @Test
    void the_least_that_a_control_group_and_those_above_it_allow_counts() throws Exception {
        var group = Files.createDirectories(top.resolve("user.slice/user-1000.slice/session-1.scope"));
        assertEquals(-1, Fitness.tasks(top, group));
        Files.writeString(group.resolve("pids.max"), "max\n");
        assertEquals(-1, Fitness.tasks(top, group));
        Files.writeString(group.resolveSibling("pids.max"), "2048\n");
        Files.writeString(top.resolve("user.slice/pids.max"), "9000\n");
        assertEquals(2048, Fitness.tasks(top, group));
        Files.writeString(group.resolve("pids.max"), "many\n");
        assertNull(Fitness.tasks(top, group));
    }
}
