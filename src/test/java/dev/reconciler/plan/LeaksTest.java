package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.observed.ScopesSeen;
import dev.reconciler.observed.ScopesSeen.Empty;
import dev.reconciler.observed.ScopesSeen.Maker;
import java.time.Duration;
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
}
