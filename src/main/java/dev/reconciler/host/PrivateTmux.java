package dev.reconciler.host;

import java.nio.file.LinkOption;
import dev.reconciler.api.Names;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// [Tmux] over servers of our own: sockets `RUNTIME/NAMESPACE.mux`, no configuration file, never the user's server.
///
/// Closing it ends our connections and nothing else: servers and sessions run on.
public final class PrivateTmux implements Tmux, AutoCloseable {
    /// A rescued neighbour's `.ghost-PID` has to fit the 107 bytes that the kernel allows a socket's path.
    private static final int PATH_MAX = 93;

    /// With `.sock` a 63-character namespace under `/run/user/1000/reconciler` would not fit; and other sockets may lie
    /// beside ours.
    static final String SUFFIX = ".mux";

    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final Path runtime;
    private final Listing listing;
    private final SortedMap<String, String> environment;
    private final Tty tty;
    private final ProcessTable processes;
    private final @Nullable SystemdScopes scopes;
    private final @Nullable Consumer<String> notifications;
    private final ConcurrentHashMap<String, TmuxServer> servers = new ConcurrentHashMap<>();

    /// @param runtime made (0700) when a server starts
    /// @param baseEnvironment what every server and program starts with
    public PrivateTmux(Path runtime, SortedMap<String, String> baseEnvironment, ProcessTable processes) {
        this(runtime, baseEnvironment, processes, () -> {});
    }

    /// @param onEvent called when a connection ends or sessions come, go or change: look again. Called by the thread
    ///     that reads the connection: it must return at once and ask nothing of this object
    public PrivateTmux(
            Path runtime, SortedMap<String, String> baseEnvironment, ProcessTable processes, Runnable onEvent) {
        this(runtime, baseEnvironment, processes, null, onEvent);
    }

    /// @param scopes null: servers and runs are put into no units
    /// @param onEvent null: for a look or two, without a connection that others would be told of
    PrivateTmux(
            Path runtime,
            SortedMap<String, String> baseEnvironment,
            ProcessTable processes,
            @Nullable SystemdScopes scopes,
            @Nullable Runnable onEvent) {
        this.scopes = scopes;
        this.runtime = runtime.toAbsolutePath().normalize();
        listing = new Listing(this.runtime);
        this.processes = processes;
        environment = new TreeMap<>(baseEnvironment);
        // What would mark a server as part of somebody's run, or as inside another tmux.
        environment
                .keySet()
                .removeAll(
                        List.of(
                                "TMUX", "TMUX_PANE", "RECONCILER_AGENT", "RECONCILER_NAMESPACE", "RECONCILER_RUN_ID",
                                RunFiles.SOCKET, RunFiles.DONE, RunFiles.HEARTBEAT, RunFiles.PROMPT,
                                ServerFacts.MARK));
        tty = new Tty(environment);
        notifications = onEvent == null ? null : name -> {
            switch (name) {
                case "%exit", "%sessions-changed", "%session-renamed", "%window-close", "%unlinked-window-close" ->
                        onEvent.run();
                default -> {}
            }
        };
    }

    @Override
    public @Nullable Path runtimeGone() {
        return new RuntimeDirectory(runtime).gone();
    }

    @Override
    public Path socket(String namespace) {
        return runtime.resolve(namespace + SUFFIX);
    }

    @Override
    public boolean bound(String namespace) {
        return Files.exists(socket(namespace), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public List<String> namespaces() {
        var names = new TreeSet<String>();
        servers.forEach((namespace, server) -> {
            if (server.link().connected()) {
                names.add(namespace);
            }
        });
        try {
            for (var name : listing.names()) {
                if (name.endsWith(SUFFIX)) {
                    names.add(name.substring(0, name.length() - SUFFIX.length()));
                }
            }
        } catch (IOException e) {
            // No directory, no sockets. One that cannot be read shows when a namespace in use is looked at.
        }
        names.removeIf(name -> !Names.isLabel(name));
        return List.copyOf(names);
    }

    @Override
    public Look look(String namespace) {
        var tooLong = tooLong(namespace);
        return tooLong != null ? new Look.Silent(tooLong) : server(namespace).look();
    }

    @Override
    public ProcessRef start(String namespace) throws TmuxException {
        var tooLong = tooLong(namespace);
        if (tooLong != null) {
            throw TmuxException.refused(tooLong);
        }
        var link = server(namespace).link();
        synchronized (link.starting()) {
            if (link.reach() instanceof Link.Reach.Nobody) {
                launch(namespace);
            }
            return switch (link.reach()) {
                case Link.Reach.Open(var live) -> live.server();
                case Link.Reach.Silent(var why) -> throw TmuxException.unanswered(why);
                case Link.Reach.Nobody() -> throw TmuxException.refused("the tmux server on " + socket(namespace)
                        + " ended as soon as it was started");
            };
        }
    }

    /// The mark stands in the server's own environment and is taken from what its panes get before there is one: nothing
    /// inherits it. tmux itself lets only one of several starts on a path make the server; the others find the holder there.
    private void launch(String namespace) throws TmuxException {
        var trouble = TmuxVersion.trouble(environment);
        if (trouble != null) {
            throw TmuxException.refused(trouble);
        }
        new RuntimeDirectory(runtime).prepare();
        var marked = new TreeMap<>(environment);
        marked.put(ServerFacts.MARK, socket(namespace).toString());
        var tmux = List.of(
                "tmux", "-u", "-f", "/dev/null", "-S", socket(namespace).toString(), "start-server", ";", "set-option",
                "-s", "exit-empty", "off", ";", "set-environment", "-g", "-u", ServerFacts.MARK, ";", "new-session",
                "-d", "-E", "-s", HOLDER, "-x", "80", "-y", "24", "--",
                "cat", "-");
        var run = scopes == null ? null : scopes.run();
        var argv = run == null ? tmux : run.server(namespace, marked, tmux);
        if (run != null) {
            marked.putAll(run.way());
        }
        switch (new Command(argv, marked).run(START_LIMIT)) {
            case Command.Outcome.NotStarted(var why) -> throw TmuxException.refused(why);
            case Command.Outcome.TimedOut(var limit) ->
                    throw TmuxException.unanswered("tmux did not start within " + limit.toSeconds() + " s");
            case Command.Outcome.Ended(int code, var out, var err) -> {
                if (code != 0 && !err.contains("duplicate session")) {
                    throw TmuxException.refused("tmux could not start a server: " + err.strip());
                }
            }
        }
    }

    @Override
    public boolean stopIfVacant(String namespace, ProcessRef server) throws TmuxException {
        return server(namespace).stopIfVacant(server);
    }

    @Override
    public Created create(Launch launch, @Nullable String squatter) throws TmuxException {
        makeRoom(launch.log());
        return of(launch.mark()).create(confined(launch), squatter);
    }

    @Override
    public Created respawn(Session.Pane pane, Launch launch) throws TmuxException {
        makeRoom(launch.log());
        return of(launch.mark()).respawn(pane, confined(launch));
    }

    private Launch confined(Launch launch) throws TmuxException {
        var scope = launch.scope();
        if (scope == null) {
            return launch;
        }
        var run = scopes == null ? null : scopes.run();
        if (run == null) {
            throw TmuxException
                    .refused("the user manager of systemd does not answer any more, and was to hold the run");
        }
        return run.confined(launch, scope);
    }

    @Override
    public void stamp(Session.Pane pane, OwnerMark mark) throws TmuxException {
        of(mark).stamp(pane, mark);
    }

    @Override
    public void killPane(String namespace, Session.Pane pane) throws TmuxException {
        server(namespace).killPane(pane);
    }

    @Override
    public void repipe(Session.Pane pane, LogTarget log) throws TmuxException {
        makeRoom(log);
        of(pane.mark()).repipe(pane, log);
    }

    @Override
    public String capture(String namespace, Session.Pane pane, int history, boolean ansi) throws TmuxException {
        return server(namespace).capture(pane, history, ansi);
    }

    @Override
    public Screen screen(Session.Pane pane) throws TmuxException {
        return of(pane.mark()).screen(pane, tty);
    }

    @Override
    public boolean type(Session.Pane pane, ProcessRef process, String key, String text) throws TmuxException {
        return of(pane.mark()).press(pane, Keyboard.type(pane, process, key, text), process);
    }

    @Override
    public boolean enter(Session.Pane pane, ProcessRef process, String key) throws TmuxException {
        return of(pane.mark()).press(pane, Keyboard.enter(pane, process, key), process);
    }

    @Override
    public void sendKeys(Session.Pane pane, List<String> keys) throws TmuxException {
        of(pane.mark()).sendKeys(pane, keys);
    }

    @Override
    public Glimpse glimpse(Session.Pane pane) throws TmuxException {
        return of(pane.mark()).glimpse(pane);
    }

    @Override
    public void rescue(String namespace, ProcessRef server) throws TmuxException {
        var link = server(namespace).link();
        synchronized (link.starting()) {
            new Rescue(new RuntimeDirectory(runtime), socket(namespace), link, processes).run(server);
        }
    }

    /// The log's directory, for its owner only.
    private static void makeRoom(LogTarget log) throws TmuxException {
        var directory = Path.of(log.prefix()).getParent();
        try {
            if (directory != null && !Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw TmuxException.refused("cannot make the log directory " + directory + ": " + Why.of(e));
        }
    }

    private TmuxServer of(OwnerMark mark) {
        return server(mark.name().namespace());
    }

    private TmuxServer server(String namespace) {
        return servers.computeIfAbsent(
                namespace, n -> new TmuxServer(n, socket(n), environment, processes, notifications));
    }

    private @Nullable String tooLong(String namespace) {
        int bytes = socket(namespace).toString().getBytes(StandardCharsets.UTF_8).length;
        return bytes <= PATH_MAX
                ? null
                : "the socket's path would have " + bytes + " bytes, " + PATH_MAX + " are possible: choose a shorter"
                        + " runtime directory than " + runtime + " or a shorter namespace than " + namespace;
    }

    @Override
    public void close() {
        servers.values().forEach(TmuxServer::close);
    }
}
