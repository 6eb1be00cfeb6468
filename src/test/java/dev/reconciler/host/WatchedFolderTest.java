package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reconciler.host.Folder.Look;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFolderTest extends FolderContract {
    static final SortedMap<String, String> BASE = new TreeMap<>(Map.of("PATH", System.getenv("PATH"), "HOME", "/"));

    @TempDir
    Path temp;

    private final AtomicInteger changes = new AtomicInteger();
    private final Map<String, OutputStream> open = new HashMap<>();
    private Path root;
    private WatchedFolder folder;

    @BeforeEach
    void openFolder() throws Exception {
        root = Files.createDirectory(temp.resolve("manifests"));
        folder = folder(root);
    }

    @AfterEach
    void close() throws Exception {
        folder.close();
        for (var writer : open.values()) {
            writer.close();
        }
    }

    WatchedFolder folder(Path path) {
        return new WatchedFolder(path, BASE, changes::incrementAndGet);
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
        var writer = Files.newOutputStream(root.resolve(file));
        writer.write(bytes(text));
        open.put(file, writer);
    }

    @Override
    protected void finish(String file) throws Exception {
        open.remove(file).close();
    }

    @Override
    protected void remove(String file) throws Exception {
        Files.delete(root.resolve(file));
    }

    @Override
    protected void vanish() throws Exception {
        Files.move(root, temp.resolve("elsewhere"));
    }

    @Test
    void leftovers_of_editors_dot_files_and_other_names_are_not_manifests() throws Exception {
        for (var name : List.of(
                ".hidden.yaml", "a.yaml~", ".a.yaml.swp", "a.yaml.swp", "#a.yaml#", "README.md", "yaml", "a.YAML")) {
            write(name, "x");
        }
        write(".git/config.yaml", "x");
        write("a.yaml", "a: 1\n");
        assertEquals(List.of("a.yaml"), List.copyOf(seen().keySet()));
    }

    @Test
    void directories_and_pipes_are_not_files_whatever_their_name() throws Exception {
        Files.createDirectory(root.resolve("dir.yaml"));
        assertEquals(0, run("mkfifo", root.resolve("pipe.yaml").toString()));
        assertEquals(List.of(), List.copyOf(seen().keySet()));
    }

    @Test
    void a_change_wakes_whoever_waits_even_deep_in_a_new_directory() throws Exception {
        seen();
        expectChange(() -> write("a.yaml", "a: 1\n"));
        expectChange(() -> write("a.yaml", "a: 2\n"));
        expectChange(() -> Files.createDirectories(root.resolve("x/y")));
        seen();
        expectChange(() -> write("x/y/b.yaml", "b: 1\n"));
        seen();
        expectChange(() -> write("x/y/b.yaml", "b: 2\n"));
        expectChange(() -> Files.move(root.resolve("x/y/b.yaml"), root.resolve("x/c.yaml")));
        expectChange(() -> Files.delete(root.resolve("x/c.yaml")));
    }

    @Test
    void a_name_that_does_not_count_wakes_nobody() throws Exception {
        seen();
        write(".a.yaml.swp", "x");
        write("a.yaml~", "x");
        write("a.yaml", "a: 1\n");
        await().until(() -> changes.get() > 0);
        int before = changes.get();
        write(".a.yaml.swp", "y");
        Files.writeString(root.resolve("a.yaml~"), "y");
        folder.look();
        assertEquals(before, changes.get());
    }

    @Test
    void a_look_after_which_nothing_happened_costs_no_walk() throws Exception {
        write("a.yaml", "a: 1\n");
        await().until(() -> content("a.yaml").quiet());
        var first = folder.look();
        assertSame(first, folder.look());
        write("a.yaml", "a: 2\n");
        assertNotSame(first, folder.look());
        assertEquals("a: 2\n", text("a.yaml"));
    }

    @Test
    void a_file_written_whole_is_quiet_at_once() throws Exception {
        seen();
        write("a.yaml", "a: 1\n");
        assertTrue(content("a.yaml").quiet());
    }

    @Test
    void a_half_written_file_is_not_quiet_however_long_its_writer_pauses() throws Exception {
        seen();
        begin("a.yaml", "a: 1\n");
        await().during(Duration.ofMillis(200)).until(() -> !content("a.yaml").quiet());
        open.get("a.yaml").write(bytes("b: 1\n"));
        assertFalse(content("a.yaml").quiet());
        expectChange(() -> finish("a.yaml"));
        assertTrue(content("a.yaml").quiet());
        assertEquals("a: 1\nb: 1\n", text("a.yaml"));
    }

    @Test
    void a_file_saved_by_rename_is_quiet_at_once() throws Exception {
        write("a.yaml", "a: 1\n");
        seen();
        Files.writeString(root.resolve(".a.yaml.tmp"), "a: 2\n");
        Files.move(root.resolve(".a.yaml.tmp"), root.resolve("a.yaml"), StandardCopyOption.ATOMIC_MOVE);
        assertTrue(content("a.yaml").quiet());
        assertEquals("a: 2\n", text("a.yaml"));
    }

    @Test
    void a_file_saved_by_truncating_is_quiet_only_when_closed() throws Exception {
        write("a.yaml", "a: 1\n");
        assertEquals("a: 1\n", text("a.yaml"));
        begin("a.yaml", "");
        assertFalse(content("a.yaml").quiet());
        assertEquals("", text("a.yaml"));
        open.get("a.yaml").write(bytes("a: 2\n"));
        finish("a.yaml");
        assertTrue(content("a.yaml").quiet());
        assertEquals("a: 2\n", text("a.yaml"));
    }

    @Test
    void a_file_saved_with_a_backup_beside_it_is_one_file() throws Exception {
        write("a.yaml", "a: 1\n");
        seen();
        Files.move(root.resolve("a.yaml"), root.resolve("a.yaml~"));
        write("a.yaml", "a: 2\n");
        assertEquals(List.of("a.yaml"), List.copyOf(seen().keySet()));
        assertTrue(content("a.yaml").quiet());
        assertEquals("a: 2\n", text("a.yaml"));
    }

    @Test
    void a_rewrite_of_equal_length_and_time_is_seen() throws Exception {
        write("a.yaml", "a: 1\n");
        var time = Files.getLastModifiedTime(root.resolve("a.yaml"));
        assertEquals("a: 1\n", text("a.yaml"));
        write("a.yaml", "a: 2\n");
        Files.setLastModifiedTime(root.resolve("a.yaml"), time);
        assertEquals("a: 2\n", text("a.yaml"));
    }

    @Test
    void a_file_untouched_for_seconds_needs_no_second_look() throws Exception {
        write("a.yaml", "a: 1\n");
        await().pollDelay(2100, TimeUnit.MILLISECONDS).until(() -> {
            try (var fresh = folder(root)) {
                return quiet(fresh.look());
            }
        });
    }

    @Test
    void where_nobody_waits_for_changes_a_look_takes_the_second_one_itself() throws Exception {
        write("a.yaml", "a: 1\n");
        try (var alone = new WatchedFolder(root, BASE, null)) {
            assertTrue(quiet(alone.look()));
        }
    }

    private static boolean quiet(Look look) {
        return ((Folder.File.Content) ((Look.Seen) look).files().get("a.yaml")).quiet();
    }

    @Test
    void an_old_modification_time_proves_nothing_since_anybody_may_set_it() throws Exception {
        write("a.yaml", "a: 1\n");
        Files.setLastModifiedTime(root.resolve("a.yaml"), FileTime.fromMillis(0));
        assertFalse(content("a.yaml").quiet());
    }

    @Test
    void a_file_that_is_not_quiet_yet_wakes_whoever_waits_for_a_second_look() throws Exception {
        write("a.yaml", "a: 1\n");
        assertFalse(content("a.yaml").quiet(), "nobody saw its writer finish");
        int before = changes.get();
        await().until(() -> changes.get() > before);
        assertTrue(content("a.yaml").quiet());
    }

    @Test
    void a_missing_folder_is_blind_and_its_coming_is_heard() throws Exception {
        var late = temp.resolve("late");
        try (var folder = folder(late)) {
            var blind = assertInstanceOf(Look.Blind.class, folder.look());
            assertEquals("cannot look at " + late + ": no such file or directory", blind.why());
            expectChange(() -> Files.createDirectory(late));
            assertInstanceOf(Look.Seen.class, folder.look());
        }
    }

    @Test
    void a_folder_replaced_by_another_of_the_same_name_is_looked_at_anew() throws Exception {
        write("a.yaml", "a: 1\n");
        await().until(() -> content("a.yaml").quiet());
        expectChange(this::vanish);
        Files.createDirectory(root);
        write("b.yaml", "b: 1\n");
        assertEquals(List.of("b.yaml"), List.copyOf(seen().keySet()));
        expectChange(() -> write("b.yaml", "b: 2\n"));
        assertEquals("b: 2\n", text("b.yaml"));
    }

    @Test
    void a_flip_of_the_linked_folder_is_one_change() throws Exception {
        var link = temp.resolve("current");
        Files.createDirectories(temp.resolve("v1"));
        Files.createDirectories(temp.resolve("v2"));
        Files.writeString(temp.resolve("v1/a.yaml"), "v: 1\n");
        Files.writeString(temp.resolve("v1/b.yaml"), "v: 1\n");
        Files.writeString(temp.resolve("v2/a.yaml"), "v: 2\n");
        Files.writeString(temp.resolve("v2/b.yaml"), "v: 2\n");
        Files.createSymbolicLink(link, Path.of("v1"));
        folder.close();
        folder = folder(link);
        assertEquals("v: 1\nv: 1\n", text("a.yaml") + text("b.yaml"));
        Files.createSymbolicLink(temp.resolve("next"), Path.of("v2"));
        expectChange(() -> Files.move(temp.resolve("next"), link, StandardCopyOption.ATOMIC_MOVE));
        assertEquals("v: 2\nv: 2\n", text("a.yaml") + text("b.yaml"));
    }

    @Test
    void a_flip_of_a_link_further_up_is_seen_though_nothing_tells_of_it() throws Exception {
        Files.createDirectories(temp.resolve("v1/here"));
        Files.createDirectories(temp.resolve("v2/here"));
        Files.writeString(temp.resolve("v1/here/a.yaml"), "v: 1\n");
        Files.writeString(temp.resolve("v2/here/a.yaml"), "v: 2\n");
        Files.createSymbolicLink(temp.resolve("current"), Path.of("v1"));
        folder.close();
        folder = folder(temp.resolve("current/here"));
        await().until(() -> content("a.yaml").quiet());
        Files.delete(temp.resolve("current"));
        Files.createSymbolicLink(temp.resolve("current"), Path.of("v2"));
        assertEquals("v: 2\n", text("a.yaml"));
    }

    @Test
    void another_folder_under_the_same_path_is_seen_though_nothing_tells_of_it() throws Exception {
        Files.createDirectories(temp.resolve("v1/here"));
        Files.createDirectories(temp.resolve("v2/here"));
        Files.writeString(temp.resolve("v1/here/a.yaml"), "v: 1\n");
        Files.writeString(temp.resolve("v2/here/a.yaml"), "v: 2\n");
        folder.close();
        folder = folder(temp.resolve("v1/here"));
        await().until(() -> content("a.yaml").quiet());
        Files.move(temp.resolve("v1"), temp.resolve("v0"));
        Files.move(temp.resolve("v2"), temp.resolve("v1"));
        assertEquals("v: 2\n", text("a.yaml"));
    }

    @Test
    void a_flip_in_the_style_of_kubernetes_is_heard_and_seen_whole() throws Exception {
        write("..v1/a.yaml", "v: 1\n");
        write("..v2/a.yaml", "v: 2\n");
        Files.createSymbolicLink(root.resolve("..data"), Path.of("..v1"));
        Files.createSymbolicLink(root.resolve("a.yaml"), Path.of("..data/a.yaml"));
        await().until(() -> content("a.yaml").quiet());
        assertEquals("v: 1\n", text("a.yaml"));
        Files.createSymbolicLink(root.resolve("..next"), Path.of("..v2"));
        expectChange(() -> Files.move(
                root.resolve("..next"), root.resolve("..data"), StandardCopyOption.ATOMIC_MOVE));
        assertEquals("v: 2\n", text("a.yaml"));
    }

    @Test
    void a_change_behind_a_link_is_seen_though_nothing_tells_of_it() throws Exception {
        var target = temp.resolve("target.yaml");
        Files.writeString(target, "a: 1\n");
        Files.createSymbolicLink(root.resolve("a.yaml"), target);
        await().until(() -> content("a.yaml").quiet());
        Files.writeString(target, "a: 22\n");
        assertEquals("a: 22\n", text("a.yaml"));
    }

    @Test
    void linked_directories_are_walked_once_and_loops_end() throws Exception {
        write("real/a.yaml", "a: 1\n");
        Files.createSymbolicLink(root.resolve("again"), Path.of("real"));
        Files.createSymbolicLink(root.resolve("real/up"), root);
        Files.createDirectory(temp.resolve("outside"));
        Files.writeString(temp.resolve("outside/b.yaml"), "b: 1\n");
        Files.createSymbolicLink(root.resolve("out"), temp.resolve("outside"));
        assertEquals(List.of("out/b.yaml", "real/a.yaml"), List.copyOf(seen().keySet()));
        await().until(() -> content("out/b.yaml").quiet());
        expectChange(() -> Files.writeString(temp.resolve("outside/b.yaml"), "b: 2\n"));
        assertEquals("b: 2\n", text("out/b.yaml"));
    }

    @Test
    void a_link_to_nothing_is_reported_and_not_passed_over() throws Exception {
        Files.createSymbolicLink(root.resolve("mounted-later"), temp.resolve("nowhere"));
        Files.createSymbolicLink(root.resolve("a.yaml"), temp.resolve("nowhere.yaml"));
        assertEquals("is a link to nothing", unreadable("mounted-later"));
        assertEquals("is a link to nothing", unreadable("a.yaml"));
        Files.createDirectory(temp.resolve("nowhere"));
        Files.writeString(temp.resolve("nowhere/b.yaml"), "b: 1\n");
        assertEquals(List.of("a.yaml", "mounted-later/b.yaml"), List.copyOf(seen().keySet()));
    }

    @Test
    void a_file_larger_than_one_mebibyte_is_unreadable() throws Exception {
        write("a.yaml", "#".repeat(WatchedFolder.LARGEST_FILE));
        write("b.yaml", "#".repeat(WatchedFolder.LARGEST_FILE + 1));
        assertEquals(WatchedFolder.LARGEST_FILE, content("a.yaml").bytes().length);
        assertEquals("is larger than 1 MiB", unreadable("b.yaml"));
    }

    @Test
    void a_file_everybody_can_write_is_unreadable_until_that_is_mended() throws Exception {
        write("a.yaml", "a: 1\n");
        seen();
        expectChange(() -> permit("a.yaml", "rw-rw-rw-"));
        assertEquals("can be written by everybody: chmod o-w", unreadable("a.yaml"));
        expectChange(() -> permit("a.yaml", "rw-r--r--"));
        assertEquals("a: 1\n", text("a.yaml"));
    }

    @Test
    void a_directory_everybody_can_write_is_unreadable_and_nothing_in_it_counts() throws Exception {
        write("team/a.yaml", "a: 1\n");
        permit("team", "rwxrwxrwx");
        assertEquals(List.of("team"), List.copyOf(seen().keySet()));
        assertEquals("can be written by everybody: chmod o-w", unreadable("team"));
    }

    @Test
    void a_folder_everybody_can_write_is_blind() throws Exception {
        write("a.yaml", "a: 1\n");
        seen();
        permit("", "rwxrwxrwx");
        assertEquals(
                root + " can be written by everybody: chmod o-w",
                assertInstanceOf(Look.Blind.class, folder.look()).why());
        permit("", "rwxr-xr-x");
        assertEquals("a: 1\n", text("a.yaml"));
    }

    @Test
    void somebody_elses_file_is_unreadable() throws Exception {
        assumeTrue(User.current().uid() == 0, "needs root to give a file away");
        write("a.yaml", "a: 1\n");
        Files.setAttribute(root.resolve("a.yaml"), "unix:uid", 65534);
        assertEquals("belongs to user 65534, neither to you nor to root: chown it", unreadable("a.yaml"));
    }

    @Test
    void a_file_writable_by_a_group_of_others_is_unreadable() throws Exception {
        assumeTrue(User.current().uid() == 0, "needs root to give a file to a group");
        write("a.yaml", "a: 1\n");
        Files.setAttribute(root.resolve("a.yaml"), "unix:gid", 65534);
        permit("a.yaml", "rw-rw-r--");
        assertEquals("can be written by group 65534, which is not yours alone: chmod g-w", unreadable("a.yaml"));
    }

    @Test
    void on_a_full_disk_nothing_that_changed_is_quiet_and_nothing_that_vanished_is_gone() throws Exception {
        assumeTrue(User.current().uid() == 0, "needs root to mount a small file system");
        var disk = Files.createDirectory(temp.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", disk.toString()) == 0, "needs mount");
        try (var folder = folder(disk)) {
            this.folder.close();
            this.folder = folder;
            Files.writeString(disk.resolve("a.yaml"), "a: 1\n");
            Files.writeString(disk.resolve("b.yaml"), "b: 1\n");
            await().until(() -> content("a.yaml").quiet() && content("b.yaml").quiet());
            fill(disk.resolve("ballast"));
            assertThrows(IOException.class, () -> Files.writeString(disk.resolve("a.yaml"), "a: 2\n".repeat(9000)));
            await().during(Duration.ofMillis(200)).until(() -> !content("a.yaml").quiet());
            assertTrue(content("b.yaml").quiet());
            Files.delete(disk.resolve("b.yaml"));
            fill(disk.resolve("more"));
            var blind = assertInstanceOf(Look.Blind.class, folder.look());
            assertTrue(blind.why().contains("is full, and b.yaml is missing"), blind.why());
            Files.delete(disk.resolve("ballast"));
            Files.writeString(disk.resolve("a.yaml"), "a: 3\n");
            assertEquals(List.of("a.yaml"), List.copyOf(seen().keySet()));
            await().until(() -> content("a.yaml").quiet());
        } finally {
            assertEquals(0, run("umount", disk.toString()));
        }
    }

    @Test
    void a_mount_over_a_part_of_the_folder_is_seen() throws Exception {
        assumeTrue(User.current().uid() == 0, "needs root to mount");
        write("team/a.yaml", "a: 1\n");
        await().until(() -> content("team/a.yaml").quiet());
        var team = root.resolve("team").toString();
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", team) == 0, "needs mount");
        try {
            await().until(() -> seen().isEmpty());
            write("team/b.yaml", "b: 1\n");
            await().until(() -> seen().containsKey("team/b.yaml"));
        } finally {
            assertEquals(0, run("umount", team));
        }
        await().until(() -> seen().containsKey("team/a.yaml"));
    }

    @Test
    void an_overflow_of_events_loses_nothing() throws Exception {
        // Files.readString would see the first digit only: the kernel gives such a number in one piece or not at all.
        int limit = Integer.parseInt(Files.readAllLines(Path.of("/proc/sys/fs/inotify/max_queued_events"))
                .getFirst());
        assumeTrue(limit <= 20_000, "needs a short queue of events");
        var goOn = new CountDownLatch(1);
        folder.close();
        folder = new WatchedFolder(root, BASE, () -> {
            changes.incrementAndGet();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        seen();
        write("a.yaml", "a: 1\n");
        await().until(() -> changes.get() > 0);
        // The thread that hears is busy with that change now, and the queue takes no more after these.
        Files.createFile(root.resolve("there"));
        for (int i = 0; i < limit / 4 + 1; i++) {
            Files.move(root.resolve("there"), root.resolve("back"));
            Files.move(root.resolve("back"), root.resolve("there"));
        }
        begin("a.yaml", "half");
        goOn.countDown();
        assertEquals("half", text("a.yaml"));
        assertFalse(content("a.yaml").quiet(), "that its writer had finished was before");
        finish("a.yaml");
        await().until(() -> content("a.yaml").quiet());
    }

    @Test
    void replacing_keeps_the_mode_and_leaves_no_other_file_behind() throws Exception {
        seen();
        write("a.yaml", "a: 1\n");
        permit("a.yaml", "rw-r-----");
        assertTrue(folder.replace("a.yaml", bytes("a: 1\n"), bytes("a: 2\n")));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("a.yaml"))));
        assertFalse(folder.replace("a.yaml", bytes("a: 1\n"), bytes("a: 3\n")));
        try (var files = Files.list(root)) {
            assertEquals(List.of(root.resolve("a.yaml")), files.toList());
        }
        assertTrue(content("a.yaml").quiet());
    }

    @Test
    void a_new_file_is_created_only_where_none_is() throws Exception {
        assertTrue(folder.replace("a.yaml", new byte[0], bytes("a: 1\n")));
        assertFalse(folder.replace("a.yaml", new byte[0], bytes("a: 2\n")));
        assertEquals("a: 1\n", text("a.yaml"));
    }

    @Test
    void replacing_through_a_link_keeps_the_link() throws Exception {
        Files.writeString(temp.resolve("target.yaml"), "a: 1\n");
        Files.createSymbolicLink(root.resolve("a.yaml"), temp.resolve("target.yaml"));
        assertTrue(folder.replace("a.yaml", bytes("a: 1\n"), bytes("a: 2\n")));
        assertTrue(Files.isSymbolicLink(root.resolve("a.yaml")));
        assertEquals("a: 2\n", Files.readString(temp.resolve("target.yaml")));
        assertTrue(folder.replace("a.yaml", bytes("a: 2\n"), new byte[0]));
        assertFalse(Files.exists(root.resolve("a.yaml")));
        assertTrue(Files.exists(temp.resolve("target.yaml")));
    }

    @Test
    void a_path_that_leaves_the_folder_is_refused() throws Exception {
        Files.writeString(temp.resolve("x.yaml"), "x");
        for (var path : List.of("../x.yaml", "a/../../x.yaml", temp.resolve("x.yaml").toString(), "", "./x.yaml")) {
            assertThrows(IOException.class, () -> folder.replace(path, bytes("x"), bytes("y")), path);
        }
        assertEquals("x", Files.readString(temp.resolve("x.yaml")));
    }

    @Test
    void a_closed_folder_wakes_nobody_and_still_can_be_looked_at() throws Exception {
        seen();
        folder.close();
        int before = changes.get();
        write("a.yaml", "a: 1\n");
        assertEquals("a: 1\n", text("a.yaml"));
        assertEquals(before, changes.get());
    }

    private interface Act {
        void run() throws Exception;
    }

    private void expectChange(Act act) throws Exception {
        int before = changes.get();
        act.run();
        await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> changes.get() > before);
    }

    private void permit(String file, String permissions) throws IOException {
        Files.setPosixFilePermissions(root.resolve(file), PosixFilePermissions.fromString(permissions));
    }

    private static void fill(Path file) throws IOException {
        try (var out = Files.newOutputStream(file, StandardOpenOption.CREATE)) {
            while (true) {
                out.write(new byte[512]);
            }
        } catch (IOException full) {
            assertTrue(Files.exists(file));
        }
    }

    private static int run(String... argv) throws Exception {
        var process = new ProcessBuilder(argv).inheritIO().start();
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        return process.exitValue();
    }
}
