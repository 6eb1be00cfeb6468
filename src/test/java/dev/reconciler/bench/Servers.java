package dev.reconciler.bench;

import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.History;
import dev.reconciler.host.Machine;
import dev.reconciler.observed.Inventory;
import dev.reconciler.observed.Inventory.Witness;
import dev.reconciler.real.TestDirs;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// Many tmux servers, some of them ghosts, found as the daemon's patrol finds them.
final class Servers {
    private static final History NOTHING =
            new History(new Fleet(0, List.of(), List.of(), new TreeMap<>()), new TreeMap<>());

    private static final int WARM = 5;

    private Servers() {}

    /// @param ours each one look that finds every ghost; that it did is checked
    /// @param lsof each one `lsof -U`
    static void measure(int servers, int ghosts, int turns, Times ours, Times lsof) throws Exception {
        try (var dirs = TestDirs.create();
                var machine = new Machine(
                        dirs.manifests(), dirs.state(), dirs.runtime(), dirs.environment(), null)) {
            var pids = new ArrayList<Long>();
            for (int i = 0; i < servers; i++) {
                var path = dirs.work().resolve("s" + i);
                run(dirs, "tmux", "-f", "/dev/null", "-S", path.toString(), "new-session", "-d", "sleep", "1000");
                pids.add(Long.parseLong(
                        run(dirs, "tmux", "-N", "-S", path.toString(), "display-message", "-p", "#{pid}")));
            }
            for (int i = 0; i < ghosts; i++) {
                Files.delete(dirs.work().resolve("s" + i * (servers / ghosts)));
            }
            var lost = new TreeSet<Long>();
            for (int i = 0; i < ghosts; i++) {
                lost.add(pids.get(i * (servers / ghosts)));
            }
            for (int i = 0; i < turns + WARM; i++) {
                var found = new TreeSet<Long>();
                long begun = System.nanoTime();
                for (var entry : Inventory.of(
                        machine.servers().lost(), Witness.Proc, NOTHING, new TreeMap<>()).lost()) {
                    found.add(entry.process().pid());
                }
                long took = System.nanoTime() - begun;
                found.retainAll(pids);
                if (!found.equals(lost)) {
                    throw new IllegalStateException("found " + found + " instead of " + lost);
                }
                long floor = System.nanoTime();
                run(dirs, "lsof", "-U");
                if (i >= WARM) {
                    ours.add(took / 1e6);
                    lsof.since(floor);
                }
            }
            pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    private static String run(TestDirs dirs, String... argv) throws Exception {
        var builder = new ProcessBuilder(argv).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(dirs.environment());
        var process = builder.start();
        var text = new String(process.getInputStream().readAllBytes()).strip();
        process.waitFor();
        return text;
    }
}
