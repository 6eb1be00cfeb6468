package dev.reconciler.plan;

import dev.reconciler.api.ServerHistory;
import java.nio.file.Path;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Source;
import dev.reconciler.observed.ObservedState;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The table for tmux servers: each namespace's is a key of its own, decided apart from its agents.
record Servers(Source source, ObservedState observed, History history, Policy policy, Moment now) {
    /// @param needed namespaces in which an agent waits for a server
    /// @param names all agents that are desired, seen or remembered
    SortedMap<String, Action.OfServer> decide(Collection<String> needed, Collection<AgentName> names) {
        var used = new TreeSet<>(needed);
        names.forEach(name -> used.add(name.namespace()));
        var actions = new TreeMap<String, Action.OfServer>();
        var namespaces = new TreeSet<>(observed.servers().keySet());
        namespaces.addAll(needed);
        for (var namespace : namespaces) {
            var action = decide(namespace, needed.contains(namespace), used.contains(namespace));
            if (action != null) {
                actions.put(namespace, action);
            }
        }
        return actions;
    }

    private Action.@Nullable OfServer decide(String namespace, boolean needed, boolean used) {
        var known = history.fleet().servers().get(namespace);
        return switch (observed.servers().get(namespace)) {
            case ServerState.Up(var server, boolean reachable, boolean vacant) -> {
                // What cannot be read, or is just being written, may hold somebody who needs it.
                if (vacant && !used && trusted()) {
                    yield new Action.StopServer(namespace, server, Reason.Vacant);
                }
                yield reachable ? null : rescue(namespace, server, known);
            }
            case ServerState.Ghosted(var server) -> rescue(namespace, server, known);
            case ServerState.Silent(var why) ->
                    new Action.HoldServer(namespace, Reason.ObservationIncomplete, why, null);
            case ServerState.Down() -> needed ? start(namespace, known) : null;
            case null -> needed ? start(namespace, known) : null;
        };
    }

    /// Why nothing is done about a server that cannot be reached, null: it is made reachable.
    static Action.@Nullable HoldServer held(
            String namespace, @Nullable ServerState state, ObservedState observed, Ghosts ghosts) {
        ProcessRef server = switch (state) {
            case ServerState.Up(var up, boolean reachable, boolean vacant) -> reachable ? null : up;
            case ServerState.Ghosted(var hidden) -> hidden;
            case ServerState.Silent silent -> null;
            case ServerState.Down down -> null;
            case null -> null;
        };
        if (server == null) {
            return null;
        }
        var gone = observed.runtimeGone();
        if (gone != null) {
            var through =
                    state instanceof ServerState.Up ? "; it is commanded through the connection that is open" : "";
            return new Action.HoldServer(
                    namespace, Reason.RuntimeDirGone,
                    "tmux server " + server.pid() + " lives without a socket: " + sentence(gone) + through, null);
        }
        return ghosts.managed() == Ghosts.Treatment.Rescue
                ? null
                : new Action.HoldServer(
                        namespace, Reason.Ghost,
                        "tmux server " + server.pid() + " cannot be reached, and ghosts.managed says only to report it;"
                                + " `reconciler rescue " + server.pid() + "` makes it reachable",
                        null);
    }

    private static String sentence(Path gone) {
        return gone + " is gone, because the last login session ended and the user does not linger";
    }

    /// Whether the folder tells what is not wanted: an empty one may be an accident.
    private boolean trusted() {
        return source.complete() && source.settled() && (!source.empty() || source.allowEmpty());
    }

    private Action.OfServer start(String namespace, @Nullable ServerHistory known) {
        var gone = observed.runtimeGone();
        if (gone != null) {
            return new Action.HoldServer(
                    namespace, Reason.RuntimeDirGone, "no tmux server can be started: " + sentence(gone), null);
        }
        if (known != null && known.startFailures() > 0 && known.triedAt() != null) {
            var again = known.triedAt().plus(CrashBackoff.retry(known.startFailures()));
            if (!now.reached(again)) {
                return new Action.HoldServer(namespace, Reason.StartFailed, known.message(), again);
            }
        }
        return new Action.StartServer(namespace, Reason.Created);
    }

    private Action.OfServer rescue(String namespace, ProcessRef server, @Nullable ServerHistory known) {
        var held = held(namespace, observed.servers().get(namespace), observed, policy.ghosts());
        if (held != null) {
            return held;
        }
        if (known != null && known.rescues() > 0 && known.triedAt() != null) {
            var again = known.triedAt().plus(CrashBackoff.retry(known.rescues()));
            if (!now.reached(again)) {
                return new Action.HoldServer(namespace, Reason.RescueFailed, known.message(), again);
            }
        }
        return new Action.Rescue(namespace, server, Reason.Ghost);
    }
}
