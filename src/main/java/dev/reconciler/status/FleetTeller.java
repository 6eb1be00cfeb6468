package dev.reconciler.status;

import dev.reconciler.api.ServerHistory;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.api.SourceHistory;
import dev.reconciler.api.Teardown;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.Plan;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What happened to servers, and to what we ended, as events.
///
/// @param told where they are added
record FleetTeller(Plan plan, Moment now, List<Event> told) {
    private static final String NOTHING = "no process, unit, socket or log pipe of it is left";

    void tell(AgentHistory.Fleet before, AgentHistory.Fleet after) {
        source(before.whence(), after.whence());
        servers(before, after);
        teardowns(before.teardowns(), after.teardowns());
        plan.units()
                .values()
                .forEach(action -> normal(
                        action.reason(), null,
                        "Nobody is in unit " + action.unit() + ", and nobody will end it: it is removed"));
    }

    private void normal(Reason reason, @Nullable AgentName object, String message) {
        told.add(new Event(now, now, 1, Event.Type.Normal, reason, object, message));
    }

    private void warning(Reason reason, @Nullable AgentName object, String message) {
        told.add(new Event(now, now, 1, Event.Type.Warning, reason, object, message));
    }

    private void source(SourceHistory before, SourceHistory after) {
        if (!after.trouble().isEmpty() && !after.trouble().equals(before.trouble())) {
            warning(after.verified() ? Reason.SourceFailed : Reason.SourceNotVerified, null, after.trouble());
        }
        if (after.suspended() != before.suspended()) {
            var where = after.brief() == null ? "" : " at " + after.brief();
            normal(after.suspended() ? Reason.SourceSuspended : Reason.SourceResumed, null,
                    after.suspended() ? "A person suspended the folder" + where
                            : "A person resumed the folder" + where);
        }
    }

    /// What we ended: nothing is left of it, or what is.
    private void teardowns(List<Teardown> before, List<Teardown> after) {
        for (var old : before) {
            boolean known = old.since().sameBoot(now);
            if (known && after.stream().noneMatch(one -> same(one, old))) {
                normal(Reason.TeardownVerified, old.name(), what(old) + ": " + NOTHING);
            }
        }
        for (var one : after) {
            boolean told = before.stream().anyMatch(old -> same(one, old) && old.left().equals(one.left()));
            if (!one.left().isEmpty() && !told) {
                warning(Reason.TeardownIncomplete, one.name(), what(one) + " ended and left " + one.left());
            }
        }
    }

    private static boolean same(Teardown one, Teardown other) {
        return Objects.equals(one.name(), other.name())
                && Objects.equals(one.run(), other.run())
                && one.namespace().equals(other.namespace());
    }

    private static String what(Teardown teardown) {
        var run = teardown.run();
        return run == null ? "The tmux server of namespace " + teardown.namespace() : "Run " + run.number();
    }

    private void servers(AgentHistory.Fleet before, AgentHistory.Fleet after) {
        after.servers().forEach((namespace, server) -> {
            var known = before.servers().getOrDefault(namespace, ServerHistory.UNKNOWN);
            var whose = "The tmux server of namespace " + namespace;
            boolean tried = plan.servers().get(namespace) instanceof Action.Rescue;
            if (plan.servers().get(namespace) instanceof Action.HoldServer held
                    && !held.message().equals(known.message())
                    && held.message().equals(server.message()) && held.until() == null) {
                warning(held.reason(), null, "Namespace " + namespace + ": " + held.message());
            }
            if (tried && known.rescues() == 0) {
                warning(Reason.Ghost, null, whose + " lives and its socket is gone");
            }
            // A try that is under way is counted too; only one that failed has left a message.
            if (server.rescues() > known.rescues() && !server.message().isEmpty()) {
                warning(Reason.RescueFailed, null, whose + " could not be made reachable: " + server.message());
            } else if (server.rescued() > known.rescued()) {
                normal(Reason.Rescued, null, whose + " is reachable again");
            }
            if (server.startFailures() > known.startFailures() && !server.message().isEmpty()) {
                warning(Reason.StartFailed, null, whose + " could not be started: " + server.message());
            }
        });
    }
}
