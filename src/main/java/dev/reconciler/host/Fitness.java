package dev.reconciler.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What this machine offers a reconciler, as read; what is null could not be read.
///
/// @param tmux as it calls itself, or why there is none
/// @param tmuxTrouble why it will not do, null: it will
/// @param lsof whether it is in `PATH`
/// @param manager of the user's services
/// @param lingers whether the user's manager and runtime directory outlive the last login; null without systemd
/// @param openFiles the soft limit of open files, -1: none
/// @param openFilesMost the hard limit, -1: none
/// @param terminals how many there may be and how many there are
/// @param processes how many there may be: the least of the user's limit and of the control groups around this process;
///     -1: any number
/// @param wall the time of day
/// @param java version and home of the running one
public record Fitness(
        String tmux,
        @Nullable String tmuxTrouble,
        boolean lsof,
        Scopes.Service manager,
        @Nullable Boolean lingers,
        @Nullable Long openFiles,
        @Nullable Long openFilesMost,
        @Nullable Terminals terminals,
        @Nullable Long processes,
        Instant wall,
        String java) {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Path LINGER = Path.of("/var/lib/systemd/linger");

    /// Pseudo-terminals: each pane takes one.
    public record Terminals(long most, long used) {}

    public static Fitness look(Map<String, String> environment) {
        var variables = new TreeMap<>(environment);
        var files = limit("Max open files");
        var processes = limit("Max processes");
        return new Fitness(
                version("tmux", variables),
                TmuxVersion.trouble(variables),
                !version("lsof", variables).startsWith("none"),
                new SystemdScopes(variables).service(),
                lingering(),
                files == null ? null : number(files[0]),
                files == null ? null : number(files[1]),
                ptys(),
                processes == null ? null : least(number(processes[0]), tasks()),
                Instant.now(),
                Runtime.version() + " in " + System.getProperty("java.home"));
    }

    private static String version(String program, SortedMap<String, String> environment) {
        var word = program.equals("tmux") ? "-V" : "-v";
        return switch (new Command(List.of(program, word), environment).run(LIMIT)) {
            case Command.Outcome.Ended(int code, var out, var err) -> out.strip();
            case Command.Outcome.NotStarted(var why) -> "none: " + why;
            case Command.Outcome.TimedOut(var limit) -> "none: no answer within " + limit.toSeconds() + " s";
        };
    }

    private static @Nullable Boolean lingering() {
        try {
            return Files.isDirectory(Path.of("/run/systemd/system"))
                    ? Files.exists(LINGER.resolve(User.current().name()))
                    : null;
        } catch (IOException e) {
            return null;
        }
    }

    /// Soft and hard, as the kernel prints them.
    private static String @Nullable [] limit(String name) {
        try (var lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(name.length()).strip().split("\\s+"))
                    .filter(fields -> fields.length >= 2)
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable Long number(String text) {
        try {
            return text.equals("unlimited") ? -1 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable Long least(@Nullable Long a, @Nullable Long b) {
        return a == null || b == null ? null : a < 0 ? b : b < 0 ? a : Long.min(a, b);
    }

    private static @Nullable Long tasks() {
        try (var lines = Files.lines(Path.of("/proc/self/cgroup"))) {
            var unified = SystemdScopes.unified();
            return lines.filter(line -> line.startsWith("0::/"))
                    .map(line -> tasks(unified, unified.resolve(line.substring("0::/".length())).normalize()))
                    .findFirst()
                    .orElse(-1L);
        } catch (IOException e) {
            return null;
        }
    }

    /// Each group limits those below it. Agents have groups of their own; what limits a user or a container is above theirs,
    /// too.
    static @Nullable Long tasks(Path top, Path group) {
        Long least = -1L;
        for (var at = group; at != null && at.startsWith(top); at = at.getParent()) {
            try {
                var text = Files.readString(at.resolve("pids.max")).strip();
                least = least(least, number(text.equals("max") ? "unlimited" : text));
            } catch (IOException e) {
                // The top has none, nor has a group without that controller.
            }
        }
        return least;
    }

    private static @Nullable Terminals ptys() {
        try {
            var directory = Path.of("/proc/sys/kernel/pty");
            return new Terminals(setting(directory.resolve("max")), setting(directory.resolve("nr")));
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }

    /// In one read: the kernel answers the second one with the end of the file, wherever the first stopped.
    private static long setting(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var bytes = new byte[64];
            int length = in.read(bytes);
            return Long.parseLong(new String(bytes, 0, Math.max(0, length), StandardCharsets.US_ASCII).strip());
        }
    }
}
