package dev.reconciler.api;

/// Identity of a process: a pid alone is reused, a pid with its start time is not.
///
/// @param pid the process id
/// @param startTime clock ticks since boot, field 22 of `/proc/PID/stat`; an identity, never an age
public record ProcessRef(long pid, long startTime) implements Comparable<ProcessRef> {
    @Override
    public int compareTo(ProcessRef other) {
        int byPid = Long.compare(pid, other.pid);
        return byPid != 0 ? byPid : Long.compare(startTime, other.startTime);
    }

    /// `pid@startTime`.
    @Override
    public String toString() {
        return pid + "@" + startTime;
    }
}
