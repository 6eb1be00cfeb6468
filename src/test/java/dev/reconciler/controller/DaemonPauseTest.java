package dev.reconciler.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How long the daemon looks away after a round.
class DaemonPauseTest {
    @Test
    void actions_that_are_under_way_are_left_alone_for_a_while_but_never_for_longer_than_a_relist() {
        assertEquals(Duration.ofMillis(80), Daemon.pause(Duration.ofMillis(20), true));
        // Seen with 200 agents on a machine that others kept busy: 12 s for a round, and then 48 s of nothing.
        assertEquals(Duration.ofSeconds(5), Daemon.pause(Duration.ofSeconds(12), true));
    }

    @Test
    void while_nothing_is_under_way_the_next_event_finds_it_awake() {
        assertEquals(Duration.ofMillis(4), Daemon.pause(Duration.ofMillis(1), false));
        assertEquals(Duration.ofMillis(10), Daemon.pause(Duration.ofSeconds(12), false));
    }
}
