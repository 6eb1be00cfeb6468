package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TmuxVersionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"tmux 3.3a", "tmux 3.3b", "tmux 3.4", "tmux 3.10", "tmux 4.0", "tmux next-3.6", "tmux master",
                "tmux 3.5a-rc1"})
    void these_will_do(String version) {
        assertNull(TmuxVersion.trouble(version));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tmux 3.3", "tmux 3.2a", "tmux 2.9a", "tmux 1.8"})
    void these_are_too_old(String version) {
        assertEquals(version + " is too old: reconciler needs tmux 3.3a or newer", TmuxVersion.trouble(version));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "screen 4.9", "tmux"})
    void an_unknown_one_is_named(String version) {
        assertNotNull(TmuxVersion.trouble(version));
    }
}
