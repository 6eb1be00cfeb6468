package dev.reconciler.sim;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.RunId;
import dev.reconciler.api.SpecHash;
import dev.reconciler.host.TmuxException;
import java.util.ArrayList;
import java.util.List;

/// Other people on the same machine and on the same tmux servers: what they own must survive.
final class Strangers {
    static final List<Step> STEPS = List.of(
            Step.of(3, "attach", world -> world.strangers.attach()),
            Step.of(4, "open a pane in our session", world -> world.strangers.split()),
            Step.of(3, "close our session", world -> world.strangers.closeSession()),
            Step.of(3, "close our pane", world -> world.strangers.closePane()),
            Step.of(2, "session of our name", world -> world.strangers.foreign()),
            Step.of(2, "session of another source", world -> world.strangers.otherSource()),
            Step.of(2, "leave", world -> world.strangers.leave()),
            Step.of(1, "own server on our path", world -> world.strangers.server()));

    private final World world;
    private final List<FakePane> panes = new ArrayList<>();

    Strangers(World world) {
        this.world = world;
    }

    private List<FakePane> ours() {
        return world.host.tmux.servers()
                .stream()
                .flatMap(server -> server.panes().stream())
                .filter(pane -> pane.proc.owner.kind() == Owner.Kind.AGENT)
                .toList();
    }

    private FakeServer serverOf(FakePane pane) {
        return world.host.tmux.servers()
                .stream()
                .filter(server -> server.panes().contains(pane))
                .findFirst()
                .orElseThrow();
    }

    private boolean attach() {
        ours().forEach(pane -> pane.session.attached = world.random.nextInt(3));
        return !ours().isEmpty();
    }

    private boolean split() {
        if (ours().isEmpty()) {
            return false;
        }
        var beside = world.any(ours());
        world.trace.add("  beside " + beside.proc);
        panes.add(serverOf(beside).pane(beside.session, List.of("-bash"), null, null, Owner.USER));
        return true;
    }

    private boolean closeSession() {
        if (ours().isEmpty()) {
            return false;
        }
        var session = world.any(ours()).session;
        world.trace.add("  " + session.name);
        for (var pane : List.copyOf(session.panes)) {
            panes.remove(pane);
            serverOf(pane).remove(pane);
        }
        return true;
    }

    private boolean closePane() {
        if (ours().isEmpty()) {
            return false;
        }
        var pane = world.any(ours());
        world.trace.add("  " + pane.proc);
        serverOf(pane).remove(pane);
        return true;
    }

    private boolean foreign() {
        return inServer((server, name) -> panes.add(
                server.pane(server.session(name.name(), null), List.of("vim"), null, null, Owner.USER)));
    }

    private boolean otherSource() {
        return inServer((server, name) -> {
            var mark = new OwnerMark(
                    "0therd1rectory", name, new RunId("0ther", 1), new SpecHash(SpecHash.CURRENT, "ab"), 1, false);
            var session = server.session(name.name(), mark.uid());
            panes.add(server.pane(
                    session,
                    List.of(Program.PATH, "ignore=hup"),
                    mark.run().toString(),
                    mark,
                    new Owner(Owner.Kind.OTHER_SOURCE, mark)));
        });
    }

    /// Something that a tmux server may refuse.
    @FunctionalInterface
    private interface Visit {
        void pay(FakeServer server, AgentName name) throws TmuxException;
    }

    private boolean inServer(Visit visit) {
        var name = world.anyName();
        for (var server : world.host.tmux.servers()) {
            if (server.path.equals(world.host.tmux.socket(name.namespace())) && !server.silent()) {
                try {
                    visit.pay(server, name);
                    world.trace.add("  " + name);
                    return true;
                } catch (TmuxException e) {
                    return false;
                }
            }
        }
        return false;
    }

    /// They close what they opened.
    boolean leave() {
        panes.removeIf(pane -> !exists(pane));
        var open = List.copyOf(panes);
        panes.clear();
        open.forEach(pane -> serverOf(pane).remove(pane));
        return !open.isEmpty();
    }

    private boolean exists(FakePane pane) {
        return world.host.tmux.servers()
                .stream()
                .anyMatch(server -> server.panes().contains(pane));
    }

    /// When a socket is missing, the next `tmux -S` of anybody starts a server there.
    private boolean server() {
        var namespace = world.anyName().namespace();
        var path = world.host.tmux.socket(namespace);
        if (world.host.tmux.servers().stream().anyMatch(server -> server.path.equals(path))) {
            return false;
        }
        var server = world.host.tmux.open(namespace, Owner.USER);
        try {
            panes.add(server.pane(server.session("0", null), List.of("-bash"), null, null, Owner.USER));
        } catch (TmuxException e) {
            throw new IllegalStateException(e);
        }
        return true;
    }

    /// All they opened is still there, unless they closed it or the machine took it.
    void checkUntouched() {
        for (var pane : panes) {
            if (exists(pane) && !pane.proc.live()) {
                world.referee.broken("a stranger's pane lost its program: " + pane.proc);
            }
        }
    }
}
