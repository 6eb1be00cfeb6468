package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the daemon leaves alone, must leave alone for a while, or leaves to a person's gc.
@RealTest
@WholeMachine
class LeftAloneTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> SLEEP = List.of("/bin/sleep", "1000");
    /// The kernel gives the next process the pid after this one.
    private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");
    private static final Path LOGINS = Path.of("/run/user");

    @Test
    void a_setting_leaves_our_own_server_without_its_socket_and_a_person_makes_it_reachable(TestDirs dirs)
            throws Exception {
        try (var product = new Product(dirs).config("ghosts: {managed: Report}\n").start()) {
            product.write("ada.yaml", agent("ada", SLEEP));
            long ada = product.awaitPhase("ada", "Running");
            var socket = product.socket("default");
            long server = Long.parseLong(product.tmux(socket, "display-message", "-p", "#{pid}"));
            Files.delete(socket);
            await().atMost(PATIENCE).until(() -> product.say("status").out().contains("ghosts.managed says only to"));
            // A new agent comes by the connection that is open, and still no socket.
            product.write("bea.yaml", agent("bea", SLEEP));
            product.awaitPhase("bea", "Running");
            assertFalse(Files.exists(socket));
            var events = product.say("events").out();
            assertTrue(events.contains("Ghost") && !events.contains("Rescued"), events);
            assertEquals(1, product.say("status").code());
            var rescued = product.say("rescue", server + "");
            assertEquals(0, rescued.code(), rescued.all());
            assertEquals(server + "", product.tmux(socket, "display-message", "-p", "#{pid}"));
            await().atMost(PATIENCE).until(() -> !product.say("status").out().contains("ghosts.managed"));
            assertEquals(ada, product.pid("ada"));
            assertEquals(0, product.restarts("ada"));
        }
    }

    /// As after a logout without lingering, and a login later.
    @Test
    void without_the_login_directory_agents_are_commanded_on_and_are_reached_once_it_is_back(TestDirs dirs)
            throws Exception {
        assumeTrue(Files.isWritable(LOGINS), "only root makes login directories");
        var login = LOGINS.resolve(Long.toString(1_000_000_000L + ProcessHandle.current().pid()));
        makeLogin(login);
        try (var product = new Product(dirs).with("RECONCILER_RUNTIME=" + login.resolve("reconciler")).start()) {
            var pids = dirs.work().resolve("pids");
            product.write("ada.yaml", writing(pids, "one"));
            long ada = product.awaitPhase("ada", "Running");
            var socket = login.resolve("reconciler/default.mux");
            long server = Long.parseLong(product.tmux(socket, "display-message", "-p", "#{pid}"));
            // At once, as by unmounting it.
            deleteTree(Files.move(login, LOGINS.resolve(login.getFileName() + "-over")));
            product.write("ada.yaml", writing(pids, "two"));
            await("a new run, commanded without a socket").atMost(PATIENCE)
                    .until(() -> Files.readString(pids).contains("two"));
            assertFalse(Product.lives(ada));
            assertFalse(Files.exists(login), "only the system makes it");
            await().atMost(PATIENCE).until(() -> events(dirs).contains("RuntimeDirGone"));

            makeLogin(login);
            await("the socket").atMost(Duration.ofSeconds(20)).until(() -> Files.exists(socket));
            await("the server").atMost(Duration.ofSeconds(20))
                    .until(() -> product.tmux(socket, "display-message", "-p", "#{pid}").equals(server + ""));
            await("the daemon").atMost(PATIENCE).until(() -> product.phase("ada").equals("Running"));
            await().atMost(PATIENCE).until(() -> events(dirs).contains("\"Rescued\""));
            assertFalse(events(dirs).contains("RescueFailed"));
            await("the daemon's own socket").atMost(PATIENCE)
                    .until(() -> Files.exists(login.resolve("reconciler/api.sock")));
            assertEquals(0, product.say("delete", "agent", "ada").code());
            // An empty folder may be an accident: the server stays, and goes with the test.
            Product.kill(server);
        } finally {
            deleteTree(login);
        }
    }

    private static String writing(Path pids, String word) {
        return agent("ada", List.of("/bin/sh", "-c", "echo " + word + " >> " + pids + "; exec sleep 1000"),
                "updateStrategy: Immediate", "terminationGracePeriodSeconds: 2");
    }

    private static void makeLogin(Path login) throws IOException {
        Files.createDirectory(
                login, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /// While nobody can connect.
    private static String events(TestDirs dirs) throws IOException {
        var all = new StringBuilder();
        try (var files = Files.walk(dirs.state())) {
            for (var file : files.filter(f -> f.getFileName().toString().startsWith("events")).toList()) {
                all.append(Files.isRegularFile(file) ? Files.readString(file) : "");
            }
        }
        return all.toString();
    }

    @Test
    void a_log_writer_that_outlived_its_server_is_ended_by_gc_alone(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", List.of("/bin/sh", "-c", "echo begun; exec sleep 1000")));
            long ada = product.awaitPhase("ada", "Running");
            await().atMost(PATIENCE).until(() -> product.say("logs", "ada").out().contains("begun"));
            long writer = writer(dirs);
            product.killDaemon();
            // Deaf to the end of what it reads.
            signal(writer, "STOP");
            Product.kill(Long.parseLong(product.tmux(product.socket("default"), "display-message", "-p", "#{pid}")));
            await().atMost(PATIENCE).until(() -> !Product.lives(ada));
            product.start();
            product.awaitNew("ada", ada);
            var dry = product.say("gc");
            assertTrue(dry.out().lines().anyMatch(l -> l.contains("would reap") && l.contains(writer + "")), dry.all());
            assertTrue(Product.lives(writer));
            var done = product.say("gc", "--yes");
            assertTrue(done.out().lines().anyMatch(l -> l.contains("reap") && l.contains(writer + "")), done.all());
            await().atMost(PATIENCE).until(() -> !Product.lives(writer));
            assertEquals("Running", product.phase("ada"));
            assertEquals(0, product.say("gc").code(), "and not the writer that is in use");
            assertTrue(Product.lives(writer(dirs)));
        }
    }

    private static long writer(TestDirs dirs) {
        var found = new ArrayList<Long>();
        await("a log writer").atMost(PATIENCE).until(() -> {
            for (var process : ProcessHandle.allProcesses().toList()) {
                var argv = process.info().arguments().orElse(new String[0]);
                if (argv.length > 0 && argv[argv.length - 1].startsWith(dirs.state().toString())
                        && process.info().command().orElse("").endsWith("/split")) {
                    found.add(process.pid());
                }
            }
            return !found.isEmpty();
        });
        return found.getFirst();
    }

    private static void signal(long pid, String name) throws Exception {
        assertEquals(0, new ProcessBuilder("kill", "-" + name, pid + "").start().waitFor());
    }

    /// A program that is being ended dies while nobody looks, and another process gets its pid.
    @Test
    void a_process_that_got_the_pid_of_one_that_was_to_be_ended_is_left_alone(TestDirs dirs) throws Exception {
        assumeTrue(Files.isWritable(LAST_PID), "only root chooses pids");
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", FakeAgent.argv("ignore:TERM", "ignore:HUP", "forever"),
                    "terminationGracePeriodSeconds: 5"));
            long ada = product.awaitPhase("ada", "Running");
            long server = Long.parseLong(
                    product.tmux(product.socket("default"), "display-message", "-p", "#{pid}"));
            assertEquals(0, product.say("delete", "agent", "ada", "--wait=false").code());
            await().atMost(PATIENCE).until(() -> product.phase("ada").equals("Terminating"));
            product.killDaemon();
            Product.kill(server);
            Product.kill(ada);
            await().atMost(PATIENCE).until(() -> !Files.exists(Path.of("/proc/" + ada)));
            var decoy = as(ada);
            try {
                product.start();
                await().atMost(PATIENCE).until(() -> product.say("get", "agent", "ada").code() == 1);
                assertTrue(decoy.isAlive());
                assertTrue(product.say("gc", "--yes").out().lines().noneMatch(l -> l.contains(" " + ada + " ")));
                assertTrue(decoy.isAlive());
            } finally {
                decoy.destroyForcibly().onExit().join();
            }
        }
    }

    /// A process with this very pid.
    private static Process as(long pid) throws Exception {
        for (int i = 0; i < 1000; i++) {
            Files.writeString(LAST_PID, Long.toString(pid - 1));
            var process = new ProcessBuilder("sleep", "1000").start();
            if (process.pid() == pid) {
                return process;
            }
            process.destroyForcibly().onExit().join();
        }
        throw new IllegalStateException("somebody else has the pid " + pid);
    }

    private static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (var paths = Files.walk(tree)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
