package dev.reconciler.real;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

/// Faults on the real machine, one after the other, for as long as one likes (`make chaos`): then nobody may be lost,
/// nobody doubled, nothing foreign touched, nothing left behind. The verdict is printed.
@RealTest
@WholeMachine
class ChaosTest {
    private static final double MINUTES = Double.parseDouble(System.getProperty("chaos.minutes", "0.5"));
    private static final int AGENTS = Integer.getInteger("chaos.agents", 6);
    /// Programs of three agents at the highest back-off, on a busy machine.
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @Test
    void whatever_is_done_to_it_everybody_runs_once_in_the_end(TestDirs dirs) throws Exception {
        var names = new ArrayList<String>();
        for (int i = 0; i < AGENTS; i++) {
            names.add("agent-" + i);
        }
        var strangers = Strangers.start(dirs);
        try (var product = new Product(dirs).config("holdDownSeconds: 3\nsource: {allowEmpty: true}\n");
                var faults = new ChaosFaults(dirs, product, names)) {
            faults.write();
            product.start();
            everybodyRuns(product, names);
            var doubles = new Doubles(dirs.root(), names);
            var watcher = Thread.ofPlatform().daemon().start(doubles);
            long end = System.nanoTime() + (long) (MINUTES * TimeUnit.MINUTES.toNanos(1));
            while (System.nanoTime() < end) {
                faults.next();
            }
            faults.heal();
            var lost = new TreeSet<String>();
            try {
                everybodyRuns(product, names);
            } catch (ConditionTimeoutException e) {
                lost.addAll(names);
                lost.removeAll(running(product));
            }
            var trouble = lost.isEmpty() ? ""
                    : product.say("status").all() + product.say("describe", "agent",
                            lost.first()).all() + product.log();
            doubles.over();
            watcher.join();
            var touched = strangers.missing();
            dismiss(dirs, product, names);
            var left = new TreeSet<String>();
            Leftovers.of(dirs.root())
                    .stream()
                    .filter(one -> !strangers.owns(one.process()))
                    .forEach(one -> left.add(one.toString()));
            System.out.println(faults.table() + """

                    | verdict | |
                    |---|---|
                    | agents | %d |
                    | looks for doubles | %d |
                    | lost | %d |
                    | doubled | %d |
                    | foreign touched | %d |
                    | left behind | %d |
                    """.formatted(
                    AGENTS, doubles.looks(), lost.size(), doubles.found().size(), touched.size(), left.size()));
            assertEquals(List.of(), List.copyOf(lost), () -> "lost\n" + trouble);
            assertEquals(List.of(), doubles.found(), "doubled");
            assertEquals(List.of(), touched, "foreign, and touched");
            assertEquals(List.of(), List.copyOf(left), "left behind");
            assertTrue(doubles.looks() > 0 && faults.count() > 0, "nothing happened");
        } finally {
            strangers.close();
        }
    }

    private static List<String> running(Product product) throws Exception {
        return product.having("Ready", "True");
    }

    private static void everybodyRuns(Product product, List<String> names) {
        await("everybody to run").atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> running(product).containsAll(names));
    }

    /// Everybody is deleted, the daemon ends, and with it what only it kept.
    private static void dismiss(TestDirs dirs, Product product, List<String> names) throws Exception {
        var delete = new ArrayList<>(List.of("delete", "agent", "--force", "--grace-period=0"));
        delete.addAll(names);
        await("the end of all").atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
            product.say(delete.toArray(String[]::new));
            return product.say("get", "agents", "-o", "name").out().isEmpty();
        });
        try {
            await("the end of the server").atMost(PATIENCE).until(() -> servers(dirs).isEmpty());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    servers(dirs) + product.say("status").all() + product.say("get", "servers", "-o", "yaml").all()
                            + product.say("events").all() + product.log(),
                    e);
        }
        product.close();
    }

    private static List<Leftovers.Left> servers(TestDirs dirs) {
        return Leftovers.of(dirs.root())
                .stream()
                .filter(one -> one.what().contains("tmux") && one.what().contains(".mux"))
                .toList();
    }

    /// Other people's servers and programs on the same machine, with our agents' names.
    private record Strangers(Path socket, List<ProcessHandle> processes) {
        static Strangers start(TestDirs dirs) throws Exception {
            var socket = dirs.root().resolve("own.sock");
            var pids = new ArrayList<ProcessHandle>();
            for (var name : List.of("agent-0", "agent-1", "mine")) {
                var tmux = new ProcessBuilder(
                        "tmux", "-f", "/dev/null", "-S", socket.toString(), "new-session", "-d", "-P", "-F",
                        "#{pid} #{pane_pid}", "-s", name, "cat");
                tmux.environment().remove("TMUX");
                var started = tmux.start();
                var said = new String(started.getInputStream().readAllBytes()).strip();
                assertEquals(0, started.waitFor(), said);
                for (var pid : said.split(" ")) {
                    pids.add(ProcessHandle.of(Long.parseLong(pid)).orElseThrow());
                }
            }
            // It only says that it is of a run.
            var decoy = new ProcessBuilder("sleep", "100000");
            decoy.environment().put("RECONCILER_RUN_ID", "0123456789abcdef-1");
            decoy.environment().put("HOME", dirs.home().toString());
            pids.add(decoy.start().toHandle());
            return new Strangers(socket, List.copyOf(pids));
        }

        List<String> missing() {
            return processes.stream().filter(one -> !one.isAlive()).map(ProcessHandle::toString).toList();
        }

        boolean owns(ProcessHandle process) {
            return processes.contains(process);
        }

        void close() {
            processes.forEach(ProcessHandle::destroyForcibly);
            processes.forEach(one -> one.onExit().completeOnTimeout(one, 10, TimeUnit.SECONDS).join());
        }
    }
}
