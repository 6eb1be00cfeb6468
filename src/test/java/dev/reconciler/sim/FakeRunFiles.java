package dev.reconciler.sim;

import dev.reconciler.api.RunId;
import dev.reconciler.host.RunFiles;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The files through which runs speak, without a disk.
final class FakeRunFiles implements RunFiles {
    private final Map<RunId, Text> done = new HashMap<>();
    private final Map<RunId, Text> heartbeats = new HashMap<>();
    private boolean blind;
    private Set<RunId> listening = Set.of();

    @Override
    public SortedMap<String, String> prepare(RunId run, String prompt) {
        done.remove(run);
        heartbeats.remove(run);
        var variables = new TreeMap<String, String>();
        variables.put(DONE, "/runs/" + run + ".done");
        variables.put(HEARTBEAT, "/runs/" + run + ".heartbeat");
        variables.put(SOCKET, "/run/" + run);
        if (prompt != null) {
            variables.put(PROMPT, "/runs/" + run + ".prompt");
        }
        return variables;
    }

    @Override
    public Map<RunId, Notes> look(Collection<RunId> runs) throws IOException {
        if (blind) {
            throw new IOException("/runs: Input/output error");
        }
        var notes = new HashMap<RunId, Notes>();
        runs.forEach(run -> notes.put(run, new Notes(done.get(run), heartbeats.get(run))));
        return notes;
    }

    @Override
    public void listen(Collection<RunId> live) {
        listening = Set.copyOf(live);
    }

    /// Whom anybody would hear.
    Set<RunId> listening() {
        return listening;
    }

    @Override
    public void keep(Collection<RunId> runs) {
        done.keySet().retainAll(runs);
        heartbeats.keySet().retainAll(runs);
    }

    void done(RunId run, String text) {
        done.put(run, new Text.Content(text));
    }

    void beat(RunId run, String text) {
        heartbeats.put(run, new Text.Content(text));
    }

    /// The disk cannot be read.
    void blind(boolean is) {
        blind = is;
    }
}
