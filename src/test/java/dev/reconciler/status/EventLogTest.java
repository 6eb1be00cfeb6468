package dev.reconciler.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static final AgentName ADA = new AgentName("default", "ada");
    private static final String FILE = "events.jsonl";

    private final MemoryStorage disk = new MemoryStorage();
    private Moment now = new Moment("boot", 5_000_000_000L, Instant.parse("2026-11-20T09:00:00Z"));
    private EventLog log = EventLog.open(disk, () -> now);

    private void pass(long seconds) {
        now = now.plus(Duration.ofSeconds(seconds));
    }

    private void tell(AgentName object, Reason reason, String message) {
        log.add(List.of(new Event(now, now, 1, Event.Type.Normal, reason, object, message)));
    }

    private List<String> shown() {
        return log.events().stream().map(e -> e.count() + "x " + e.message()).toList();
    }

    private void reopen() {
        log = EventLog.open(disk, () -> now);
    }

    @Test
    void the_same_event_counts_up_and_becomes_the_newest() {
        var first = now;
        tell(ADA, Reason.Started, "one");
        tell(ADA, Reason.Started, "two");
        pass(60);
        tell(ADA, Reason.Started, "one");
        assertEquals(List.of("1x two", "2x one"), shown());
        assertEquals(first, log.events().getLast().first());
        assertEquals(now, log.events().getLast().last());
        tell(null, Reason.Started, "one");
        tell(ADA, Reason.Adopted, "one");
        assertEquals(4, log.events().size(), "another object or reason is another event");
    }

    @Test
    void a_restart_of_the_daemon_changes_nothing() {
        tell(ADA, Reason.Started, "one");
        tell(null, Reason.StateDamaged, "two\nlines");
        tell(ADA, Reason.Started, "one");
        var before = log.events();
        reopen();
        assertEquals(before, log.events());
        tell(ADA, Reason.Started, "one");
        assertEquals(List.of("1x two\nlines", "3x one"), shown());
    }

    @Test
    void more_than_ten_similar_events_in_ten_minutes_are_combined() {
        for (int i = 1; i <= 13; i++) {
            tell(ADA, Reason.CrashLoopBackOff, "back-off " + i);
            pass(20);
        }
        assertEquals(11, log.events().size());
        assertEquals("3x (combined from similar events): back-off 13", shown().getLast());
        assertEquals("1x back-off 10", shown().get(9));
        tell(ADA, Reason.CrashLoopBackOff, "back-off 4");
        assertEquals("2x back-off 4", shown().getLast(), "a known one still counts up by itself");
        tell(new AgentName("default", "bob"), Reason.CrashLoopBackOff, "back-off 99");
        assertEquals("1x back-off 99", shown().getLast(), "another object is not similar");
        reopen();
        assertEquals(12, log.events().size());
    }

    @Test
    void after_ten_quiet_minutes_similar_events_stand_alone_again() {
        for (int i = 1; i <= 10; i++) {
            tell(ADA, Reason.CrashLoopBackOff, "back-off " + i);
        }
        pass(599);
        tell(ADA, Reason.CrashLoopBackOff, "late");
        assertEquals("1x (combined from similar events): late", shown().getLast());
        pass(601);
        tell(ADA, Reason.CrashLoopBackOff, "later");
        assertEquals("1x later", shown().getLast());
    }

    @Test
    void one_object_may_tell_25_at_once_and_then_one_in_five_minutes() {
        for (int i = 0; i < 40; i++) {
            tell(ADA, Reason.Started, "again");
        }
        assertEquals(List.of("25x again"), shown());
        tell(new AgentName("default", "bob"), Reason.Started, "bob");
        assertEquals("1x bob", shown().getLast(), "others are not silenced");
        pass(299);
        tell(ADA, Reason.Started, "again");
        assertEquals("1x bob", shown().getLast());
        pass(1);
        tell(ADA, Reason.Started, "again");
        assertEquals("26x again", shown().getLast());
        tell(ADA, Reason.Started, "again");
        assertEquals("26x again", shown().getLast());
        pass(25 * 300);
        for (int i = 0; i < 40; i++) {
            tell(ADA, Reason.Started, "again");
        }
        assertEquals("51x again", shown().getLast());
    }

    @Test
    void a_torn_last_line_is_skipped_and_the_next_event_is_not_glued_to_it() {
        tell(ADA, Reason.Started, "one");
        tell(ADA, Reason.Started, "two");
        var text = disk.text(FILE);
        disk.put(FILE, text.substring(0, text.length() - 20));
        reopen();
        assertEquals(List.of("1x one"), shown());
        tell(ADA, Reason.Started, "three");
        reopen();
        assertEquals(List.of("1x one", "1x three"), shown());
        assertNull(log.problem());
    }

    @Test
    void a_last_line_that_lacks_only_its_end_is_kept_and_the_next_event_is_not_glued_to_it() {
        tell(ADA, Reason.Started, "one");
        var text = disk.text(FILE);
        disk.put(FILE, text.substring(0, text.length() - 1));
        reopen();
        assertEquals(List.of("1x one"), shown());
        tell(ADA, Reason.Started, "two");
        reopen();
        assertEquals(List.of("1x one", "1x two"), shown());
    }

    @Test
    void a_line_that_is_none_costs_only_itself() {
        tell(ADA, Reason.Started, "one");
        disk.put(FILE, "\u0000\u0000\n{}\nnull\n\n" + disk.text(FILE) + "{\"reason\":\"FromTheFuture\"}\n");
        reopen();
        assertEquals(List.of("1x one"), shown());
    }

    @Test
    void a_full_disk_loses_nothing_that_memory_holds() {
        tell(ADA, Reason.Started, "one");
        disk.full = true;
        tell(ADA, Reason.Started, "two");
        tell(ADA, Reason.Started, "three");
        assertEquals(3, log.events().size());
        assertEquals("cannot write events.jsonl: No space left on device", log.problem());
        disk.full = false;
        tell(ADA, Reason.Started, "four");
        assertNull(log.problem());
        reopen();
        assertEquals(List.of("1x one", "1x two", "1x three", "1x four"), shown());
    }

    @Test
    void a_file_that_cannot_be_read_is_kept_aside_and_stops_nothing() {
        tell(ADA, Reason.Started, "zero");
        disk.blind = true;
        reopen();
        assertEquals(
                "cannot read events.jsonl (Input/output error); it was set aside as events.jsonl.corrupt",
                log.problem());
        assertTrue(disk.text(FILE + ".corrupt").contains("zero"));
        disk.blind = false;
        tell(ADA, Reason.Started, "one");
        assertEquals(List.of("1x one"), shown());
        assertNull(log.problem());
    }

    @Test
    void the_file_is_bounded_and_rewritten_whole() {
        for (int i = 0; i < 2 * EventLog.KEPT + 1; i++) {
            tell(new AgentName("default", "a" + i), Reason.Started, "event " + i);
        }
        assertEquals(EventLog.KEPT, log.events().size());
        assertEquals("1x event " + 2 * EventLog.KEPT, shown().getLast());
        assertEquals(1, disk.effects.stream().filter(e -> e.equals("write " + FILE)).count());
        assertEquals(EventLog.KEPT, disk.text(FILE).lines().count());
        reopen();
        assertEquals(EventLog.KEPT, log.events().size());
        assertEquals("1x event " + (EventLog.KEPT + 1), shown().getFirst());
    }

    @Test
    void a_snapshot_does_not_change_under_its_reader() {
        tell(ADA, Reason.Started, "one");
        var snapshot = log.events();
        tell(ADA, Reason.Started, "two");
        assertEquals(1, snapshot.size());
        assertThrows(UnsupportedOperationException.class, snapshot::clear);
        assertTrue(log.events().size() > snapshot.size());
    }
}
