package dev.reconciler.plan;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.PreStop;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One decision about one name, or about one namespace's server: data, never a command object.
public sealed interface Action {
    Reason reason();

    /// About an agent.
    sealed interface OfAgent extends Action {
        AgentName name();
    }

    /// About a namespace's tmux server.
    sealed interface OfServer extends Action {
        String namespace();
    }

    /// About a unit of the user's service manager.
    sealed interface OfUnit extends Action {
        String unit();
    }

    /// A new run in a new session.
    ///
    /// @param restart whether it counts as a restart
    /// @param squatter a session to rename out of the way first, by `$id`
    record Start(AgentName name, Agent agent, OwnerMark mark, Reason reason, boolean restart, @Nullable String squatter)
            implements OfAgent {}

    /// A new run in the dead pane of the last one: attached people stay attached.
    record Restart(AgentName name, Agent agent, OwnerMark mark, Reason reason, boolean restart, Session.Pane pane)
            implements OfAgent {}

    /// Ends a run. TERM goes to the first target, KILL to all of them.
    ///
    /// @param targets seen in this very census, the main process first
    /// @param deadline when KILL is due
    record Stop(AgentName name, RunId run, Reason reason, Step step, List<ProcessRef> targets, Moment deadline)
            implements OfAgent {}

    /// Begins to end a run by asking its program in its own way; TERM follows.
    ///
    /// @param document the last good one, as JSON: with whose directory and environment a command runs
    /// @param deadline when KILL is due
    record Ask(
            AgentName name,
            RunId run,
            Reason reason,
            Session.Pane pane,
            PreStop how,
            @Nullable String document,
            Moment deadline)
            implements OfAgent {}

    /// How far a stop has come.
    enum Step {
        Term,
        Kill
    }

    /// Removes a dead pane of ours; its session goes with its last pane.
    record Reap(AgentName name, Session.Pane pane, Reason reason) implements OfAgent {}

    /// Takes over a run that history does not know, as it is.
    record Adopt(AgentName name, Session session, OwnerMark mark, @Nullable ProcessRef process, Reason reason)
            implements OfAgent {}

    /// Writes a new mark on a pane whose run goes on.
    record Restamp(AgentName name, Session.Pane pane, OwnerMark mark, Reason reason) implements OfAgent {}

    /// Opens the log pipe of a live pane again.
    record Repipe(AgentName name, Session.Pane pane, AgentSpec.Logs logs, Reason reason) implements OfAgent {}

    /// Types a text into the program, unless tmux knows that it was typed.
    ///
    /// @param agent its spec holds the prompt, when it is that
    /// @param line digest of the cursor's line before it
    record Type(
            AgentName name,
            Agent agent,
            Session.Pane pane,
            ProcessRef process,
            Delivery delivery,
            String line,
            Reason reason) implements OfAgent {}

    /// Presses Enter after a text that was typed, unless tmux knows that it was pressed.
    ///
    /// @param time how often it was pressed then
    /// @param line digest of the cursor's line before it
    record Submit(
            AgentName name,
            Session.Pane pane,
            ProcessRef process,
            Delivery delivery,
            int time,
            String line,
            Reason reason) implements OfAgent {}

    /// Removes a document from the folder, because a person said delete.
    record RemoveManifest(AgentName name, Agent.Origin origin, String documentDigest, Reason reason)
            implements OfAgent {}

    /// Erases what is remembered of an agent that is gone.
    record Forget(AgentName name, Reason reason) implements OfAgent {}

    /// Nothing, for a reason.
    ///
    /// @param until when the answer may change by time alone, null: only by an event
    record Hold(AgentName name, Reason reason, String message, @Nullable Moment until) implements OfAgent {}

    /// Starts the tmux server of a namespace.
    record StartServer(String namespace, Reason reason) implements OfServer {}

    /// Stops it; checked again under tmux's own lock.
    record StopServer(String namespace, ProcessRef server, Reason reason) implements OfServer {}

    /// Makes it reachable again.
    record Rescue(String namespace, ProcessRef server, Reason reason) implements OfServer {}

    /// Leaves it, for a reason.
    record HoldServer(String namespace, Reason reason, String message, @Nullable Moment until) implements OfServer {}

    /// Removes a unit that nobody is in, which is looked at again right before.
    record ReapUnit(String unit, Reason reason) implements OfUnit {}
}
