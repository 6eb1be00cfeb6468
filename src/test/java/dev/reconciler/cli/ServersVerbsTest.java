package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ServerTable.Contents;
import dev.reconciler.host.ServerTable.Program;
import dev.reconciler.observed.Inventory;
import dev.reconciler.observed.Inventory.Entry;
import dev.reconciler.observed.Inventory.Owner;
import dev.reconciler.observed.Inventory.State;
import dev.reconciler.plan.Finding;
import dev.reconciler.plan.Finding.Judgement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Tmux servers at the terminal.
class ServersVerbsTest {
    private static final ProcessRef GHOST = new ProcessRef(4711, 9);
    private final FakeAccess access = Worlds.healthy();
    private final FakeCall call = new FakeCall(access);

    private static Entry ghost() {
        var program = new Program(new ProcessRef(4712, 9), "2", "%5", "vim notes\u001b[31m", "/home/ada");
        return new Entry(
                GHOST, "/tmp/tmux-1000/default", State.Ghost, new Owner.Foreign(), 1,
                new Contents(12 << 20, Duration.ofHours(30), List.of(program), null),
                "it listens, and its path is gone");
    }

    private void found(Entry... entries) {
        access.inventory = new Inventory(List.of(entries), List.of());
    }

    private static Entry ours() {
        return new Entry(
                FakeAccess.SERVER, "/run/user/1000/reconciler/default.mux", State.Live,
                new Owner.Managed("default", "proven"), 3,
                new Contents(3L << 30, Duration.ofMinutes(5), List.of(), null),
                "it answers on its path");
    }

    @Test
    void servers_are_listed_with_state_owner_and_size() {
        var stale = new Entry(null, "/tmp/tmux-1000/x", State.Stale, new Owner.Foreign(), 0, Contents.NONE, "nobody");
        found(ours(), ghost(), stale);
        assertEquals(0, call.run("get", "servers"));
        assertEquals("""
                PID      SOCKET                                  STATE   OWNER              SESSIONS   MEMORY   AGE
                1000     /run/user/1000/reconciler/default.mux   Live    Managed(default)   3          3.0Gi    5m
                4711     /tmp/tmux-1000/default                  Ghost   Foreign            1          12Mi     30h
                <none>   /tmp/tmux-1000/x                        Stale   Foreign            <none>     <none>   <none>
                """, call.printed());
    }

    @Test
    void one_is_described_with_what_is_in_it_and_never_drives_the_terminal() {
        found(ghost());
        assertEquals(0, call.run("describe", "server", "4711"));
        assertTrue(call.printed().contains("4712  $2       %5    /home/ada  vim notes^[[31m"), call.printed());
        assertTrue(call.printed().contains("reconciler rescue 4711"), call.printed());
    }

    @Test
    void what_is_not_there_or_no_pid_is_said_as_kubectl_would() {
        found(ghost());
        assertEquals(1, call.run("get", "server", "1"));
        assertEquals("Error from server (NotFound): servers \"1\" not found\n", call.said());
        assertEquals(1, call.run("get", "server", "ada"));
        assertTrue(call.said().contains("\"ada\" is no pid of a server"), call.said());
        assertEquals(1, call.run("get", "servers", "--witness", "me"));
        assertTrue(call.said().contains("must be lsof, proc or both"), call.said());
    }

    @Test
    void data_has_the_proof_and_the_programs() {
        found(ours(), ghost());
        assertEquals(0, call.run("get", "servers", "-o", "jsonpath={.items[*].state}"));
        assertEquals("Live Ghost", call.printed().strip());
        var one = new FakeCall(access);
        assertEquals(0, one.run("get", "server/4711", "-o", "json"));
        assertTrue(one.printed().contains("\"command\": \"vim notes"), one.printed());
        assertTrue(one.printed().contains("\"state\": \"Ghost\""), one.printed());
    }

    @Test
    void a_lost_server_of_others_is_trouble_with_what_to_type() {
        found(ghost());
        assertEquals(1, call.run("status"));
        assertTrue(call.printed()
                .contains(
                        "tmux server 4711 of /tmp/tmux-1000/default, not ours, cannot be reached with 1 program in it: it"
                                + " listens, and its path is gone; `reconciler rescue 4711` makes it reachable"),
                call.printed());
    }

    @Test
    void a_rescue_says_where_and_a_refusal_says_why() {
        found(ghost(), ours());
        assertEquals(0, call.run("rescue", "4711", "server/1000"));
        assertEquals(
                "server/4711 rescued: tmux -S /tmp/tmux-1000/default.ghost-4711 attach\n"
                        + "server/1000 can be reached at /run/user/1000/reconciler/default.mux\n",
                call.printed());
        assertEquals(List.of("rescue 4711@9"), access.asked);
        access.refusal = "RuntimeDirGone: /run/user/1000 is gone";
        assertEquals(1, call.run("rescue", "4711"));
        assertTrue(call.said().contains("error: server/4711: RuntimeDirGone"), call.said());
        assertEquals(1, call.run("rescue", "5"));
        assertEquals(1, call.run("rescue"));
    }

    @Test
    void gc_does_nothing_without_a_yes() {
        assertEquals(0, call.run("gc"));
        assertEquals("Nothing is left over.\n", call.printed());
        access.garbage = List.of(
                new Finding.StaleSocket("/run/a.mux", new Judgement.Reap("nobody listens")),
                new Finding.LostServer(GHOST, "/tmp/x", List.of(), List.of("vim"), new Judgement.Leave("not ours")),
                new Finding.LostServer(GHOST, "/tmp/y", List.of(), List.of(), new Judgement.Unknown("busy")));
        assertEquals(1, call.run("gc"));
        assertTrue(call.printed().endsWith("""
                would reap: socket /run/a.mux
                  why:  nobody listens
                leave: tmux server 4711 of /tmp/x
                  why:  not ours
                  lost: vim
                unknown: tmux server 4711 of /tmp/y
                  why:  busy
                """), call.printed());
        assertEquals(List.of(), access.asked);
        assertTrue(call.said().contains("Nothing was done"), call.said());
        var done = new FakeCall(access);
        assertEquals(0, done.run("gc", "--yes"));
        assertEquals(List.of("reap socket /run/a.mux"), access.asked);
        assertFalse(done.printed().contains("would"), done.printed());
    }

    @Test
    void pids_without_foreign_and_foreign_without_pids_are_refused() {
        assertEquals(1, call.run("gc", "4711"));
        assertEquals(1, call.run("gc", "--foreign"));
        assertEquals(1, call.run("gc", "--foreign", "x"));
        assertEquals(1, call.run("gc", "--foreign", "99"));
        assertTrue(call.said().contains("servers \"99\" not found"), call.said());
        assertEquals(List.of(), access.asked);
    }
}
