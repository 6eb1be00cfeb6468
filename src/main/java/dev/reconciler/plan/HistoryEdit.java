package dev.reconciler.plan;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Backoff;
import dev.reconciler.api.AgentHistory.DeleteIntent;
import dev.reconciler.api.AgentHistory.Ended;
import dev.reconciler.api.AgentHistory.Next;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentHistory.StartFailure;
import dev.reconciler.api.Condition;
import dev.reconciler.api.Dialogue;
import dev.reconciler.api.Moment;
import dev.reconciler.api.PreStop;
import dev.reconciler.api.RunId;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// One agent's history with some parts replaced.
public final class HistoryEdit {
    private final AgentHistory from;
    private String uid;
    private long generation;
    private String specDigest;
    private @Nullable String lastGood;
    private int graceSeconds;
    private @Nullable PreStop preStop;
    private long runs;
    private @Nullable Run run;
    private @Nullable Run duplicate;
    private @Nullable Next next;
    private int restarts;
    private int failures;
    private @Nullable Backoff backoff;
    private @Nullable Ended last;
    private @Nullable Moment absentSince;
    private @Nullable DeleteIntent delete;
    private @Nullable RunId rollout;
    private @Nullable StartFailure startFailure;
    private SortedMap<String, Condition> conditions;
    private @Nullable Dialogue said;

    public HistoryEdit(AgentHistory from) {
        this.from = from;
        uid = from.uid();
        generation = from.generation();
        specDigest = from.specDigest();
        lastGood = from.lastGood();
        graceSeconds = from.graceSeconds();
        preStop = from.preStop();
        runs = from.runs();
        run = from.run();
        duplicate = from.duplicate();
        next = from.next();
        restarts = from.restarts();
        failures = from.failures();
        backoff = from.backoff();
        last = from.last();
        absentSince = from.absentSince();
        delete = from.delete();
        rollout = from.rollout();
        startFailure = from.startFailure();
        conditions = from.conditions();
        said = from.said();
    }

    HistoryEdit uid(String value) {
        uid = value;
        return this;
    }

    HistoryEdit generation(long value, String digest) {
        generation = value;
        specDigest = digest;
        return this;
    }

    HistoryEdit lastGood(String value) {
        lastGood = value;
        return this;
    }

    HistoryEdit graceSeconds(int value) {
        graceSeconds = value;
        return this;
    }

    HistoryEdit preStop(@Nullable PreStop value) {
        preStop = value;
        return this;
    }

    HistoryEdit duplicate(@Nullable Run value) {
        duplicate = value;
        return this;
    }

    HistoryEdit runs(long value) {
        runs = value;
        return this;
    }

    HistoryEdit run(@Nullable Run value) {
        run = value;
        return this;
    }

    HistoryEdit next(@Nullable Next value) {
        next = value;
        return this;
    }

    HistoryEdit restarts(int value) {
        restarts = value;
        return this;
    }

    HistoryEdit failures(int value) {
        failures = value;
        return this;
    }

    HistoryEdit backoff(@Nullable Backoff value) {
        backoff = value;
        return this;
    }

    HistoryEdit last(@Nullable Ended value) {
        last = value;
        return this;
    }

    HistoryEdit absentSince(@Nullable Moment value) {
        absentSince = value;
        return this;
    }

    public HistoryEdit delete(@Nullable DeleteIntent value) {
        delete = value;
        return this;
    }

    public HistoryEdit rollout(@Nullable RunId value) {
        rollout = value;
        return this;
    }

    HistoryEdit startFailure(@Nullable StartFailure value) {
        startFailure = value;
        return this;
    }

    public HistoryEdit conditions(SortedMap<String, Condition> value) {
        conditions = value;
        return this;
    }

    public HistoryEdit said(@Nullable Dialogue value) {
        said = value;
        return this;
    }

    /// The very same object when nothing is different.
    public AgentHistory done() {
        return unchanged()
                ? from
                : new AgentHistory(
                        from.name(),
                        uid,
                        from.createdAt(),
                        generation,
                        specDigest,
                        lastGood,
                        graceSeconds,
                        preStop,
                        runs,
                        run,
                        duplicate,
                        next,
                        restarts,
                        failures,
                        backoff,
                        last,
                        absentSince,
                        delete,
                        rollout,
                        startFailure,
                        conditions,
                        said);
    }

    /// Compared by identity: asked for every agent in every round, and what is equal comes from the same place.
    @SuppressWarnings("ReferenceEquality")
    private boolean unchanged() {
        return uid == from.uid()
                && generation == from.generation()
                && specDigest == from.specDigest()
                && lastGood == from.lastGood()
                && graceSeconds == from.graceSeconds()
                && preStop == from.preStop()
                && runs == from.runs()
                && run == from.run()
                && duplicate == from.duplicate()
                && next == from.next()
                && restarts == from.restarts()
                && failures == from.failures()
                && backoff == from.backoff()
                && last == from.last()
                && absentSince == from.absentSince()
                && delete == from.delete()
                && rollout == from.rollout()
                && startFailure == from.startFailure()
                && conditions == from.conditions()
                && said == from.said();
    }
}
