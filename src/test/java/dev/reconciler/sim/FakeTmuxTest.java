package dev.reconciler.sim;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Signal;
import dev.reconciler.host.Tmux;
import dev.reconciler.host.TmuxContract;
import java.util.List;

/// The simulated tmux keeps the contract of the real one.
class FakeTmuxTest extends TmuxContract {
    private final FakeHost host = new FakeHost("src");

    @Override
    protected Tmux tmux() {
        return host.tmux;
    }

    @Override
    protected ProcessTable processes() {
        return host.processes;
    }

    @Override
    protected List<String> forever() {
        return List.of(Program.PATH, "v=1");
    }

    @Override
    protected List<String> exits(int code) {
        return List.of(Program.PATH, "exit=" + code);
    }

    @Override
    protected List<String> diesBy(Signal signal) {
        return List.of(Program.PATH, "signal=" + signal.number());
    }

    @Override
    protected String workingDirectory() {
        return "/srv/a";
    }

    @Override
    protected Tmux.LogTarget log(RunId run) {
        return new Tmux.LogTarget("/logs/" + run + ".", 1 << 20);
    }

    @Override
    protected void freeze(ProcessRef server) {
        find(server).silence();
    }

    @Override
    protected void thaw(ProcessRef server) {
        find(server).speak();
    }

    @Override
    protected void unlinkSocket() {
        host.tmux.unlink(host.tmux.socket(NS));
    }

    @Override
    protected ProcessRef occupySocket() {
        return host.tmux.open(NS, Owner.USER).proc.ref;
    }

    @Override
    protected boolean reachedBeside(ProcessRef server) {
        return host.tmux.listensBeside(host.tmux.socket(NS), find(server));
    }

    @Override
    protected String split(Session.Pane pane) {
        var server = find(pane.server());
        return server.pane(find(pane).session, List.of("-bash"), null, null, Owner.USER).id;
    }

    @Override
    protected void openSession(String name) throws Exception {
        var server = host.tmux.servers().getFirst();
        server.pane(server.session(name, null), List.of("-bash"), null, null, Owner.USER);
    }

    @Override
    protected void breakPipe(Session.Pane pane) {
        find(pane).piped = false;
    }

    @Override
    protected List<String> chat() {
        return forever();
    }

    @Override
    protected List<String> taken(Session.Pane pane) {
        return find(pane).keyboard.taken.stream().map(text -> text.substring(text.indexOf(' ') + 1)).toList();
    }

    @Override
    protected void copyMode(Session.Pane pane) {
        find(pane).keyboard.mode = true;
    }

    private FakePane find(Session.Pane pane) {
        return find(pane.server()).panes()
                .stream()
                .filter(one -> one.id.equals(pane.id()))
                .findFirst()
                .orElseThrow();
    }

    private FakeServer find(ProcessRef server) {
        return host.tmux.servers()
                .stream()
                .filter(one -> one.proc.ref.equals(server))
                .findFirst()
                .orElseThrow();
    }
}
