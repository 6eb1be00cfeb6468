package dev.reconciler.status;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was said to an agent, and what it said, as events: pure.
record Conversation(AgentName name, Moment now) {
    /// @param before null for an agent that was not known: what was said to it before is not told again
    List<Event> told(@Nullable AgentHistory before, AgentHistory after) {
        var told = new ArrayList<Event>();
        if (before == null) {
            return told;
        }
        var known = before.dialogue();
        for (var delivery : after.dialogue().deliveries()) {
            var old = known.delivery(delivery.key());
            if (!delivery.open() && (old == null || old.open())) {
                told.add(delivered(delivery));
            }
        }
        var done = after.dialogue().done();
        if (done != null && !done.equals(known.done())) {
            told.add(event(
                    done.succeeded(), done.succeeded() ? Reason.Done : Reason.Failed,
                    "Run " + done.run().number() + " says that it " + done.sentence()));
        }
        return told;
    }

    private Event delivered(Delivery delivery) {
        var what = delivery.id().equals(Delivery.PROMPT) ? "The prompt of run " : "A message to run ";
        return event(
                delivery.phase() == Delivery.Phase.Submitted, Conditions.reason(delivery.phase()),
                what + delivery.run().number() + ": " + delivery.why());
    }

    private Event event(boolean good, Reason reason, String message) {
        return new Event(now, now, 1, good ? Event.Type.Normal : Event.Type.Warning, reason, name, message);
    }
}
