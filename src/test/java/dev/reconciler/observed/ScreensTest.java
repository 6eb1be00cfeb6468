package dev.reconciler.observed;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Moment;
import java.time.Instant;
import dev.reconciler.host.Typing.Screen;
import org.junit.jupiter.api.Test;

class ScreensTest {
    private static final Moment NOW = new Moment("boot", 1, Instant.EPOCH);

    private static Screen screen(boolean visited, String line) {
        return new Screen(true, false, null, visited ? 1 : 0, visited, line.length(), line, "", "");
    }

    private static boolean draft(Screens screens, boolean visited, String line) {
        return screens.see(screen(visited, line), NOW).draft();
    }

    @Test
    void what_was_typed_before_the_first_look_is_a_draft() {
        assertTrue(draft(new Screens(), true, "> half a thou"));
    }

    @Test
    void what_stands_there_while_nobody_came_is_the_programs_own() {
        var screens = new Screens();
        assertFalse(draft(screens, false, "Name:  ada"));
        assertFalse(draft(screens, true, "Name:  ada"));
        assertTrue(draft(screens, true, "Name:  ada and b"));
    }

    @Test
    void an_empty_line_or_a_bare_sign_is_no_draft() {
        var screens = new Screens();
        assertFalse(draft(screens, true, ""));
        assertFalse(draft(screens, true, "~/src > "));
    }
}
