package dev.reconciler.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Source;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// How long the daemon waits, and how long it looks away after a round.
class PaceTest {
    private static final Moment NOW = new Moment("boot", 7_000_000_000L, Instant.EPOCH);
    private static final Plan PLAN = plan();

    private static Plan plan() {
        return new Plan(new TreeMap<>(), new TreeMap<>(), List.of(), new TreeSet<>(), null);
    }

    private static View view(long round, Plan plan) {
        return new View(
                round, NOW, NOW, null,
                new DesiredState(
                        new TreeMap<>(), new Source("source", true, true, true, false, List.of(), null)),
                new ObservedState(new TreeMap<>(), new TreeMap<>(), new TreeMap<>()),
                new History(new AgentHistory.Fleet(0, List.of(), List.of(), new TreeMap<>()), new TreeMap<>()), plan,
                new TreeMap<>(), List.of());
    }

    @Test
    void a_picture_that_stays_the_same_may_get_older() {
        assertEquals(Pace.RELIST, Pace.relist(null, view(1, PLAN)));
        assertEquals(Pace.RELIST, Pace.relist(view(1, PLAN), view(2, plan())));
        assertEquals(Pace.AT_REST, Pace.relist(view(1, PLAN), view(2, PLAN)));
    }

    @Test
    void after_a_round_that_failed_there_is_no_rest() {
        assertEquals(Pace.RELIST, Pace.relist(view(1, PLAN), view(1, PLAN)));
    }

    @Test
    void what_is_due_comes_before_the_limit_and_never_in_the_past() {
        var limit = Duration.ofSeconds(5);
        assertEquals(limit, Pace.until(null, NOW, limit));
        assertEquals(limit, Pace.until(NOW.plus(Duration.ofMinutes(1)), NOW, limit));
        assertEquals(Duration.ofMillis(20), Pace.until(NOW.plus(Duration.ofMillis(20)), NOW, limit));
        assertEquals(Duration.ZERO, Pace.until(NOW, NOW.plus(Duration.ofMillis(1)), limit));
    }

    @Test
    void actions_that_are_under_way_are_left_alone_for_a_while_but_never_for_longer_than_a_relist() {
        assertEquals(Duration.ofMillis(80), Pace.pause(Duration.ofMillis(20), true));
        // Seen with 200 agents on a machine that others kept busy: 12 s for a round, and then 48 s of nothing.
        assertEquals(Duration.ofSeconds(5), Pace.pause(Duration.ofSeconds(12), true));
    }

    @Test
    void while_nothing_is_under_way_the_next_event_finds_it_awake() {
        assertEquals(Duration.ofMillis(4), Pace.pause(Duration.ofMillis(1), false));
        assertEquals(Duration.ofMillis(10), Pace.pause(Duration.ofSeconds(12), false));
    }
}
