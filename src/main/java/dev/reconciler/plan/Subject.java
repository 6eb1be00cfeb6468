package dev.reconciler.plan;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.api.Vitals;
import dev.reconciler.plan.Action.Hold;
import org.jspecify.annotations.Nullable;

/// The one agent that rows of the table are about, in one round.
record Subject(Round round, AgentHistory agent) {
    AgentName name() {
        return agent.name();
    }

    Moment now() {
        return round.now();
    }

    Vitals vitals() {
        return round.observed().vitals(agent.name());
    }

    /// @param until when the answer may change by time alone, null: only by an event
    Hold hold(Reason reason, String message, @Nullable Moment until) {
        return new Hold(agent.name(), reason, message, until);
    }

    Hold hold(Reason reason, String message) {
        return hold(reason, message, null);
    }

    boolean deleted() {
        return agent.delete() != null;
    }

    /// Whether it is another run than the remembered one.
    boolean unknown(RunId run) {
        return agent.run() == null || !agent.run().id().equals(run);
    }

    static @Nullable OwnerMark mark(Session session) {
        return switch (session) {
            case Session.Running(var pane, var process) -> pane.mark();
            case Session.Exited(var pane, var exit, var leftovers) -> pane.mark();
            case Session.Absent a -> null;
            case Session.Orphaned o -> null;
            case Session.Doubled d -> null;
            case Session.Ghost g -> null;
            case Session.OtherSource o -> null;
            case Session.Foreign f -> null;
            case Session.Unknown u -> null;
        };
    }
}
