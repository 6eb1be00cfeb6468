package dev.reconciler.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileStorageTest extends StorageContract {
    @TempDir
    Path temp;

    private Path root;
    private FileStorage storage;

    @BeforeEach
    void open() {
        root = temp.resolve("a/state");
        storage = new FileStorage(root);
    }

    @Override
    protected Storage storage() {
        return storage;
    }

    @Test
    void nobody_else_can_look_inside() throws Exception {
        storage.write("agents/default/ada.json", bytes("{}"));
        storage.append("events.log", bytes("{}"));
        assertEquals("rw-------", permissions(root.resolve(".journal")));
        storage.settle();
        assertEquals("rwx------", permissions(root));
        assertEquals("rwx------", permissions(root.resolve("agents/default")));
        assertEquals("rw-------", permissions(root.resolve("agents/default/ada.json")));
        assertEquals("rw-------", permissions(root.resolve("events.log")));
    }

    @Test
    void a_directory_that_stood_open_is_closed() throws Exception {
        Files.createDirectories(root);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxr-x"));
        storage.write("fleet.json", bytes("{}"));
        assertEquals("rwx------", permissions(root));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", ".hidden", "a/.tmp", "a\nb", "a\0b"})
    void a_key_that_would_leave_the_directory_never_reaches_the_disk(String key) {
        assertThrows(IllegalArgumentException.class, () -> storage.write(key, bytes("x")));
        assertThrows(IllegalArgumentException.class, () -> storage.read(key));
        assertThrows(IllegalArgumentException.class, () -> storage.delete(key));
        assertFalse(Files.exists(root));
    }

    @Test
    void what_a_crash_left_unfinished_is_removed_by_the_writer_only() throws Exception {
        storage.write("agents/default/ada.json", bytes("{}"));
        storage.settle();
        var unfinished = root.resolve("agents/default/.ada.json.tmp");
        Files.writeString(unfinished, "{\"ha");
        var next = new FileStorage(root);
        assertEquals(List.of("agents/default/ada.json"), next.list(""));
        next.read("agents/default/ada.json");
        assertTrue(Files.exists(unfinished), "a reader leaves the writer's files alone");
        next.write("fleet.json", bytes("{}"));
        assertFalse(Files.exists(unfinished));
        assertArrayEquals(bytes("{}"), next.read("agents/default/ada.json"));
    }

    @Test
    void a_file_that_cannot_be_replaced_is_named_and_its_content_is_kept_all_the_same() throws Exception {
        Files.createDirectories(root.resolve("agents/default/eve.json/in-the-way"));
        storage.writeAll(new TreeMap<>(Map.of(
                "agents/default/ada.json", bytes("a"), "agents/default/eve.json", bytes("e"),
                "agents/default/zoe.json", bytes("z"))));
        var e = assertThrows(IOException.class, storage::settle);
        assertTrue(e.getMessage().contains("eve.json"), e.getMessage());
        var next = new FileStorage(root);
        assertArrayEquals(bytes("a"), next.read("agents/default/ada.json"));
        assertArrayEquals(bytes("e"), next.read("agents/default/eve.json"));
        assertArrayEquals(bytes("z"), Files.readAllBytes(root.resolve("agents/default/zoe.json")));
    }

    @Test
    void a_journal_cut_anywhere_gives_what_was_acknowledged_before() throws Exception {
        var journal = root.resolve(".journal");
        var ends = new TreeMap<Long, String>();
        for (int i = 0; i < 5; i++) {
            storage.writeAll(new TreeMap<>(Map.of("a.json", bytes("a" + i), "b.json", bytes("b" + i))));
            ends.put(Files.size(journal), "" + i);
        }
        var whole = Files.readAllBytes(journal);
        for (int length = 0; length <= whole.length; length++) {
            Files.write(journal, Arrays.copyOf(whole, length));
            var next = new FileStorage(root);
            var last = ends.floorEntry((long) length);
            for (var key : List.of("a", "b")) {
                var read = next.read(key + ".json");
                assertEquals(last == null ? null : key + last.getValue(),
                        read == null ? null : new String(read, UTF_8));
            }
            next.write("c.json", bytes("c"));
            assertArrayEquals(bytes("c"), new FileStorage(root).read("c.json"), "cut at " + length);
        }
    }

    @Test
    void a_journal_with_a_wrong_bit_ends_before_it() throws Exception {
        storage.write("a.json", bytes("a"));
        storage.write("a.json", bytes("b"));
        var bytes = Files.readAllBytes(root.resolve(".journal"));
        bytes[bytes.length - 1] ^= 1;
        Files.write(root.resolve(".journal"), bytes);
        assertArrayEquals(bytes("a"), new FileStorage(root).read("a.json"));
    }

    @Test
    void a_large_journal_is_settled_by_itself() throws Exception {
        for (int i = 0; i < 10; i++) {
            storage.write("a" + i + ".json", new byte[1 << 20]);
        }
        assertTrue(Files.size(root.resolve(".journal")) < 6 << 20);
        assertEquals(1 << 20, Files.size(root.resolve("a0.json")));
        storage.settle();
        assertEquals(0, Files.size(root.resolve(".journal")));
        assertEquals(1 << 20, new FileStorage(root).read("a9.json").length);
    }

    @Test
    void a_line_torn_by_a_crash_spoils_only_itself() throws Exception {
        storage.append("events.log", bytes("one"));
        Files.writeString(root.resolve("events.log"), "one\n{\"to");
        storage.append("events.log", bytes("two"));
        assertEquals("one\n{\"to\ntwo\n", Files.readString(root.resolve("events.log")));
    }

    @Test
    void reading_creates_nothing() throws Exception {
        storage.read("fleet.json");
        storage.list("agents/");
        assertFalse(Files.exists(root));
    }

    @Test
    void a_state_directory_that_is_a_file_is_named_with_the_reason() throws Exception {
        Files.createDirectories(root.getParent());
        Files.writeString(root, "");
        var e = assertThrows(IOException.class, () -> storage.write("fleet.json", bytes("{}")));
        assertTrue(e.getMessage().contains(root + " is there already and is not a directory"), e.getMessage());
    }

    @Test
    void somebody_elses_state_directory_is_refused() throws Exception {
        assumeTrue(User.current().uid() == 0, "needs root to give a directory away");
        Files.createDirectories(root);
        Files.setAttribute(root, "unix:uid", 65534);
        var e = assertThrows(IOException.class, () -> storage.write("fleet.json", bytes("{}")));
        assertTrue(e.getMessage().contains("belongs to user 65534, not to you (0)"), e.getMessage());
    }

    @Test
    void on_a_full_disk_the_old_content_stays_and_the_message_says_why() throws Exception {
        assumeTrue(User.current().uid() == 0, "needs root to mount a small file system");
        var small = Files.createDirectory(temp.resolve("small"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small.toString()) == 0, "needs mount");
        try {
            var full = new FileStorage(small.resolve("state"));
            full.write("fleet.json", bytes("old"));
            full.append("events.log", bytes("old"));
            fill(small.resolve("ballast"));
            var e = assertThrows(IOException.class, () -> full.write("fleet.json", new byte[8192]));
            assertTrue(e.getMessage().contains("fleet.json: No space left on device"), e.getMessage());
            assertThrows(IOException.class, () -> full.append("events.log", new byte[8192]));
            assertArrayEquals(bytes("old"), full.read("fleet.json"));
            assertArrayEquals(bytes("old\n"), full.read("events.log"));
            Files.delete(small.resolve("ballast"));
            full.write("fleet.json", bytes("new"));
            assertArrayEquals(bytes("new"), full.read("fleet.json"));
        } finally {
            assertEquals(0, run("umount", small.toString()));
        }
    }

    private static void fill(Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[512]);
            }
        } catch (IOException full) {
            assertTrue(Files.size(file) > 0);
        }
    }

    private static int run(String... argv) throws Exception {
        var process = new ProcessBuilder(argv).inheritIO().start();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        return process.exitValue();
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
