package dev.reconciler.status;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Reason;
import dev.reconciler.host.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Kubernetes' two rules against a flood of events (client-go's `EventCorrelator`): more than 10 similar ones within
/// 600 s of each other are combined into one that counts up, and one object may report 25 at once, then one per 300 s.
final class EventThrift {
    static final String COMBINED = "(combined from similar events): ";

    private static final int SIMILAR = 10;
    private static final Duration SIMILAR_WITHIN = Duration.ofSeconds(600);
    private static final int BURST = 25;
    private static final Duration REFILL = Duration.ofSeconds(300);

    private final Clock clock;
    private final Cache<Similar, Set<String>> messages;
    private final Cache<Optional<AgentName>, Bucket> buckets;

    /// Events that differ in their message only.
    private record Similar(Event.Type type, Reason reason, @Nullable AgentName object) {}

    /// @param tokens at `nanos`
    private record Bucket(double tokens, long nanos) {}

    EventThrift(Clock clock) {
        this.clock = clock;
        messages = cache(SIMILAR_WITHIN);
        // After that long a bucket is full again, and as good as none.
        buckets = cache(REFILL.multipliedBy(BURST));
    }

    private <K, V> Cache<K, V> cache(Duration life) {
        return Caffeine.newBuilder()
                .ticker(() -> clock.now().nanos())
                .expireAfterWrite(life)
                .executor(Runnable::run)
                .build();
    }

    /// @return the event, or the aggregate it becomes part of; null when its object reports too much
    @Nullable
    Event admit(Event event) {
        return take(event.object()) ? combine(event) : null;
    }

    private Event combine(Event event) {
        var similar = new Similar(event.type(), event.reason(), event.object());
        var known = messages.getIfPresent(similar);
        Set<String> seen = known == null ? new HashSet<>() : known;
        boolean combined = seen.size() >= SIMILAR && !seen.contains(event.message());
        if (!combined) {
            seen.add(event.message());
        }
        messages.put(similar, seen);
        return combined
                ? new Event(
                        event.first(), event.last(), event.count(), event.type(), event.reason(), event.object(),
                        COMBINED + event.message())
                : event;
    }

    private boolean take(@Nullable AgentName object) {
        var key = Optional.ofNullable(object);
        long now = clock.now().nanos();
        var bucket = buckets.getIfPresent(key);
        double tokens = bucket == null
                ? BURST
                : Math.min(BURST, bucket.tokens + (double) (now - bucket.nanos) / REFILL.toNanos());
        boolean taken = tokens >= 1;
        buckets.put(key, new Bucket(taken ? tokens - 1 : tokens, now));
        return taken;
    }
}
