package dev.reconciler.plan;

import dev.reconciler.api.ServerHistory;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Change;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.SourceHistory;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.observed.ObservedState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What is remembered of the whole fleet: mass changes, approvals, servers.
///
/// @param absenceCounts whether this look tells what is gone
record FleetNote(
        DesiredState desired, ObservedState observed, Policy policy, Moment now, boolean absenceCounts) {
    /// @param before this look
    History note(History history, Map<AgentName, AgentHistory> before, Set<AgentName> busy) {
        var fleet = history.fleet();
        var ledger = new ArrayList<Change>();
        for (var change : fleet.ledger()) {
            if (MassChange.counts(change.at(), now)) {
                ledger.add(change);
            }
        }
        var mass = MassChange.of(
                desired, observed, new History(fleet.ledger(ledger), history.agents()), now);
        var approvals = new ArrayList<Change>();
        for (var approval : fleet.approvals()) {
            var pending = mass.pending().get(approval.name());
            boolean stands = pending != null && pending.same(approval);
            if (stands || !desired.source().complete() || busy.contains(approval.name())) {
                approvals.add(approval);
            }
        }
        boolean quiet = desired.source().complete()
                && desired.source().settled()
                && ledger.isEmpty()
                && mass.pending().isEmpty()
                && (!desired.source().empty() || desired.source().allowEmpty())
                && (fleet.quietSize() > 0 || allSeen());
        @Nullable
        Moment blind = absenceCounts && desired.source().settled() ? null
                : absenceCounts || fleet.blindSince() != null ? fleet.blindSince()
                : now;
        int size = quiet ? desired.desires().size() : fleet.quietSize();
        var noted = fleet.quietSize(size)
                .ledger(ledger)
                .approvals(approvals)
                .servers(servers(fleet, history.agents().keySet()))
                .blindSince(blind)
                .lostAt(lostAt(fleet, size, before));
        var source = source(fleet.whence());
        if (!source.equals(fleet.whence())) {
            noted = noted.source(source);
        }
        return noted.equals(fleet) ? history : new History(noted, history.agents());
    }

    /// What a fleet of which nothing is remembered consists of is not known before, and whether that was lost.
    private boolean allSeen() {
        return observed.sessions()
                .values()
                .stream()
                .noneMatch(session -> session instanceof Session.Unknown || session instanceof Session.Ghost);
    }

    /// A run and its server are on disk before it begins, and the fleet's size is once all was quiet: where one of them is
    /// not known, nor the size, and something of ours is there all the same, what was remembered is lost. It stays noted
    /// until the size is known again. (Both: a daemon may die when only the agents are on disk again.)
    ///
    /// @param size of the fleet, with this look
    private @Nullable Moment lostAt(Fleet fleet, int size, Map<AgentName, AgentHistory> before) {
        var known = fleet.lostAt();
        if (known != null) {
            return size == 0 || MassChange.counts(known, now) ? known : null;
        }
        boolean lost = Math.min(fleet.quietSize(), size) == 0
                && observed.sessions()
                        .entrySet()
                        .stream()
                        .anyMatch(seen -> isThere(seen.getValue())
                                && !(remembersARun(before.get(seen.getKey()))
                                        && fleet.servers().containsKey(seen.getKey().namespace())));
        return lost ? now : null;
    }

    private static boolean remembersARun(@Nullable AgentHistory agent) {
        return agent != null && (agent.run() != null || agent.next() != null);
    }

    /// Something that only we can have begun.
    private static boolean isThere(Session session) {
        return switch (session) {
            case Session.Running _,Session.Exited _,Session.Orphaned _,Session.Doubled _ -> true;
            case Session.Absent _,Session.Ghost _,Session.OtherSource _,Session.Foreign _,Session.Unknown _ -> false;
        };
    }

    /// A revision is applied once its files stand still; why a newer one is not is remembered to be told once.
    private SourceHistory source(SourceHistory before) {
        var checkout = desired.source().checkout();
        if (checkout == null) {
            return before;
        }
        var pull = checkout.pull();
        var noted = pull == null || pull.error().equals(before.trouble())
                ? before
                : before.trouble(pull.error(), pull.verified());
        var revision = checkout.revision();
        boolean whole = desired.source().complete() && desired.source().settled() && checkout.held().isEmpty();
        return revision == null || !whole || revision.toString().equals(noted.applied())
                ? noted
                : noted.applied(revision.toString());
    }

    private TreeMap<String, ServerHistory> servers(Fleet fleet, Collection<AgentName> agents) {
        var used = new TreeSet<String>();
        agents.forEach(name -> used.add(name.namespace()));
        var servers = new TreeMap<>(fleet.servers());
        observed.servers().forEach((namespace, state) -> {
            if (state instanceof ServerState.Up(var process, boolean reachable, boolean vacant)) {
                var known = servers.get(namespace);
                if (reachable || known == null || !process.equals(known.process()) || known.startFailures() > 0) {
                    servers.put(namespace, (known == null ? ServerHistory.UNKNOWN : known).well(process));
                }
            }
            // What is left as it is has to be told once, and is tried at once when it may be: attempts before do not count.
            var held = Servers.held(namespace, state, observed, policy.ghosts());
            if (held != null) {
                var known = servers.getOrDefault(namespace, ServerHistory.UNKNOWN);
                servers.put(namespace, known.well(known.process()).failed(held.message()));
            }
            // Proven gone, and nobody's: looked for no longer.
            if (state instanceof ServerState.Down && !used.contains(namespace)) {
                servers.remove(namespace);
            }
        });
        return servers;
    }
}
