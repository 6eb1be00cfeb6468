package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
