package dev.reconciler.controller;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Who is busy is asked while workers begin and end.
class DispatcherCopyTest {
    @Test
    void a_copy_can_be_taken_while_others_come_and_go() throws Exception {
        var some = new ConcurrentSkipListSet<Integer>();
        var over = new AtomicBoolean();
        var worker = Thread.ofPlatform().start(() -> {
            for (int i = 0; !over.get(); i++) {
                some.add(i % 3);
                some.remove((i + 1) % 3);
            }
        });
        try {
            for (int i = 0; i < 200_000; i++) {
                assertTrue(Dispatcher.copy(some).size() <= 3);
            }
        } finally {
            over.set(true);
            worker.join();
        }
    }
}
