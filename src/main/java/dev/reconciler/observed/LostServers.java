package dev.reconciler.observed;

import dev.reconciler.api.History;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Tmux;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Servers of ours that live beside the one that answers, if any: proven by what we remember (pid and start time) or by
/// the mark in their own environment, never by a name or an argument. An agent on one of them is no orphan.
final class LostServers {
    private final Census census;
    private final History history;
    private final List<ProcessTable.Process> servers;
    private final Map<Long, ProcessTable.Process> byPid = new HashMap<>();

    LostServers(Census census, History history) {
        this.census = census;
        this.history = history;
        var scan = census.scan();
        servers = scan == null
                ? List.of()
                : scan.processes().stream().filter(LostServers::isServer).toList();
        servers.forEach(server -> byPid.put(server.ref().pid(), server));
    }

    private static boolean isServer(ProcessTable.Process process) {
        return process.server() != null || process.name().equals("tmux: server");
    }

    /// The remembered server, when it lives and certainly cannot be reached by its path.
    @Nullable
    ProcessRef known(String namespace) {
        return servers.stream()
                .filter(s -> remembered(namespace, s) && hidden(namespace, s))
                .map(ProcessTable.Process::ref)
                .findFirst()
                .orElse(null);
    }

    /// A server of ours that certainly cannot be reached, while none of ours has the path.
    @Nullable
    ProcessRef hidden(String namespace) {
        boolean owned = servers.stream().anyMatch(s -> ours(namespace, s) && !hidden(namespace, s));
        return owned ? null : any(namespace);
    }

    /// A server of ours that lives: the remembered one, else the oldest.
    @Nullable
    ProcessRef any(String namespace) {
        var ours = servers.stream().filter(s -> ours(namespace, s)).toList();
        return ours.stream()
                .filter(s -> remembered(namespace, s))
                .map(ProcessTable.Process::ref)
                .findFirst()
                .orElseGet(() -> ours.stream()
                        .map(ProcessTable.Process::ref)
                        .min((a, b) -> Long.compare(a.startTime(), b.startTime()))
                        .orElse(null));
    }

    /// The server in which a run lives on, when that is not the one that answers: it is the parent of the run's main
    /// process, or one of ours that is the parent of a carrier and does not carry the id itself.
    @Nullable
    ProcessRef above(String namespace, @Nullable ProcessRef main, Predicate<String> runId) {
        var scan = census.scan();
        if (scan == null) {
            return null;
        }
        var answering = census.servers().get(namespace) instanceof Tmux.Look.Answered answered
                ? answered.server()
                : null;
        for (var process : scan.processes()) {
            var server = byPid.get(process.parent());
            if (server == null || server.ref().equals(answering)) {
                continue;
            }
            boolean carries = process.runId() != null
                    && runId.test(process.runId())
                    && !process.runId().equals(server.runId());
            if (process.ref().equals(main) || carries && ours(namespace, server)) {
                return server.ref();
            }
        }
        return null;
    }

    private boolean remembered(String namespace, ProcessTable.Process server) {
        var known = history.fleet().servers().get(namespace);
        return known != null && server.ref().equals(known.process());
    }

    private boolean ours(String namespace, ProcessTable.Process server) {
        return remembered(namespace, server)
                || server.server() != null
                        && server.server().mark() != null
                        && Objects.equals(server.server().mark(), census.sockets().get(namespace));
    }

    /// Certainly not reached by the namespace's path.
    private boolean hidden(String namespace, ProcessTable.Process process) {
        var server = process.server();
        var path = census.sockets().get(namespace);
        return server != null
                && server.blind() == null
                && server.bound()
                        .stream()
                        .noneMatch(b -> b.path().equals(path)
                                && (b.standing() == ProcessTable.Standing.Owner
                                        || b.standing() == ProcessTable.Standing.Unclear));
    }
}
