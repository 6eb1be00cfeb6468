package dev.reconciler.host;

import dev.reconciler.real.FakeAgent;
import java.nio.file.Files;
import java.util.ArrayList;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.real.RealTest;
import dev.reconciler.real.TestDirs;
import dev.reconciler.real.WholeMachine;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The contract on the machine's own tmux.
@RealTest
@WholeMachine
class PrivateTmuxTest extends TmuxContract {
    private TmuxMachine machine;

    @BeforeEach
    void open(TestDirs dirs) {
        machine = new TmuxMachine(dirs);
    }

    @AfterEach
    void end() {
        machine.close();
    }

    @Override
    protected Tmux tmux() {
        return machine.tmux();
    }

    @Override
    protected ProcessTable processes() {
        return machine.processes();
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
        return machine.workingDirectory();
    }

    @Override
    protected Tmux.LogTarget log(RunId run) {
        return machine.log(run);
    }

    @Override
    protected void freeze(ProcessRef server) throws Exception {
        machine.freeze(server);
    }

    @Override
    protected void thaw(ProcessRef server) throws Exception {
        machine.thaw(server);
    }

    @Override
    protected void unlinkSocket() throws Exception {
        machine.unlinkSocket();
    }

    @Override
    protected ProcessRef occupySocket() throws Exception {
        return machine.occupySocket();
    }

    @Override
    protected boolean reachedBeside(ProcessRef server) throws Exception {
        return machine.run("tmux", "-N", "-S", machine.tmux.socket(NS) + ".ghost-" + server.pid(), "display-message",
                "-p", "#{pid}").equals(Long.toString(server.pid()));
    }

    @Override
    protected String split(Session.Pane pane) throws Exception {
        return machine.split(pane);
    }

    @Override
    protected void openSession(String name) throws Exception {
        machine.openSession(name);
    }

    @Override
    protected void breakPipe(Session.Pane pane) throws Exception {
        machine.breakPipe(pane);
    }

    @Override
    protected List<String> chat() {
        return FakeAgent.argv("tui:0:" + machine.dirs.work().resolve("chat"));
    }

    @Override
    protected List<String> taken(Session.Pane pane) throws Exception {
        var taken = new ArrayList<String>();
        for (int i = 1; Files.exists(machine.dirs.work().resolve("chat." + i)); i++) {
            taken.add(Files.readString(machine.dirs.work().resolve("chat." + i)));
        }
        return taken;
    }

    @Override
    protected void copyMode(Session.Pane pane) throws Exception {
        machine.raw("copy-mode", "-t", pane.id());
    }
}
