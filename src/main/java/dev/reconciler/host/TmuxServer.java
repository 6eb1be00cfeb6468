package dev.reconciler.host;

import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Session;
import dev.reconciler.host.ProcessTable.Sighting;
import dev.reconciler.host.TmuxClient.Reply;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One namespace's server, and what can be asked of it. Nothing here starts one.
final class TmuxServer implements AutoCloseable {
    private static final Pattern MADE = Pattern.compile("(\\$\\d+) (%\\d+) (\\d+)\n?");

    /// A connection that ends twice while one look is taken ends for a reason.
    private static final int TURNS = 3;

    /// Exactly the holder session with its one pane: asked and answered by the server itself, with nothing in between.
    private static final String VACANT = "#{==:#{S:#{session_name}#{W:#{P:.}}}," + Tmux.HOLDER + ".}";

    /// 0 of 5 programs took an Enter that came at once, 5 of 5 after 50 ms.
    private static final Duration KEY_PAUSE = Duration.ofMillis(100);

    private final Path path;
    private final SortedMap<String, String> environment;
    private final Link link;
    private final ProcessTable processes;
    private final LateExits exits = new LateExits();
    private volatile Listed last = new Listed("", List.of());
    private @Nullable TmuxClient refreshed;

    TmuxServer(
            String namespace,
            Path path,
            SortedMap<String, String> environment,
            ProcessTable processes,
            @Nullable Consumer<String> notifications) {
        this.path = path;
        this.environment = environment;
        this.processes = processes;
        link = new Link(namespace, path, environment, processes, notifications, Link.GIVE_UP);
    }

    /// What `list-panes` said, and what that means: the same words mean the same panes.
    private record Listed(String text, List<Tmux.PaneLine> panes) {}

    Link link() {
        return link;
    }

    Tmux.Look look() {
        for (int turn = 0; turn < TURNS; turn++) {
            switch (link.reach()) {
                case Link.Reach.Nobody() -> {
                    return new Tmux.Look.NobodyListens();
                }
                case Link.Reach.Silent(var why) -> {
                    return new Tmux.Look.Silent(why);
                }
                case Link.Reach.Open(var live) -> {
                    try {
                        return look(live);
                    } catch (TmuxException e) {
                        if (live.client().open()) {
                            return new Tmux.Look.Silent(String.valueOf(e.getMessage()));
                        }
                        // The connection ended: the next turn begins a new one, or finds that it cannot.
                    }
                }
            }
        }
        return new Tmux.Look.Silent("the tmux server on " + path + " ends every connection");
    }

    /// While tmux makes its list, the processes are looked at that were behind its panes the last time.
    private Tmux.Look look(Link.Live live) throws TmuxException {
        var listing = live.client().send(PaneLines.LIST);
        var before = new HashMap<Long, Sighting>();
        for (var pane : last.panes()) {
            if (pane.mark() != null && pane.pid() > 0) {
                before.put(pane.pid(), processes.glance(pane.pid()));
            }
        }
        var listed = live.client().await(listing);
        if (listed.error()) {
            return new Tmux.Look.Silent("tmux refused to list its panes: " + listed.last());
        }
        var told = last.text().equals(listed.text()) ? last : new Listed(listed.text(), PaneLines.parse(listed.text()));
        last = told;
        // All others may have ended since they were looked at.
        var seen = new HashMap<Long, Sighting>();
        for (var pane : told.panes()) {
            if (!pane.dead() && before.get(pane.pid()) instanceof Sighting.Alive alive) {
                seen.put(pane.pid(), alive);
            }
        }
        var panes = exits.settle(told.panes(), pid -> seen.computeIfAbsent(pid, processes::look), live.client());
        return new Tmux.Look.Answered(live.server(), link.owner().is(live.server().pid()), panes, seen);
    }

    Tmux.Created create(Tmux.Launch launch, @Nullable String squatter) throws TmuxException {
        return make(fresh(open()), Launching.create(launch, squatter));
    }

    Tmux.Created respawn(Session.Pane pane, Tmux.Launch launch) throws TmuxException {
        var live = fresh(same(pane.server()));
        var stale = new ArrayList<String>();
        for (var line : accepted(live.client().ask(Chain.of("show-environment", "-t", pane.sessionId())))
                .texts()
                .getFirst()
                .split("\n")) {
            int equals = line.indexOf('=');
            var name = equals > 0 ? line.substring(0, equals) : line.startsWith("-") ? line.substring(1) : "";
            if (!name.isEmpty()) {
                stale.add(name);
            }
        }
        return make(live, Launching.respawn(pane, launch, stale));
    }

    private Tmux.Created make(Link.Live live, Launching launching) throws TmuxException {
        var reply = live.client().ask(launching.chain());
        int done = reply.texts().size() - (reply.error() ? 1 : 0);
        if (done <= launching.making()) {
            throw TmuxException.refused(reply.last());
        }
        var made = MADE.matcher(reply.texts().get(launching.making()));
        if (!made.matches()) {
            throw TmuxException.refused("tmux made something it does not name: " + reply.texts());
        }
        if (done <= launching.needed()) {
            live.client().ask(Chain.of("kill-pane", "-t", made.group(2)));
            throw TmuxException.refused(reply.last());
        }
        return new Tmux.Created(made.group(1), made.group(2), Long.parseLong(made.group(3)));
    }

    /// Before the first program on a connection: variables of the base environment may have changed since the server
    /// was started. In order on the same connection, so nobody has to wait for it.
    private Link.Live fresh(Link.Live live) {
        synchronized (this) {
            if (live.client() == refreshed || environment.isEmpty()) {
                return live;
            }
            refreshed = live.client();
            var lines = new ArrayList<List<String>>();
            environment.forEach((name, value) -> lines.add(List.of("set-environment", "-g", "--", name, value)));
            live.client().send(new Chain(lines, lines.size()));
        }
        return live;
    }

    void stamp(Session.Pane pane, OwnerMark mark) throws TmuxException {
        ask(pane, Chain.of("set-option", "-p", "-t", pane.id(), PaneLines.MARK, mark.encode()));
    }

    void killPane(Session.Pane pane) throws TmuxException {
        ask(pane, Chain.of("kill-pane", "-t", pane.id()));
    }

    void repipe(Session.Pane pane, Tmux.LogTarget log) throws TmuxException {
        ask(pane, new Chain(List.of(Launching.pipe(pane.id(), log, nextSegment(log))), 1));
    }

    String capture(Session.Pane pane, int history, boolean ansi) throws TmuxException {
        var words = new ArrayList<>(List.of("capture-pane", "-p", "-t", pane.id(), "-S", "-" + history));
        if (ansi) {
            words.add("-e");
        }
        return ask(pane, new Chain(List.of(words), 1)).texts().getFirst();
    }

    Typing.Screen screen(Session.Pane pane, Keyboard.RawTerminal terminal) throws TmuxException {
        return Keyboard.screen(ask(pane, Keyboard.screen(pane)).texts(), terminal);
    }

    /// @return false when another process is there
    boolean press(Session.Pane pane, Chain keys, ProcessRef process) throws TmuxException {
        return Keyboard.there(ask(pane, keys).texts(), process);
    }

    void sendKeys(Session.Pane pane, List<String> keys) throws TmuxException {
        ask(pane, Chain.of("copy-mode", "-q", "-t", pane.id()));
        for (var key : keys) {
            pause();
            ask(pane, Chain.of("send-keys", "-t", pane.id(), "--", key));
        }
    }

    /// Programs take what comes at once for pasted, and Enter in it for a new line.
    private static void pause() throws TmuxException {
        try {
            Thread.sleep(KEY_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw TmuxException.refused("interrupted");
        }
    }

    Tmux.Glimpse glimpse(Session.Pane pane) throws TmuxException {
        var texts = ask(
                pane,
                new Chain(
                        List.of(
                                List.of("display-message", "-p", "-t", pane.id(), "#{window_activity} %s"),
                                List.of("capture-pane", "-p", "-t", pane.id())),
                        2))
                .texts();
        var times = texts.getFirst().strip().split(" ");
        try {
            return new Tmux.Glimpse(texts.getLast(), Long.parseLong(times[0]), Long.parseLong(times[times.length - 1]));
        } catch (NumberFormatException e) {
            throw TmuxException.refused("cannot tell when pane " + pane.id() + " printed: " + texts.getFirst());
        }
    }

    boolean stopIfVacant(ProcessRef server) throws TmuxException {
        var live = same(server);
        try {
            var reply = live.client()
                    .ask(new Chain(
                            List.of(List.of("if-shell", "-F", VACANT, "kill-server", "display-message -p occupied")),
                            2));
            if (reply.error()) {
                throw TmuxException.refused(reply.last());
            }
            if (reply.last().equals("occupied")) {
                return false;
            }
        } catch (TmuxException e) {
            if (e.answered() || live.client().open()) {
                throw e;
            }
            // It ended before it could answer.
        }
        return link.awaitEnd(live);
    }

    private Reply ask(Session.Pane pane, Chain chain) throws TmuxException {
        return accepted(same(pane.server()).client().ask(chain));
    }

    private static Reply accepted(Reply reply) throws TmuxException {
        if (reply.error()) {
            throw TmuxException.refused(reply.last());
        }
        return reply;
    }

    private Link.Live open() throws TmuxException {
        return switch (link.reach()) {
            case Link.Reach.Open(var live) -> live;
            case Link.Reach.Nobody() -> throw TmuxException.refused("no tmux server listens on " + path);
            case Link.Reach.Silent(var why) -> throw TmuxException.refused(why);
        };
    }

    /// Ids mean something on one server only.
    private Link.Live same(ProcessRef server) throws TmuxException {
        var live = open();
        if (!live.server().equals(server)) {
            throw TmuxException.refused("the tmux server on " + path + " is process " + live.server()
                    + " now, not " + server);
        }
        return live;
    }

    private static int nextSegment(Tmux.LogTarget log) throws TmuxException {
        var prefix = Path.of(log.prefix());
        var name = String.valueOf(prefix.getFileName());
        int next = 0;
        try (var files = Files.newDirectoryStream(prefix.resolveSibling("."))) {
            for (var file : files) {
                var text = String.valueOf(file.getFileName());
                if (text.length() == name.length() + 6 && text.startsWith(name)) {
                    next = Math.max(next, 1 + Integer.parseInt(text.substring(name.length())));
                }
            }
            return next;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException | DirectoryIteratorException | NumberFormatException e) {
            throw TmuxException.refused("cannot tell which segments of " + prefix + " exist: " + Why.of(e));
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
