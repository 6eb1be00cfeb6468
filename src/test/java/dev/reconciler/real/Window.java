package dev.reconciler.real;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A terminal of a given size with a shell in it, driven as a person would: a tmux server of its own.
final class Window implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestDirs dirs;
    private final Path socket;

    Window(TestDirs dirs, int columns, int rows) throws IOException {
        this.dirs = dirs;
        // Not among the product's own.
        socket = Files.createTempDirectory(dirs.root(), "w").resolve("s");
        tmux("-f", "/dev/null", "new-session", "-d", "-x", Integer.toString(columns), "-y", Integer.toString(rows),
                "env -u TMUX -u TMUX_PANE PS1='$ ' ENV= sh");
    }

    /// A line, and Enter.
    void type(String line) throws IOException {
        tmux("send-keys", "-l", line);
        tmux("send-keys", "Enter");
    }

    /// Words, and no Enter.
    void text(String words) throws IOException {
        tmux("send-keys", "-l", words);
    }

    void press(String key) throws IOException {
        tmux("send-keys", key);
    }

    void resize(int columns, int rows) throws IOException {
        tmux("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
    }

    String text() throws IOException {
        return tmux("capture-pane", "-p");
    }

    /// With the codes of colours.
    String coloured() throws IOException {
        return tmux("capture-pane", "-p", "-e");
    }

    void awaitText(String text) {
        await("the window to show " + text).atMost(PATIENCE).until(() -> text().contains(text));
    }

    /// What runs in it: the names of its process and of all below. A tmux that attached calls itself `tmux: client`, or
    /// `exe: client` when it was started as the program of a running server.
    List<String> programs() throws IOException {
        return programs(Long.parseLong(tmux("display-message", "-p", "#{pane_pid}").strip()));
    }

    /// The same of any process.
    static List<String> programs(long pid) throws IOException {
        var handle = ProcessHandle.of(pid).orElseThrow();
        var names = new ArrayList<>(List.of(name(pid)));
        for (var child : handle.descendants().toList()) {
            names.add(name(child.pid()));
        }
        return names;
    }

    /// All that runs in it.
    List<ProcessHandle> processes() throws IOException {
        var handle = ProcessHandle.of(Long.parseLong(tmux("display-message", "-p", "#{pane_pid}").strip()));
        return handle.map(h -> h.descendants().toList()).orElse(List.of());
    }

    private static String name(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
    }

    private String tmux(String... words) throws IOException {
        var command = new ArrayList<>(List.of("tmux", "-u", "-S", socket.toString()));
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(dirs.environment());
        builder.environment().put("TERM", "xterm-256color");
        var process = builder.start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /// The terminal goes away.
    void vanish() throws IOException {
        tmux("kill-server");
    }

    @Override
    public void close() throws IOException {
        vanish();
    }
}
