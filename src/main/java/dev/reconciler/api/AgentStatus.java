package dev.reconciler.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Computed from the world at each round, never accumulated.
///
/// @param phase for display only: Pending, Running, Terminating, Suspended, Completed, Failed, Unknown or the reason
///     that a kubectl user would expect in STATUS (CrashLoopBackOff, …)
/// @param reason why it is so
/// @param message the sentence behind the reason
/// @param nextRetryAt when something is tried next, null when nothing is
/// @param argv what its run was started with, empty when that is not known
/// @param health what its probes and its screen say
/// @param exit how the last run ended, null before
/// @param done what it said last about the end of its task, null before
/// @param revision the commit that its running spec came from, [Revision#toString]; null: from none
public record AgentStatus(
        AgentName name,
        String uid,
        long generation,
        long observedGeneration,
        String phase,
        Reason reason,
        String message,
        List<Condition> conditions,
        Session session,
        @Nullable ProcessRef process,
        @Nullable RunId run,
        int restartCount,
        AgentHistory.@Nullable Ended lastTermination,
        @Nullable Moment startedAt,
        Moment createdAt,
        @Nullable Moment nextRetryAt,
        List<String> argv,
        Health health,
        @Nullable Done done,
        @Nullable String revision) {
    /// Outside of git.
    public AgentStatus(
            AgentName name, String uid, long generation, long observedGeneration, String phase, Reason reason,
            String message, List<Condition> conditions, Session session, @Nullable ProcessRef process,
            @Nullable RunId run, int restartCount, AgentHistory.@Nullable Ended lastTermination,
            @Nullable Moment startedAt, Moment createdAt, @Nullable Moment nextRetryAt, List<String> argv,
            Health health, @Nullable Done done) {
        this(
                name, uid, generation, observedGeneration, phase, reason, message, conditions, session, process, run,
                restartCount, lastTermination, startedAt, createdAt, nextRetryAt, argv, health, done, null);
    }
}
