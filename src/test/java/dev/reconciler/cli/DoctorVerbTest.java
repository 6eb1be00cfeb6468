package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.cli.DoctorVerb.Level;
import dev.reconciler.host.Fitness;
import dev.reconciler.host.Scopes.Service;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DoctorVerbTest {
    private static final Set<String> ALL = Set.of("cpu", "memory", "pids");

    private static Fitness fitness(String tmux, String trouble, Service manager, Boolean lingers, long files) {
        return new Fitness(
                tmux, trouble, true, manager, lingers, files, files, new Fitness.Terminals(4096, 10), -1L,
                Instant.parse("2026-11-20T12:00:00Z"), "25 in /jdk");
    }

    private static DoctorVerb.Finding finding(Fitness fitness, String subject) {
        return DoctorVerb.judge(fitness).stream().filter(f -> f.subject().equals(subject)).findFirst().orElseThrow();
    }

    @Test
    void a_fit_machine_has_nothing_to_do() {
        var fit = fitness("tmux 3.6a", null, new Service.Answers(252, ALL), true, 65536);
        for (var finding : DoctorVerb.judge(fit)) {
            assertEquals(Level.ok, finding.level(), finding.toString());
            assertEquals("", finding.todo(), finding.toString());
        }
    }

    @Test
    void without_tmux_nothing_works() {
        var finding = finding(fitness("none: no such file", "install tmux 3.3a or newer", new Service.Absent("-"), null,
                65536), "tmux");
        assertEquals(Level.problem, finding.level());
        assertEquals("install tmux 3.3a or newer", finding.todo());
    }

    @Test
    void what_hurts_later_is_a_warning_that_says_what_to_do() {
        var weak = fitness("tmux 3.3a", null, new Service.Answers(252, Set.of("pids")), false, 256);
        assertEquals("user manager 252 without cpu, memory", finding(weak, "systemd").found());
        assertTrue(finding(weak, "lingering").todo().contains("enable-linger"));
        assertEquals("256, fewer than 400", finding(weak, "open files").found());
        assertEquals(Level.ok, finding(weak, "tmux").level());
        for (var finding : DoctorVerb.judge(weak)) {
            assertTrue(finding.level() == Level.ok || !finding.todo().isEmpty(), finding.toString());
        }
    }

    @Test
    void numbers_are_read_from_this_machine() {
        var terminals = Fitness.look(System.getenv()).terminals();
        assertTrue(terminals != null && terminals.most() >= 16 && terminals.used() < terminals.most(),
                String.valueOf(terminals));
    }
}
