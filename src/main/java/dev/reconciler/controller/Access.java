package dev.reconciler.controller;

import dev.reconciler.actuate.Outcome;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.observed.Inventory;
import dev.reconciler.observed.ScopeInventory;
import dev.reconciler.plan.Finding;
import dev.reconciler.status.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a verb may ask: of the daemon, or of a look of its own when there is no daemon. The same code serves both.
public interface Access {
    Moment now();

    /// The newest picture.
    View view();

    /// Blocks until there is a picture newer than `seen`, or `limit` is over; the newest picture either way.
    View next(View seen, Duration limit) throws InterruptedException;

    /// Oldest first.
    List<Event> events();

    /// The folder that holds `<namespace>/<name>/<run id>.<six digits>` log segments.
    Path logs();

    /// The manifests folder, absolute.
    Path manifests();

    /// The socket of the namespace's tmux server: what `attach` connects to.
    Path socket(String namespace);

    /// Whether whoever asks may press keys in the agent's terminal.
    ///
    /// @throws Refusal when not
    default void mayType(AgentName name) throws Refusal {}

    /// What a person would see in the agent's pane.
    String screen(AgentName name, int history, boolean ansi) throws Refusal;

    /// Records the delete durably; the rounds do the rest.
    ///
    /// @param graceSeconds null: as the spec says
    void delete(AgentName name, @Nullable Integer graceSeconds) throws Refusal;

    /// Records that the current run is to be replaced.
    void rolloutRestart(AgentName name) throws Refusal;

    /// Records a text for the program in its terminal, durably; the rounds deliver it.
    ///
    /// @param text as it is to be typed, free of control characters
    /// @param limit how long it may wait until the program is ready for it
    /// @return the key of the delivery in the agent's history
    String send(AgentName name, String text, Duration limit) throws Refusal;

    /// Allows exactly what awaits approval now, or those of `names`.
    ///
    /// @param names empty: all
    /// @return the approved names
    List<AgentName> approve(List<AgentName> names) throws Refusal;

    /// Records whether anything new of the folder is taken in.
    void suspendSource(boolean suspended) throws Refusal;

    /// Fetches, where something is fetched from, and looks again.
    ///
    /// @return why the newest commit is not taken in; empty when it is
    String syncSource() throws Refusal;

    /// What another revision of the folder would do to this machine.
    ///
    /// @param revision as git understands it
    Forecast forecast(String revision) throws Refusal;

    /// Every tmux server of this user, looked at now.
    ///
    /// @param ask connect to each and ask who it is: tells a busy server and its sessions; without, only the kernel is
    ///     asked, which is fast
    Inventory servers(Inventory.Witness witness, boolean ask);

    /// Every systemd unit that holds our servers and runs, or that tmux made, looked at now.
    ScopeInventory scopes();

    /// The tmux servers that live and cannot be reached.
    List<Inventory.Entry> lostServers();

    /// Makes a tmux server reachable, whoever's it is.
    ///
    /// @return the path where it is reached now
    String rescue(ProcessRef server) throws Refusal;

    /// What seems to be nobody's any more, and what [#reap] would do about it.
    ///
    /// @param foreign pids of servers of others that a person wants to be ended
    List<Finding> garbage(Set<Long> foreign);

    /// Does it.
    Outcome reap(Finding finding) throws Refusal;

    /// A request that can't be met, with a sentence for the person who asked.
    final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        public Refusal(String message) {
            super(message);
        }
    }
}
