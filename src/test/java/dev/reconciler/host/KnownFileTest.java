package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.host.KnownFile.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownFileTest {
    @TempDir
    Path temp;

    private FolderScan.Found found;

    @BeforeEach
    void write() throws Exception {
        var path = Files.writeString(temp.resolve("a.yaml"), "a: 2\n");
        found = new FolderScan.Found(path, FileFacts.of(path), false);
    }

    @Test
    void equal_facts_within_a_tick_of_the_clock_prove_nothing() throws Exception {
        var now = KnownFile.read(found, before("a: 1\n", true, false), false, Writer.UNKNOWN);
        assertEquals("a: 2\n", text(now));
        assertFalse(now.content().quiet(), "it was another content a moment ago");
        assertFalse(now.trusted());
    }

    @Test
    void equal_facts_of_an_older_file_spare_the_reading() throws Exception {
        var before = before("a: 1\n", true, true);
        assertSame(before, KnownFile.read(found, before, false, Writer.UNKNOWN));
        assertEquals("a: 2\n", text(KnownFile.read(found, before, true, Writer.UNKNOWN)), "unless it was touched");
    }

    @Test
    void what_was_quiet_stays_so_until_somebody_writes() throws Exception {
        var before = before("a: 2\n", true, true);
        assertTrue(KnownFile.read(found, before, false, Writer.UNKNOWN).content().quiet());
        assertFalse(KnownFile.read(found, before, false, Writer.WRITING).content().quiet());
        assertTrue(KnownFile.read(found, before, false, Writer.FINISHED).content().quiet());
    }

    @Test
    void facts_that_moved_while_it_was_read_are_not_quiet() throws Exception {
        Files.writeString(found.path(), "a: 33\n");
        var now = KnownFile.read(found, null, true, Writer.FINISHED);
        assertEquals("a: 33\n", text(now));
        assertFalse(now.content().quiet());
    }

    private KnownFile before(String text, boolean quiet, boolean trusted) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return new KnownFile(found.facts(), new Folder.File.Content(bytes, quiet), System.nanoTime(), trusted);
    }

    private static String text(KnownFile file) {
        return new String(file.content().bytes(), StandardCharsets.UTF_8);
    }
}
