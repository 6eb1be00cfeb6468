package dev.reconciler.plan;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.History;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.api.Uids;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Scopes;
import dev.reconciler.host.ServerTable;
import dev.reconciler.observed.Inventory;
import dev.reconciler.observed.Kinship;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.plan.Finding.Judgement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What is nobody's any more, and what may be ended of it: pure. The gates of a round hold here, too: nothing of ours is
/// ended because of a picture of the folder that is incomplete, unsettled or empty, nor too much of it at once.
///
/// @param inventory by both witnesses, each server asked
/// @param carriers agent, by what their environment says, of processes that carry a run id
/// @param pipes processes that write our logs
/// @param confined what is in which scope, looked at after the table
/// @param scopes those that leaked
/// @param foreign pids that a person named
public record Garbage(
        Inventory inventory,
        ProcessTable.Scan scan,
        DesiredState desired,
        ObservedState observed,
        History history,
        Plan plan,
        SortedMap<ProcessRef, AgentName> carriers,
        List<ServerTable.Pipe> pipes,
        Scopes.Look confined,
        List<Finding> scopes,
        Set<Long> foreign) {
    /// More than this many at once always wait, as in a round.
    private static final int MANY = 10;

    public List<Finding> findings() {
        var found = new ArrayList<Finding>();
        servers(found);
        found.addAll(sessions());
        orphans(found);
        stale(found);
        pipes(found);
        found.addAll(scopes);
        return List.copyOf(found);
    }

    private void servers(List<Finding> into) {
        for (var entry : inventory.entries()) {
            var server = entry.process();
            boolean named = server != null && foreign.contains(server.pid());
            boolean unknown = entry.state() == Inventory.State.Unknown;
            if (server == null || !entry.lost() && !named && !unknown) {
                continue;
            }
            var programs = entry.contents().programs();
            into.add(new Finding.LostServer(
                    server, entry.path(), programs.stream().map(ServerTable.Program::process).toList(),
                    programs.stream()
                            .map(p -> p.command() + " (pid " + p.process().pid() + ", in " + p.directory() + ")")
                            .toList(),
                    judge(entry, server, named)));
        }
    }

    private Judgement judge(Inventory.Entry entry, ProcessRef server, boolean named) {
        var evidence = entry.evidence();
        if (entry.state() == Inventory.State.Unknown) {
            return new Judgement.Unknown(evidence);
        }
        if (!entry.lost()) {
            return new Judgement.Leave("it can be reached: `tmux -S " + entry.path() + " kill-server` ends it");
        }
        return switch (entry.owner()) {
            case Inventory.Owner.Foreign() -> named
                    ? new Judgement.Reap("named by you; " + evidence)
                    : new Judgement.Leave("not ours; `reconciler rescue " + server.pid()
                            + "` makes it reachable, `reconciler gc --foreign " + server.pid() + "` would end it");
            case Inventory.Owner.Managed(var namespace, var proof) -> ours(entry, server, namespace, evidence);
        };
    }

    private Judgement ours(Inventory.Entry entry, ProcessRef server, String namespace, String evidence) {
        var known = history.fleet().servers().get(namespace);
        boolean current = known != null && server.equals(known.process());
        var here = entry.contents().programs();
        boolean wanted = here.stream().anyMatch(p -> {
            var name = carriers.get(p.process());
            return name != null && !(desired.of(name) instanceof Desire.Unwanted);
        });
        if (here.isEmpty() && !current) {
            return gate() == null
                    ? new Judgement.Reap("ours, without any program; " + evidence)
                    : new Judgement.Leave(String.valueOf(gate()));
        }
        if (wanted || known == null || known.rescues() == 0) {
            return new Judgement.Leave("ours: the daemon makes it reachable, or `reconciler rescue " + server.pid()
                    + "` does");
        }
        var gate = gate();
        return gate != null
                ? new Judgement.Leave(gate)
                : new Judgement.Reap("ours, no manifest asks for what is in it, and it could not be made reachable ("
                        + known.message() + "); " + evidence);
    }

    /// Why nothing of ours may be ended for want of a manifest; null when it may.
    private @Nullable String gate() {
        var source = desired.source();
        if (!source.complete()) {
            return "the manifests folder could not be read completely";
        }
        if (source.empty() && !source.allowEmpty()) {
            return "the manifests folder is empty; source.allowEmpty says whether that is meant";
        }
        return source.settled() ? null : "the manifests folder is still changing";
    }

    private List<Finding> sessions() {
        var due = new TreeMap<AgentName, Session>();
        var found = new ArrayList<Finding>();
        for (var seen : observed.sessions().entrySet()) {
            if (!(desired.of(seen.getKey()) instanceof Desire.Unwanted)) {
                continue;
            }
            switch (seen.getValue()) {
                case Session.Running r -> due.put(seen.getKey(), r);
                case Session.Exited e -> due.put(seen.getKey(), e);
                case Session.Orphaned o -> due.put(seen.getKey(), o);
                case Session.Doubled d -> due.put(seen.getKey(), d);
                case Session.Absent a -> {}
                case Session.Ghost g -> {}
                case Session.OtherSource o -> found.add(leave(
                        seen.getKey(), new Judgement.Leave("it belongs to another manifests folder")));
                case Session.Foreign f -> found.add(leave(seen.getKey(), new Judgement.Leave(f.evidence())));
                case Session.Unknown u -> found.add(leave(seen.getKey(), new Judgement.Unknown(u.why())));
            }
        }
        int fleet = Math.max(history.fleet().quietSize(), due.size());
        boolean many = due.size() > MANY || due.size() > 1 && due.size() * 2 > fleet;
        due.forEach((name, session) -> found.add(
                new Finding.UnwantedSession(name, lost(session), judge(name, many, due.size(), fleet))));
        return found;
    }

    private static Finding leave(AgentName name, Judgement judgement) {
        return new Finding.UnwantedSession(name, List.of(), judgement);
    }

    private static List<String> lost(Session session) {
        return switch (session) {
            case Session.Running(var pane, var process) -> List.of("the running program, pid " + process.pid());
            case Session.Orphaned(var run, var processes) ->
                    List.of("the running program, pid " + processes.getFirst().pid());
            case Session.Doubled(var runs) -> runs.stream().flatMap(r -> lost(r).stream()).toList();
            case Session.Exited e -> List.of("the screen of the program that ended");
            case Session.Absent a -> List.of();
            case Session.Ghost g -> List.of();
            case Session.OtherSource o -> List.of();
            case Session.Foreign f -> List.of();
            case Session.Unknown u -> List.of();
        };
    }

    private Judgement judge(AgentName name, boolean many, int due, int fleet) {
        var gate = gate();
        if (gate != null) {
            return new Judgement.Leave(gate);
        }
        var action = plan.agents().get(name);
        if (action == null || !history.agents().containsKey(name)) {
            return new Judgement.Leave("it is just being taken over: look again");
        }
        if (!(action instanceof Action.Hold hold)) {
            return new Judgement.Leave("it is being ended already");
        }
        if (many || hold.reason() == Reason.ApprovalNeeded) {
            return new Judgement.Leave("too many at once, " + due + " of " + fleet
                    + ": they wait for the hold-down, then for `reconciler approve`");
        }
        return hold.reason() == Reason.PendingDeletion
                ? new Judgement.Reap("ours by its mark, and the folder, read completely, does not ask for it")
                : new Judgement.Leave(hold.reason() + ": " + hold.message());
    }

    /// Carriers of run ids that nobody looks after: their agent has neither a manifest nor a history, so no round asks
    /// for it.
    private void orphans(List<Finding> into) {
        var runs = new TreeSet<String>();
        for (var process : scan.processes()) {
            if (process.runId() != null) {
                runs.add(process.runId());
            }
        }
        var kinship = new Kinship(scan, ourServers(), confined);
        for (var text : runs) {
            var run = run(text);
            if (run != null) {
                orphan(run, text, kinship, into);
            }
        }
    }

    private void orphan(RunId run, String text, Kinship kinship, List<Finding> into) {
        var all = scan.processes().stream().filter(p -> text.equals(p.runId())).map(ProcessTable.Process::ref).toList();
        var name = all.stream().map(carriers::get).filter(n -> n != null).findFirst().orElse(null);
        boolean lookedAfter = name != null
                && (observed.sessions().containsKey(name) || history.agents().containsKey(name));
        var proven = kinship.of(null, text::equals);
        var rest = all.stream().filter(p -> !proven.contains(p)).toList();
        boolean ours = name != null && run.uid().startsWith(Uids.prefix(desired.source().id(), name));
        if (!rest.isEmpty() && ours && !lookedAfterByPane(rest)) {
            into.add(new Finding.OrphanedPrograms(name, run, rest, List.of(), new Judgement.Leave(
                    "its run id is inherited and proves nothing: it is, or stands below, a tmux server or a program that"
                            + " is not ours")));
        }
        if (proven.isEmpty() || lookedAfter) {
            return;
        }
        var lost = proven.stream().map(p -> "process " + p.pid() + " (" + comm(p) + ")").toList();
        into.add(new Finding.OrphanedPrograms(name, run, proven, lost, judge(name, ours)));
    }

    /// The panes of a server of ours that is answered, and what runs in them, are the rounds' business.
    private boolean lookedAfterByPane(List<ProcessRef> processes) {
        return processes.stream()
                .allMatch(ref -> observed.sessions()
                        .values()
                        .stream()
                        .anyMatch(s -> s instanceof Session.Running(var pane, var main)
                                && (main.equals(ref) || new Kinship(scan, confined).of(main, id -> false).contains(ref))
                                || s instanceof Session.Ghost));
    }

    private Judgement judge(@Nullable AgentName name, boolean ours) {
        if (name == null || !ours) {
            return new Judgement.Leave("it belongs to another manifests folder");
        }
        if (!(desired.of(name) instanceof Desire.Unwanted)) {
            return new Judgement.Leave("the folder asks for its agent: the rounds take care of it");
        }
        var gate = gate();
        if (gate != null) {
            return new Judgement.Leave(gate);
        }
        return scan.complete()
                ? new Judgement.Reap("ours by its run id, its tmux server is gone, and no manifest asks for it")
                : new Judgement.Unknown("the process table could not be read: " + String.join("; ", scan.blind()));
    }

    private Set<Long> ourServers() {
        var pids = new TreeSet<Long>();
        for (var entry : inventory.entries()) {
            if (entry.process() != null && entry.owner().managed() && entry.state() == Inventory.State.Live) {
                pids.add(entry.process().pid());
            }
        }
        return pids;
    }

    private String comm(ProcessRef ref) {
        return scan.processes()
                .stream()
                .filter(p -> p.ref().equals(ref))
                .map(ProcessTable.Process::name)
                .findFirst()
                .orElse("");
    }

    private static @Nullable RunId run(String text) {
        try {
            return RunId.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void stale(List<Finding> into) {
        for (var entry : inventory.entries()) {
            if (entry.state() == Inventory.State.Stale && entry.path() != null) {
                into.add(new Finding.StaleSocket(entry.path(), switch (entry.owner()) {
                    case Inventory.Owner.Managed(var namespace, var proof) ->
                            new Judgement.Reap(entry.evidence() + "; " + proof);
                    case Inventory.Owner.Foreign() -> new Judgement.Leave(
                            "not in our own directory; the next tmux server there removes it");
                }));
            }
        }
    }

    private void pipes(List<Finding> into) {
        for (var pipe : pipes) {
            boolean alive = inventory.entries()
                    .stream()
                    .anyMatch(e -> e.process() != null
                            && e.process().pid() == pipe.parent());
            if (!alive) {
                into.add(new Finding.PipeProcess(pipe.process(), pipe.log(), new Judgement.Reap(
                        "it holds a log of ours open, and the tmux server that fed it is gone")));
            }
        }
    }
}
