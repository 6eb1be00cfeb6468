package dev.reconciler.real;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Makes scopes that nobody is in and that stay: run inside a booted systemd. The manager learns by inotify that a control
/// group became empty; while it is stopped, so many other groups fill and empty that the kernel's queue overflows and the
/// ends that count are lost. The same happens to managers that are busy, or out of inotify watches.
final class LeakScopes {
    private static final Path GROUP = Path.of("/sys/fs/cgroup/user.slice/user-4711.slice/user@4711.service");
    private static final Path QUEUE = Path.of("/proc/sys/fs/inotify/max_queued_events");
    /// Groups that fill and empty; the kernel tells of each at most every 10 ms.
    private static final int BUSY = 120;

    private LeakScopes() {}

    /// @param words how many of our servers' and how many of others' leak, and how many live on
    public static void main(String[] words) throws Exception {
        int ours = Integer.parseInt(words[0]);
        int others = Integer.parseInt(words[1]);
        int living = Integer.parseInt(words[2]);
        var doomed = new ArrayList<Process>();
        for (int i = 0; i < ours + others; i++) {
            doomed.add(scope("tmux-spawn-leak" + i, i < ours ? "reconciler.slice" : "app.slice"));
        }
        for (int i = 0; i < living; i++) {
            scope("tmux-spawn-live" + i, "app.slice");
        }
        var busy = new ArrayList<Process>();
        for (int i = 0; i < BUSY; i++) {
            busy.add(scope("busy" + i, "app.slice"));
        }
        var rest = scope("rest", "app.slice");
        for (var one : doomed) {
            await(one);
        }
        for (var one : busy) {
            await(one);
        }
        await(rest);
        var manager = Files.readAllLines(GROUP.resolve("init.scope/cgroup.procs")).getFirst();
        signal("-STOP", manager);
        try {
            flood(busy);
            for (var one : doomed) {
                one.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } finally {
            signal("-CONT", manager);
        }
        busy.forEach(Process::destroyForcibly);
        rest.destroyForcibly();
    }

    /// Until the kernel has told twice as much as fits into the manager's queue: what it tells late is told once, so on a
    /// loaded machine most of these changes never get there. A second watch hears what the manager's would.
    private static void flood(List<Process> busy) throws Exception {
        int queue = Integer.parseInt(Files.readAllLines(QUEUE).getFirst());
        try (var watch = FileSystems.getDefault().newWatchService()) {
            for (int i = 0; i < BUSY; i++) {
                GROUP.resolve("app.slice/busy" + i + ".scope").register(watch, StandardWatchEventKinds.ENTRY_MODIFY);
            }
            int told = 0;
            for (int turn = 0; told < 2 * queue; turn++) {
                if (turn * BUSY > 50 * queue) {
                    throw new IllegalStateException("of " + turn * BUSY + " changes the kernel told " + told);
                }
                for (int i = 0; i < BUSY; i++) {
                    move(busy.get(i), turn % 2 == 0 ? "rest" : "busy" + i);
                }
                // Until the kernel tells of the same group again.
                new ProcessBuilder("sleep", "0.012").start().waitFor();
                for (var key = watch.poll(); key != null; key = watch.poll()) {
                    // A move into a group is a change of its `cgroup.procs`, too, which the manager does not watch.
                    told += key.pollEvents()
                            .stream()
                            .filter(event -> String.valueOf(event.context()).equals("cgroup.events"))
                            .mapToInt(WatchEvent::count)
                            .sum();
                    key.reset();
                }
            }
        }
    }

    /// As tmux describes its own.
    private static Process scope(String name, String slice) throws IOException {
        return new ProcessBuilder(
                "systemd-run", "--user", "--scope", "--quiet", "--collect", "--unit=" + name, "--slice=" + slice,
                "--description=tmux child pane 7 launched by process 999999", "--", "sleep", "100000")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /// Until it is in its scope.
    private static void await(Process process) throws Exception {
        var group = Path.of("/proc/" + process.pid() + "/cgroup");
        for (int i = 0; i < 1000 && !Files.readString(group).contains(".scope"); i++) {
            new ProcessBuilder("sleep", "0.02").start().waitFor();
        }
    }

    private static void move(Process process, String scope) throws IOException {
        Files.writeString(GROUP.resolve("app.slice/" + scope + ".scope/cgroup.procs"), Long.toString(process.pid()));
    }

    private static void signal(String signal, String pid) throws Exception {
        var argv = List.of("kill", signal, pid);
        if (new ProcessBuilder(argv).start().waitFor() != 0) {
            throw new IllegalStateException(argv + " failed");
        }
    }
}
