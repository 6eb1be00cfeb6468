package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SegmentsTest {
    @Test
    void a_small_disk_is_left_to_what_needs_it_more() {
        long mebi = 1 << 20;
        assertEquals(16 * mebi, Segments.bound(16 * mebi, 1 << 30, 0));
        assertEquals(mebi / 2, Segments.bound(16 * mebi, 4 * mebi, 0));
        assertEquals(mebi, Segments.bound(16 * mebi, 7 * mebi, mebi), "what is ours already counts as free");
    }
}
