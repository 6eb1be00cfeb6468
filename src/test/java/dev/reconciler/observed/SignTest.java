package dev.reconciler.observed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SignTest {
    @Test
    void a_pattern_is_looked_for_in_every_line() throws Exception {
        assertEquals("> ", Sign.of("^> $").find("hello\n> \nthere"));
        assertNull(Sign.of("^> $").find("hello > there"));
    }

    @Test
    void a_group_is_what_is_found() throws Exception {
        assertEquals("Sonnet 5", Sign.of("Model: (.*)$").find("Welcome\nModel: Sonnet 5\n"));
    }

    @Test
    void a_pattern_that_would_run_for_ever_is_given_up() {
        assertThrows(Sign.Endless.class, () -> Sign.of("(.*)(.*)(.*)(.*)(.*)(.*)x").find("a".repeat(200)));
        assertThrows(Sign.Endless.class, () -> Sign.of("(.|\n)*x").find("a".repeat(200_000)));
    }
}
