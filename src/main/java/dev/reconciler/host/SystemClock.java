package dev.reconciler.host;

import dev.reconciler.api.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// This machine's clock. [System#nanoTime] is CLOCK_MONOTONIC on Linux (a test compares them): nanoseconds since boot,
/// without the time asleep, untouched by whoever sets the wall clock.
public final class SystemClock implements Clock {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private static final int UUID_LENGTH = 36;

    private final String bootId;

    /// @throws IOException with a sentence, when the boot cannot be told from an earlier one
    public SystemClock() throws IOException {
        this(BOOT_ID);
    }

    SystemClock(Path bootId) throws IOException {
        try {
            this.bootId = Files.readString(bootId).strip();
        } catch (IOException e) {
            throw new IOException("cannot read the boot id, " + bootId + ": " + Why.of(e) + "; is /proc mounted?", e);
        }
        if (this.bootId.length() != UUID_LENGTH) {
            throw new IOException("the boot id, " + bootId + ", is '" + this.bootId + "'; is that the real /proc?");
        }
    }

    @Override
    public Moment now() {
        return new Moment(bootId, System.nanoTime(), Instant.now());
    }
}
