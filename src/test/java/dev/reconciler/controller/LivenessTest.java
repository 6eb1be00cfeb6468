package dev.reconciler.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a service manager hears.
class LivenessTest {
    private final List<String> heard = new ArrayList<>();
    private Moment now = new Moment("boot", 0, Instant.EPOCH);

    private Liveness liveness(Duration watchdog) {
        return new Liveness(words -> heard.add(words[0]), watchdog);
    }

    private void passes(Liveness liveness, Duration time) {
        for (var end = now.plus(time); !now.reached(end);) {
            now = now.plus(liveness.every());
            liveness.tell(now, null);
        }
    }

    @Test
    void it_is_told_at_least_twice_within_its_patience() {
        assertEquals(Duration.ofSeconds(2), liveness(Duration.ofSeconds(4)).every());
        assertEquals(Duration.ofSeconds(10), liveness(Duration.ofMinutes(3)).every());
        assertEquals(Duration.ofSeconds(10), liveness(null).every());
    }

    @Test
    void it_is_told_while_rounds_end_and_of_a_long_one_too() {
        var liveness = liveness(Duration.ofSeconds(4));
        liveness.ended(now);
        passes(liveness, Duration.ofSeconds(40));
        liveness.ended(now);
        passes(liveness, Duration.ofSeconds(40));
        assertEquals(40, heard.size());
    }

    @Test
    void it_hears_nothing_when_rounds_hang_until_one_ends_again() {
        var liveness = liveness(Duration.ofSeconds(4));
        passes(liveness, Duration.ofSeconds(10));
        assertEquals(List.of(), heard, "no round has ended yet");
        liveness.ended(now);
        passes(liveness, Duration.ofMinutes(1));
        heard.clear();
        passes(liveness, Duration.ofMinutes(5));
        assertEquals(List.of(), heard);
        liveness.ended(now);
        passes(liveness, Duration.ofSeconds(2));
        assertEquals(List.of("WATCHDOG=1"), heard);
    }
}
