package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable.Sighting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With a tmux, played by a shell, that lost a SIGCHLD: it learns how a program ended only when another child ends.
class LateExitsTest {
    private static final String PANE = "$1\t%2\t4711\t1\t\tSIGNAL\t0\t1\tada\tu-ada\t"
            + TmuxWords.mark("ada", 1).encode() + "\n";
    private static final List<Tmux.PaneLine> DEAD = PaneLines.parse(PANE.replace("SIGNAL", ""));

    private final TreeMap<Long, Sighting> table = new TreeMap<>();
    private ControlClient client;
    private Path asked;

    @TempDir
    Path temp;

    @BeforeEach
    void play() throws Exception {
        asked = temp.resolve("asked");
        var script = "printf '%%begin 1 1 0\\n%%end 1 1 0\\n'; n=1; signal=; while read -r line; do n=$((n+1)); "
                + "echo \"$line\" >> " + asked + "; echo \"%begin 1 $n 1\"; "
                + "case $line in *run-shell*) signal=9;; *) cat " + temp + "/pane$signal;; esac; "
                + "echo \"%end 1 $n 1\"; done";
        Files.writeString(temp.resolve("pane"), PANE.replace("SIGNAL", ""));
        Files.writeString(temp.resolve("pane9"), PANE.replace("SIGNAL", "9"));
        var environment = new TreeMap<>(System.getenv());
        client = new ControlClient(
                new Command(List.of("/bin/sh", "-c", script), environment).start(), "played", name -> {});
    }

    @AfterEach
    void end() {
        client.close();
    }

    @Test
    void a_zombie_whose_end_tmux_missed_is_told_after_a_nudge() throws Exception {
        table.put(4711L, new Sighting.Zombie(new ProcessRef(4711, 1), 0));
        assertEquals(9, exits().settle(DEAD, table::get, client).getFirst().exitSignal());
        assertEquals(1, nudges());
    }

    @Test
    void it_is_nudged_after_the_end_of_its_terminal_was_read() throws Exception {
        table.put(4711L, new Sighting.Zombie(new ProcessRef(4711, 1), 0));
        var open = PaneLines.parse(PANE.replace("\t1\t\tSIGNAL", "\t0\t\t"));
        assertEquals(9, exits().settle(open, table::get, client).getFirst().exitSignal());
        assertTrue(Files.readAllLines(asked).getFirst().contains("list-panes"));
        assertEquals(1, nudges());
    }

    @Test
    void of_a_zombie_that_did_not_end_well_the_kernel_tells_without_a_nudge() throws Exception {
        table.put(4711L, new Sighting.Zombie(new ProcessRef(4711, 1), 15));
        assertEquals(15, exits().settle(DEAD, table::get, client).getFirst().exitSignal());
        table.put(4711L, new Sighting.Zombie(new ProcessRef(4711, 1), 3 << 8));
        assertEquals(3, exits().settle(DEAD, table::get, client).getFirst().exitStatus());
        assertEquals(0, nudges());
    }

    @Test
    void a_zombie_that_lies_there_is_collected_in_the_end() throws Exception {
        table.put(4711L, new Sighting.Zombie(new ProcessRef(4711, 1), 15));
        var exits = exits();
        await().until(() -> {
            assertEquals(15, exits.settle(DEAD, table::get, client).getFirst().exitSignal());
            return nudges() == 1;
        });
    }

    @Test
    void what_the_kernel_tells_does_not_shorten_the_wait_for_the_end_of_the_terminal() throws Exception {
        table.put(4711L, new Sighting.Zombie(new ProcessRef(4711, 1), 15));
        var open = PaneLines.parse(PANE.replace("\t1\t\tSIGNAL", "\t0\t\t"));
        assertEquals(15, exits().settle(open, table::get, client).getFirst().exitSignal());
        assertEquals(1, Files.readAllLines(asked).size());
        assertEquals(0, nudges());
    }

    @Test
    void a_terminal_that_a_child_keeps_open_is_waited_for_a_moment_only() throws Exception {
        Files.writeString(temp.resolve("pane"), PANE.replace("\t1\t\tSIGNAL", "\t0\t\t"));
        table.put(4711L, new Sighting.Zombie(new ProcessRef(4711, 1), 0));
        var open = PaneLines.parse(Files.readString(temp.resolve("pane")));
        assertEquals(9, exits().settle(open, table::get, client).getFirst().exitSignal());
        assertEquals(1, nudges());
    }

    @Test
    void a_program_that_only_closed_its_terminal_is_left_alone() throws Exception {
        table.put(4711L, new Sighting.Alive(new ProcessRef(4711, 1)));
        assertSame(DEAD, exits().settle(DEAD, table::get, client));
        assertEquals(0, nudges());
    }

    @Test
    void a_process_that_cannot_be_looked_at_proves_nothing() throws Exception {
        table.put(4711L, new Sighting.Unreadable("hidden"));
        assertNull(exits().settle(DEAD, table::get, client).getFirst().exitSignal());
        assertEquals(0, nudges());
    }

    @Test
    void what_a_nudge_does_not_settle_is_not_nudged_at_every_look() throws Exception {
        Files.writeString(temp.resolve("pane9"), PANE.replace("SIGNAL", ""));
        table.put(4711L, new Sighting.Gone());
        var exits = exits();
        for (int i = 0; i < 5; i++) {
            assertNull(exits.settle(DEAD, table::get, client).getFirst().exitSignal());
        }
        assertEquals(1, nudges());
    }

    @Test
    void somebody_elses_dead_pane_is_none_of_our_business() throws Exception {
        table.put(4711L, new Sighting.Zombie(new ProcessRef(4711, 1), 0));
        var theirs = PaneLines.parse(PANE.replace("SIGNAL", "").replace("r1 ", "r9 "));
        assertSame(theirs, exits().settle(theirs, table::get, client));
    }

    private LateExits exits() {
        return new LateExits();
    }

    private long nudges() throws Exception {
        return Files.exists(asked)
                ? Files.readString(asked).lines().filter(line -> line.contains("run-shell")).count()
                : 0;
    }
}
