package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Grant;
import dev.reconciler.api.RunId;
import dev.reconciler.controller.Directories;
import dev.reconciler.controller.GrantedAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a run may do by its own socket.
class GrantsTest {
    private static final RunId ADA = new RunId("0a1b2c3d0a1b2c3d", 1);

    private static FakeAccess world(Grant... grants) {
        return new FakeAccess(new FakeAccess.World()
                .manifest(Worlds.TEAM.replace("command: [claude]", "command: [claude]\n  grants: " + List.of(grants)))
                .running("default", "ada", 2001)
                .crashing("lab", "bob")
                .awaiting("lab", "bob"));
    }

    private static FakeCall inside(FakeAccess access) {
        return new FakeCall(new GrantedAccess(access, ADA));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {
        "delete agent ada --wait=false, StopSelf, delete ",
        "delete agent bob -n lab --wait=false, StopOthers, delete ",
        "delete agent bob -n lab --wait=false --grace-period=0 --force, StopOthers, delete ",
        "rollout restart agent ada, StopSelf, restart ",
        "rollout restart agent bob -n lab, StopOthers, restart ",
        "approve, Approve, approve ",
    })
    void what_stops_or_allows_needs_its_grant_and_the_refusal_names_it(String words, Grant grant, String done) {
        var access = world();
        var call = inside(access);
        assertEquals(1, call.run(words.split(" ")), words);
        assertTrue(call.said().contains("forbidden: agent \"ada\" may not "), call.said());
        assertTrue(call.said().contains(": " + grant + " is not among its spec.grants"), call.said());
        assertEquals(List.of(), access.asked);
        var others = java.util.Arrays.stream(Grant.values()).filter(g -> g != grant).toArray(Grant[]::new);
        assertEquals(1, inside(world(others)).run(words.split(" ")), words);
        var granted = world(grant);
        assertEquals(0, inside(granted).run(words.split(" ")), words);
        assertTrue(granted.asked.getFirst().startsWith(done), granted.asked.toString());
    }

    @Test
    void keys_for_a_terminal_are_a_way_to_stop_and_looking_is_none() {
        var call = inside(world());
        assertEquals(1, call.run("attach", "bob", "-n", "lab"));
        assertTrue(call.said().contains("StopOthers"), call.said());
        assertEquals(0, inside(world()).run("attach", "bob", "-n", "lab", "--read-only"));
        assertEquals(0, inside(world(Grant.StopOthers)).run("attach", "bob", "-n", "lab"));
        assertEquals(1, inside(world(Grant.StopOthers)).run("attach", "ada"));
        assertEquals(0, inside(world(Grant.StopSelf)).run("attach", "ada"));
    }

    @Test
    void servers_and_garbage_have_grants_of_their_own() throws Exception {
        var none = new GrantedAccess(world(), ADA);
        var finding = new dev.reconciler.plan.Finding.StaleSocket(
                "/x.mux", new dev.reconciler.plan.Finding.Judgement.Reap("nobody listens"));
        var one = org.junit.jupiter.api.Assertions.assertThrows(
                dev.reconciler.controller.Access.Refusal.class, () -> none.reap(finding));
        assertTrue(one.getMessage().contains("CollectGarbage"), one.getMessage());
        var two = org.junit.jupiter.api.Assertions.assertThrows(
                dev.reconciler.controller.Access.Refusal.class, () -> none.rescue(FakeAccess.SERVER));
        assertTrue(two.getMessage().contains("Rescue"), two.getMessage());
        new GrantedAccess(world(Grant.CollectGarbage), ADA).reap(finding);
        new GrantedAccess(world(Grant.Rescue), ADA).rescue(FakeAccess.SERVER);
    }

    @Test
    void looking_and_sending_need_none() {
        var access = world();
        for (var words : List.of("get agents -A", "describe agent bob -n lab", "events", "screen ada",
                "wait --for=condition=Ready agent/ada", "gc")) {
            var call = inside(access);
            assertEquals(0, call.run(words.split(" ")), words + call.said());
        }
        assertEquals(0, inside(access).run("send", "bob", "-n", "lab", "hello"));
        assertTrue(access.asked.getLast().startsWith("send lab/bob hello"), access.asked.toString());
    }

    @Test
    void a_run_of_nobody_may_nothing() {
        var call = new FakeCall(new GrantedAccess(world(Grant.values()), new RunId("ffffffff00000000", 3)));
        assertEquals(1, call.run("delete", "agent", "ada", "--wait=false"));
        assertTrue(call.said().contains("is over"), call.said());
    }

    @Test
    void a_command_is_of_a_run_while_its_socket_is_there_and_no_other_daemon_is_named(@TempDir Path folder)
            throws Exception {
        var socket = Files.createFile(folder.resolve("run")).toString();
        var inside = Map.of("RECONCILER_SOCKET", socket);
        var none = Directories.Given.NOTHING;
        assertEquals(Path.of(socket), Words.ownSocket(none, inside));
        assertNull(Words.ownSocket(none, Map.of()));
        assertNull(Words.ownSocket(none, Map.of("RECONCILER_SOCKET", socket + "-over")));
        assertNull(Words.ownSocket(none, Map.of("RECONCILER_SOCKET", "")));
        assertNull(Words.ownSocket(new Directories.Given(null, null, "/r"), inside));
        assertNull(Words.ownSocket(none, Map.of("RECONCILER_SOCKET", socket, "RECONCILER_RUNTIME", "/r")));
        assertNull(Words.ownSocket(none, Map.of("RECONCILER_SOCKET", socket, "RECONCILER_STATE", "/s")));
        assertNull(Words.ownSocket(new Directories.Given("/m", null, null), inside));
    }
}
