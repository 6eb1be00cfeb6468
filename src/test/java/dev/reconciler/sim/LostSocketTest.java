package dev.reconciler.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Session;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.Ghosts;
import dev.reconciler.plan.Ghosts.Treatment;
import dev.reconciler.status.EventLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Our own server without a socket, where it is not, or cannot be, made reachable: it is commanded as before through the
/// connection that is open.
class LostSocketTest {
    private static final AgentName ADA = new AgentName("default", "ada");

    private final FakeHost host = new FakeHost(World.SOURCE);
    private final List<Effect> rescues = new ArrayList<>();
    private RealDaemon daemon;

    private void start(Treatment managed) {
        host.gate.watch(new Gate.Watcher() {
            @Override
            public void before(Effect effect) {
                if (effect instanceof Effect.Rescue) {
                    rescues.add(effect);
                }
            }
        });
        daemon = new RealDaemon(host, () -> {}, new Ghosts(managed, Treatment.Report));
        write("ada", "v=1");
        live(10);
        assertInstanceOf(Session.Running.class, ada().session());
    }

    private void write(String name, String word) {
        host.folder.write(name + ".yaml", """
                apiVersion: reconciler.dev/v1alpha1
                kind: Agent
                metadata: {name: %s}
                spec: {command: [/usr/bin/agent, %s], workingDirectory: /srv/%s, updateStrategy: Immediate}
                """.formatted(name, word, name));
    }

    private void live(int seconds) {
        for (int i = 0; i < seconds; i++) {
            daemon.round();
            host.clock.advance(Duration.ofSeconds(1));
        }
        daemon.round();
    }

    private AgentStatus ada() {
        return daemon.view().statuses().get(ADA);
    }

    private long pid() {
        return ((Session.Running) ada().session()).process().pid();
    }

    private Action.OfServer planned() {
        return daemon.view().plan().servers().get("default");
    }

    private long told(Reason reason) throws IOException {
        return EventLog.open(host.storage(), host.clock())
                .events()
                .stream()
                .filter(e -> e.reason() == reason)
                .mapToLong(e -> e.count())
                .sum();
    }

    private void unlink() {
        host.tmux.unlink(host.tmux.socket("default"));
    }

    @Test
    void managed_report_says_so_once_and_touches_nothing() throws IOException {
        start(Treatment.Report);
        long pid = pid();
        unlink();
        live(600);
        assertEquals(List.of(), rescues);
        var hold = assertInstanceOf(Action.HoldServer.class, planned());
        assertEquals(Reason.Ghost, hold.reason());
        assertTrue(hold.message().contains("reconciler rescue"), hold.message());
        assertEquals(1, told(Reason.Ghost));
        assertEquals(Reason.Running, ada().reason());
        assertEquals(pid, pid());
        // It is commanded all the same.
        assertTrue(daemon.rollout(ADA));
        live(60);
        assertTrue(pid() != pid);
        write("bea", "v=1");
        live(10);
        assertEquals(Reason.Running, daemon.view().statuses().get(new AgentName("default", "bea")).reason());
        assertTrue(daemon.delete(ADA));
        live(60);
        assertFalse(daemon.view().statuses().containsKey(ADA));
        assertEquals(List.of(), rescues);
    }

    @Test
    void managed_report_keeps_its_hands_off_what_no_connection_leads_to() {
        start(Treatment.Report);
        unlink();
        host.tmux.disconnect();
        live(600);
        assertEquals(List.of(), rescues);
        assertEquals(Reason.Ghost, ada().reason());
        assertEquals(1, host.tmux.servers().size(), "and starts no second server beside it");
    }

    @Test
    void without_the_login_directory_nothing_is_tried_and_the_agents_go_on() throws IOException {
        start(Treatment.Rescue);
        long pid = pid();
        host.tmux.runtimeGone(true);
        live(600);
        assertEquals(List.of(), rescues, "it could only spoil the server's umask");
        var hold = assertInstanceOf(Action.HoldServer.class, planned());
        assertEquals(Reason.RuntimeDirGone, hold.reason());
        assertTrue(hold.message().contains("through the connection that is open"), hold.message());
        assertEquals(1, told(Reason.RuntimeDirGone));
        assertEquals(0, told(Reason.RescueFailed));
        assertEquals(Reason.Running, ada().reason());
        assertEquals(pid, pid());
        assertTrue(daemon.rollout(ADA));
        live(60);
        assertTrue(pid() != pid);
        long after = pid();

        host.tmux.runtimeGone(false);
        daemon.round();
        assertEquals(1, rescues.size(), "in the very round that sees it again");
        live(1);
        assertTrue(host.tmux.listens(host.tmux.servers().getFirst()));
        assertEquals(1, told(Reason.Rescued));
        assertEquals(0, told(Reason.RescueFailed));
        assertEquals(after, pid());
    }

    @Test
    void an_attempt_that_failed_before_the_directory_was_gone_holds_up_nothing_when_it_is_back() {
        start(Treatment.Rescue);
        host.tmux.refuse(1);
        unlink();
        daemon.round();
        daemon.round();
        assertEquals(Reason.RescueFailed, planned().reason(), "its back-off runs");
        host.tmux.runtimeGone(true);
        live(3);
        host.tmux.runtimeGone(false);
        daemon.round();
        assertEquals(1, rescues.size());
    }

    @Test
    void without_the_login_directory_no_server_is_started_in_vain() {
        host.tmux.runtimeGone(true);
        daemon = new RealDaemon(host, () -> {});
        write("ada", "v=1");
        live(600);
        assertEquals(Reason.RuntimeDirGone, planned().reason());
        host.tmux.runtimeGone(false);
        live(3);
        assertEquals(Reason.Running, ada().reason());
    }
}
