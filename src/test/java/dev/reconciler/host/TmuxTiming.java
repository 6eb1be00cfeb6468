package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.real.TestDirs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Prints what driving tmux costs beside its floor in the same run. Asserts nothing about time.
@Tag("bench")
class TmuxTiming {
    private static final int AGENTS = 200;

    @Test
    void create_and_look_beside_one_raw_client() throws Exception {
        for (int round = 0; round < 3; round++) {
            try (var dirs = TestDirs.create()) {
                ours(dirs);
            }
            try (var dirs = TestDirs.create()) {
                raw(dirs);
            }
        }
    }

    private static void ours(TestDirs dirs) throws Exception {
        try (var machine = new TmuxMachine(dirs); var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            machine.tmux.start(TmuxWords.NS);
            var creates = new ArrayList<Callable<Tmux.Created>>();
            for (int i = 0; i < AGENTS; i++) {
                var launch = launch(machine, i);
                creates.add(() -> machine.tmux.create(launch, null));
            }
            long begun = System.nanoTime();
            for (Future<Tmux.Created> created : pool.invokeAll(creates)) {
                created.get();
            }
            print("create × " + AGENTS, System.nanoTime() - begun);
            var looks = new ArrayList<Runnable>();
            looks.add(() -> assertEquals(AGENTS + 1, machine.answered().panes().size()));
            looks.forEach(look -> print("look at " + AGENTS, median(look)));
            var client = new ControlClient(
                    new Command(
                            List.of("tmux", "-u", "-N", "-S", machine.tmux.socket(TmuxWords.NS).toString(), "-C",
                                    "attach-session", "-t", "=_holder", "-f", "no-output,ignore-size"),
                            new TreeMap<>(dirs.environment()))
                            .start(),
                    "timing",
                    name -> {});
            print("  list-panes alone", median(() -> {
                try {
                    client.ask(PaneLines.LIST);
                } catch (TmuxException e) {
                    throw new IllegalStateException(e);
                }
            }));
            var text = client.ask(PaneLines.LIST).text();
            print("  parsing alone", median(() -> PaneLines.parse(text)));
            var pids = PaneLines.parse(text).stream().mapToLong(Tmux.PaneLine::pid).toArray();
            print("  one stat each", median(() -> Arrays.stream(pids).forEach(machine.proc::look)));
            client.close();
            machine.raw("kill-server");
        }
    }

    private static Tmux.Launch launch(TmuxMachine machine, int i) {
        return machine.launch("agent-" + i, 1, List.of("/bin/sleep", "600"));
    }

    private static void raw(TestDirs dirs) throws Exception {
        try (var machine = new TmuxMachine(dirs)) {
            machine.tmux.start(TmuxWords.NS);
            var lines = new StringBuilder();
            for (int i = 0; i < AGENTS; i++) {
                lines.append(
                        new String(Launching.create(launch(machine, i), null).chain().line(), StandardCharsets.UTF_8));
            }
            lines.append("display-message -p DONE\n");
            var process =
                    new ProcessBuilder("tmux", "-u", "-N", "-S", machine.tmux.socket(TmuxWords.NS).toString(), "-C",
                            "attach-session", "-t", "=_holder", "-f", "no-output,ignore-size")
                            .start();
            var reader = process.inputReader();
            while (!reader.readLine().startsWith("%session-changed")) {}
            long begun = System.nanoTime();
            var writing = Thread.ofPlatform().start(() -> {
                try {
                    process.getOutputStream().write(lines.toString().getBytes(StandardCharsets.UTF_8));
                    process.getOutputStream().flush();
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            while (!reader.readLine().equals("DONE")) {}
            print("  one raw client, the same chains", System.nanoTime() - begun);
            writing.join();
            process.destroyForcibly().waitFor();
            machine.raw("kill-server");
        }
    }

    private static long median(Runnable call) {
        var times = new long[60];
        for (int i = 0; i < times.length; i++) {
            long begun = System.nanoTime();
            call.run();
            times[i] = System.nanoTime() - begun;
        }
        var late = Arrays.copyOfRange(times, 20, times.length);
        Arrays.sort(late);
        return late[late.length / 2];
    }

    private static void print(String what, long nanos) {
        System.out.println(String.format(Locale.ROOT, "%-34s %8.2f ms", what, nanos / 1e6));
    }
}
