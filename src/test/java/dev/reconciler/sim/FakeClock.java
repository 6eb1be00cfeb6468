package dev.reconciler.sim;

import dev.reconciler.api.Moment;
import dev.reconciler.host.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/// Virtual time, and what is due in it. The wall jumps independently of the monotonic clock, as NTP and laptop lids do.
final class FakeClock implements Clock {
    private static final Duration BOOT_TAKES = Duration.ofSeconds(20);

    private final PriorityQueue<Due> timeline = new PriorityQueue<>();
    private int boots = 1;
    private String boot = "boot-1";
    private long nanos = BOOT_TAKES.toNanos();
    private long lived;
    private Instant wall = Instant.parse("2026-03-29T00:30:00Z");
    private long sequence;

    private record Due(long nanos, long sequence, Runnable event) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    @Override
    public Moment now() {
        return new Moment(boot, nanos, wall);
    }

    /// Nanoseconds over all boots: for the judges, whom no reboot confuses.
    long lived() {
        return lived;
    }

    /// Something happens later, unless the machine is rebooted before.
    void in(Duration delay, Runnable event) {
        timeline.add(new Due(nanos + delay.toNanos(), sequence++, event));
    }

    /// Time passes; what becomes due on the way happens at its time.
    void advance(Duration by) {
        long end = nanos + by.toNanos();
        while (!timeline.isEmpty() && timeline.peek().nanos <= end) {
            var due = timeline.poll();
            moveTo(due.nanos);
            due.event.run();
        }
        moveTo(end);
    }

    private void moveTo(long to) {
        if (to > nanos) {
            wall = wall.plusNanos(to - nanos);
            lived += to - nanos;
            nanos = to;
        }
    }

    /// Nanoseconds until the next event, `Long.MAX_VALUE` without one.
    long untilNext() {
        return timeline.isEmpty() ? Long.MAX_VALUE : Math.max(0, timeline.peek().nanos - nanos);
    }

    void jumpWall(Duration by) {
        wall = wall.plus(by);
    }

    void reboot() {
        boots++;
        boot = "boot-" + boots;
        timeline.clear();
        nanos = BOOT_TAKES.toNanos();
        wall = wall.plus(BOOT_TAKES);
    }
}
