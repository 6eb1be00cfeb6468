package dev.reconciler.host;

import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Preflight;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// Checks with a time limit, on threads of their own: the caller has a limit, a hanging disk has none.
///
/// A check that hangs is not started a second time: the next call waits for it only as long as is left of its limit,
/// and an answer that came later than that is asked for again.
final class PatientChecks {
    private final Function<AgentSpec, Preflight> check;
    private final Duration limit;
    private final Map<AgentSpec, Running> running = new ConcurrentHashMap<>();

    private record Running(FutureTask<Preflight> task, long startedAt) {}

    PatientChecks(Function<AgentSpec, Preflight> check, Duration limit) {
        this.check = check;
        this.limit = limit;
    }

    /// @param what is looked at, for the sentence
    Preflight check(AgentSpec spec, String what) {
        running.computeIfPresent(spec, (_, old) -> old.task.isDone() && left(old) <= 0 ? null : old);
        var mine = running.computeIfAbsent(spec, this::begin);
        try {
            var answer = mine.task.get(left(mine), TimeUnit.NANOSECONDS);
            running.remove(spec, mine);
            return answer;
        } catch (TimeoutException e) {
            return new Preflight.Unseen("looking at " + what + " takes longer than " + limit.toMillis()
                    + " ms: is a network file system hanging?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Preflight.Unseen("interrupted while looking at " + what);
        } catch (ExecutionException e) {
            running.remove(spec, mine);
            return new Preflight.Unseen("looking at " + what + " failed: " + e.getCause());
        }
    }

    private long left(Running one) {
        return Math.max(0, limit.toNanos() - (System.nanoTime() - one.startedAt));
    }

    private Running begin(AgentSpec spec) {
        var task = new FutureTask<>(() -> check.apply(spec));
        Thread.ofVirtual().name("preflight").start(task);
        return new Running(task, System.nanoTime());
    }
}
