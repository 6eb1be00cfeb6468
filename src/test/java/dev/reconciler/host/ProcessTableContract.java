package dev.reconciler.host;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable.Process;
import dev.reconciler.host.ProcessTable.Sent;
import dev.reconciler.host.ProcessTable.Sighting;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What every process table does, the machine's and the simulated one.
public abstract class ProcessTableContract {
    protected abstract ProcessTable table();

    /// A program that runs until it gets TERM or KILL, and is reaped then.
    ///
    /// @param runId null: without one in its environment
    protected abstract ProcessRef start(String runId) throws Exception;

    /// A program that ended with code 3, and that nobody reaps.
    protected abstract ProcessRef zombie() throws Exception;

    @Test
    void a_running_process_is_alive_under_its_identity() throws Exception {
        var ref = start(null);
        assertEquals(new Sighting.Alive(ref), table().look(ref.pid()));
    }

    @Test
    void a_scan_shows_a_running_process_with_its_run_id() throws Exception {
        var ref = start("0b1c-7");
        assertEquals("0b1c-7", inScan(ref).getFirst().runId());
    }

    @Test
    void a_process_without_run_id_has_none() throws Exception {
        var ref = start(null);
        assertNull(inScan(ref).getFirst().runId());
        assertNull(inScan(ref).getFirst().runId());
    }

    @Test
    void a_scan_of_a_healthy_machine_is_complete() {
        var scan = table().scan();
        assertTrue(scan.complete(), scan.blind().toString());
        assertEquals(List.of(), scan.blind());
    }

    @Test
    void term_ends_a_process_and_then_it_is_gone() throws Exception {
        var ref = start(null);
        assertEquals(Sent.Delivered, table().signal(ref, Signal.TERM));
        await().untilAsserted(() -> assertEquals(new Sighting.Gone(), table().look(ref.pid())));
        assertEquals(List.of(), inScan(ref));
        assertEquals(Sent.Gone, table().signal(ref, Signal.KILL));
    }

    @Test
    void a_signal_meant_for_an_earlier_process_of_this_pid_reaches_nobody() throws Exception {
        var ref = start(null);
        assertEquals(Sent.Gone, table().signal(earlier(ref), Signal.KILL));
        assertEquals(new Sighting.Alive(ref), table().look(ref.pid()));
    }

    @Test
    void the_end_of_a_watched_process_is_seen_at_a_glance() throws Exception {
        var ref = start(null);
        var ended = new AtomicInteger();
        assertEquals(new Sighting.Alive(ref), table().glance(ref.pid()));
        table().watch(ref, ended::incrementAndGet);
        assertEquals(new Sighting.Alive(ref), table().glance(ref.pid()));
        table().signal(ref, Signal.KILL);
        await().until(() -> ended.get() == 1);
        assertFalse(table().glance(ref.pid()) instanceof Sighting.Alive);
    }

    @Test
    void a_zombie_is_dead() throws Exception {
        var ref = zombie();
        assertEquals(new Sighting.Zombie(ref, 3 << 8), table().look(ref.pid()));
        assertEquals(List.of(), inScan(ref));
        assertEquals(Sent.Gone, table().signal(ref, Signal.TERM));
    }

    @Test
    void a_watch_tells_once_when_the_process_ends() throws Exception {
        var ref = start(null);
        var ends = new AtomicInteger();
        table().watch(ref, ends::incrementAndGet);
        assertEquals(0, ends.get());
        table().signal(ref, Signal.KILL);
        await().untilAsserted(() -> assertEquals(1, ends.get()));
    }

    @Test
    void the_first_watch_of_a_process_wins() throws Exception {
        var ref = start(null);
        var first = new AtomicInteger();
        var second = new AtomicInteger();
        table().watch(ref, first::incrementAndGet);
        table().watch(ref, second::incrementAndGet);
        table().signal(ref, Signal.KILL);
        await().untilAsserted(() -> assertEquals(1, first.get()));
        assertEquals(0, second.get());
    }

    @Test
    void a_watch_of_what_is_gone_tells_at_once() throws Exception {
        var ref = start(null);
        table().signal(ref, Signal.KILL);
        await().untilAsserted(() -> assertInstanceOf(Sighting.Gone.class, table().look(ref.pid())));
        assertEquals(1, endsSeenAtOnce(ref));
    }

    @Test
    void a_watch_of_an_earlier_process_of_this_pid_tells_at_once() throws Exception {
        assertEquals(1, endsSeenAtOnce(earlier(start(null))));
    }

    @Test
    void a_watch_of_a_zombie_tells_at_once() throws Exception {
        assertEquals(1, endsSeenAtOnce(zombie()));
    }

    @Test
    void an_earlier_and_the_present_process_of_a_pid_are_watched_apart() throws Exception {
        var ref = start(null);
        assertEquals(1, endsSeenAtOnce(earlier(ref)));
        var ends = new AtomicInteger();
        table().watch(ref, ends::incrementAndGet);
        assertFalse(ends.get() > 0);
    }

    private int endsSeenAtOnce(ProcessRef ref) {
        var ends = new AtomicInteger();
        table().watch(ref, ends::incrementAndGet);
        return ends.get();
    }

    final List<Process> inScan(ProcessRef ref) {
        return table().scan()
                .processes()
                .stream()
                .filter(process -> process.ref().equals(ref))
                .toList();
    }

    static ProcessRef earlier(ProcessRef ref) {
        return new ProcessRef(ref.pid(), ref.startTime() - 1);
    }
}
