package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Backoff;
import dev.reconciler.api.AgentHistory.DeleteIntent;
import dev.reconciler.api.AgentHistory.Ended;
import dev.reconciler.api.AgentHistory.Next;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentHistory.StartFailure;
import dev.reconciler.api.Dialogue;
import dev.reconciler.api.Exit;
import dev.reconciler.api.PreStop;
import dev.reconciler.api.Reason;
import dev.reconciler.api.SpecHash;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A memory is asked for in every round and written when it is another object: so it is one only when it differs.
class HistoryEditTest {
    private static final AgentHistory PLAIN = Sample.created(Sample.agent(), Sample.UID, Sample.at(1));
    private static final Run RUN = Run.of(Sample.run(1), null, new SpecHash(1, "x"), "/srv", Sample.at(2));

    @Test
    void what_is_as_it_was_is_the_very_same() {
        assertSame(PLAIN, new HistoryEdit(PLAIN).done());
        assertSame(PLAIN, new HistoryEdit(PLAIN).uid(Sample.UID).restarts(0).run(null).absentSince(null).done());
    }

    /// One for each part.
    static List<UnaryOperator<HistoryEdit>> edits() {
        return List.of(
                e -> e.uid("another"),
                e -> e.generation(2, PLAIN.specDigest()),
                e -> e.generation(PLAIN.generation(), "another"),
                e -> e.lastGood("{}"),
                e -> e.graceSeconds(31),
                e -> e.preStop(new PreStop(null, new PreStop.Keys(List.of("q"), 1))),
                e -> e.runs(1),
                e -> e.run(RUN),
                e -> e.duplicate(RUN),
                e -> e.next(new Next(Sample.run(1), new SpecHash(1, "x"), "/srv", Reason.Created, false, Sample.at(2),
                        null, List.of())),
                e -> e.restarts(1),
                e -> e.failures(1),
                e -> e.backoff(new Backoff(10, Sample.at(2))),
                e -> e.last(new Ended(Sample.run(1), null, new Exit.Code(0), Sample.at(2), Sample.at(3))),
                e -> e.absentSince(Sample.at(2)),
                e -> e.delete(new DeleteIntent(Sample.at(2), null, null)),
                e -> e.rollout(Sample.run(1)),
                e -> e.startFailure(new StartFailure(1, Sample.at(2), "refused")),
                e -> e.conditions(new TreeMap<>()),
                e -> e.said(Dialogue.NONE));
    }

    @ParameterizedTest
    @MethodSource("edits")
    void each_part_alone_makes_another(UnaryOperator<HistoryEdit> edit) {
        assertNotSame(PLAIN, edit.apply(new HistoryEdit(PLAIN)).done());
    }
}
