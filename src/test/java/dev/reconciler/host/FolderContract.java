package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.host.Folder.File;
import dev.reconciler.host.Folder.Look;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/// What every manifests folder does, the disk's and the simulated one.
abstract class FolderContract {
    /// Empty at first, the same one during a test.
    protected abstract Folder folder();

    /// Somebody writes a file whole, and closes it.
    protected abstract void write(String file, String text) throws Exception;

    /// Somebody begins a file and has not closed it yet.
    protected abstract void begin(String file, String text) throws Exception;

    /// He closes it.
    protected abstract void finish(String file) throws Exception;

    protected abstract void remove(String file) throws Exception;

    /// The folder itself goes away.
    protected abstract void vanish() throws Exception;

    @Test
    void an_empty_folder_is_seen_empty() {
        assertEquals(List.of(), List.copyOf(seen().keySet()));
    }

    @Test
    void files_are_seen_with_their_relative_paths_in_order() throws Exception {
        write("b.yaml", "b: 1\n");
        write("team/web/a.yml", "a: 1\n");
        write("c.json", "{}");
        assertEquals(List.of("b.yaml", "c.json", "team/web/a.yml"), List.copyOf(seen().keySet()));
        assertEquals("a: 1\n", text("team/web/a.yml"));
    }

    @Test
    void a_look_shows_what_was_written_last() throws Exception {
        write("a.yaml", "a: 1\n");
        assertEquals("a: 1\n", text("a.yaml"));
        write("a.yaml", "a: 2\n");
        assertEquals("a: 2\n", text("a.yaml"));
        remove("a.yaml");
        assertEquals(List.of(), List.copyOf(seen().keySet()));
    }

    @Test
    void a_file_is_quiet_once_its_writer_has_finished() throws Exception {
        write("a.yaml", "a: 1\n");
        await().until(() -> content("a.yaml").quiet());
        begin("a.yaml", "a: 2\nb:");
        assertFalse(content("a.yaml").quiet());
        finish("a.yaml");
        await().until(() -> content("a.yaml").quiet());
        assertEquals("a: 2\nb:", text("a.yaml"));
    }

    @Test
    void a_folder_that_vanished_is_blind_and_not_empty() throws Exception {
        write("a.yaml", "a: 1\n");
        seen();
        vanish();
        var blind = assertInstanceOf(Look.Blind.class, folder().look());
        assertFalse(blind.why().isBlank());
    }

    @Test
    void a_file_is_replaced_if_it_still_is_what_was_read() throws Exception {
        write("a.yaml", "a: 1\n");
        assertTrue(folder().replace("a.yaml", bytes("a: 1\n"), bytes("a: 2\n")));
        assertEquals("a: 2\n", text("a.yaml"));
    }

    @Test
    void a_file_that_somebody_changed_is_not_replaced() throws Exception {
        write("a.yaml", "a: 1\n");
        assertFalse(folder().replace("a.yaml", bytes("a: 0\n"), bytes("a: 2\n")));
        assertFalse(folder().replace("a.yaml", bytes("a: 0\n"), new byte[0]));
        assertEquals("a: 1\n", text("a.yaml"));
    }

    @Test
    void replacing_with_nothing_deletes() throws Exception {
        write("a.yaml", "a: 1\n");
        assertTrue(folder().replace("a.yaml", bytes("a: 1\n"), new byte[0]));
        assertEquals(List.of(), List.copyOf(seen().keySet()));
    }

    @Test
    void a_file_that_is_gone_is_not_replaced() throws Exception {
        assertFalse(folder().replace("a.yaml", bytes("a: 1\n"), bytes("a: 2\n")));
        assertFalse(folder().replace("a.yaml", bytes("a: 1\n"), new byte[0]));
        assertEquals(List.of(), List.copyOf(seen().keySet()));
    }

    final SortedMap<String, File> seen() {
        return assertInstanceOf(Look.Seen.class, folder().look()).files();
    }

    final File.Content content(String file) {
        return assertInstanceOf(File.Content.class, seen().get(file), file);
    }

    final String text(String file) {
        return new String(content(file).bytes(), StandardCharsets.UTF_8);
    }

    final String unreadable(String file) {
        return assertInstanceOf(File.Unreadable.class, seen().get(file), file).why();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
