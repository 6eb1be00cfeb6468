package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.host.Tmux.PaneLine;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaneLinesTest {
    private static final String MARK = TmuxWords.mark("ada", 1).encode();

    @Test
    void a_living_pane_of_ours() {
        var line = parse("$1\t%2\t4711\t0\t\t\t1\t1\tada\tu-ada\t" + MARK).getFirst();
        assertEquals(
                new PaneLine("$1", "ada", "%2", 4711, false, null, null, 1, true, TmuxWords.mark("ada", 1), "u-ada"),
                line);
    }

    @Test
    void how_it_ended() {
        assertEquals(7, parse("$1\t%2\t4711\t1\t7\t\t0\t0\tada\t\t").getFirst().exitStatus());
        assertEquals(9, parse("$1\t%2\t4711\t1\t\t9\t0\t0\tada\t\t").getFirst().exitSignal());
        assertEquals(15, parse("$1\t%2\t4711\t1\t\tSIGTERM\t0\t0\tada\t\t").getFirst().exitSignal());
        assertEquals(9, parse("$1\t%2\t4711\t1\t\tKILL\t0\t0\tada\t\t").getFirst().exitSignal());
    }

    @Test
    void a_program_that_was_waited_for_is_dead_though_its_terminal_is_open() {
        assertTrue(parse("$1\t%2\t4711\t0\t3\t\t0\t0\tada\t\t").getFirst().dead());
    }

    @Test
    void a_dead_pane_without_pid_or_status_is_still_a_pane() {
        var line = parse("$1\t%2\t\t1\t\t\t0\t0\tada\tu-ada\t" + MARK).getFirst();
        assertEquals(0, line.pid());
        assertTrue(line.dead());
        assertNull(line.exitStatus());
    }

    @Test
    void lines_of_another_form_are_left_out_and_hide_nothing() {
        var text = String.join(
                "\n",
                "",
                "garbage",
                "$1\t%1\tx\t0\t\t\t0\t0\tbad pid\t\t",
                "$1\t%1\t1\t0\t\t\t0\t0\tone field more\t\t\t",
                "1\t%1\t1\t0\t\t\t0\t0\tno session\t\t",
                "$1\t%1\t1\t0\t\tNOSUCH\t0\t0\tno signal\t\t",
                "$1\t%2\t4711\t0\t\t\t0\t0\tada\tu-ada\t" + MARK,
                "");
        assertEquals(List.of("ada"), parse(text).stream().map(PaneLine::sessionName).toList());
    }

    @Test
    void a_mark_of_another_version_is_none() {
        assertNull(parse("$1\t%2\t1\t0\t\t\t0\t0\tada\t\tr9 whatever").getFirst().mark());
    }

    @Test
    void a_pane_linked_into_a_persons_session_is_ours_once_whatever_the_order() {
        var theirs = "$9\t%2\t4711\t0\t\t\t1\t1\tview\t\t" + MARK;
        var ours = "$1\t%2\t4711\t0\t\t\t0\t1\tada\tu-ada\t" + MARK;
        for (var text : List.of(theirs + "\n" + ours, ours + "\n" + theirs)) {
            var lines = parse(text);
            assertEquals(2, lines.size());
            for (var line : lines) {
                assertEquals(line.sessionName().equals("ada"), line.mark() != null);
            }
        }
    }

    @Test
    void a_pane_moved_into_a_persons_session_keeps_its_mark() {
        assertFalse(parse("$9\t%2\t4711\t0\t\t\t1\t1\tview\t\t" + MARK).getFirst().mark() == null);
    }

    private static List<PaneLine> parse(String text) {
        return PaneLines.parse(text);
    }
}
