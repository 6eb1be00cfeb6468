package dev.reconciler.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The real controller at the end of a heartbeat's grace period: what is done is never killed, however late it says so.
class LastWordTest {
    private static final AgentName ADA = new AgentName("default", "ada");
    private static final String DONE = "{\"status\": \"succeeded\"}";
    private static final int TIMEOUT = 60, GRACE = 30;

    private final FakeHost host = new FakeHost(World.SOURCE);
    private final List<Effect> signals = new ArrayList<>();
    private RealDaemon daemon = new RealDaemon(host, () -> {});
    private Moment beaten;

    LastWordTest() {
        host.gate.watch(new Gate.Watcher() {
            @Override
            public void before(Effect effect) {
                if (effect instanceof Effect.Send) {
                    signals.add(effect);
                }
            }
        });
        host.folder.write("ada.yaml", """
                apiVersion: reconciler.dev/v1alpha1
                kind: Agent
                metadata: {name: ada}
                spec:
                  command: [/usr/bin/agent]
                  workingDirectory: /srv/a
                  heartbeat: {timeoutSeconds: 60, gracePeriodSeconds: 30}
                """);
        for (int i = 0; i < 10; i++) {
            host.clock.advance(Duration.ofSeconds(1));
            daemon.round();
        }
        host.runFiles.beat(run(), "1");
        daemon.round();
        beaten = daemon.view().at();
    }

    private RunId run() {
        var run = daemon.view().history().agents().get(ADA).run();
        assertNotNull(run);
        return run.id();
    }

    private Reason reason() {
        return daemon.view().statuses().get(ADA).reason();
    }

    /// Rounds every five seconds until this long after the last beat.
    private void until(Duration silent) {
        var end = beaten.plus(silent);
        while (!host.clock.now().reached(end)) {
            var left = Duration.ofNanos(end.nanos() - host.clock.now().nanos());
            host.clock.advance(left.compareTo(Duration.ofSeconds(5)) < 0 ? left : Duration.ofSeconds(5));
            if (!host.clock.now().reached(end)) {
                daemon.round();
            }
        }
    }

    private void goOn() {
        for (int i = 0; i < 60; i++) {
            daemon.round();
            host.clock.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void a_silent_agent_is_late_and_restarted_once() {
        until(Duration.ofSeconds(TIMEOUT + 1));
        daemon.round();
        assertEquals(Reason.HeartbeatLate, reason());
        until(Duration.ofSeconds(TIMEOUT + GRACE).minusMillis(1));
        daemon.round();
        assertEquals(List.of(), signals);
        goOn();
        assertEquals(2, run().number());
        assertEquals(1, daemon.view().statuses().get(ADA).restartCount());
    }

    @Test
    void done_said_a_millisecond_before_the_end_is_heard() {
        until(Duration.ofSeconds(TIMEOUT + GRACE).minusMillis(1));
        host.runFiles.done(run(), DONE);
        goOn();
        assertEquals(List.of(), signals);
        assertEquals(1, run().number());
    }

    @Test
    void done_said_between_the_look_and_the_signal_is_heard() {
        until(Duration.ofSeconds(TIMEOUT + GRACE));
        var late = new Gate.Watcher() {
            private boolean said;

            @Override
            public void after(Effect effect) {
                // The decision is on disk now, its signal not sent.
                if (!said && effect instanceof Effect.Write) {
                    said = true;
                    host.runFiles.done(run(), DONE);
                }
            }
        };
        host.gate.watch(late);
        goOn();
        assertTrue(late.said, "nothing was ever decided");
        assertEquals(List.of(), signals);
        assertEquals(1, run().number());
        assertEquals(Reason.Running, reason());
    }

    @Test
    void a_daemon_that_begins_anew_waits_anew() {
        until(Duration.ofSeconds(TIMEOUT + GRACE).minusMillis(1));
        host.newDaemon();
        daemon = new RealDaemon(host, () -> {});
        daemon.round();
        assertEquals(List.of(), signals);
        assertEquals(Reason.Running, reason());
    }

    @Test
    void clocks_that_jump_and_a_disk_that_cannot_be_read_restart_nobody() {
        until(Duration.ofSeconds(TIMEOUT - 5));
        host.clock.jumpWall(Duration.ofHours(1));
        daemon.round();
        host.clock.jumpWall(Duration.ofHours(-2));
        daemon.round();
        assertEquals(Reason.Running, reason());
        host.runFiles.blind(true);
        goOn();
        host.runFiles.blind(false);
        daemon.round();
        assertEquals(List.of(), signals);
        assertEquals(1, run().number());
    }
}
