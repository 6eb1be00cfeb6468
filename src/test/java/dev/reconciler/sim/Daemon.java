package dev.reconciler.sim;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import dev.reconciler.controller.View;
import java.util.List;

/// The product, as the simulation drives it.
interface Daemon {
    /// Look, note, plan, act, report: once.
    void round();

    /// When to look again even if nothing happens, null without.
    Moment wakeAt();

    /// The newest picture, null before the first round.
    View view();

    /// A person's word, as the verbs give it; false when it was refused.
    boolean delete(AgentName name);

    boolean rollout(AgentName name);

    /// What was approved.
    List<AgentName> approve();

    /// Makes one on a machine.
    @FunctionalInterface
    interface Maker {
        /// @param wake called when something happened
        Daemon start(FakeHost host, Runnable wake);
    }
}
