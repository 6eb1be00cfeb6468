package dev.reconciler.observed;

import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Tmux;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The raw facts of one look, blind spots included.
///
/// @param servers the answer of each namespace's server
/// @param sightings the processes behind our panes and the remembered runs, by pid
/// @param scan the process table; null when everything asked for was plainly running and nothing else needed it
/// @param sockets path of each namespace's socket, as tmux servers carry it in their argv
public record Census(
        SortedMap<String, Tmux.Look> servers,
        SortedMap<Long, ProcessTable.Sighting> sightings,
        ProcessTable.@Nullable Scan scan,
        SortedMap<String, String> sockets) {}
