package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.real.FakeAgent;
import dev.reconciler.real.RealTest;
import dev.reconciler.real.TestDirs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The contract on the machine's own tmux.
@RealTest
class PrivateTmuxTest extends TmuxContract {
    private final Children children = new Children();
    private final Proc proc = new Proc();
    protected TestDirs dirs;
    protected PrivateTmux tmux;

    @BeforeEach
    void open(TestDirs dirs) {
        this.dirs = dirs;
        tmux = new PrivateTmux(dirs.runtime(), new TreeMap<>(dirs.environment()), proc);
    }

    @AfterEach
    void end() throws Exception {
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
    protected List<String> forever() {
        return List.of("/bin/sleep", "600");
    }

    @Override
    protected List<String> exits(int code) {
        return List.of("/bin/sh", "-c", "exit " + code);
    }

    @Override
    protected List<String> diesBy(Signal signal) {
        return List.of("/bin/sh", "-c", "kill -" + signal.number() + " $$");
    }

    @Override
    protected String workingDirectory() {
        return dirs.work().toString();
    }

    @Override
    protected Tmux.LogTarget log(RunId run) {
        return new Tmux.LogTarget(dirs.state().resolve(run + ".").toString(), 1_000_000);
    }

    @Override
    protected void freeze(ProcessRef server) throws Exception {
        signal(server, "STOP");
        await().until(() -> Children.stat(server.pid()).contains(") T "));
    }

    @Override
    protected void thaw(ProcessRef server) throws Exception {
        signal(server, "CONT");
    }

    private void signal(ProcessRef target, String name) throws Exception {
        assertEquals(target, Children.ref(target.pid()));
        run("kill", "-" + name, Long.toString(target.pid()));
    }

    @Override
    protected void unlinkSocket() throws Exception {
        Files.delete(tmux.socket(NS));
    }

    @Override
    protected ProcessRef occupySocket() throws Exception {
        raw("new-session", "-d", "-s", "other");
        return Children.ref(Long.parseLong(raw("display-message", "-p", "#{pid}")));
    }

    @Override
    protected String split(Session.Pane pane) throws Exception {
        return raw("split-window", "-d", "-P", "-F", "#{pane_id}", "-t", pane.id(), "sleep", "600");
    }

    @Override
    protected void openSession(String name) throws Exception {
        raw("new-session", "-d", "-s", name);
    }

    @Override
    protected void breakPipe(Session.Pane pane) throws Exception {
        raw("pipe-pane", "-t", pane.id());
    }

    /// What a person at a terminal would do: a tmux client of its own.
    final String raw(String... words) throws Exception {
        var argv = new ArrayList<>(List.of("tmux", "-u", "-f", "/dev/null", "-S", tmux.socket(NS).toString()));
        argv.addAll(List.of(words));
        return run(argv.toArray(String[]::new));
    }

    final String run(String... argv) throws Exception {
        var environment = new TreeMap<String, String>(dirs.environment());
        environment.put("TMUX", null);
        var process = children.start(environment, argv);
        var out = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), () -> String.join(" ", argv));
        return out.strip();
    }
}
