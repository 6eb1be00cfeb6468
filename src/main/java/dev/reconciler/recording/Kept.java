package dev.reconciler.recording;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// `recording` of `config.yaml`, and `run --record`.
///
/// @param enabled `recording.enabled`: whether rounds are written down at all
/// @param maxAge `recording.maxHours`: how far back it goes at most
/// @param maxBytes `recording.maxBytes`: what it takes on the disk at most
/// @param file where a person wants it instead, null: in the state directory
public record Kept(boolean enabled, Duration maxAge, long maxBytes, @Nullable Path file) {
    public static final Kept DEFAULT = new Kept(true, Duration.ofHours(24), 16 << 20, null);

    public Kept in(Path other) {
        return new Kept(true, maxAge, maxBytes, other);
    }
}
