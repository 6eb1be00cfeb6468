package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.server.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a terminal adds, and a pipe does not get.
class PaintTest {
    private static String printed(Request.Terminal terminal, String... words) {
        var call = new FakeCall(Worlds.troubled());
        call.terminal = terminal;
        call.run(words);
        return call.printed();
    }

    @Test
    void a_line_breaks_at_words_and_goes_on_further_in() {
        assertEquals(List.of("one two", "  three", "  four"), Paint.wrap("one two three four", 8, "  "));
        assertEquals(List.of("one two three"), Paint.wrap("one two three", 0, "  "));
        assertEquals(List.of("a    b"), Paint.wrap("a    b", 20, "  "));
        assertEquals(List.of("unbreakable", "  x"), Paint.wrap("unbreakable x", 4, "  "));
    }

    @Test
    void colours_take_no_room() {
        assertEquals(List.of("\033[31mab\033[0m cd"), Paint.wrap("\033[31mab\033[0m cd", 5, ""));
    }

    @Test
    void no_line_of_status_and_events_is_wider_than_the_terminal() {
        for (var words : List.of(List.of("status"), List.of("events", "-A"))) {
            var wide = printed(Request.Terminal.NONE, words.toArray(String[]::new));
            var narrow = printed(new Request.Terminal(80, false, false), words.toArray(String[]::new));
            for (var line : narrow.lines()
                    .filter(l -> !l.startsWith("Source:") && !l.startsWith("Servers:"))
                    .toList()) {
                assertTrue(Table.width(line) <= 80, line);
            }
            assertEquals(wide.replaceAll("\\s+", " "), narrow.replaceAll("\\s+", " "));
        }
    }

    @Test
    void without_colour_there_is_not_one_code() {
        for (var words : List.of(List.of("status"), List.of("events", "-A"), List.of("get", "agents"))) {
            var with = printed(new Request.Terminal(80, true, false), words.toArray(String[]::new));
            var without = printed(new Request.Terminal(80, false, false), words.toArray(String[]::new));
            assertFalse(without.contains("\033"), without);
            assertEquals(without, with.replaceAll("\033\\[[0-9]*m", ""));
        }
    }

    @Test
    void a_line_is_cut_at_the_edge_of_a_live_screen_by_what_is_seen_of_it() {
        assertEquals("abc", LiveScreen.cut("abcdef", 3));
        assertEquals("\033[32mab\033[0mc", LiveScreen.cut("\033[32mab\033[0mcdef", 3));
        assertEquals("a界", LiveScreen.cut("a界界", 4));
        assertEquals("abc", LiveScreen.cut("abc", 3));
    }
}
