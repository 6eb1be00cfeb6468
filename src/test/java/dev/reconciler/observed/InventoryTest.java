package dev.reconciler.observed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.ServerHistory;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.History;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.ProcessTable.Bound;
import dev.reconciler.host.ProcessTable.Standing;
import dev.reconciler.host.ServerTable;
import dev.reconciler.host.ServerTable.Contents;
import dev.reconciler.host.ServerTable.Heard;
import dev.reconciler.observed.Inventory.Owner;
import dev.reconciler.observed.Inventory.State;
import dev.reconciler.observed.Inventory.Witness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What each witness's word means, alone and together.
class InventoryTest {
    private static final String PATH = "/tmp/tmux-1000/default";
    private static final String OURS = "/run/user/1000/reconciler/default.mux";
    private static final ProcessRef SERVER = new ProcessRef(50, 7);

    private final List<ProcessTable.Process> processes = new ArrayList<>();
    private final TreeMap<String, Heard> heard = new TreeMap<>();
    private final TreeMap<ProcessRef, Contents> contents = new TreeMap<>();
    private final List<String> idle = new ArrayList<>();
    private final TreeMap<String, ServerHistory> remembered = new TreeMap<>();
    private ServerTable.Witness lsof;

    private void server(ProcessRef ref, String mark, String blind, Bound... bound) {
        processes.add(new ProcessTable.Process(
                ref, 1, ref.pid(), "tmux: server", null, List.of("tmux"),
                new ProcessTable.Server(mark, Arrays.asList(bound), false, blind)));
    }

    private static Bound bound(String path, Standing standing) {
        return new Bound(path, 1, standing);
    }

    private Inventory look(Witness witness) {
        var scan = new ProcessTable.Scan(processes, true, List.of());
        var history = new History(new Fleet(0, List.of(), List.of(), remembered), new TreeMap<>());
        return Inventory.of(
                new ServerTable.Look(scan, heard, contents, idle, lsof), witness, history,
                new TreeMap<>(Map.of("default", OURS)));
    }

    private Inventory.Entry entry() {
        return entry(Witness.Proc);
    }

    private Inventory.Entry entry(Witness witness) {
        var entry = look(witness).find(SERVER);
        assertNotNull(entry);
        return entry;
    }

    @Test
    void who_answers_on_its_own_path_lives() {
        server(SERVER, null, null, bound(PATH, Standing.Owner));
        assertEquals(State.Live, entry().state());
        heard.put(PATH, new Heard.Answered(50, 3));
        assertEquals(State.Live, entry().state());
        assertEquals(3, entry().sessions());
    }

    @Test
    void a_busy_server_is_no_ghost() {
        server(SERVER, null, null, bound(PATH, Standing.Owner));
        heard.put(PATH, new Heard.Silent("stopped or busy"));
        assertEquals(State.Unknown, entry().state());
        assertEquals("stopped or busy", entry().evidence());
    }

    @Test
    void who_cannot_be_seen_is_unknown() {
        server(SERVER, null, "it lives in another mount namespace");
        assertEquals(State.Unknown, entry().state());
    }

    @Test
    void an_unlinked_path_makes_a_ghost_and_an_owner_makes_a_shadow() {
        server(SERVER, null, null, bound(PATH, Standing.Unlinked));
        assertEquals(State.Ghost, entry().state());
        processes.clear();
        server(SERVER, null, null, bound(PATH, Standing.Taken));
        assertEquals(State.Ghost, entry().state(), "a file lies there");
        server(new ProcessRef(60, 8), null, null, bound(PATH, Standing.Owner));
        assertEquals(State.Shadowed, entry().state());
        assertTrue(entry().evidence().contains("60"), entry().evidence());
    }

    @Test
    void a_rescued_one_lives_beside_the_owner_of_its_path() {
        server(SERVER, null, null, bound(PATH, Standing.Taken), bound(PATH + ".ghost-50", Standing.Owner));
        assertEquals(State.Live, entry().state());
        assertEquals(PATH + ".ghost-50", entry().path());
    }

    @Test
    void one_that_failed_to_make_its_socket_is_a_ghost_of_the_path_its_panes_were_told() {
        server(SERVER, null, null);
        var program = new ServerTable.Program(new ProcessRef(51, 9), "2", "%3", "vim", "/home");
        contents.put(SERVER, new Contents(4096, Duration.ofSeconds(3), List.of(program), PATH));
        assertEquals(State.Ghost, entry().state());
        assertEquals(PATH, entry().path());
        assertEquals(1, entry().sessions());
    }

    @Test
    void ours_is_who_is_remembered_or_carries_the_mark_and_nobody_else() {
        server(SERVER, null, null, bound(OURS, Standing.Owner));
        assertEquals(new Owner.Foreign(), entry().owner(), "bound to our path, but not started by us");
        remembered.put("default", ServerHistory.UNKNOWN.well(new ProcessRef(50, 8)));
        assertEquals(new Owner.Foreign(), entry().owner(), "a reused pid");
        remembered.put("default", ServerHistory.UNKNOWN.well(SERVER));
        assertEquals("default", assertInstanceOf(Owner.Managed.class, entry().owner()).namespace());
        remembered.clear();
        processes.clear();
        server(SERVER, OURS, null, bound(OURS, Standing.Owner));
        assertTrue(entry().owner().managed());
        processes.clear();
        server(SERVER, "/tmp/another/default.mux", null, bound(OURS, Standing.Owner));
        assertEquals(new Owner.Foreign(), entry().owner(), "another reconciler's");
    }

    @Test
    void a_socket_nobody_listens_on_is_stale_and_ours_only_in_our_directory() {
        idle.addAll(List.of(OURS + ".ghost-9", PATH));
        var entries = look(Witness.Proc).entries();
        assertEquals(List.of(State.Stale, State.Stale), entries.stream().map(Inventory.Entry::state).toList());
        assertTrue(entries.get(0).owner().managed());
        assertEquals(new Owner.Foreign(), entries.get(1).owner());
    }

    @Test
    void lsof_alone_tells_by_who_answers_and_by_names_that_it_cuts_at_a_space() {
        var spaced = "/tmp/a b/c d";
        server(SERVER, null, null, bound(spaced, Standing.Unlinked));
        lsof = new ServerTable.Witness(new TreeMap<>(Map.of(50L, List.of("/tmp/a"))), null);
        heard.put(spaced, new Heard.Answered(50, 1));
        heard.put("/tmp/a", new Heard.Nobody());
        assertEquals(State.Live, entry(Witness.Lsof).state());
        heard.put(spaced, new Heard.Nobody());
        assertEquals(State.Ghost, entry(Witness.Lsof).state());
        heard.put(spaced, new Heard.Answered(60, 1));
        assertEquals(State.Shadowed, entry(Witness.Lsof).state());
        heard.put(spaced, new Heard.Silent("busy"));
        assertEquals(State.Unknown, entry(Witness.Lsof).state());
    }

    @Test
    void two_witnesses_that_differ_make_it_unknown() {
        server(SERVER, null, null, bound(PATH, Standing.Unlinked));
        lsof = new ServerTable.Witness(new TreeMap<>(Map.of(50L, List.of(PATH))), null);
        heard.put(PATH, new Heard.Nobody());
        assertEquals(State.Ghost, entry(Witness.Both).state());
        heard.put(PATH, new Heard.Answered(50, 1));
        assertEquals(State.Unknown, entry(Witness.Both).state());
        lsof = new ServerTable.Witness(new TreeMap<>(), null);
        assertEquals(State.Unknown, entry(Witness.Both).state());
        lsof = new ServerTable.Witness(new TreeMap<>(), "cannot start lsof");
        assertEquals(State.Unknown, entry(Witness.Both).state());
        assertEquals(List.of("lsof: cannot start lsof"), look(Witness.Both).blind());
    }
}
