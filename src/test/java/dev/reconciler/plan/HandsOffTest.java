package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reconciler.api.Agent;
import dev.reconciler.api.Desire;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.Session;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `reconciler.dev/reconcile: disabled`: whose word it is.
class HandsOffTest {
    private static final Agent PLAIN = Sample.agent();
    private static final Agent DISABLED = Sample.agent(s -> s.disabled());
    private static final String SAID = "{\"metadata\":{\"annotations\":{\"" + Agent.RECONCILE + "\":\"disabled\"}}}";

    private static Session running(boolean disabled) {
        var mark = Sample.mark(PLAIN, Sample.run(7));
        return new Session.Running(
                Sample.pane(new OwnerMark(mark.source(), mark.name(), mark.run(), mark.hash(), 1, disabled)),
                Worlds.MAIN);
    }

    private static boolean holds(Desire desire, Session session, String lastGood) {
        var agent = Sample.created(PLAIN, Sample.UID, Sample.at(1));
        return HandsOff.holds(desire, session, new HistoryEdit(agent).lastGood(lastGood).done());
    }

    @Test
    void a_spec_that_can_be_read_decides_alone() {
        for (boolean marked : new boolean[] {true, false}) {
            assertEquals(true, holds(new Desire.Wanted(DISABLED), running(marked), "{}"));
            assertEquals(true, holds(new Desire.Suspended(DISABLED), running(marked), "{}"));
            assertEquals(false, holds(new Desire.Wanted(PLAIN), running(marked), SAID));
            assertEquals(false, holds(new Desire.Suspended(PLAIN), running(marked), SAID));
        }
    }

    @Test
    void without_a_manifest_the_mark_decides_and_where_there_is_no_mark_the_last_good_version() {
        assertEquals(true, holds(new Desire.Unwanted(), running(true), "{}"));
        assertEquals(false, holds(new Desire.Unwanted(), running(false), SAID), "it was enabled, as its mark says");
        var orphan = new Session.Orphaned(Sample.run(7), List.of(Worlds.MAIN));
        assertEquals(true, holds(new Desire.Unwanted(), orphan, SAID));
        assertEquals(false, holds(new Desire.Unwanted(), orphan, "{}"));
        assertEquals(false, holds(new Desire.Unwanted(), orphan, null));
        assertEquals(false, holds(new Desire.Unwanted(), new Session.Absent(null), SAID),
                "there is nothing left alone");
    }

    @Test
    void where_a_manifest_cannot_be_read_either_may_say_so() {
        assertEquals(true, holds(new Desire.Unreadable(null, ""), running(true), null));
        assertEquals(false, holds(new Desire.Unreadable(null, ""), running(false), null));
        assertEquals(true, holds(new Desire.Unreadable(DISABLED, ""), running(false), null));
        assertEquals(false, holds(new Desire.Unreadable(PLAIN, ""), running(false), null));
        var two = new Session.Doubled(List.of(running(false), running(true)));
        assertEquals(true, holds(new Desire.Unreadable(PLAIN, ""), two, null), "one of its panes does");
    }
}
