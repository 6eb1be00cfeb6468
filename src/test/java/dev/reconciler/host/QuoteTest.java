package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class QuoteTest {
    @Test
    void what_tmux_would_expand_is_escaped() {
        assertEquals("\"a\\\"b\\\\c\\$HOME\\~#{pid}'%;\"", word("a\"b\\c$HOME~#{pid}'%;"));
    }

    @Test
    void control_characters_become_escapes() {
        assertEquals("\"\\n\\011\\015\\033\\001\\177\"", word("\n\t\r\u001b\u0001\u007f"));
    }

    @Test
    void other_languages_and_emoji_pass_as_they_are() {
        assertEquals("\"ünï 日本 😀\"", word("ünï 日本 😀"));
    }

    @Test
    void nul_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> word("a\0b"));
    }

    @Test
    void a_chain_is_one_line_however_many_lines_its_words_have() {
        var line = new String(Chain.of("a", "x\ny").then("b", "").line(), StandardCharsets.UTF_8);
        assertEquals("\"a\" \"x\\ny\" ;\"b\" \"\" \n", line);
    }

    @Test
    void hashes_survive_a_format_except_where_tmux_leaves_them_alone() {
        assertEquals("a##b####{pid}##", Quote.format("a#b##{pid}#"));
        assertEquals("#[fg=red] ##[x ####", Quote.format("#[fg=red] ##[x ##"));
    }

    @Test
    void percents_survive_strftime() {
        assertEquals("50%%H ##", Quote.timeFormat("50%H #"));
    }

    @Test
    void quotes_survive_the_shell() {
        assertEquals("'it'\\''s $x'", Quote.shell("it's $x"));
    }

    private static String word(String text) {
        var line = new ByteArrayOutputStream();
        Quote.word(text, line);
        return line.toString(StandardCharsets.UTF_8);
    }
}
