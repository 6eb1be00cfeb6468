package dev.reconciler.observed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.host.Scopes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Who was killed for memory, also when its unit is gone before anybody can ask it.
class MemoryKillsTest {
    private final MemoryKills kills = new MemoryKills();

    private Set<String> look(long total, Map<String, Long> counts) {
        var units = new ArrayList<Scopes.Unit>();
        new TreeMap<>(counts).forEach((name, count) -> units.add(new Scopes.Unit(name, true, List.of(), count)));
        return kills.look(new Scopes.Look.Seen(units, true, Set.of("memory")), new Total(total));
    }

    private record Total(long oomKills) implements Scopes {
        @Override
        public Service service() {
            throw new AssertionError();
        }

        @Override
        public Look look(boolean deep) {
            throw new AssertionError();
        }

        @Override
        public List<Told> describe(List<String> units) {
            throw new AssertionError();
        }

        @Override
        public Stopped stop(String unit) {
            throw new AssertionError();
        }
    }

    @Test
    void what_was_counted_before_the_first_look_says_nothing() {
        assertEquals(Set.of(), look(7, Map.of("a", 3L)));
        assertEquals(Set.of(), look(7, Map.of("a", 3L)));
    }

    @Test
    void a_unit_that_lives_is_asked_itself() {
        look(0, Map.of("a", 0L, "b", 0L));
        assertEquals(Set.of("b"), look(1, Map.of("a", 0L, "b", 1L)));
    }

    @Test
    void what_the_living_do_not_account_for_was_in_the_gone() {
        look(0, Map.of("a", 0L, "b", 0L));
        assertEquals(Set.of("a"), look(1, Map.of("b", 0L)));
    }

    @Test
    void a_unit_that_goes_with_an_old_kill_was_not_killed_by_it() {
        look(0, Map.of("a", 0L));
        assertEquals(Set.of("a"), look(1, Map.of("a", 1L)));
        var fresh = new MemoryKills();
        var before = new Scopes.Look.Seen(List.of(new Scopes.Unit("a", true, List.of(), 1)), true, Set.of("memory"));
        fresh.look(before, new Total(1));
        assertEquals(Set.of(), fresh.look(new Scopes.Look.Seen(List.of(), true, Set.of("memory")), new Total(1)));
    }
}
