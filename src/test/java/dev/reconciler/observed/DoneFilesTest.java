package dev.reconciler.observed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Done;
import dev.reconciler.api.Moment;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Vitals.DoneFile;
import dev.reconciler.host.RunFiles.Text;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which texts are an agent's last word, and which are not.
class DoneFilesTest {
    private static final RunId RUN = new RunId("u", 3);
    private static final Moment NOW = new Moment("boot", 1, Instant.EPOCH);

    private static DoneFile read(String text) {
        return DoneFiles.read(new Text.Content(text), RUN, NOW);
    }

    @Test
    void no_file_says_nothing() {
        assertEquals(new DoneFile.None(), DoneFiles.read(null, RUN, NOW));
    }

    @Test
    void what_a_shell_script_writes_is_enough() {
        assertEquals(new DoneFile.Said(new Done(RUN, true, "", null, NOW)), read("{\"status\": \"succeeded\"}\n"));
        assertEquals(
                new DoneFile.Said(new Done(RUN, false, "no tests", "{\"n\":[1,2]}", NOW)),
                read("{\"status\":\"failed\",\"message\":\"no tests\",\"result\":{\"n\":[1,2]},\"runId\":\"u-3\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "{", "{\"status\":\"succ", "{\"status\":\"succeeded\"", "done", "\"succeeded\"",
        "[\"succeeded\"]", "{}", "{\"status\":\"Succeeded\"}", "{\"status\":true}", "{\"status\":\"succeeded\"} x",
        "{\"status\":\"succeeded\",\"runId\":\"u-2\"}", "{\"status\":\"succeeded\",\"runId\":\"v-3\"}",
        "{\"status\":\"succeeded\",\"runId\":7}", "\u0000"})
    void half_a_file_or_something_else_is_no_last_word(String text) {
        assertInstanceOf(DoneFile.Wrong.class, read(text));
    }

    @Test
    void every_beginning_of_a_good_file_is_waited_for() {
        var whole = "{\"runId\":\"u-3\",\"status\":\"succeeded\",\"message\":\"all {\\\"well\\\"}\",\"result\":[{}]}";
        for (int end = 0; end < whole.length(); end++) {
            assertInstanceOf(DoneFile.Wrong.class, read(whole.substring(0, end)));
        }
        assertInstanceOf(DoneFile.Said.class, read(whole));
    }

    @Test
    void what_cannot_be_read_is_said_in_its_own_words() {
        var wrong = assertInstanceOf(
                DoneFile.Wrong.class, DoneFiles.read(new Text.Unusable("/x: permission denied"), RUN, NOW));
        assertTrue(wrong.why().contains("permission denied"));
    }
}
