package dev.reconciler;

import org.junit.jupiter.api.Test;

class SmokeTest {
    @Test
    void runs_on_25() {
        org.junit.jupiter.api.Assertions.assertTrue(Runtime.version().feature() >= 25);
    }
}
