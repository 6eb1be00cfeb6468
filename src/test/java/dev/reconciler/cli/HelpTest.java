package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.server.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `--help`, which this program prints without asking anybody.
class HelpTest {
    private static String help(String verb, int columns) {
        var call = new FakeCall(Worlds.healthy());
        call.terminal = new Request.Terminal(columns, false, false);
        assertEquals(0, call.run(verb, "--help"), call.said());
        return call.printed();
    }

    @Test
    void no_line_is_wider_than_the_terminal_and_a_wide_one_is_not_filled() {
        for (var verb : Verbs.shown()) {
            for (int columns : new int[] {60, 80, 110}) {
                assertTrue(help(verb, columns).lines().allMatch(l -> l.length() <= columns), help(verb, columns));
            }
            assertEquals(help(verb, 110), help(verb, 200));
            assertEquals(help(verb, 110), help(verb, 0));
            assertEquals(help(verb, 60), help(verb, 20));
        }
    }

    /// What is taken for it here is done without the daemon, which decides what a run may do.
    @Test
    void what_is_taken_for_it_never_runs_the_verb() {
        for (var option : List.of("--help", "-h")) {
            for (var words : List.of(
                    List.of("delete", "agent", "ada", option),
                    List.of("delete", "agent", "ada", "-n", option),
                    List.of("delete", "agent", "ada", "--grace-period", option),
                    List.of("delete", "agent", "ada", "--manifests", option),
                    List.of("delete", "-l", option), List.of("delete", "-f", option),
                    List.of("delete", option, "agent", "ada"))) {
                assertTrue(Words.help(words));
                var access = Worlds.healthy();
                new FakeCall(access).run(words.toArray(String[]::new));
                assertEquals(List.of(), access.asked, words.toString());
            }
        }
        assertFalse(Words.help(List.of("send", "ada", "--", "--help")));
    }
}
