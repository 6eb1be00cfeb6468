package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What every state directory does, the disk's and the simulated one.
public abstract class StorageContract {
    /// Empty at first, the same one during a test.
    protected abstract Storage storage();

    @Test
    void what_was_written_is_read() throws Exception {
        storage().write("agents/default/ada.json", bytes("{}"));
        assertArrayEquals(bytes("{}"), storage().read("agents/default/ada.json"));
    }

    @Test
    void a_second_write_replaces_the_first() throws Exception {
        storage().write("fleet.json", bytes("a longer first text"));
        storage().write("fleet.json", bytes("second"));
        assertArrayEquals(bytes("second"), storage().read("fleet.json"));
    }

    @Test
    void many_files_are_written_at_once() throws Exception {
        var contents = new TreeMap<String, byte[]>();
        for (int i = 0; i < 50; i++) {
            contents.put("agents/default/a" + i + ".json", bytes("{" + i + "}"));
        }
        storage().writeAll(contents);
        for (int i = 0; i < 50; i++) {
            assertArrayEquals(bytes("{" + i + "}"), storage().read("agents/default/a" + i + ".json"));
        }
        assertEquals(List.copyOf(contents.keySet()), storage().list("agents/"));
    }

    @Test
    void settling_changes_nothing_that_is_read() throws Exception {
        storage().write("agents/default/ada.json", bytes("ada"));
        storage().settle();
        storage().write("agents/default/ada.json", bytes("newer"));
        storage().write("agents/default/eve.json", bytes("eve"));
        storage().write("fleet.json", bytes("{}"));
        storage().delete("fleet.json");
        for (int i = 0; i < 2; i++) {
            assertArrayEquals(bytes("newer"), storage().read("agents/default/ada.json"));
            assertArrayEquals(bytes("eve"), storage().read("agents/default/eve.json"));
            assertNull(storage().read("fleet.json"));
            assertEquals(List.of("agents/default/ada.json", "agents/default/eve.json"), storage().list(""));
            storage().settle();
        }
    }

    @Test
    void what_was_never_written_reads_as_null() throws Exception {
        assertNull(storage().read("agents/default/ada.json"));
        storage().write("fleet.json", bytes("{}"));
        assertNull(storage().read("fleets.json"));
    }

    @Test
    void lines_are_added_at_the_end_each_with_one_line_feed() throws Exception {
        storage().append("events.log", bytes("one"));
        storage().append("events.log", bytes("two\n"));
        storage().append("events.log", bytes("three"));
        assertArrayEquals(bytes("one\ntwo\nthree\n"), storage().read("events.log"));
    }

    @Test
    void what_was_deleted_is_gone_and_deleting_it_again_is_fine() throws Exception {
        storage().write("fleet.json", bytes("{}"));
        storage().delete("fleet.json");
        storage().delete("fleet.json");
        assertNull(storage().read("fleet.json"));
    }

    @Test
    void a_file_set_aside_is_neither_lost_nor_read_nor_listed() throws Exception {
        storage().write("agents/default/ada.json", bytes("nonsense"));
        storage().setAside("agents/default/ada.json");
        assertNull(storage().read("agents/default/ada.json"));
        assertArrayEquals(bytes("nonsense"), storage().read("agents/default/ada.json.corrupt"));
        assertEquals(List.of(), storage().list("agents/"));
    }

    @Test
    void setting_aside_what_is_not_there_is_fine() throws Exception {
        storage().setAside("agents/default/ada.json");
    }

    @Test
    void keys_are_listed_sorted_and_below_the_prefix_only() throws Exception {
        for (var key : List.of("agents/web/b.json", "agents/web/a.json", "agents/default/c.json", "agentsx/d.json")) {
            storage().write(key, bytes("{}"));
        }
        assertEquals(
                List.of("agents/default/c.json", "agents/web/a.json", "agents/web/b.json"), storage().list("agents/"));
        assertEquals(List.of("agents/web/a.json", "agents/web/b.json"), storage().list("agents/web/"));
        assertEquals(4, storage().list("").size());
        assertEquals(List.of(), storage().list("nothing/here/"));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
