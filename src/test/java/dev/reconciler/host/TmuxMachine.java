package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.real.TestDirs;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The machine's own tmux and processes in a private place, and what people do to them.
final class TmuxMachine extends TmuxWords implements AutoCloseable {
    final TestDirs dirs;
    final Proc proc = new Proc();
    final TreeMap<String, String> environment;
    final SystemdScopes scopes;
    final PrivateTmux tmux;
    private final Children children = new Children();

    TmuxMachine(TestDirs dirs) {
        this(dirs, () -> {});
    }

    TmuxMachine(TestDirs dirs, Runnable onEvent) {
        this(dirs, Map.of(), onEvent);
    }

    /// @param more environment: where the user's service manager is
    TmuxMachine(TestDirs dirs, Map<String, String> more) {
        this(dirs, more, () -> {});
    }

    private TmuxMachine(TestDirs dirs, Map<String, String> more, Runnable onEvent) {
        this.dirs = dirs;
        environment = new TreeMap<>(dirs.environment());
        environment.putAll(more);
        scopes = new SystemdScopes(environment);
        tmux = new PrivateTmux(dirs.runtime(), environment, proc, scopes, onEvent);
    }

    @Override
    public void close() {
        tmux.close();
        proc.close();
        children.close();
    }

    @Override
    protected Tmux tmux() {
        return tmux;
    }

    @Override
    protected ProcessTable processes() {
        return proc;
    }

    @Override
    protected String workingDirectory() {
        return dirs.work().toString();
    }

    @Override
    protected Tmux.LogTarget log(RunId run) {
        return new Tmux.LogTarget(dirs.state().resolve(run + ".").toString(), 1_000_000);
    }

    void freeze(ProcessRef server) throws Exception {
        signal(server, "STOP");
        await().until(() -> Children.stat(server.pid()).contains(") T "));
    }

    void thaw(ProcessRef server) throws Exception {
        signal(server, "CONT");
    }

    private void signal(ProcessRef target, String name) throws Exception {
        assertEquals(target, Children.ref(target.pid()));
        run("kill", "-" + name, Long.toString(target.pid()));
    }

    void unlinkSocket() throws Exception {
        Files.delete(tmux.socket(NS));
    }

    ProcessRef occupySocket() throws Exception {
        raw("new-session", "-d", "-s", "other");
        return Children.ref(Long.parseLong(raw("display-message", "-p", "#{pid}")));
    }

    String split(Session.Pane pane) throws Exception {
        return raw("split-window", "-d", "-P", "-F", "#{pane_id}", "-t", pane.id(), "sleep", "600");
    }

    void openSession(String name) throws Exception {
        raw("new-session", "-d", "-s", name);
    }

    void breakPipe(Session.Pane pane) throws Exception {
        raw("pipe-pane", "-t", pane.id());
    }

    /// What a person at a terminal would do: a tmux client of its own.
    String raw(String... words) throws Exception {
        var argv = new ArrayList<>(List.of("tmux", "-u", "-f", "/dev/null", "-S", tmux.socket(NS).toString()));
        argv.addAll(List.of(words));
        return run(argv.toArray(String[]::new));
    }

    String run(String... argv) throws Exception {
        var environment = new TreeMap<String, String>(dirs.environment());
        environment.put("TMUX", null);
        var process = children.start(environment, argv);
        var out = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), () -> String.join(" ", argv));
        return out.strip();
    }
}
