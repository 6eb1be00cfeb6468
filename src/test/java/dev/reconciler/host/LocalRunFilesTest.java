package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.RunId;
import dev.reconciler.host.RunFiles.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRunFilesTest extends RunFilesContract {
    private static final RunId RUN = new RunId("u", 1);

    @TempDir
    private Path state;

    private RunSockets sockets;

    private Path folder() {
        return state.resolve("runs");
    }

    @Override
    protected LocalRunFiles files() {
        return new LocalRunFiles(folder(), sockets);
    }

    @BeforeEach
    void sockets() {
        sockets = new RunSockets(state.resolve("run"));
    }

    @AfterEach
    void close() throws IOException {
        sockets.close();
    }

    @Override
    protected void write(RunId run, String variable, String text) throws IOException {
        var file = folder().resolve(run + (variable.equals(RunFiles.DONE) ? ".done" : ".heartbeat"));
        Files.writeString(file, text);
    }

    /// The folder vanishes: its files may still be somewhere.
    @Override
    protected void fail() throws IOException {
        Files.move(folder(), state.resolve("elsewhere"));
    }

    @Test
    void a_folder_that_vanished_is_made_again_so_that_runs_can_go_on_speaking() throws IOException {
        files().prepare(RUN, null);
        fail();
        try {
            files().look(List.of(RUN));
        } catch (IOException e) {
            assertTrue(Files.isDirectory(folder()));
        }
        assertEquals(RunFiles.Notes.NOTHING, files().look(List.of(RUN)).get(RUN));
    }

    @Test
    void a_prompt_gets_a_file_that_only_its_owner_reads() throws IOException {
        var file = Path.of(files().prepare(RUN, "two\nlines").get(RunFiles.PROMPT));
        assertEquals("two\nlines", Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())));
    }

    @Test
    void what_cannot_be_a_word_is_called_unusable() throws IOException {
        files().prepare(RUN, null);
        write(RUN, RunFiles.DONE, "x".repeat(RunFiles.LIMIT + 1));
        assertInstanceOf(Text.Unusable.class, files().look(List.of(RUN)).get(RUN).done());
        Files.write(folder().resolve(RUN + ".done"), new byte[] {(byte) 0xe2, (byte) 0x82});
        assertInstanceOf(Text.Unusable.class, files().look(List.of(RUN)).get(RUN).done());
        Files.delete(folder().resolve(RUN + ".done"));
        Files.createDirectory(folder().resolve(RUN + ".done"));
        assertInstanceOf(Text.Unusable.class, files().look(List.of(RUN)).get(RUN).done());
    }

    @Test
    void old_files_of_other_runs_are_removed() throws IOException {
        var other = new RunId("u", 2);
        var young = new RunId("u", 3);
        for (var run : List.of(RUN, other, young)) {
            files().prepare(run, null);
            write(run, RunFiles.DONE, "{}");
        }
        for (var run : List.of(RUN, other)) {
            Files.setLastModifiedTime(
                    folder().resolve(run + ".done"), FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        }
        files().keep(List.of(RUN));
        assertTrue(Files.exists(folder().resolve(RUN + ".done")));
        assertFalse(Files.exists(folder().resolve(other + ".done")));
        assertTrue(Files.exists(folder().resolve(young + ".done")));
    }

    @Test
    void a_done_file_wakes_whoever_watches() throws Exception {
        var woken = new CountDownLatch(1);
        try (var _ = files().watch(woken::countDown)) {
            // The watch is set up by a thread of its own.
            for (int i = 0; woken.getCount() > 0 && i < 100; i++) {
                var aside = Files.writeString(folder().resolve("aside"), "{}");
                Files.move(aside, folder().resolve("u-" + i + ".done"));
                woken.await(100, TimeUnit.MILLISECONDS);
            }
            assertEquals(0, woken.getCount());
        }
    }
}
