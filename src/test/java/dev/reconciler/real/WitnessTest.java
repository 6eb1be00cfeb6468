package dev.reconciler.real;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.History;
import dev.reconciler.host.Machine;
import dev.reconciler.observed.Inventory;
import dev.reconciler.observed.Inventory.State;
import dev.reconciler.observed.Inventory.Witness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The two witnesses, held against each other on this machine's own tmux.
@RealTest
@WholeMachine
class WitnessTest {
    private static final History NOTHING =
            new History(new Fleet(0, List.of(), List.of(), new TreeMap<>()), new TreeMap<>());
    private static final int MANY = 20;

    private static long start(TestDirs dirs, Path path, Path directory) throws Exception {
        var builder = new ProcessBuilder(
                "tmux", "-f", "/dev/null", "-S", path.toString(), "new-session", "-d", "sleep", "1000")
                .directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(dirs.environment());
        assertEquals(0, builder.start().waitFor());
        return pid(directory.resolve(path));
    }

    private static long pid(Path path) throws Exception {
        var asked = new ProcessBuilder("tmux", "-N", "-S", path.toString(), "display-message", "-p", "#{pid}").start();
        return Long.parseLong(new String(asked.getInputStream().readAllBytes()).strip());
    }

    private static Inventory look(Machine machine, Witness witness) {
        boolean lsof = witness != Witness.Proc;
        return Inventory.of(machine.servers().look(true, lsof), witness, NOTHING, new TreeMap<>());
    }

    @Test
    void both_say_the_same_of_live_ones_ghosts_shadows_and_odd_names(TestDirs dirs) throws Exception {
        var work = dirs.work();
        Files.createDirectory(work.resolve("two  spaces"));
        var expected = new TreeMap<Long, State>();
        for (var name : List.of("plain", "a b", "two  spaces/x y", "(tmux)", "ümlaut", "type=STREAM", "a")) {
            expected.put(start(dirs, work.resolve(name), work), State.Live);
        }
        // Bound to a relative path, by a server that was started there.
        expected.put(start(dirs, Path.of("relative sock"), work), State.Live);
        for (var name : List.of("gone", "gone b")) {
            expected.put(start(dirs, work.resolve(name), work), State.Ghost);
            Files.delete(work.resolve(name));
        }
        for (var name : List.of("shared", "shared too")) {
            for (int i = 0; i < 2; i++) {
                expected.put(start(dirs, work.resolve(name), work), State.Shadowed);
                Files.delete(work.resolve(name));
            }
            expected.put(start(dirs, work.resolve(name), work), State.Live);
        }
        for (int i = 0; i < MANY; i++) {
            expected.put(start(dirs, work.resolve("many" + i), work), State.Live);
        }
        try (var machine = new Machine(
                dirs.manifests(), dirs.state(), dirs.runtime(), dirs.environment(), null)) {
            var proc = look(machine, Witness.Proc);
            var lsof = look(machine, Witness.Lsof);
            var both = look(machine, Witness.Both);
            var told = new ArrayList<String>();
            expected.forEach((pid, state) -> {
                for (var inventory : List.of(proc, lsof, both)) {
                    var entry = inventory.find(pid);
                    if (entry == null || entry.state() != state) {
                        told.add(pid + " should be " + state + ": " + entry);
                    }
                }
            });
            assertEquals(List.of(), told);
            assertEquals(List.of(), proc.lost()
                    .stream()
                    .filter(e -> !expected.containsKey(e.process().pid()))
                    .filter(e -> String.valueOf(e.path()).startsWith(work.toString()))
                    .toList());
        }
    }

    @Test
    void a_stopped_server_is_unknown_and_what_is_in_a_ghost_is_told(TestDirs dirs) throws Exception {
        var stopped = start(dirs, dirs.work().resolve("stopped"), dirs.work());
        var ghost = start(dirs, dirs.work().resolve("ghost"), dirs.work());
        Files.delete(dirs.work().resolve("ghost"));
        new ProcessBuilder("kill", "-STOP", Long.toString(stopped)).start().waitFor();
        try (var machine = new Machine(
                dirs.manifests(), dirs.state(), dirs.runtime(), dirs.environment(), null)) {
            for (var witness : Witness.values()) {
                var entry = look(machine, witness).find(stopped);
                assertEquals(State.Unknown, entry.state(), witness + " " + entry);
                assertFalse(entry.lost());
            }
            var inside = look(machine, Witness.Proc).find(ghost).contents();
            assertEquals(List.of("sleep 1000"), inside.programs().stream().map(p -> p.command()).toList());
            assertEquals(dirs.work().toString(), inside.programs().getFirst().directory());
            assertEquals("%0", inside.programs().getFirst().pane());
            assertTrue(inside.memory() > 1 << 20, inside.toString());
            assertTrue(inside.age().compareTo(Duration.ofMinutes(5)) < 0, inside.toString());
            assertEquals(1, inside.sessions());
        } finally {
            new ProcessBuilder("kill", "-CONT", Long.toString(stopped)).start().waitFor();
        }
    }

    @Test
    void the_cheap_look_shows_each_socket_that_went_astray_and_none_that_did_not(TestDirs dirs) throws Exception {
        try (var machine = new Machine(
                dirs.manifests(), dirs.state(), dirs.runtime(), dirs.environment(), null)) {
            var path = dirs.work().resolve("a b");
            long server = start(dirs, path, dirs.work());
            var facts = machine.servers()
                    .look(false, false)
                    .scan()
                    .processes()
                    .stream()
                    .filter(p -> p.ref().pid() == server)
                    .findFirst()
                    .orElseThrow()
                    .server();
            long inode = facts.bound().getFirst().inode();
            assertFalse(machine.servers().astray().contains(inode));
            Files.delete(path);
            assertTrue(machine.servers().astray().contains(inode));
            new ProcessBuilder("kill", "-USR1", Long.toString(server)).start().waitFor();
            await().until(() -> Files.exists(path) && !machine.servers().astray().contains(inode));
        }
    }
}
