package dev.reconciler.recording;

import dev.reconciler.observed.ScopesSeen;
import dev.reconciler.recording.Frame.Delta;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Rounds as frames: what is different from the last one. What is the very same object costs one comparison.
public final class Frames {
    private final Redaction secrets;
    private @Nullable Inputs last;
    private SortedMap<String, Decision> decided = Collections.emptySortedMap();

    /// @param salt random, and kept nowhere
    public Frames(byte[] salt) {
        this(new Redaction(salt));
    }

    Frames(Redaction secrets) {
        this.secrets = secrets;
    }

    /// The next one says all there is.
    public void anew() {
        last = null;
    }

    public Frame next(Inputs now) {
        var before = last;
        var decisions = Decision.all(now.plan());
        var frame = before == null ? whole(now, decisions) : since(before, now, decisions);
        last = now;
        decided = decisions;
        return frame;
    }

    private Frame whole(Inputs now, SortedMap<String, Decision> decisions) {
        var observed = now.observed();
        return new Frame(
                true, now.at(), null, 0,
                secrets.of(now.desired().source()),
                delta(none(), now.desired().desires(), secrets::of),
                delta(none(), observed.sessions(), secrets::of),
                delta(none(), observed.servers(), s -> s),
                delta(none(), observed.preflights(), p -> p),
                delta(none(), observed.vitals(), secrets::of),
                delta(none(), observed.health(), secrets::of),
                units(observed.scopes()),
                text(observed.runtimeGone()),
                delta(none(), now.history().agents(), secrets::of),
                secrets.of(now.history().fleet()),
                delta(none(), decisions, d -> d),
                false);
    }

    private static <K, V> SortedMap<K, V> none() {
        return Collections.emptySortedMap();
    }

    private Frame since(Inputs before, Inputs now, SortedMap<String, Decision> decisions) {
        var seen = before.observed();
        var sees = now.observed();
        return new Frame(
                false, now.at(), null, 0,
                changed(before.desired().source(), now.desired().source(), secrets::of),
                delta(before.desired().desires(), now.desired().desires(), secrets::of),
                delta(seen.sessions(), sees.sessions(), secrets::of),
                delta(seen.servers(), sees.servers(), s -> s),
                delta(seen.preflights(), sees.preflights(), p -> p),
                delta(seen.vitals(), sees.vitals(), secrets::of),
                delta(seen.health(), sees.health(), secrets::of),
                seen.scopes().same(sees.scopes()) ? null : units(sees.scopes()),
                Objects.equals(seen.runtimeGone(), sees.runtimeGone()) ? null : text(sees.runtimeGone()),
                delta(before.history().agents(), now.history().agents(), secrets::of),
                changed(before.history().fleet(), now.history().fleet(), secrets::of),
                delta(decided, decisions, d -> d),
                false);
    }

    private static <T> @Nullable T changed(T before, T now, UnaryOperator<T> redaction) {
        if (before == now || before.equals(now)) {
            return null;
        }
        var redacted = redaction.apply(now);
        return redacted.equals(redaction.apply(before)) ? null : redacted;
    }

    /// Null when nothing changed that may be told.
    private static <K, V> @Nullable Delta<V> delta(
            SortedMap<K, V> before, SortedMap<K, V> now, UnaryOperator<V> redaction) {
        if (before == now) {
            return null;
        }
        var set = new TreeMap<String, V>();
        now.forEach((key, value) -> {
            var old = before.get(key);
            var told = old == null ? redaction.apply(value) : changed(old, value, redaction);
            if (told != null) {
                set.put(key.toString(), told);
            }
        });
        var gone = new ArrayList<String>();
        before.keySet().forEach(key -> {
            if (!now.containsKey(key)) {
                gone.add(key.toString());
            }
        });
        return set.isEmpty() && gone.isEmpty() ? null : new Delta<>(set, List.copyOf(gone));
    }

    private static Frame.Units units(ScopesSeen scopes) {
        return new Frame.Units(
                scopes.trouble(), scopes.absent(), List.copyOf(new TreeSet<>(scopes.controllers())),
                List.copyOf(scopes.names()),
                scopes.empty()
                        .values()
                        .stream()
                        .map(e -> new Frame.Empty(e.unit(), e.ours(), e.server(), e.activeNanos()))
                        .toList());
    }

    private static String text(@Nullable Path path) {
        return path == null ? "" : path.toString();
    }
}
