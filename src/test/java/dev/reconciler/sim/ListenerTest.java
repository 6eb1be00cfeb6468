package dev.reconciler.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.api.SpecHash;
import dev.reconciler.api.Vitals;
import dev.reconciler.observed.Listener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Since when runs are silent, by the clock that neither people nor sleep move.
class ListenerTest {
    private static final AgentName ADA = new AgentName("default", "ada");
    private static final RunId RUN = new RunId("u", 1);
    private static final History NOTHING =
            new History(new Fleet(0, List.of(), List.of(), new TreeMap<>()), new TreeMap<>());

    private final FakeHost host = new FakeHost("src");
    private Listener listener = new Listener(host);

    private Vitals listen() {
        var mark = new OwnerMark("src", ADA, RUN, new SpecHash(1, "a"), 1, false);
        var server = new ProcessRef(1, 1);
        var pane = new Session.Pane(server, "%1", "$1", mark, 0, true, false);
        var sessions = new TreeMap<AgentName, Session>(Map.of(ADA, new Session.Running(pane, new ProcessRef(2, 2))));
        return listener.listen(sessions, NOTHING, java.util.Set.of(), host.clock.now()).get(ADA);
    }

    /// Looks every five seconds.
    private Vitals pass(int seconds) {
        for (int i = 0; i < seconds; i += 5) {
            host.clock.advance(Duration.ofSeconds(5));
            listen();
        }
        return listen();
    }

    private long silence(Vitals vitals) {
        return host.clock.now().since(vitals.beat().at()).toSeconds();
    }

    @Test
    void silence_counts_from_the_first_look_and_ends_with_a_change_of_content() {
        assertEquals(0, silence(listen()));
        assertEquals(30, silence(pass(30)));
        host.runFiles.beat(RUN, "1");
        assertEquals(0, silence(listen()));
        host.runFiles.beat(RUN, "1");
        assertEquals(20, silence(pass(20)));
        host.runFiles.beat(RUN, "{\"sequence\": 2, \"message\": \"testing\"}");
        assertEquals("testing", listen().beat().message());
        assertEquals(0, silence(listen()));
    }

    @Test
    void a_new_daemon_begins_to_count_anew() {
        host.runFiles.beat(RUN, "1");
        pass(100);
        listener = new Listener(host);
        assertEquals(0, silence(listen()));
    }

    @Test
    void time_in_which_nobody_looked_does_not_count() {
        listen();
        host.clock.advance(Duration.ofHours(2));
        assertEquals(10, silence(listen()));
    }

    @Test
    void neither_the_wall_clock_nor_sleep_make_anybody_late() {
        listen();
        host.clock.jumpWall(Duration.ofHours(1));
        assertEquals(5, silence(pass(5)));
        host.clock.jumpWall(Duration.ofHours(-2));
        assertEquals(10, silence(pass(5)));
        // Asleep: the wall goes on, the monotonic clock does not.
        host.clock.jumpWall(Duration.ofHours(8));
        assertEquals(10, silence(listen()));
    }

    @Test
    void a_failed_look_proves_nothing_and_does_not_count() {
        listen();
        host.runFiles.blind(true);
        host.clock.advance(Duration.ofMinutes(5));
        assertEquals(null, listen().beat());
        host.runFiles.blind(false);
        assertEquals(10, silence(listen()));
    }

    @Test
    void something_wrong_keeps_the_time_at_which_it_was_first_seen() {
        listen();
        Moment first = host.clock.now();
        host.runFiles.done(RUN, "{\"sta");
        assertEquals(first, assertInstanceOf(Vitals.DoneFile.Wrong.class, listen().done()).since());
        pass(5);
        host.runFiles.done(RUN, "{\"status\":");
        assertEquals(first, assertInstanceOf(Vitals.DoneFile.Wrong.class, listen().done()).since());
        host.runFiles.done(RUN, "{\"status\":\"succeeded\"}");
        assertInstanceOf(Vitals.DoneFile.Said.class, listen().done());
    }
}
