package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The real machine.
public final class Machine implements Host, AutoCloseable {
    /// Below the state directory.
    private static final String RUNS = "runs";
    private static final String COMMITS = "commits";
    /// Below the runtime directory; short, because a socket's path is.
    static final String SOCKETS = "run";

    private final Proc processes = new Proc();
    private final SystemClock clock = new SystemClock();
    private final SystemdScopes scopes;
    private final PrivateTmux tmux;
    private final LocalServers servers;
    private final FileStorage storage;
    private final @Nullable DirectoryWatch sockets;
    private final Folder folder;
    private final AutoCloseable watching;
    private final LocalWorkplace workplace;
    private final RunSockets runSockets;
    private final LocalRunFiles runFiles;
    private final @Nullable DirectoryWatch done;

    /// @param onChange called when the folder or a tmux server may have changed: look again. Null: nobody waits for
    ///     that, so nothing is watched, which saves a command the 100 ms that watching costs once
    /// On the folder itself, in git or not.
    public Machine(
            Path manifests, Path state, Path runtime, Map<String, String> environment, @Nullable Runnable onChange)
            throws IOException {
        this(manifests, null, state, runtime, environment, onChange);
    }

    /// @param commits null: the work tree is what counts
    public Machine(
            Path manifests, @Nullable CommitSource commits, Path state, Path runtime, Map<String, String> environment,
            @Nullable Runnable onChange)
            throws IOException {
        var base = onChange == null ? BaseEnvironment.of(environment) : BaseEnvironment.chosen(environment);
        scopes = new SystemdScopes(base);
        tmux = new PrivateTmux(runtime, base, processes, scopes, onChange);
        servers = new LocalServers(runtime, base, processes);
        sockets = onChange == null ? null : new DirectoryWatch(runtime, file -> true, onChange);
        runSockets = new RunSockets(runtime.resolve(SOCKETS));
        runFiles = new LocalRunFiles(state.resolve(RUNS), runSockets);
        done = onChange == null ? null : runFiles.watch(onChange);
        storage = new FileStorage(state);
        if (commits == null) {
            var looked = new WatchedFolder(manifests, base, onChange);
            folder = looked;
            watching = looked;
        } else {
            var pulled = new CommitFolder(commits, manifests, state.resolve(COMMITS), base, onChange);
            folder = pulled;
            watching = pulled;
        }
        workplace = new LocalWorkplace(Path.of(base.getOrDefault("HOME", "/")), base, scopes);
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public ProcessTable processes() {
        return processes;
    }

    @Override
    public Tmux tmux() {
        return tmux;
    }

    @Override
    public ServerTable servers() {
        return servers;
    }

    @Override
    public Storage storage() {
        return storage;
    }

    @Override
    public Folder folder() {
        return folder;
    }

    @Override
    public Workplace workplace() {
        return workplace;
    }

    @Override
    public RunFiles runFiles() {
        return runFiles;
    }

    /// Where runs speak.
    public RunSockets runSockets() {
        return runSockets;
    }

    @Override
    public Scopes scopes() {
        return scopes;
    }

    /// Ends our connections and watches; servers and programs run on.
    @Override
    public void close() throws IOException {
        try {
            watching.close();
        } catch (Exception e) {
            throw new IOException(e.getMessage(), e);
        }
        if (sockets != null) {
            sockets.close();
        }
        if (done != null) {
            done.close();
        }
        runSockets.close();
        tmux.close();
        processes.close();
    }
}
