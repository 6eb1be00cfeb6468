package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.ProcessRef;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StatLineTest {
    private static final String REST = " 41 42 43 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 %d 0 987654 123 45 6\n";

    @Test
    void every_field_comes_from_its_place() {
        var stat = parse("77 (tmux: server) S" + REST.formatted(1));
        assertEquals(new StatLine(new ProcessRef(77, 987654), "tmux: server", 'S', 41, 43, 1, 0), stat);
    }

    @Test
    void the_name_ends_at_the_last_parenthesis() {
        var stat = parse("77 (a) Z 9 (b) S" + REST.formatted(1));
        assertEquals("a) Z 9 (b", stat.name());
        assertFalse(stat.ended());
        assertEquals(987654, stat.ref().startTime());
    }

    @Test
    void zombies_and_the_dead_have_ended() {
        assertTrue(parse("77 (x) Z" + REST.formatted(1)).ended());
        assertTrue(parse("77 (x) X" + REST.formatted(0)).ended());
    }

    @Test
    void how_a_zombie_ended_stands_at_the_end_of_a_whole_line() {
        assertEquals(6, parse("77 (x) Z" + REST.formatted(1)).status());
        assertEquals(0, parse("77 (x) Z" + REST.formatted(1).strip()).status());
        assertEquals(0, parse("77 (x) S" + REST.formatted(1)).status());
    }

    @Test
    void a_process_whose_first_thread_ended_lives_on() {
        assertFalse(parse("77 (x) Z" + REST.formatted(3)).ended());
    }

    @Test
    void a_line_cut_anywhere_before_the_start_time_is_no_line() {
        var line = "77 (x y) S" + REST.formatted(1);
        int enough = line.indexOf("987654") + "987654 ".length();
        for (int length = 0; length < enough; length++) {
            assertNull(parse(line.substring(0, length)), "cut at " + length);
        }
        assertEquals(987654, parse(line.substring(0, enough)).ref().startTime());
    }

    private static StatLine parse(String line) {
        var bytes = line.getBytes(StandardCharsets.UTF_8);
        return StatLine.parse(bytes, bytes.length);
    }
}
