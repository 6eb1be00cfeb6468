package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.RunId;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real sockets, in a directory of the test's own.
@Timeout(30)
class RunSocketsTest {
    private static final RunId ONE = new RunId("0a1b2c3d0a1b2c3d", 1), TWO = new RunId("0a1b2c3d0a1b2c3d", 2);

    @TempDir
    private Path runtime;

    private final List<RunSockets> opened = new ArrayList<>();
    private final BlockingQueue<RunId> heard = new LinkedBlockingQueue<>();

    private RunSockets sockets() {
        var sockets = new RunSockets(runtime.resolve("run"));
        opened.add(sockets);
        sockets.answer((run, client) -> {
            heard.add(run);
            try {
                client.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        return sockets;
    }

    @AfterEach
    void close() throws IOException {
        for (var sockets : opened) {
            sockets.close();
        }
    }

    private RunId connect(Path path) throws Exception {
        SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
        return heard.poll(10, TimeUnit.SECONDS);
    }

    private static void refused(Path path) {
        assertThrows(IOException.class, () -> {
            try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(path));
            }
        });
    }

    @Test
    void whoever_connects_speaks_for_the_run_whose_socket_it_is() throws Exception {
        var sockets = sockets();
        var one = sockets.open(ONE);
        var two = sockets.open(TWO);
        assertEquals(TWO, connect(two));
        assertEquals(ONE, connect(one));
        assertEquals(one, sockets.open(ONE));
        assertEquals(ONE, connect(one));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(one.getParent())));
    }

    @Test
    void what_connects_before_anybody_answers_is_heard_later() throws Exception {
        var sockets = new RunSockets(runtime.resolve("run"));
        opened.add(sockets);
        var path = sockets.open(ONE);
        try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            sockets.answer((run, _) -> heard.add(run));
            assertEquals(ONE, heard.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void the_socket_of_a_run_that_is_over_goes_and_the_others_stay() throws Exception {
        var sockets = sockets();
        var one = sockets.open(ONE);
        var two = sockets.open(TWO);
        sockets.keep(List.of(TWO));
        assertFalse(Files.exists(one));
        refused(one);
        assertEquals(TWO, connect(two));
    }

    @Test
    void the_next_daemon_listens_on_the_same_paths_and_removes_the_rest() throws Exception {
        var before = sockets();
        var one = before.open(ONE);
        var two = before.open(TWO);
        before.close();
        assertTrue(Files.exists(one) && Files.exists(two));
        refused(two);
        sockets().keep(List.of(TWO));
        assertEquals(TWO, connect(two));
        assertFalse(Files.exists(one));
    }

    @Test
    void one_that_somebody_removed_is_made_again() throws Exception {
        var sockets = sockets();
        sockets.keep(List.of(ONE, TWO));
        var one = sockets.open(ONE);
        var two = sockets.open(TWO);
        Files.delete(one);
        sockets.mend();
        assertEquals(ONE, connect(one));
        assertEquals(TWO, connect(two));
        Files.delete(one);
        Files.delete(two);
        Files.delete(one.getParent());
        sockets.mend();
        assertEquals(ONE, connect(one));
    }

    @Test
    void a_directory_that_is_gone_keeps_no_run_from_starting() throws Exception {
        Files.delete(runtime);
        var sockets = sockets();
        var one = sockets.open(ONE);
        assertNotNull(one);
        sockets.keep(List.of(ONE));
        Files.createDirectory(runtime);
        sockets.mend();
        assertEquals(ONE, connect(one));
    }

    @Test
    void a_path_that_is_too_long_for_a_socket_is_none() {
        var sockets = new RunSockets(runtime.resolve("x".repeat(90)));
        assertNull(sockets.open(ONE));
    }

    @Test
    void two_hundred_that_say_nothing_share_one_thread() throws Exception {
        var sockets = sockets();
        var before = Thread.activeCount();
        var runs = new ArrayList<RunId>();
        for (int i = 1; i <= 200; i++) {
            runs.add(new RunId("0a1b2c3d0a1b2c3d", i));
        }
        sockets.keep(runs);
        assertEquals(runs.getLast(), connect(sockets.open(runs.getLast())));
        assertTrue(Thread.activeCount() <= before + 1);
        sockets.keep(List.of());
        try (var left = Files.list(runtime.resolve("run"))) {
            assertEquals(0, left.count());
        }
        await().until(() -> fds("run/") == 0);
    }

    /// Sockets of this process that are bound below the directory.
    private long fds(String below) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/net/unix"))) {
            return lines.filter(line -> line.contains(runtime + "/" + below)).count();
        }
    }
}
