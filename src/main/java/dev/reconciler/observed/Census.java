package dev.reconciler.observed;

import java.nio.file.Path;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Scopes;
import dev.reconciler.host.Tmux;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The raw facts of one look, blind spots included.
///
/// @param servers the answer of each namespace's server
/// @param sightings the processes behind our panes and the remembered runs, by pid
/// @param scan the process table; null when everything asked for was plainly running and nothing else needed it
/// @param sockets path of each namespace's socket, as tmux servers carry it in their argv
/// @param scopes the units, with what is in them when the process table was read
/// @param told what the service manager tells of units that nobody is in
/// @param killedForMemory units in which the kernel killed a process for memory lately
/// @param bound of what was ended and is looked at until nothing of it is left: the namespaces and run ids whose
///     sockets are still there
/// @param runtimeGone the directory that is gone and that only the system makes, so that no socket can be; null: none
public record Census(
        SortedMap<String, Tmux.Look> servers,
        SortedMap<Long, ProcessTable.Sighting> sightings,
        ProcessTable.@Nullable Scan scan,
        SortedMap<String, String> sockets,
        Scopes.Look scopes,
        List<Scopes.Told> told,
        Set<String> killedForMemory,
        Set<String> bound,
        @Nullable Path runtimeGone) {
    /// Without a service manager.
    public Census(
            SortedMap<String, Tmux.Look> servers,
            SortedMap<Long, ProcessTable.Sighting> sightings,
            ProcessTable.@Nullable Scan scan,
            SortedMap<String, String> sockets) {
        this(
                servers, sightings, scan, sockets, new Scopes.Look.Nowhere("no user manager of systemd"), List.of(),
                Set.of(), Set.of(), null);
    }
}
