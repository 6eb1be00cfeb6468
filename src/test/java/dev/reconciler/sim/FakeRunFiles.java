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
    private FakeClock ticker;
    private String ticked = "";
    private long tickedAt;
    private boolean silent;

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
        runs.forEach(run -> notes.put(run, new Notes(done.get(run), heartbeat(run))));
        return notes;
    }

    private Text heartbeat(RunId run) {
        if (ticker == null) {
            return heartbeats.get(run);
        }
        if (!silent) {
            tickedAt = ticker.lived();
            ticked = Long.toString(tickedAt);
        }
        return new Text.Content(ticked);
    }

    /// From now on every program beats by itself, until they fall silent.
    void tick(FakeClock clock) {
        ticker = clock;
        silent = false;
    }

    /// No program beats any more.
    void fallSilent() {
        silent = true;
    }

    /// When somebody last saw a program beat, of [FakeClock#lived]; negative while they do.
    long silentSince() {
        return silent ? tickedAt : -1;
    }

    /// Whether anything stands in its done file.
    boolean isDone(RunId run) {
        return done.containsKey(run);
    }

    @Override
    public void listen(Collection<RunId> live) {
        listening = Set.copyOf(live);
    }

    @Override
    public boolean bound(RunId run) {
        return listening.contains(run);
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
