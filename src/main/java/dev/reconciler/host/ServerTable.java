package dev.reconciler.host;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.ProcessRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Every tmux server of this user, whoever started it and wherever its socket lies. Only looks, but for [#rescue] and
/// [#removeIdle].
public interface ServerTable {
    /// A look at all of them.
    ///
    /// @param ask connect to each server and ask who it is; without, the kernel's word is all there is, which is fast and
    ///     disturbs nobody, but does not tell a busy server
    /// @param lsof ask `lsof`, too
    Look look(boolean ask, boolean lsof);

    /// Sockets that somebody listens on and that their paths do not lead to, by inode, whoever's. A fraction of what
    /// [#look] costs, and starts no process: nobody is lost whose socket is not among them, but for a server that failed
    /// to make its socket at all.
    Set<Long> astray();

    /// Only what tells who lost its path, and by memory of what was seen before: a fraction of [#look], and no process is
    /// started. What lives in them, and a server that failed to make its socket at all, is not told.
    Look lost();

    /// Processes that write logs below this folder, as `split` of a pane's pipe does: by the file they hold open.
    List<Pipe> pipes(Path logs);

    /// The agent that a process's environment names, by process; of those that carry a run id.
    SortedMap<ProcessRef, AgentName> carriers(ProcessTable.Scan scan);

    /// Makes a server reachable that anybody started: at its own path when nobody owns that, else beside it, at
    /// `PATH.ghost-PID`, with the owner and its clients unharmed.
    ///
    /// @return where it is reached now
    /// @throws TmuxException what cannot be done, with the reason
    String rescue(ProcessRef server) throws TmuxException;

    /// Removes a socket file in our own directory that nobody listens on, checked again right before.
    void removeIdle(String path) throws TmuxException;

    /// The facts of one look.
    ///
    /// @param heard who answered on a path; only paths that were asked
    /// @param contents what lives in each server, as `/proc` tells
    /// @param idle socket files that nobody listens on, in our directory and in tmux's own
    /// @param lsof what `lsof` says, null when it was not asked
    record Look(
            ProcessTable.Scan scan,
            SortedMap<String, Heard> heard,
            SortedMap<ProcessRef, Contents> contents,
            List<String> idle,
            @Nullable Witness lsof) {}

    /// What came back when a path was asked who listens there.
    sealed interface Heard {
        /// @param sessions how many it has
        record Answered(long pid, int sessions) implements Heard {}

        record Nobody() implements Heard {}

        /// Somebody may listen; no answer came.
        record Silent(String why) implements Heard {}
    }

    /// What lives in a server.
    ///
    /// @param memory resident bytes of the server and of everything below it
    /// @param age since it was started, time asleep included
    /// @param programs the main process of each pane, by pid
    /// @param told the path its panes were told at their start (`TMUX`), null without one: where its socket was, should
    ///     it have none any more
    record Contents(long memory, Duration age, List<Program> programs, @Nullable String told) {
        public static final Contents NONE = new Contents(0, Duration.ZERO, List.of(), null);

        /// Distinct sessions that panes were started in.
        public int sessions() {
            return (int) programs.stream().map(Program::session).distinct().count();
        }
    }

    /// The main process of a pane.
    ///
    /// @param session number of the session it was started in
    /// @param pane `%n`
    /// @param command its command line, arguments joined by spaces
    record Program(ProcessRef process, String session, String pane, String command, String directory) {}

    /// A process at the end of a pane's pipe.
    ///
    /// @param parent pid
    /// @param log the segment it writes
    record Pipe(ProcessRef process, long parent, String log) {}

    /// What `lsof` says.
    ///
    /// @param listening paths by the pid of the tmux server that listens there. A name that holds spaces ends at the
    ///     first: so `lsof` reads the kernel's table
    /// @param trouble why it says nothing, null when it does
    record Witness(SortedMap<Long, List<String>> listening, @Nullable String trouble) {}
}
