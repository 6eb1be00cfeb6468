package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Resources;
import dev.reconciler.api.RunId;
import dev.reconciler.real.RealTest;
import dev.reconciler.real.TestDirs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The contract of scopes, and what a simulation cannot show, on a real systemd: run inside a booted one only.
@RealTest
public class ScopesInside extends ScopesContract {
    private static final String RUNTIME = System.getenv("XDG_RUNTIME_DIR");

    private TmuxMachine machine;
    private SystemdScopes scopes;

    @BeforeEach
    void open(TestDirs dirs) {
        machine = new TmuxMachine(dirs, Map.of("XDG_RUNTIME_DIR", RUNTIME));
        scopes = machine.scopes;
    }

    @AfterEach
    void end() throws Exception {
        machine.close();
        machine.dirs.close();
        await().atMost(Duration.ofSeconds(60)).until(this::leavesNothing);
    }

    /// systemd now and then misses that a scope became empty whose program was ended right after its start, and keeps it
    /// for ever: those are stopped, as the product does. One that somebody is in is not.
    private boolean leavesNothing() {
        names().forEach(scopes::stop);
        return names().isEmpty();
    }

    @Override
    protected Tmux tmux() {
        return machine.tmux;
    }

    @Override
    protected ProcessTable processes() {
        return machine.proc;
    }

    @Override
    protected String workingDirectory() {
        return machine.workingDirectory();
    }

    @Override
    protected Tmux.LogTarget log(RunId run) {
        return machine.log(run);
    }

    @Override
    protected Scopes scopes() {
        return scopes;
    }

    @Override
    protected List<String> forever() {
        return List.of("/bin/sleep", "600");
    }

    @Override
    protected List<String> withEscapedChild() {
        return List.of("/bin/sh", "-c", "setsid sleep 600 & exec sleep 600");
    }

    private static long manager() throws Exception {
        var group = Path.of("/sys/fs/cgroup/user.slice/user-4711.slice/user@4711.service/init.scope/cgroup.procs");
        return Files.readAllLines(group).stream().mapToLong(Long::parseLong).min().orElseThrow();
    }

    @Override
    protected void freeze() throws Exception {
        machine.run("kill", "-STOP", Long.toString(manager()));
    }

    @Override
    protected void thaw() throws Exception {
        machine.run("kill", "-CONT", Long.toString(manager()));
    }

    @Test
    void limits_stand_on_the_scope() throws Exception {
        tmux().start(NS);
        tmux().create(confined("ada", 1, forever(), new Resources.Limits(2L << 30, 512, 1500)), null);
        await().until(() -> !members(unit("ada", 1)).isEmpty());
        assertEquals(
                List.of("MemoryMax=2147483648", "MemoryHigh=1932735283", "TasksMax=512",
                        "CPUQuotaPerSecUSec=1.500000s"),
                scopes.describe(List.of(unit("ada", 1))).getFirst().limits());
    }

    @Test
    void a_program_in_a_scope_starts_with_exactly_the_environment_asked_for() throws Exception {
        var out = machine.dirs.work().resolve("env");
        var dump = List.of("/bin/sh", "-c", "env -0 > " + out + ".tmp; mv " + out + ".tmp " + out + "; exec sleep 600");
        var given = new TreeMap<>(Map.of(
                "XDG_RUNTIME_DIR", "/nowhere", "PATH", "/nowhere:/bin", "SHELL", "/bin/nosuch", "DOLLAR",
                "$HOME ${HOME} %h %%", "A", "1"));
        tmux().start(NS);
        var plain = confined("ada", 1, dump, Resources.NONE.limits());
        tmux().create(
                new Tmux.Launch(
                        plain.mark(), plain.argv(), plain.workingDirectory(), given, List.of(), 100, 30, 500,
                        plain.log(), plain.scope()),
                null);
        await().until(() -> Files.exists(out));
        var seen = TmuxOnThisMachineTest.environment(out);
        given.forEach((name, value) -> assertEquals(value, seen.get(name), name));
        assertEquals(machine.dirs.environment().get("DBUS_SESSION_BUS_ADDRESS"), seen.get("DBUS_SESSION_BUS_ADDRESS"));
        var expected = new TreeMap<>(machine.environment);
        expected.putAll(given);
        for (var own : List.of("RECONCILER_AGENT", "RECONCILER_NAMESPACE", "RECONCILER_RUN_ID", "TERM", "TERM_PROGRAM",
                "TERM_PROGRAM_VERSION", "TMUX", "TMUX_PANE", "SHELL", "PWD", "OLDPWD", "SHLVL", "_", "LINES",
                "COLUMNS")) {
            seen.remove(own);
            expected.remove(own);
        }
        assertEquals(expected, seen);
    }

    @Test
    void arguments_arrive_byte_for_byte() throws Exception {
        var out = machine.dirs.work().resolve("args");
        var words = List.of("$HOME", "${HOME}", "$$", "%h", "a b", "", "--", "-x", "é;", ";", "\\;");
        var argv = new java.util.ArrayList<>(List.of(
                "/bin/sh", "-c", "printf '%s\\0' \"$@\" > " + out + ".tmp; mv " + out + ".tmp " + out
                        + "; exec sleep 600",
                "sh"));
        argv.addAll(words);
        run("ada", argv);
        await().until(() -> Files.exists(out));
        assertEquals(words, List.of(Files.readString(out).replaceFirst("\0$", "").split("\0", -1)));
    }

    @Test
    void a_server_has_its_own_number_of_files_and_nothing_of_the_managers_environment() throws Exception {
        var server = tmux().start(NS);
        // The user's manager caps it.
        assertEquals(Math.min(65536, files(manager(), 1)), files(server.pid(), 0));
        var environment = Files.readString(Path.of("/proc/" + server.pid() + "/environ"));
        assertTrue(!environment.contains("INVOCATION_ID") && !environment.contains("MANAGERPID"), environment);
    }

    /// @param column 0: soft, 1: hard
    private static long files(long pid, int column) throws Exception {
        return Files.readAllLines(Path.of("/proc/" + pid + "/limits"))
                .stream()
                .filter(line -> line.startsWith("Max open files"))
                .mapToLong(
                        line -> Long.parseLong(line.substring("Max open files".length()).strip().split(" +")[column]))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_killed_server_leaves_its_runs_in_their_scopes_and_can_be_started_again() throws Exception {
        var server = tmux().start(NS);
        var deaf = List.of("/bin/sh", "-c", "trap '' HUP; while :; do sleep 600; done");
        var created = tmux().create(confined("ada", 1, deaf, Resources.NONE.limits()), null);
        await().until(() -> members(unit("ada", 1)).contains(created.pid()));
        assertEquals(ProcessTable.Sent.Delivered, processes().signal(server, Signal.KILL));
        await().until(() -> tmux().look(NS) instanceof Tmux.Look.NobodyListens);
        assertTrue(members(unit("ada", 1)).contains(created.pid()));
        tmux().start(NS);
        assertInstanceOf(Tmux.Look.Answered.class, tmux().look(NS));
    }
}
