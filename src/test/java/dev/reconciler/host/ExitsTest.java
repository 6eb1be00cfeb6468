package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable.Sighting;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Where no pidfd can be had: no process has this pid, so that opening one fails.
class ExitsTest {
    private static final ProcessRef TARGET = new ProcessRef(Integer.MAX_VALUE, 7);

    private final AtomicReference<Sighting> sighting = new AtomicReference<>(new Sighting.Alive(TARGET));
    private final AtomicInteger ends = new AtomicInteger();

    @Test
    void without_a_pidfd_it_looks_until_the_process_is_gone() {
        try (var exits = new Exits(_ -> sighting.get())) {
            exits.watch(TARGET, ends::incrementAndGet);
            assertEquals(0, ends.get());
            sighting.set(new Sighting.Gone());
            await().until(() -> ends.get() == 1);
        }
    }

    @Test
    void what_cannot_be_looked_at_is_not_gone() {
        sighting.set(new Sighting.Unreadable("too many open files"));
        try (var exits = new Exits(_ -> sighting.get())) {
            exits.watch(TARGET, ends::incrementAndGet);
            await().during(Duration.ofMillis(700)).until(() -> ends.get() == 0);
            sighting.set(new Sighting.Alive(new ProcessRef(TARGET.pid(), 8)));
            await().until(() -> ends.get() == 1);
        }
    }
}
