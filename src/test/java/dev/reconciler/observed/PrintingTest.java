package dev.reconciler.observed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.Moment;
import dev.reconciler.host.Tmux;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// When something was printed, on a clock that no jump of the wall's moves.
class PrintingTest {
    private static final long WALL = 1_800_000_000;

    private Printing printing;

    /// @param at seconds on the monotonic clock; `printed` and `clock` in seconds of the wall's, from [#WALL]
    private long quiet(long at, long printed, long clock) {
        var now = new Moment("boot", Duration.ofSeconds(at).toNanos(), Instant.EPOCH);
        printing = Printing.seen(printing, new Tmux.Glimpse("", WALL + printed, WALL + clock), now);
        return printing.quiet().toSeconds();
    }

    @Test
    void silence_grows_and_output_ends_it() {
        assertEquals(0, quiet(100, 0, 0));
        assertEquals(10, quiet(110, 0, 10));
        assertEquals(3, quiet(120, 17, 20));
        assertEquals(13, quiet(130, 17, 30));
    }

    @Test
    void a_wall_clock_that_jumps_makes_nobody_silent() {
        quiet(100, 0, 0);
        assertEquals(2, quiet(102, 0, 3602));
        assertEquals(2, quiet(104, 3602, 7204), "no longer ago than the last look");
        assertEquals(0, quiet(106, 7206, 3606), "never in the future");
    }

    @Test
    void time_before_the_first_look_is_nobodys_silence() {
        assertEquals(0, quiet(100, -86_400, 0));
    }
}
