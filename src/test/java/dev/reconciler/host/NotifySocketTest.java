package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NotifySocketTest {
    private static Duration watchdog(String micros, long pid) {
        return NotifySocket.of(Map.of("NOTIFY_SOCKET", "/nowhere/notify", "WATCHDOG_USEC", micros, "WATCHDOG_PID",
                Long.toString(pid))).watchdog();
    }

    @Test
    void the_managers_patience_is_taken_from_what_is_meant_for_this_process() {
        long own = ProcessHandle.current().pid();
        assertEquals(Duration.ofSeconds(4), watchdog("4000000", own));
        assertNull(watchdog("4000000", own + 1));
        for (var none : new String[] {"0", "-1", "soon", "9223372036854775807"}) {
            assertNull(watchdog(none, own), none);
        }
    }
}
