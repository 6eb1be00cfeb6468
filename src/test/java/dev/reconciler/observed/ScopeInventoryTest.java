package dev.reconciler.observed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Units;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Scopes;
import dev.reconciler.observed.ScopeInventory.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Which units are leaked. What is wrong here stops a unit that somebody needs.
class ScopeInventoryTest {
    private static final Moment NOW = new Moment("boot", Duration.ofHours(2).toNanos(), Instant.EPOCH);
    private static final String BY_7 = "tmux child pane 9 launched by process 7";

    private boolean complete = true;
    private String process = "bash";

    private State state(String unit, String description, long ageSeconds, Long... inside) {
        var scan = new ProcessTable.Scan(
                List.of(new ProcessTable.Process(new ProcessRef(7, 1), 1, 7, process, null, List.of())), complete,
                List.of());
        var look = new Scopes.Look.Seen(
                List.of(new Scopes.Unit(unit, true, List.of(inside), 0)), true, Set.of());
        var since = NOW.nanos() - Duration.ofSeconds(ageSeconds).toNanos();
        var told = List.of(new Scopes.Told(unit, description, "active", since, List.of()));
        return ScopeInventory.of(look, told, scan, NOW).entries().getFirst().state();
    }

    @Test
    void one_that_nobody_is_in_and_whose_server_is_gone_is_leaked() {
        assertEquals(State.Leaked, state("tmux-spawn-1.scope", BY_7, 60));
        assertEquals(State.Held, state("tmux-spawn-1.scope", BY_7, 60, 5L));
        assertEquals(State.Empty, state("tmux-spawn-1.scope", BY_7, 9));
    }

    @Test
    void as_long_as_its_server_lives_or_cannot_be_told_it_is_not() {
        assertEquals(State.Unknown, state("tmux-spawn-1.scope", "somebody's own", 60));
        process = "tmux: server";
        assertEquals(State.Empty, state("tmux-spawn-1.scope", BY_7, 60));
        process = "bash";
        complete = false;
        assertEquals(State.Unknown, state("tmux-spawn-1.scope", BY_7, 60));
    }

    @Test
    void the_scope_of_a_run_needs_no_server() {
        var unit = Units.scope(new AgentName("default", "ada"), new RunId("u", 1));
        assertEquals(State.Leaked, state(unit, "/bin/agent", 60));
        assertEquals(State.Held, state(unit, "/bin/agent", 60, 5L));
    }

    @Test
    void names_that_read_alike_are_two_units_and_come_back_as_they_were() {
        var one = Units.scope(new AgentName("default", "a-b"), new RunId("c", 1));
        var two = Units.scope(new AgentName("default-a", "b"), new RunId("c", 1));
        assertEquals(new Units.Run(new AgentName("default", "a-b"), new RunId("c", 1)), Units.run(one));
        assertEquals(new Units.Run(new AgentName("default-a", "b"), new RunId("c", 1)), Units.run(two));
        for (var other : List.of("tmux-spawn-1.scope", "reconciler-x.scope", "reconciler-a.b.scope",
                "reconciler-a.b.c-x.scope", "reconciler-tmux.default.service")) {
            assertEquals(null, Units.run(other), other);
        }
    }
}
