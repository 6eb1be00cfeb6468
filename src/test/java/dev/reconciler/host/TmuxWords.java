package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.api.SpecHash;
import dev.reconciler.host.ProcessTable.Sent;
import dev.reconciler.host.ProcessTable.Sighting;
import dev.reconciler.host.Tmux.Launch;
import dev.reconciler.host.Tmux.Look;
import dev.reconciler.host.Tmux.PaneLine;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The words that tests about tmux are written in.
abstract class TmuxWords {
    /// The namespace that the tests work in.
    protected static final String NS = "default";

    protected abstract Tmux tmux();

    protected abstract ProcessTable processes();

    protected abstract String workingDirectory();

    /// Somewhere for the output of a run.
    protected abstract Tmux.LogTarget log(RunId run);

    /// A call that has to be refused.
    @FunctionalInterface
    interface Call {
        void make() throws TmuxException;
    }

    static void assertRefused(Call call) {
        assertTrue(assertThrows(TmuxException.class, call::make).answered());
    }

    final Look.Answered answered() {
        return assertInstanceOf(Look.Answered.class, tmux().look(NS));
    }

    /// Names of all sessions but the holder, sorted.
    static List<String> sessions(Look.Answered look) {
        return look.panes()
                .stream()
                .map(PaneLine::sessionName)
                .filter(name -> !name.equals(Tmux.HOLDER))
                .distinct()
                .sorted()
                .toList();
    }

    final PaneLine line(String session) {
        return answered().panes()
                .stream()
                .filter(pane -> pane.sessionName().equals(session))
                .findFirst()
                .orElseThrow();
    }

    final PaneLine dead(String session) {
        await().until(() -> line(session).dead());
        return line(session);
    }

    final Session.Pane pane(String session) {
        var look = answered();
        var line = look.panes().stream().filter(p -> p.sessionName().equals(session)).findFirst().orElseThrow();
        return new Session.Pane(
                look.server(), line.paneId(), line.sessionId(), line.mark(), line.attached(), line.piped(), false);
    }

    final void kill(String session) {
        var seen = assertInstanceOf(Sighting.Alive.class, processes().look(line(session).pid()));
        assertEquals(Sent.Delivered, processes().signal(seen.ref(), Signal.KILL));
    }

    final Tmux.Created create(String name, List<String> argv) throws TmuxException {
        return tmux().create(launch(name, 1, argv), null);
    }

    final Launch launch(String name, int run, List<String> argv) {
        return launch(name, run, argv, new TreeMap<>());
    }

    final Launch launch(String name, int run, List<String> argv, SortedMap<String, String> environment) {
        var mark = mark(name, run);
        return new Launch(mark, argv, workingDirectory(), environment, List.of(), 100, 30, 500, log(mark.run()));
    }

    static OwnerMark mark(String name, int run) {
        return new OwnerMark("src", new AgentName(NS, name), new RunId("u-" + name, run), hash(), 1, false);
    }

    static SpecHash hash() {
        return new SpecHash(SpecHash.CURRENT, "0123456789abcdef");
    }
}
