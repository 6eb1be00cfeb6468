package dev.reconciler.host;

import dev.reconciler.api.ProcessRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The processes of this machine, by identity.
public interface ProcessTable {
    /// Everything of this user. Costs about 10 µs a process, 30 with environments.
    Scan scan();

    /// One process, now: a single read of `/proc/PID/stat`.
    Sighting look(long pid);

    /// As [#look], but a process that is watched is alive until its pidfd says otherwise: nothing is read, and its end is
    /// known some microseconds late. For who has no reason to think that it ended.
    Sighting glance(long pid);

    /// What is known of a tmux server; null when that process is none, or gone.
    @Nullable
    Server server(ProcessRef ref);

    /// Sends only if `target` still is that process (start time compared, through a pidfd).
    Sent signal(ProcessRef target, Signal signal);

    /// Whether the process ignores the signal (`SigIgn` of `/proc/PID/status`); false when that cannot be told.
    boolean ignores(ProcessRef target, Signal signal);

    /// Calls `onExit` once, soon after `target` ends; at once when it is gone already. Cheap to repeat for a process
    /// that is watched: the first call wins.
    void watch(ProcessRef target, Runnable onExit);

    /// @param complete false when part of the table could not be read: then absence proves nothing
    record Scan(List<Process> processes, boolean complete, List<String> blind) {}

    /// One live process (zombies are not in a scan).
    ///
    /// @param session the kernel's session id (setsid)
    /// @param name comm, at most 15 bytes
    /// @param runId `RECONCILER_RUN_ID` of its environment, null without or unreadable: a candidate, never a proof
    /// @param argv empty when not read: read for tmux and the programs behind log pipes only
    /// @param server null unless it calls itself a tmux server
    record Process(
            ProcessRef ref,
            long parent,
            long session,
            String name,
            @Nullable String runId,
            List<String> argv,
            @Nullable Server server) {
        public Process(
                ProcessRef ref, long parent, long session, String name, @Nullable String runId, List<String> argv) {
            this(ref, parent, session, name, runId, argv, null);
        }
    }

    /// What is known of a tmux server without asking it.
    ///
    /// @param mark the path that we started it for, in its own environment (no program that it starts inherits that);
    ///     null: not started by us
    /// @param bound the sockets it listens on, usually one; empty when making it again failed
    /// @param stopped by a signal or a debugger: it answers nobody until it goes on
    /// @param blind why that could not be seen, null when it could
    record Server(@Nullable String mark, List<Bound> bound, boolean stopped, @Nullable String blind) {
        /// Whether others reach it through `path`.
        public boolean owns(String path) {
            return bound.stream().anyMatch(b -> b.standing() == Standing.Owner && b.path().equals(path));
        }

        /// Whether it is certain that nobody reaches it: each of its sockets is unlinked or another's by now.
        public boolean hidden() {
            return blind == null
                    && bound.stream()
                            .allMatch(b -> b.standing() == Standing.Unlinked || b.standing() == Standing.Taken);
        }
    }

    /// A socket that a server listens on.
    ///
    /// @param path absolute
    /// @param inode of the socket, as `/proc/PID/fd` shows it
    record Bound(String path, long inode, Standing standing) {}

    /// What lies on the path that a socket was bound to.
    enum Standing {
        /// The socket's own file.
        Owner,
        /// Nothing.
        Unlinked,
        /// Another file: another server's socket, or no socket at all.
        Taken,
        /// It could not be looked at.
        Unclear
    }

    /// What one look at one pid shows.
    sealed interface Sighting {
        record Alive(ProcessRef ref) implements Sighting {}

        /// Ended, not reaped: dead for us.
        ///
        /// @param status how, as wait(2) tells it; 0: well, or not ours to know (it had become another user's)
        record Zombie(ProcessRef ref, int status) implements Sighting {}

        record Gone() implements Sighting {}

        record Unreadable(String why) implements Sighting {}
    }

    /// What became of a signal.
    enum Sent {
        Delivered,
        /// No such process any more, or the pid is another process now.
        Gone,
        Denied
    }
}
