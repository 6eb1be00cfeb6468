package dev.reconciler.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceTest {
    @TempDir
    private Path home;

    private Settings settings() throws Exception {
        var settings = Settings.load(Directories.Given.NOTHING, Map.of("HOME", home.toString()), home);
        Files.createDirectories(settings.state());
        var given = new Directories.Given(null, null, Files.createDirectories(home.resolve("run")).toString());
        return Settings.load(given, Map.of("HOME", home.toString()), home);
    }

    @Test
    void a_daemon_that_starts_waits_for_a_command_that_is_writing_a_word() throws Exception {
        var settings = settings();
        var word = Instance.acquire(settings);
        var daemon = CompletableFuture.supplyAsync(() -> {
            try {
                return Instance.acquire(settings);
            } catch (Access.Refusal e) {
                throw new IllegalStateException(e);
            }
        });
        assertFalse(daemon.isDone());
        word.close();
        daemon.join().close();
    }

    @Test
    void a_second_daemon_is_told_who_has_it() throws Exception {
        var settings = settings();
        try (var _ = Instance.acquire(settings)) {
            assertEquals(
                    "the state directory " + settings.state() + " is in use by the daemon with pid "
                            + ProcessHandle.current().pid(),
                    assertThrows(Access.Refusal.class, () -> Instance.acquire(settings)).getMessage());
        }
    }
}
