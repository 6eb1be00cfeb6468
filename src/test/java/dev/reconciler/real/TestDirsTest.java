package dev.reconciler.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// The net itself: what slips through it would be blamed on nobody.
@RealTest
class TestDirsTest {
    @Test
    void a_tmux_server_and_its_stubborn_agents_are_gone_after_the_test() throws Exception {
        var dirs = TestDirs.create();
        var born = dirs.work().resolve("pids");
        var command = new ArrayList<>(List.of(
                "tmux", "-f", "/dev/null", "-S", dirs.runtime().resolve("default.sock").toString(), "new-session", "-d",
                "--"));
        command.addAll(FakeAgent.argv(
                "ignore:TERM,HUP", "stray:600", "orphan:600", "child:600", "pid:" + born, "forever"));
        run(command, dirs.environment());
        Awaitility.await().until(() -> Files.exists(born) && Files.size(born) > 0);

        var left = Leftovers.of(dirs.root());
        assertEquals(5, left.size(), () -> "server, agent, child, stray, orphan: " + left);
        dirs.close();

        assertEquals(List.of(), Leftovers.of(dirs.root()));
        assertFalse(Files.exists(dirs.root()));
    }

    @Test
    void a_process_that_only_looks_into_the_directory_is_not_ours(TestDirs dirs) throws Exception {
        var onlooker = new ProcessBuilder("tail", "-f", "/dev/null", dirs.root().resolve("x").toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertEquals(List.of(), Leftovers.of(dirs.root()));
        } finally {
            onlooker.destroyForcibly().waitFor();
        }
    }

    @Test
    void the_mark_of_the_run_finds_what_dropped_every_other_trace(TestDirs dirs) throws Exception {
        var mark = System.getenv("RECONCILER_TEST_RUN");
        assumeTrue(mark != null, "set by the build");
        var builder = new ProcessBuilder("sleep", "600");
        builder.environment().clear();
        builder.environment().put("RECONCILER_TEST_RUN", mark);
        var process = builder.start();
        try {
            Awaitility.await()
                    .until(() -> Leftovers.ofThisRun().stream().anyMatch(l -> l.process().pid() == process.pid()));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).inheritIO();
        builder.environment().clear();
        builder.environment().putAll(environment);
        var process = builder.start();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
    }
}
