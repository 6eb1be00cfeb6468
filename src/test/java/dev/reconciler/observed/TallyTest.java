package dev.reconciler.observed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.Health;
import dev.reconciler.api.Probe;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The kubelet's way of counting, as its prober's worker has it: `p` passes, `f` fails, `e` could not be asked; the
/// verdict after each is `+`, `-`, or `?` before the first.
class TallyTest {
    @ParameterizedTest
    @CsvSource({
        // successThreshold, failureThreshold, answers, verdicts
        "1, 3, p,          +",
        "1, 3, ff,         ??",
        "1, 3, fff,        ??-",
        "1, 3, ffpff,      ??+++",
        "1, 3, pfff,       +++-",
        "1, 3, pffpff,     ++++++",
        "1, 3, fffp,       ??-+",
        "1, 1, fpf,        -+-",
        "3, 3, ppp,        ??+",
        "3, 3, ppfpp,      ?????",
        "3, 3, pppfffpp,   ??+++---",
        "3, 3, pppfffppp,  ??+++---+",
        // An error of the probe itself counts neither way, and breaks no row.
        "1, 3, feefef,     ?????-",
        "1, 3, eee,        ???",
        "3, 3, ppep,       ???+",
    })
    void counts_like_the_kubelet(int successes, int failures, String answers, String verdicts) {
        var probe = new Probe(new Probe.Exec(List.of("x")), null, null, 0, 10, null, successes, failures);
        var tally = new Tally(0, false, null);
        var said = new StringBuilder();
        for (var answer : answers.split("")) {
            tally = tally.after(
                    switch (answer) {
                        case "p" -> new Reply.Passed();
                        case "f" -> new Reply.Failed("no");
                        default -> new Reply.Unasked("cannot");
                    },
                    probe);
            said.append(tally.verdict() == null ? "?" : tally.verdict().passed() ? "+" : "-");
        }
        assertEquals(verdicts, said.toString());
    }

    @Test
    void the_message_is_that_of_the_answer_that_made_it_fail_and_stays() {
        var probe = new Probe(new Probe.Exec(List.of("x")), null, null, 0, 10, null, 1, 2);
        var tally = new Tally(0, false, null).after(new Reply.Failed("first"), probe)
                .after(new Reply.Failed("second"), probe)
                .after(new Reply.Failed("third"), probe);
        assertEquals(new Health.Answer(false, "second"), tally.verdict());
    }
}
