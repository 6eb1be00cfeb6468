package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TerminalTextTest {
    private static final String ESC = "\u001b";

    @Test
    void colours_titles_and_charsets_are_taken_out() {
        assertEquals(List.of("red and plain"), lines(ESC + "[1;31mred" + ESC + "[0m and " + ESC + "(Bplain\n"));
        assertEquals(List.of("ab"), lines("a" + ESC + "]0;title\u0007b\n"));
        assertEquals(List.of("ab"), lines("a" + ESC + "]8;;http://x" + ESC + "\\b\n"));
        assertEquals(List.of("ab"), lines("a" + ESC + "Pq#0;1" + ESC + "\\b\n"));
        assertEquals(List.of("ab"), lines("a" + ESC + "=" + ESC + ">" + ESC + "[?2004hb\n"));
    }

    @Test
    void a_carriage_return_overwrites_as_on_a_terminal() {
        assertEquals(List.of("one", "two"), lines("one\r\ntwo\r\n"));
        assertEquals(List.of("100%"), lines(" 10%\r 50%\r100%\n"));
        assertEquals(List.of("done"), lines("downloading\r" + ESC + "[Kdone\n"));
        assertEquals(List.of("abX"), lines("abc\bX\n"));
        assertEquals(List.of("a    b"), lines("a" + ESC + "[4Cb\n"));
    }

    @Test
    void characters_survive_however_the_bytes_are_cut() {
        var text = "grüße 🙂 日本\n" + ESC + "[32mzweite" + ESC + "[0m\r\nlast";
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            var found = new ArrayList<String>();
            var reader = new TerminalText(found::add);
            reader.feed(bytes, 0, cut);
            reader.feed(bytes, cut, bytes.length - cut);
            assertEquals(List.of("grüße 🙂 日本", "zweite"), found, "cut at " + cut);
            assertEquals("last", reader.unfinished());
        }
    }

    @Test
    void half_a_character_is_never_printed() {
        var reader = new TerminalText(l -> {});
        reader.feed(new byte[] {'a', (byte) 0xf0, (byte) 0x9f}, 0, 3);
        assertEquals("a", reader.unfinished());
        assertEquals(List.of("a\ufffdb"), linesOf(new byte[] {'a', (byte) 0xf0, 'b', '\n'}));
    }

    @Test
    void garbage_never_throws_and_never_lets_an_escape_through() {
        var random = new Random(7);
        for (int round = 0; round < 300; round++) {
            var bytes = new byte[400];
            random.nextBytes(bytes);
            for (int i = 0; i < 60; i++) {
                bytes[random.nextInt(bytes.length)] =
                        (byte) "\u001b[]?;0123456789KGCDHmABm\n\r\b".charAt(random.nextInt(28) % 27);
            }
            for (var line : linesOf(bytes)) {
                assertTrue(line.codePoints().noneMatch(c -> Character.isISOControl(c) && c != '\t'), line);
            }
        }
    }

    @Test
    void a_program_that_draws_a_screen_is_known_by_its_moves() {
        assertTrue(reader(ESC + "[?1049h").redraws());
        assertTrue(reader((ESC + "[2A" + ESC + "[5;1Hx").repeat(20)).redraws());
        assertFalse(reader("plain\n".repeat(100) + ESC + "[31mred" + ESC + "[H").redraws());
    }

    private static TerminalText reader(String text) {
        var reader = new TerminalText(l -> {});
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        reader.feed(bytes, 0, bytes.length);
        return reader;
    }

    private static List<String> lines(String text) {
        return linesOf(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> linesOf(byte[] bytes) {
        var found = new ArrayList<String>();
        new TerminalText(found::add).feed(bytes, 0, bytes.length);
        return found;
    }
}
