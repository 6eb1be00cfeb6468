package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same folder on a system without inotify: looks alone must do.
class DeafFolderTest extends FolderContract {
    @TempDir
    Path temp;

    private final AtomicInteger changes = new AtomicInteger();
    private Path root;
    private WatchedFolder folder;

    @BeforeEach
    void openFolder() throws Exception {
        root = Files.createDirectory(temp.resolve("manifests"));
        folder = new WatchedFolder(root, WatchedFolderTest.BASE, changes::incrementAndGet, false);
    }

    @AfterEach
    void close() {
        folder.close();
    }

    @Override
    protected Folder folder() {
        return folder;
    }

    @Override
    protected void write(String file, String text) throws Exception {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }

    @Override
    protected void begin(String file, String text) throws Exception {
        write(file, text);
    }

    @Override
    protected void finish(String file) {}

    @Override
    protected void remove(String file) throws Exception {
        Files.delete(root.resolve(file));
    }

    @Override
    protected void vanish() throws Exception {
        Files.move(root, temp.resolve("elsewhere"));
    }

    @Test
    void a_new_file_asks_for_a_second_look_and_then_is_quiet() throws Exception {
        write("a.yaml", "a: 1\n");
        assertFalse(content("a.yaml").quiet());
        assertFalse(content("a.yaml").quiet());
        await().atMost(1, TimeUnit.SECONDS).until(() -> changes.get() > 0);
        assertTrue(content("a.yaml").quiet());
        folder.look();
        assertEquals(1, changes.get(), "nothing more to wait for");
    }

    @Test
    void every_growth_starts_the_wait_again() throws Exception {
        write("a.yaml", "a: 1\n");
        for (int i = 0; i < 5; i++) {
            assertFalse(content("a.yaml").quiet());
            int before = changes.get();
            await().until(() -> changes.get() > before);
            write("a.yaml", text("a.yaml") + "b" + i + ": 1\n");
        }
        assertFalse(content("a.yaml").quiet());
    }

    @Test
    void a_rewrite_of_equal_length_and_time_is_seen() throws Exception {
        for (int i = 0; i < 50; i++) {
            var text = "a: " + (10 + i) + "\n";
            write("a.yaml", text);
            Files.setLastModifiedTime(root.resolve("a.yaml"), FileTime.fromMillis(0));
            assertEquals(text, text("a.yaml"));
        }
    }

    @Test
    void directories_come_and_go() throws Exception {
        write("x/y/a.yaml", "a: 1\n");
        seen();
        Files.move(root.resolve("x"), root.resolve("z"));
        assertEquals(List.of("z/y/a.yaml"), List.copyOf(seen().keySet()));
    }
}
