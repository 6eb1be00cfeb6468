package dev.reconciler.real;

import static dev.reconciler.real.Product.agent;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Servers that lost their socket, ours and other people's, through the built product.
@RealTest
@WholeMachine
class GhostsTest {
    private static final List<String> SLEEP = List.of("/bin/sleep", "1000");
    private static final int FLEET = 50;
    private static final int TIMES = 100;

    @Test
    void fifty_agents_survive_a_hundred_lost_sockets_and_nobody_notices(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            for (int i = 0; i < FLEET; i++) {
                product.write("a" + i + ".yaml", agent("a" + i, SLEEP));
            }
            await().atMost(Duration.ofSeconds(90))
                    .until(() -> product.pids().size() == FLEET && !product.pids().containsValue(0L));
            var before = product.pids();
            var socket = product.socket("default");
            for (int i = 0; i < TIMES; i++) {
                Files.delete(socket);
                await("time " + i).atMost(Duration.ofSeconds(20))
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> Files.exists(socket)
                                && product.tmux(socket, "has-session", "-t", "=a7").isEmpty());
            }
            assertEquals(before, product.pids());
            assertEquals(0, product.restarts("a0"));
            assertEquals(0, product.restarts("a" + (FLEET - 1)));
            assertTrue(product.say("events").out().contains("Rescued"));
        }
    }

    @Test
    void whatever_takes_the_sockets_place_is_put_aside(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", SLEEP));
            long ada = product.awaitPhase("ada", "Running");
            var socket = product.socket("default");

            deleteTree(dirs.runtime());
            awaitReached(product, socket);
            assertEquals("rwx------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(dirs.runtime())));

            Files.move(Files.writeString(dirs.work().resolve("file"), "precious"), socket,
                    StandardCopyOption.REPLACE_EXISTING);
            awaitReached(product, socket);
            assertEquals("precious", Files.readString(socket.resolveSibling("default.mux.aside")));

            Files.delete(socket);
            tolerant(() -> Files.createDirectory(socket));
            awaitReached(product, socket);

            var theirs = dirs.work().resolve("theirs");
            product.tmux(theirs, true, "-f", "/dev/null", "new-session", "-d", "-s", "mine", "sleep", "1000");
            long stranger = Long.parseLong(product.tmux(theirs, "display-message", "-p", "#{pid}"));
            Files.move(theirs, socket, StandardCopyOption.REPLACE_EXISTING);
            awaitReached(product, socket);
            assertTrue(Product.lives(stranger));
            assertEquals("mine", product.tmux(
                    socket.resolveSibling("default.mux.ghost-" + stranger), "list-sessions", "-F", "#S"));

            await().until(() -> product.pid("ada") == ada);
            assertEquals(0, product.restarts("ada"));
        }
    }

    /// Nobody is connected, the socket is lost, and somebody else's server takes the path.
    @Test
    void a_split_brain_ends_with_our_agents_as_they_were_and_their_server_beside(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).start()) {
            product.write("ada.yaml", agent("ada", SLEEP));
            long ada = product.awaitPhase("ada", "Running");
            var socket = product.socket("default");
            product.killDaemon();
            Files.delete(socket);
            product.tmux(socket, true, "-f", "/dev/null", "new-session", "-d", "-s", "ada", "sleep", "1000");
            long stranger = Long.parseLong(product.tmux(socket, "display-message", "-p", "#{pid}"));
            product.start();
            awaitReached(product, socket);
            await().atMost(Duration.ofSeconds(20)).until(() -> product.phase("ada").equals("Running"));
            assertEquals(ada, product.pid("ada"));
            assertEquals(0, product.restarts("ada"));
            assertTrue(Product.lives(stranger));
            assertEquals("ada", product.tmux(
                    socket.resolveSibling("default.mux.ghost-" + stranger), "list-sessions", "-F", "#S"));
            // The same with everything forgotten: our mark on the server knows it.
            product.killDaemon();
            Files.delete(socket);
            product.tmux(socket, true, "-f", "/dev/null", "new-session", "-d", "-s", "x", "sleep", "1000");
            deleteTree(dirs.state());
            Files.createDirectory(dirs.state());
            product.start();
            awaitReached(product, socket);
            await().atMost(Duration.ofSeconds(20)).until(() -> product.phase("ada").equals("Running"));
            assertEquals(ada, product.pid("ada"));
        }
    }

    @Test
    void three_foreign_ghosts_beside_a_healthy_server_all_live_on_and_are_reached(TestDirs dirs) throws Exception {
        var tmp = Files.createDirectory(dirs.work().resolve("with space"));
        var place = Files.createDirectories(tmp.resolve("tmux-" + Files.getAttribute(tmp, "unix:uid")));
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx------"));
        var path = place.resolve("default");
        try (var product = new Product(dirs).start()) {
            var ghosts = new ArrayList<Long>();
            for (int i = 0; i < 3; i++) {
                ghosts.add(start(product, path, "g" + i));
                Files.delete(path);
            }
            long healthy = start(product, path, "healthy");
            var client = new ProcessBuilder("tmux", "-N", "-S", path.toString(), "-C", "attach", "-t", "=healthy")
                    .redirectErrorStream(true)
                    .start();
            await().until(() -> !product.tmux(path, "list-clients").isEmpty());
            var owner = Files.getAttribute(path, "unix:ino");

            // Found by the daemon within ten seconds, told, and nothing is done.
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                var status = said(product, "status");
                return ghosts.stream().allMatch(pid -> status.contains("tmux server " + pid));
            });
            assertEquals(1, product.say("status").code());
            for (long pid : ghosts) {
                var described = said(product, "describe", "server", Long.toString(pid));
                assertTrue(described.contains("Shadowed") && described.contains("sleep 1000"), described);
                var gc = said(product, "gc");
                assertTrue(gc.contains("leave: tmux server " + pid), gc);
                assertTrue(Product.lives(pid));
            }
            assertEquals(owner, Files.getAttribute(path, "unix:ino"));
            assertTrue(product.say("gc", "--yes").out().contains("leave: tmux server " + ghosts.getFirst()));

            var rescued = product.say("rescue", ghosts.get(0) + "", ghosts.get(1) + "", "server/" + ghosts.get(2));
            assertEquals(0, rescued.code(), rescued.all());
            for (int i = 0; i < 3; i++) {
                var beside = Path.of(path + ".ghost-" + ghosts.get(i));
                assertEquals("g" + i, product.tmux(beside, "list-sessions", "-F", "#S"));
                assertEquals(ghosts.get(i) + "", product.tmux(beside, "display-message", "-p", "#{pid}"));
            }
            assertEquals("healthy", product.tmux(path, "list-sessions", "-F", "#S"));
            assertEquals(healthy + "", product.tmux(path, "display-message", "-p", "#{pid}"));
            assertEquals(owner, Files.getAttribute(path, "unix:ino"), "the healthy one's own file");
            assertTrue(client.isAlive());
            client.destroy();
            var listed = said(product, "get", "servers", "--witness=both");
            for (long pid : ghosts) {
                assertTrue(listed.contains(path + ".ghost-" + pid + "   Live"), listed);
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> !said(product, "status").contains(path.toString()));
        }
    }

    @Test
    void ghosts_without_an_owner_and_without_a_directory_come_back_one_by_one(TestDirs dirs) throws Exception {
        var path = dirs.work().resolve("gone/default");
        try (var product = new Product(dirs).config("ghosts: {foreign: Report}\n")) {
            Files.createDirectory(path.getParent());
            long first = start(product, path, "one");
            Files.delete(path);
            long second = start(product, path, "two");
            Files.delete(path);
            deleteTree(path.getParent());
            // Also without a daemon.
            var said = product.say("rescue", first + "", second + "");
            assertEquals(0, said.code(), said.all());
            assertEquals("rwx------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(path.getParent())));
            assertEquals("one", product.tmux(path, "list-sessions", "-F", "#S"));
            assertEquals("two", product.tmux(Path.of(path + ".ghost-" + second), "list-sessions", "-F", "#S"));

            Files.delete(path);
            Files.createDirectory(path);
            var refused = product.say("rescue", first + "");
            assertEquals(1, refused.code(), refused.all());
            assertTrue(refused.err().contains("is in the way"), refused.all());
            assertTrue(Product.lives(first));
            assertEquals(1, product.say("rescue", "1").code());
        }
    }

    @Test
    void a_setting_makes_foreign_ones_reachable_unasked(TestDirs dirs) throws Exception {
        var path = dirs.work().resolve("theirs");
        try (var product = new Product(dirs)) {
            // Only the test's own: this machine may hold ghosts of others, which a daemon of a test must not touch.
            if (product.say("get", "servers", "-o", "json").out().contains("\"Ghost\"")) {
                return;
            }
            product.config("ghosts: {foreign: Rescue}\n").start();
            long server = start(product, path, "one");
            Files.delete(path);
            await().atMost(Duration.ofSeconds(15)).until(() -> Files.exists(path));
            assertEquals(server + "", product.tmux(path, "display-message", "-p", "#{pid}"));
        }
    }

    @Test
    void what_is_nobodys_is_ended_only_with_a_yes_and_only_when_it_is_ours(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).config("holdDownSeconds: 600\n").start()) {
            for (var name : List.of("ada", "bea", "cyd")) {
                product.write(name + ".yaml", agent(name, FakeAgent.argv("ignore:HUP", "child:1000", "forever")));
            }
            long ada = product.awaitPhase("ada", "Running");
            long bea = product.awaitPhase("bea", "Running");
            product.awaitPhase("cyd", "Running");

            // A session of ours without a manifest waits for its hold-down; gc is a person's word.
            Files.delete(dirs.manifests().resolve("ada.yaml"));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> said(product, "gc").contains("would reap: agent default/ada"));
            assertTrue(Product.lives(ada));
            // A folder that cannot be read completely holds everything.
            product.write("broken.yaml", "{ no yaml");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> said(product, "gc").contains("leave: agent default/ada"));
            Files.delete(dirs.manifests().resolve("broken.yaml"));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> said(product, "gc").contains("would reap: agent default/ada"));
            var done = product.say("gc", "--yes");
            assertTrue(done.out().contains("reap: agent default/ada"), done.all());
            await().atMost(Duration.ofSeconds(60)).until(() -> product.say("get", "agent", "ada").code() == 1);
            assertFalse(Product.lives(ada));
            assertTrue(Product.lives(bea));

            // The tmux server is killed, the state lost, the manifest gone: an orphan that no round knows.
            product.killDaemon();
            Product.kill(Long.parseLong(product.tmux(product.socket("default"), "display-message", "-p", "#{pid}")));
            Files.delete(dirs.manifests().resolve("bea.yaml"));
            deleteTree(dirs.state());
            Files.createDirectory(dirs.state());
            assertTrue(Product.lives(bea));
            product.start();
            product.awaitPhase("cyd", "Running");
            await().atMost(Duration.ofSeconds(20)).until(() -> said(product, "gc").contains("of default/bea, process"));
            assertTrue(Product.lives(bea), "nothing was said yet");
            var orphan = product.say("gc", "--yes");
            assertTrue(orphan.out().contains("done: nothing of it is left"), orphan.all());
            await().until(() -> !Product.lives(bea));
            assertEquals(0, product.say("gc").code());
        }
    }

    @Test
    void a_lost_server_that_a_person_names_is_ended_with_all_that_is_in_it(TestDirs dirs) throws Exception {
        var path = dirs.work().resolve("theirs");
        try (var product = new Product(dirs).start()) {
            long server = start(product, path, "one");
            assertEquals(1, product.say("gc", "--foreign", "999999").code());
            assertTrue(said(product, "gc", "--foreign", server + "").contains("leave: tmux server " + server),
                    "it can be reached");
            Files.delete(path);
            long program = product.programs(server).getFirst();
            var dry = product.say("gc", "--foreign", server + "");
            assertTrue(
                    dry.out().contains("would reap: tmux server " + server) && dry.out().contains("lost: sleep 1000"),
                    dry.all());
            assertTrue(Product.lives(server));
            var done = product.say("gc", "--foreign", server + "", "--yes");
            assertEquals(0, done.code(), done.all());
            assertFalse(Product.lives(server));
            assertFalse(Product.lives(program));
        }
    }

    /// Everything that looks like ours and is not.
    @Test
    void decoys_are_never_ended_and_each_is_explained(TestDirs dirs) throws Exception {
        var user = dirs.work().resolve("users.sock");
        var decoy = dirs.work().resolve("default.mux");
        try (var product = new Product(dirs).config("holdDownSeconds: 0\n").start()) {
            product.write("ada.yaml", agent("ada", List.of(
                    "/bin/sh", "-c",
                    "tmux -f /dev/null -S " + user + " new-session -d -s theirs 'sleep 1000'; exec sleep 1000"),
                    "terminationGracePeriodSeconds: 1"));
            product.write("bea.yaml", agent("bea", SLEEP));
            product.awaitPhase("ada", "Running");
            product.awaitPhase("bea", "Running");
            var socket = product.socket("default");
            await().until(() -> Files.exists(user));
            // The user's own server, started inside an agent, and a shell opened in it later.
            long inside = Long.parseLong(product.tmux(user, "display-message", "-p", "#{pid}"));
            product.tmux(user, "new-window", "-d", "sh -c 'sleep 1000; true'");
            // A server called like ours, with our socket's path among its arguments.
            product.tmux(decoy, true, "-f", "/dev/null", "new-session", "-d", "-s", "_holder", "sh", "-c",
                    "sleep 1000; true", socket.toString());
            long called = Long.parseLong(product.tmux(decoy, "display-message", "-p", "#{pid}"));
            // A program with our name in its arguments.
            var named = new ProcessBuilder(
                    "perl", "-e", "sleep 1000", "--", "reconciler", "ada", socket.toString()).start();
            // A session of somebody's on our own server.
            product.tmux(socket, "new-session", "-d", "-s", "visitor", "sleep 1000");
            var visitor = Long.parseLong(
                    product.tmux(socket, "display-message", "-p", "-t", "=visitor:", "#{pane_pid}"));
            var all = new ArrayList<>(List.of(inside, called, named.pid(), visitor));
            all.addAll(product.programs(inside));
            assertTrue(product.programs(inside).size() >= 2, "the user's two windows");

            Files.delete(dirs.manifests().resolve("ada.yaml"));
            await().atMost(Duration.ofSeconds(60)).until(() -> product.say("get", "agent", "ada").code() == 1);
            Files.delete(decoy);
            Files.delete(user);
            var gc = said(product, "gc", "--yes");
            assertTrue(gc.contains("leave: tmux server " + inside), gc);
            assertTrue(gc.contains("leave: tmux server " + called), gc);
            assertTrue(gc.contains("inherited and proves nothing"), gc);
            for (long pid : all) {
                assertTrue(Product.lives(pid), pid + " was ended; gc said\n" + gc);
            }
            var listed = said(product, "get", "servers", "-o", "wide");
            for (long pid : List.of(inside, called)) {
                assertTrue(listed.lines().anyMatch(line -> line.startsWith(pid + " ") && line.contains("Foreign")),
                        listed);
            }
            assertTrue(product.tmux(socket, "list-sessions", "-F", "#S").contains("visitor"));
            named.destroyForcibly().onExit().join();
        }
    }

    /// A new daemon, an unreadable folder: everything is explained, nothing is ended.
    @Test
    void after_the_daemons_death_nothing_is_ended_before_the_folder_was_read_whole(TestDirs dirs) throws Exception {
        try (var product = new Product(dirs).config("holdDownSeconds: 1\n").start()) {
            for (var name : List.of("ada", "bea", "cyd", "dan")) {
                product.write(name + ".yaml", agent(name, SLEEP));
            }
            long ada = product.awaitPhase("ada", "Running");
            long bea = product.awaitPhase("bea", "Running");
            product.awaitPhase("cyd", "Running");
            product.awaitPhase("dan", "Running");
            product.killDaemon();
            Files.delete(dirs.manifests().resolve("ada.yaml"));
            product.write("broken.yaml", "{ no yaml");
            deleteTree(dirs.state());
            Files.createDirectory(dirs.state());
            product.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> said(product, "get", "agents").contains("ada"));
            assertTrue(said(product, "describe", "agent", "ada").contains("SourceNotReady"));
            assertEquals(bea, product.pid("bea"));
            assertEquals(0, product.restarts("bea"));
            assertTrue(Product.lives(ada));
            Files.delete(dirs.manifests().resolve("broken.yaml"));
            // What else stopped within the last ten minutes is lost with the state: a person has to say that this may.
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> said(product, "describe", "agent", "ada").contains("ApprovalNeeded"));
            assertTrue(Product.lives(ada));
            assertEquals(0, product.say("approve").code());
            await().atMost(Duration.ofSeconds(60)).until(() -> product.say("get", "agent", "ada").code() == 1);
            assertFalse(Product.lives(ada));
            assertEquals(bea, product.pid("bea"));
        }
    }

    private static long start(Product product, Path path, String session) throws Exception {
        product.tmux(path, true, "-f", "/dev/null", "new-session", "-d", "-s", session, "sleep", "1000");
        return Long.parseLong(product.tmux(path, "display-message", "-p", "#{pid}"));
    }

    private static String said(Product product, String... words) throws Exception {
        return product.say(words).out();
    }

    private static void awaitReached(Product product, Path socket) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> product.tmux(socket, "list-sessions", "-F", "#S").contains("_holder")
                        && product.tmux(socket, "has-session", "-t", "=ada").isEmpty());
    }

    /// What somebody tries, who may come too late.
    @FunctionalInterface
    private interface Attempt {
        void make() throws Exception;
    }

    /// The daemon may have made the socket again already.
    private static void tolerant(Attempt attempt) throws Exception {
        try {
            attempt.make();
        } catch (java.nio.file.FileAlreadyExistsException e) {
            assertNotEquals("", e.getMessage());
        }
    }

    private static void deleteTree(Path tree) throws Exception {
        try (var paths = Files.walk(tree)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (java.io.UncheckedIOException | java.nio.file.NoSuchFileException e) {
            // Somebody else removes or makes things in it meanwhile.
            assertNotEquals("", String.valueOf(e.getMessage()));
        }
    }
}
