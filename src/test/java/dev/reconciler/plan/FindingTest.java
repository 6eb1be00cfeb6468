package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.plan.Finding.Judgement;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What `gc` prints of each kind of finding.
class FindingTest {
    private static final Judgement REAP = new Judgement.Reap("ours");

    @Test
    void every_finding_says_in_a_line_what_it_is() {
        var one = new ProcessRef(100, 1);
        var two = List.of(one, new ProcessRef(101, 1));
        var findings = List.<Finding>of(
                new Finding.LostServer(one, "/tmp/x", List.of(), List.of(), REAP),
                new Finding.LostServer(one, null, List.of(), List.of(), REAP),
                new Finding.UnwantedSession(Sample.ADA, List.of(), REAP),
                new Finding.OrphanedPrograms(Sample.ADA, Sample.run(7), two, List.of(), REAP),
                new Finding.OrphanedPrograms(null, Sample.run(7), List.of(one), List.of(), REAP),
                new Finding.StaleSocket("/tmp/x", REAP),
                new Finding.PipeProcess(one, "/logs/ada", REAP),
                new Finding.LeakedScope("u.scope", List.of(), REAP));
        assertEquals(
                List.of(
                        "tmux server 100 of /tmp/x",
                        "tmux server 100",
                        "agent default/ada, without a manifest",
                        "run aaaaaaaa00000001-7 of default/ada, process 100, 101",
                        "run aaaaaaaa00000001-7, process 100",
                        "socket /tmp/x",
                        "process 100, the pipe to /logs/ada",
                        "scope u.scope"),
                findings.stream().map(Finding::what).toList());
        assertEquals(
                Set.of(Arrays.stream(Finding.class.getPermittedSubclasses())
                        .filter(c -> c.isRecord())
                        .toArray()),
                findings.stream().map(Object::getClass).collect(Collectors.toSet()), "a new kind needs a line here");
    }

    @Test
    void only_what_is_certain_to_be_nobodys_goes() {
        assertEquals(true, new Finding.StaleSocket("/tmp/x", REAP).reaps());
        assertEquals(false, new Finding.StaleSocket("/tmp/x", new Judgement.Leave("")).reaps());
        assertEquals(false, new Finding.StaleSocket("/tmp/x", new Judgement.Unknown("")).reaps());
    }
}
