package dev.reconciler.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one look at the machine proves about one name. Of the world only: nothing remembered is in it.
public sealed interface Session {
    /// The server answered without it (or nobody listens), and no process carries it. A strong word.
    ///
    /// @param squatter a session of ours by its session mark whose pane of ours is gone (a person split it): the next
    ///     start renames it by this `$id`
    record Absent(@Nullable String squatter) implements Session {}

    /// Its pane's process lives.
    record Running(Pane pane, ProcessRef process) implements Session {}

    /// Its pane is dead, its process is gone.
    ///
    /// @param leftovers processes of the same run that still live, proven ours
    record Exited(Pane pane, Exit exit, List<ProcessRef> leftovers) implements Session {}

    /// Its tmux server died, its program lives on.
    ///
    /// @param processes all that is proven to belong to that run, the main process first if it lives
    record Orphaned(RunId run, List<ProcessRef> processes) implements Session {}

    /// More than one live run, or a run beside the dead pane of another.
    record Doubled(List<Session> runs) implements Session {}

    /// Its server lives but cannot be reached: the socket is gone and no connection is open.
    record Ghost(ProcessRef server) implements Session {}

    /// Marked by another manifests folder.
    record OtherSource(String source) implements Session {}

    /// A session of that name without our mark: never ours to touch.
    record Foreign(String evidence) implements Session {}

    /// Could not look.
    record Unknown(String why) implements Session {}

    /// One pane of ours on one server.
    ///
    /// @param server the tmux server's process: a pane id means nothing without it
    /// @param id `%n`
    /// @param sessionId `$n`
    /// @param attached clients attached to its session
    /// @param piped whether its log pipe is open
    /// @param shared whether its session holds panes that are not ours
    record Pane(
            ProcessRef server,
            String id,
            String sessionId,
            OwnerMark mark,
            int attached,
            boolean piped,
            boolean shared) {}
}
