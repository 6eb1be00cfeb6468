package dev.reconciler.actuate;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.host.Host;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.ProcessTable.Sent;
import dev.reconciler.host.ProcessTable.Sighting;
import dev.reconciler.host.Signal;
import dev.reconciler.host.TmuxException;
import dev.reconciler.observed.Kinship;
import dev.reconciler.plan.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Ends what [Finding] says is nobody's: by identity, tree and all, looked at again right before, and verified after.
public final class Reaper {
    /// How long what was asked politely may take.
    private static final Duration GRACE = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(10);
    /// A program that forks while it is killed is killed again this often.
    private static final int PASSES = 5;

    private final Host host;

    public Reaper(Host host) {
        this.host = host;
    }

    /// @param finding one that is to be reaped; an unwanted session is not this class's: it ends as a delete
    public Outcome reap(Finding finding) {
        try {
            return switch (finding) {
                case Finding.LostServer server -> server(server);
                case Finding.OrphanedPrograms orphans -> orphans(orphans);
                case Finding.StaleSocket(var path, var judgement) -> {
                    host.servers().removeIdle(path);
                    yield new Outcome.Succeeded();
                }
                case Finding.PipeProcess(var process, var log, var judgement) -> end(List.of(process));
                case Finding.LeakedScope scope -> Actuator.stopped(host.scopes().stop(scope.unit()));
                case Finding.UnwantedSession session -> new Outcome.Skipped("it ends as a delete");
            };
        } catch (TmuxException e) {
            return new Outcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    private Outcome server(Finding.LostServer lost) {
        var facts = host.processes().server(lost.server());
        if (facts == null) {
            return new Outcome.Skipped("it is gone already");
        }
        boolean reached = facts.bound()
                .stream()
                .anyMatch(b -> b.standing() != ProcessTable.Standing.Unlinked
                        && b.standing() != ProcessTable.Standing.Taken);
        if (facts.blind() != null || reached) {
            return new Outcome.Skipped("it can be reached by now, or not be seen: it is left");
        }
        // Its programs by identity, before their parent is gone and they are everybody's orphans. What stands below
        // another tmux server is somebody's own.
        return end(kinship().of(lost.server(), id -> false));
    }

    private Outcome orphans(Finding.OrphanedPrograms orphans) {
        var proven = kinship().of(null, orphans.run().toString()::equals);
        var targets = orphans.programs().stream().filter(proven::contains).toList();
        return targets.isEmpty() ? new Outcome.Skipped("they are gone, or not proven ours any more") : end(targets);
    }

    private Kinship kinship() {
        return new Kinship(host.processes().scan(), host.scopes().look(true));
    }

    /// TERM to the first, whose tree follows it as a rule; then KILL to each that is left.
    private Outcome end(List<ProcessRef> targets) {
        if (targets.isEmpty()) {
            return new Outcome.Skipped("it is gone already");
        }
        boolean denied = host.processes().signal(targets.getFirst(), Signal.TERM) == Sent.Denied;
        host.processes().signal(targets.getFirst(), Signal.CONT);
        await(targets, GRACE);
        for (int pass = 0; pass < PASSES; pass++) {
            var left = left(targets);
            if (left.isEmpty()) {
                break;
            }
            for (var target : left) {
                denied |= host.processes().signal(target, Signal.KILL) == Sent.Denied;
            }
            await(left, Duration.ofMillis(500));
        }
        var left = left(targets);
        if (left.isEmpty()) {
            return new Outcome.Succeeded();
        }
        var pids = String.join(", ", left.stream().map(p -> Long.toString(p.pid())).toList());
        return new Outcome.Failed(
                denied ? "process " + pids + " may not be signalled" : "process " + pids + " survives KILL");
    }

    private void await(List<ProcessRef> targets, Duration limit) {
        var end = host.clock().now().plus(limit);
        while (!left(targets).isEmpty() && !host.clock().now().reached(end)) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private List<ProcessRef> left(List<ProcessRef> targets) {
        Predicate<ProcessRef> lives = target -> switch (host.processes().look(target.pid())) {
            case Sighting.Alive(var ref) -> ref.equals(target);
            case Sighting.Zombie z -> false;
            case Sighting.Gone g -> false;
            case Sighting.Unreadable u -> true;
        };
        return new ArrayList<>(targets).stream().filter(lives).toList();
    }
}
