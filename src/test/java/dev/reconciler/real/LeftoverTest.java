package dev.reconciler.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// Runs last of all, when no other does (see `junit-platform.properties`): the machine is as it was before the tests.
@Tag("real")
@Order(Integer.MAX_VALUE)
@Isolated
class LeftoverTest {
    @Test
    void no_process_of_this_run_is_left() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertEquals(List.of(), Leftovers.ofThisRun()));
    }

    @Test
    void no_process_of_any_test_directory_is_left() {
        assertEquals(
                List.of(), TestDirs.made().stream().flatMap(root -> Leftovers.of(root).stream()).toList());
    }

    @Test
    void no_test_directory_is_left() {
        assertEquals(List.of(), TestDirs.made().stream().filter(Files::exists).toList());
    }
}
