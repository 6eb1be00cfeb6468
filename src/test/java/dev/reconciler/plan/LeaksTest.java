package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.observed.ScopeInventory;
import dev.reconciler.observed.ScopesSeen;
import dev.reconciler.observed.ScopesSeen.Empty;
import dev.reconciler.observed.ScopesSeen.Maker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Which units are removed without asking: all worlds of one unit.
class LeaksTest {
    private static final Moment NOW = new Moment("boot", Duration.ofHours(1).toNanos(), java.time.Instant.EPOCH);

    private static List<String> reaped(Empty empty) {
        var nothing = ScopesSeen.NOTHING;
        var seen = new ScopesSeen(
                "", false, nothing.controllers(), nothing.names(), new TreeMap<>(), nothing.pipes(),
                nothing.piping(), nothing.bound(),
                new TreeMap<>(java.util.Map.of(empty.unit(), empty)));
        return List.copyOf(Leaks.decide(seen, NOW).keySet());
    }

    @Test
    void only_an_empty_unit_of_ours_whose_maker_is_gone_for_long_is_removed() {
        for (var ours : List.of(true, false)) {
            for (var maker : Maker.values()) {
                for (var age : List.of(0L, 9L, 10L, 3000L)) {
                    var since = NOW.nanos() - Duration.ofSeconds(age).toNanos();
                    boolean due = ours && maker == Maker.Gone && age >= 10;
                    assertEquals(
                            due ? List.of("u.scope") : List.of(), reaped(new Empty("u.scope", ours, maker, since)),
                            ours + " " + maker + " " + age);
                }
            }
        }
        assertEquals(List.of(), reaped(new Empty("u.scope", true, Maker.Gone, 0)));
    }

    @Test
    void nothing_is_removed_on_a_look_that_did_not_see_what_is_inside() {
        assertEquals(java.util.Map.of(), Leaks.decide(ScopesSeen.NOTHING, NOW));
        assertEquals(Reason.Leaked, new Action.ReapUnit("u.scope", Reason.Leaked).reason());
    }

    private static Moment wake(Empty... units) {
        var nothing = ScopesSeen.NOTHING;
        var empty = new TreeMap<String, Empty>();
        for (var unit : units) {
            empty.put(unit.unit(), unit);
        }
        return Leaks.wakeAt(new ScopesSeen(
                "", false, nothing.controllers(), nothing.names(), new TreeMap<>(), nothing.pipes(), nothing.piping(),
                nothing.bound(), empty), NOW);
    }

    private static Empty empty(String name, boolean ours, Maker maker, long secondsAgo) {
        return new Empty(name, ours, maker, NOW.nanos() - Duration.ofSeconds(secondsAgo).toNanos());
    }

    @Test
    void one_that_is_too_young_is_looked_at_again_when_it_is_old_enough() {
        assertEquals(NOW.plus(Duration.ofSeconds(1)), wake(empty("a", true, Maker.Gone, 9)));
        assertEquals(NOW.plus(Duration.ofSeconds(2)),
                wake(empty("a", true, Maker.Gone, 3), empty("b", true, Maker.Gone, 8)), "the first of two");
        assertEquals(null, wake(empty("a", true, Maker.Gone, 10)), "it is removed now");
        assertEquals(null, wake(empty("a", false, Maker.Gone, 9)), "it waits for a person");
        assertEquals(null, wake(empty("a", true, Maker.Lives, 9)));
        assertEquals(null, wake(new Empty("a", true, Maker.Gone, 0)), "nobody tells its age");
        assertEquals(null, wake());
    }

    @Test
    void a_unit_that_leaked_is_a_finding_and_one_that_is_in_use_is_none() {
        var found = new ArrayList<String>();
        for (var state : ScopeInventory.State.values()) {
            var entry = new ScopeInventory.Entry(
                    "u.scope", state, new ScopeInventory.Owner.Foreign(), List.of(), List.of(), null, "nobody");
            for (var finding : LeakedScopes.of(new ScopeInventory(List.of(entry), ""))) {
                assertEquals("scope u.scope", finding.what());
                assertEquals(List.of(), finding.lost());
                assertEquals("nobody", finding.judgement().why());
                found.add(state + " " + finding.judgement().getClass().getSimpleName());
            }
        }
        assertEquals(List.of("Empty Leave", "Leaked Reap", "Unknown Unknown"), found);
    }
}
