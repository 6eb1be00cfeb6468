package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.cli.DoctorVerb.Level;
import dev.reconciler.controller.Directories;
import dev.reconciler.controller.Settings;
import dev.reconciler.desired.Models;
import dev.reconciler.host.BaseEnvironment;
import dev.reconciler.host.Fitness;
import dev.reconciler.host.Scopes.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.ObjectMapper;

class DoctorVerbTest {
    private static final Set<String> ALL = Set.of("cpu", "memory", "pids");
    private final FakeCall call = new FakeCall(Worlds.healthy());

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
    void what_could_not_be_read_is_a_warning_with_advice() {
        var blind = new Fitness(
                "tmux 3.6a", null, true, new Service.Answers(252, ALL), true, null, null, null, null,
                Instant.parse("2026-11-20T12:00:00Z"), "25 in /jdk");
        for (var subject : List.of("open files", "processes", "terminals")) {
            var finding = finding(blind, subject);
            assertEquals(Level.warning, finding.level());
            assertTrue(finding.todo().startsWith("see that /proc is mounted and readable"), finding.toString());
        }
    }

    @Test
    void programs_that_get_a_poor_environment_are_warned_about_with_their_path() {
        var path = new TreeMap<>(Map.of("PATH", "/opt/mine:/bin"));
        var rich = DoctorVerb.environment(new BaseEnvironment.Choice(path, "/bin/zsh as a login shell", null), "");
        assertEquals(new DoctorVerb.Finding(
                Level.ok, "environment", "of /bin/zsh as a login shell, PATH=/opt/mine:/bin", ""), rich);
        var poor = DoctorVerb.environment(new BaseEnvironment.Choice(path, "the daemon", "/bin/zsh waits"), "");
        assertEquals(Level.warning, poor.level());
        assertEquals("of the daemon, PATH=/opt/mine:/bin; /bin/zsh waits", poor.found());
        assertTrue(poor.todo().contains("RECONCILER_BASE_ENVIRONMENT"), poor.todo());
    }

    @Test
    void each_finding_is_a_line_and_what_to_do_about_it_another() {
        int code = call.run("doctor");
        assertEquals("", call.said());
        for (var line : call.printed().lines().toList()) {
            assertTrue(line.matches("(?:ok {7}|warning  |problem  )[a-z ]{11} \\S.*| {21}→ \\S.*"), line);
        }
        assertTrue(call.printed()
                .contains("warning  manifests   /nowhere/m is missing\n" + " ".repeat(21)
                        + "→ mkdir -p /nowhere/m\nok       state       /nowhere/s (made at the first start)\n"),
                call.printed());
        assertTrue(call.printed().matches("(?s).*\n(?:ok  |warn)\\w* +environment of .*, PATH=/.*"), call.printed());
        assertEquals(call.printed().contains("problem  ") ? 1 : 0, code, "warnings alone are no failure");
    }

    @Test
    void programs_read_the_same_as_json() {
        call.run("doctor");
        var subjects = call.printed()
                .lines()
                .filter(line -> !line.startsWith(" "))
                .map(line -> line.substring(9, 20)
                        .strip())
                .toList();
        var data = new FakeCall(Worlds.healthy());
        int code = data.run("doctor", "-o", "json");
        var found = new ArrayList<String>();
        boolean problem = false;
        for (var finding : new ObjectMapper().readTree(data.printed())) {
            found.add(finding.get("subject").asString());
            problem |= finding.get("level").asString().equals("problem");
            assertEquals(finding.get("subject").asString().equals("manifests"),
                    finding.get("todo").asString().equals("mkdir -p /nowhere/m"), finding.toString());
            assertFalse(finding.get("found").asString().isEmpty(), finding.toString());
        }
        assertEquals(subjects, found);
        assertEquals(problem ? 1 : 0, code);
    }

    @Test
    void a_problem_is_exit_code_1(@TempDir Path home) throws Exception {
        var state = Files.createDirectory(home.resolve("s"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxr-xr-x"));
        call.settings = new Settings(
                new Directories(home.resolve("m"), state, home.resolve("r"), false), false, 30, Models.ANY);
        assertEquals(1, call.run("doctor"));
        assertTrue(call.printed()
                .contains("problem  state       " + state + " can be entered by others\n"
                        + " ".repeat(21) + "→ chmod 700 " + state),
                call.printed());
    }

    @Test
    void another_format_is_refused() {
        assertEquals(1, call.run("doctor", "-o", "yaml"));
        assertTrue(call.said().contains("allowed formats are: json"), call.said());
        assertEquals("", call.printed());
    }

    @Test
    void numbers_are_read_from_this_machine() {
        var terminals = Fitness.look(System.getenv()).terminals();
        assertTrue(terminals != null && terminals.most() >= 16 && terminals.used() < terminals.most(),
                String.valueOf(terminals));
    }
}
