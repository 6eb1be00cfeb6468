package dev.reconciler.observed;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Units;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Scopes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which processes are proven to belong to a run. A run id in an environment is only a candidate (environments are
/// inherited for ever); it proves something when the process descends from the run's main process, or was reparented
/// and neither is a tmux server nor stands below one. The scope of the run proves it too.
public final class Kinship {
    private final Map<Long, ProcessTable.Process> byPid = new HashMap<>();
    private final List<ProcessTable.Process> processes;
    private final boolean complete;
    private final Set<Long> ourServers;

    private final Map<Long, String> scoped = new HashMap<>();

    /// @param scopes with what is in them, looked at after the table
    public Kinship(ProcessTable.Scan scan, Scopes.Look scopes) {
        this(scan, Set.of(), scopes);
    }

    Kinship(ProcessTable.Scan scan, Set<Long> ourServers) {
        this(scan, ourServers, new Scopes.Look.Nowhere(""));
    }

    /// @param ourServers pids of our own tmux servers: they give a run id to nothing but the run itself, so a carrier
    ///     right below one belongs to that run
    public Kinship(ProcessTable.Scan scan, Set<Long> ourServers, Scopes.Look scopes) {
        this.ourServers = ourServers;
        if (scopes instanceof Scopes.Look.Seen(var units, boolean all, var controllers)) {
            for (var unit : units) {
                var run = Units.run(unit.name());
                if (run != null && unit.processes() != null) {
                    unit.processes().forEach(pid -> scoped.put(pid, run.id().toString()));
                }
            }
        }
        complete = scan.complete();
        processes = scan.processes();
        for (var process : processes) {
            byPid.put(process.ref().pid(), process);
        }
    }

    /// All that lives of a run, sorted, the main process first.
    ///
    /// @param main null when it is gone or was never known
    /// @param runId true for the run ids that count
    public List<ProcessRef> of(@Nullable ProcessRef main, Predicate<String> runId) {
        var found = new ArrayList<ProcessRef>();
        boolean mainLives = main != null && lives(main);
        for (var process : processes) {
            if (process.ref().equals(main)) {
                continue;
            }
            if (mainLives && main != null && descends(process, main.pid()) && !belowTmux(process, main.pid())) {
                found.add(process.ref());
            } else if (scoped(process, runId) || carries(process, runId) && reparented(process, runId)) {
                found.add(process.ref());
            }
        }
        found.sort(null);
        if (mainLives && main != null) {
            found.addFirst(main);
        }
        return List.copyOf(found);
    }

    public boolean lives(ProcessRef ref) {
        var process = byPid.get(ref.pid());
        return process != null && process.ref().equals(ref);
    }

    /// In the scope of such a run, which the run itself was started in: whatever it was turned into, it comes from there.
    /// Except what somebody's own tmux server holds, which may have been started there too.
    private boolean scoped(ProcessTable.Process process, Predicate<String> runId) {
        var run = scoped.get(process.ref().pid());
        if (run == null || !runId.test(run)) {
            return false;
        }
        var seen = new HashSet<Long>();
        for (var at = process; at != null && seen.add(at.ref().pid()); at = byPid.get(at.parent())) {
            if (tmuxServer(at)) {
                return ourServers.contains(at.ref().pid());
            }
        }
        return complete;
    }

    private static boolean carries(ProcessTable.Process process, Predicate<String> runId) {
        return process.runId() != null && runId.test(process.runId());
    }

    private static boolean tmuxServer(ProcessTable.Process process) {
        return process.name().startsWith("tmux");
    }

    private boolean descends(ProcessTable.Process process, long ancestor) {
        var seen = new HashSet<Long>();
        for (var at = process; at != null && seen.add(at.ref().pid()); at = byPid.get(at.parent())) {
            if (at.parent() == ancestor) {
                return true;
            }
        }
        return false;
    }

    /// Whether it is a tmux server, or a tmux server stands between it and `ancestor`: then it is somebody's own.
    private boolean belowTmux(ProcessTable.Process process, long ancestor) {
        Set<Long> seen = new HashSet<>();
        for (var at = process; at != null && seen.add(at.ref().pid()); at = byPid.get(at.parent())) {
            if (at.ref().pid() == ancestor) {
                return false;
            }
            if (tmuxServer(at)) {
                return true;
            }
        }
        return false;
    }

    /// The chain of carriers above it ends at somebody who does not carry the id (init, a subreaper, or our own tmux
    /// server), and no other tmux server is in it or right above it.
    private boolean reparented(ProcessTable.Process process, Predicate<String> runId) {
        var seen = new HashSet<Long>();
        var at = process;
        while (at != null && seen.add(at.ref().pid())) {
            if (tmuxServer(at)) {
                return ourServers.contains(at.ref().pid()) && !carries(at, runId);
            }
            if (!carries(at, runId)) {
                return true;
            }
            at = byPid.get(at.parent());
        }
        // An ancestor that could not be read may be somebody's tmux server.
        return complete;
    }
}
