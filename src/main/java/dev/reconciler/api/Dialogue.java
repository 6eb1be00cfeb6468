package dev.reconciler.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was said to an agent, and what it said.
///
/// @param prompted digest of the prompt that a run was given last, empty before
/// @param deliveries oldest first; those that are settled are kept for a while
/// @param messages how many messages there ever were
/// @param done what it said last about the end of its task
public record Dialogue(String prompted, List<Delivery> deliveries, long messages, @Nullable Done done) {
    public static final Dialogue NONE = new Dialogue("", List.of(), 0, null);

    /// Settled deliveries that are kept, for whoever still waits for the receipt.
    private static final int KEPT = 8;

    public Dialogue prompted(String digest) {
        return new Dialogue(digest, deliveries, messages, done);
    }

    public Dialogue done(Done value) {
        return new Dialogue(prompted, deliveries, messages, value);
    }

    /// One more, the oldest settled ones forgotten.
    public Dialogue with(Delivery added) {
        var all = new ArrayList<>(deliveries);
        all.add(added);
        for (int i = 0; all.size() > KEPT && i < all.size();) {
            if (all.get(i).open() || all.get(i).equals(prompt())) {
                i++;
            } else {
                all.remove(i);
            }
        }
        return new Dialogue(prompted, List.copyOf(all), added.id().equals(Delivery.PROMPT) ? messages : messages + 1,
                done);
    }

    public Dialogue replace(Delivery changed) {
        return new Dialogue(
                prompted,
                deliveries.stream().map(d -> d.key().equals(changed.key()) ? changed : d).toList(), messages, done);
    }

    /// The one that is on its way into this run, the oldest first; null when there is none.
    public @Nullable Delivery open(RunId run) {
        for (var delivery : deliveries) {
            if (delivery.open() && delivery.run().equals(run)) {
                return delivery;
            }
        }
        return null;
    }

    /// The receipt of the last prompt, null before there was one.
    public @Nullable Delivery prompt() {
        Delivery last = null;
        for (var delivery : deliveries) {
            last = delivery.id().equals(Delivery.PROMPT) ? delivery : last;
        }
        return last;
    }

    public @Nullable Delivery delivery(String key) {
        for (var delivery : deliveries) {
            if (delivery.key().equals(key)) {
                return delivery;
            }
        }
        return null;
    }

    /// What this run said about its end, null as long as it said nothing.
    public @Nullable Done done(RunId run) {
        return done != null && done.run().equals(run) ? done : null;
    }
}
