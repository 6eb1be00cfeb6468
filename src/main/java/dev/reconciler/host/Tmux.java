package dev.reconciler.host;

import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Our tmux servers, one for each namespace, each behind one open control-mode connection. Calls block for at most the
/// command's time limit and may come from many threads: they are pipelined on the connection.
public interface Tmux extends Typing {
    /// The name of the session that keeps an otherwise empty server alive.
    String HOLDER = "_holder";

    /// Connects when needed, never starts a server. Never throws: what could not be seen is in the answer.
    Look look(String namespace);

    /// The directory that is gone and that only the system makes, without which nothing can listen where our sockets
    /// are: the user's last login ended. Null: nothing is in the way of sockets. Servers we are connected to go on.
    @Nullable
    Path runtimeGone();

    /// Where the namespace's socket is.
    Path socket(String namespace);

    /// Whether anything lies where the namespace's socket is, listened on or not.
    boolean bound(String namespace);

    /// Namespaces whose sockets lie in our runtime directory, or to which a connection is open.
    List<String> namespaces();

    /// Starts the server with its holder session; a server that runs already is fine.
    ProcessRef start(String namespace) throws TmuxException;

    /// Stops the server if nothing but the holder session is on it, checked in the same command.
    ///
    /// @return false when something else was there
    boolean stopIfVacant(String namespace, ProcessRef server) throws TmuxException;

    /// Creates a session with its mark, pipe and `remain-on-exit` in one command sequence.
    ///
    /// @param squatter a session id to rename out of the way first, or null
    Created create(Launch launch, @Nullable String squatter) throws TmuxException;

    /// The same in a dead pane. Fails when the pane lives.
    Created respawn(Session.Pane pane, Launch launch) throws TmuxException;

    /// Replaces the mark on a pane.
    void stamp(Session.Pane pane, OwnerMark mark) throws TmuxException;

    /// Kills exactly this pane; of that server process only.
    void killPane(String namespace, Session.Pane pane) throws TmuxException;

    /// Opens the log pipe again after it broke.
    void repipe(Session.Pane pane, LogTarget log) throws TmuxException;

    /// The visible screen and up to `history` lines above it; escape codes kept when `ansi`.
    String capture(String namespace, Session.Pane pane, int history, boolean ansi) throws TmuxException;

    /// Presses keys in a pane, one after the other as a person would; a mode that would swallow them is left first.
    ///
    /// @param keys as tmux names them; every other word is typed as it is
    void sendKeys(Session.Pane pane, List<String> keys) throws TmuxException;

    /// The visible screen and when something was printed last.
    Glimpse glimpse(Session.Pane pane) throws TmuxException;

    /// What one pane shows.
    ///
    /// @param screen the visible lines, without the blanks at their ends
    /// @param printed when something was printed in its window, in seconds of the wall clock
    /// @param clock the same clock now
    record Glimpse(String screen, long printed, long clock) {}

    /// Makes a server of ours whose socket is gone recreate it, and waits until it answers there. Refuses when somebody
    /// else listens on the path.
    void rescue(String namespace, ProcessRef server) throws TmuxException;

    /// All that a run needs from tmux.
    ///
    /// @param argv program (absolute) and arguments, bytes exact
    /// @param environment on top of the server's base environment
    /// @param scope null: it is started in none
    /// @param secrets names among `environment` to remove from what `show-environment` prints
    record Launch(
            OwnerMark mark,
            List<String> argv,
            String workingDirectory,
            SortedMap<String, String> environment,
            List<String> secrets,
            int columns,
            int rows,
            int historyLimit,
            LogTarget log,
            @Nullable Confinement scope) {
        /// Without a scope.
        public Launch(
                OwnerMark mark,
                List<String> argv,
                String workingDirectory,
                SortedMap<String, String> environment,
                List<String> secrets,
                int columns,
                int rows,
                int historyLimit,
                LogTarget log) {
            this(mark, argv, workingDirectory, environment, secrets, columns, rows, historyLimit, log, null);
        }
    }

    /// Where a run's output goes: numbered segments, the oldest deleted by us.
    ///
    /// @param prefix absolute; segments are `prefix` + six digits
    record LogTarget(String prefix, long segmentBytes) {}

    /// What `create` and `respawn` made.
    record Created(String sessionId, String paneId, long pid) {}

    /// One look at one server.
    sealed interface Look {
        /// It answered.
        ///
        /// @param reachable its socket file is there and its own
        /// @param sightings of processes behind its panes, by pid: those that were looked at on the way
        record Answered(
                ProcessRef server, boolean reachable, List<PaneLine> panes, Map<Long, ProcessTable.Sighting> sightings)
                implements Look {
            public Answered(ProcessRef server, boolean reachable, List<PaneLine> panes) {
                this(server, reachable, panes, Map.of());
            }
        }

        /// Nobody listens on the path: no file, or nobody behind it.
        record NobodyListens() implements Look {}

        /// No answer, or one that could not be understood. Proves nothing.
        record Silent(String why) implements Look {}
    }

    /// One pane as `list-panes -a` tells it; everybody's, not only ours.
    ///
    /// @param pid 0 when tmux does not tell
    /// @param exitStatus null while it lives, or when tmux lost it
    /// @param mark null without a mark of a version we know
    /// @param sessionMark our uid on the session, null without
    record PaneLine(
            String sessionId,
            String sessionName,
            String paneId,
            long pid,
            boolean dead,
            @Nullable Integer exitStatus,
            @Nullable Integer exitSignal,
            int attached,
            boolean piped,
            @Nullable OwnerMark mark,
            @Nullable String sessionMark) {
        /// The same, with how its program ended.
        PaneLine exited(@Nullable Integer status, @Nullable Integer signal) {
            return new PaneLine(
                    sessionId, sessionName, paneId, pid, dead, status, signal, attached, piped, mark, sessionMark);
        }
    }
}
