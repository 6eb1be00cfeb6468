package dev.reconciler.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/// What tells whether this JVM started a process: its children, and the page faults of those it has buried, of which
/// every program has some.
record Children(Set<Long> pids, long faultsOfBuried) {
    static Children seen() throws IOException {
        var stat = Files.readString(Path.of("/proc/self/stat"));
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        var pids = ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
        return new Children(pids, Long.parseLong(fields[8]));
    }
}
