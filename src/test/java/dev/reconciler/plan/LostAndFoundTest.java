package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ServerTable.Contents;
import dev.reconciler.observed.Inventory;
import dev.reconciler.observed.Inventory.Owner;
import dev.reconciler.plan.Ghosts.Treatment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is told and done about servers that cannot be reached.
class LostAndFoundTest {
    private static final ProcessRef SERVER = new ProcessRef(50, 7);
    private static final Moment NOW = new Moment("boot", 0, Instant.EPOCH);
    private static final Ghosts RESCUE = new Ghosts(Treatment.Rescue, Treatment.Rescue);
    private static final List<Inventory.Entry> FOREIGN = lost(new Owner.Foreign());
    private static final List<Inventory.Entry> OURS = lost(new Owner.Managed("default", "proven"));

    private static List<Inventory.Entry> lost(Owner owner) {
        return List.of(new Inventory.Entry(
                SERVER, "/tmp/x", Inventory.State.Ghost, owner, 1, Contents.NONE, "its path is gone"));
    }

    @Test
    void one_look_makes_nobody_lost_and_two_do_once() {
        var once = LostAndFound.NOTHING.look(FOREIGN);
        assertEquals(List.of(), once.lost());
        assertEquals(List.of(), once.news());
        assertEquals(List.of(), once.rescues(RESCUE, NOW));
        var twice = once.look(FOREIGN);
        assertEquals(FOREIGN, twice.lost());
        assertEquals(FOREIGN, twice.news());
        assertEquals(List.of(), twice.look(FOREIGN).news());
        assertEquals(List.of(), once.look(List.of()).look(FOREIGN).lost(), "it was reachable in between");
    }

    @Test
    void only_a_setting_makes_a_foreign_one_reachable_and_ours_are_the_rounds_business() {
        var found = LostAndFound.NOTHING.look(FOREIGN).look(FOREIGN);
        assertEquals(List.of(), found.rescues(Ghosts.DEFAULT, NOW));
        assertEquals(List.of(SERVER), found.rescues(RESCUE, NOW));
        assertEquals(List.of(), LostAndFound.NOTHING.look(OURS).look(OURS).rescues(RESCUE, NOW));
    }

    @Test
    void a_rescue_that_fails_is_tried_again_with_back_off() {
        var failed = LostAndFound.NOTHING.look(FOREIGN).look(FOREIGN).failed(SERVER, NOW);
        assertEquals(List.of(), failed.rescues(RESCUE, NOW));
        var later = NOW.plus(CrashBackoff.retry(1));
        assertEquals(List.of(SERVER), failed.look(FOREIGN).rescues(RESCUE, later));
        var again = failed.look(FOREIGN).failed(SERVER, later);
        assertEquals(List.of(), again.rescues(RESCUE, later.plus(CrashBackoff.retry(1))));
        assertEquals(List.of(SERVER), again.rescues(RESCUE, later.plus(Duration.ofMinutes(10))));
    }

    @Test
    void another_look_says_nothing_new_once_all_were_told() {
        var twice = LostAndFound.NOTHING.look(FOREIGN).look(FOREIGN);
        assertFalse(twice.certain(), "it is only just being told");
        assertTrue(twice.look(FOREIGN).certain());
        assertTrue(LostAndFound.NOTHING.certain());
    }

    @Test
    void a_socket_without_a_process_is_nobody_to_look_for() {
        var stale = new Inventory.Entry(
                null, "/tmp/x", Inventory.State.Stale, new Owner.Foreign(), 0, Contents.NONE, "nobody");
        assertEquals(LostAndFound.NOTHING, LostAndFound.NOTHING.look(List.of(stale)));
    }

    @Test
    void a_rescue_of_somebody_who_was_found_meanwhile_is_forgotten() {
        assertSame(LostAndFound.NOTHING, LostAndFound.NOTHING.failed(SERVER, NOW));
        var failed = LostAndFound.NOTHING.look(FOREIGN).failed(SERVER, NOW);
        assertEquals(1, failed.look(FOREIGN).seen().get(SERVER).failures(), "what failed is remembered over looks");
    }
}
