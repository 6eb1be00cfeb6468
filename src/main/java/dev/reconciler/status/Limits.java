package dev.reconciler.status;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Condition;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.observed.ScopesSeen;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Whether the limits of a running agent are kept, as the machine shows it.
record Limits(Condition.Status status, Reason reason, String message) {
    /// Null when it has none.
    static @Nullable Limits of(AgentName name, RunId run, Agent agent, ScopesSeen scopes) {
        var limits = agent.spec().resources().limits();
        if (limits.none()) {
            return null;
        }
        var holds = scopes.holds(name, run);
        if (holds == null) {
            return new Limits(Condition.Status.Unknown, Reason.ObservationIncomplete, scopes.trouble());
        }
        if (!holds) {
            return no(scopes.absent()
                    ? scopes.trouble()
                    : "this run is in no scope: it was started where there was no user manager; the next one will be");
        }
        var missing = new TreeSet<>(limits.controllers());
        missing.removeAll(scopes.controllers());
        return missing.isEmpty()
                ? new Limits(
                        Condition.Status.True, Reason.LimitsEnforced, "they stand on the scope that holds the run")
                : no("the user manager has no cgroup controller " + String.join(", ", missing));
    }

    private static Limits no(String why) {
        return new Limits(Condition.Status.False, Reason.LimitsNotEnforced, "its limits are not enforced: " + why);
    }
}
