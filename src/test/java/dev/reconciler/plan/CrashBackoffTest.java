package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentSpec;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Traces of the kubelet's own back-off (Kubernetes 1.20): what it held back, we hold back, and for as long.
class CrashBackoffTest {
    @TestFactory
    Stream<DynamicTest> the_kubelet_decided_the_same() throws IOException {
        try (var in = getClass().getResourceAsStream("/vectors/crashloop_backoff.json")) {
            var traces = JsonMapper.shared().readTree(in);
            assertFalse(traces.isEmpty());
            return traces.valueStream()
                    .map(trace -> DynamicTest.dynamicTest(trace.get("Name").asString(), () -> replay(trace)));
        }
    }

    /// The kubelet forgets a back-off that nobody asked for during twice its cap.
    private static void replay(JsonNode trace) {
        int max = trace.get("MaxSec").asInt();
        var limits = new AgentSpec.Backoff(trace.get("InitialSec").asInt(), max, 2 * max);
        AgentHistory.Backoff backoff = null;
        int step = 0;
        for (var expected : trace.get("Steps")) {
            var now = Sample.at(expected.get("AtSec").asLong());
            var finished = Sample.at(expected.get("FinishedAtSec").asLong());
            var until = CrashBackoff.until(backoff, finished, limits, now);
            var where = "step " + step++ + " at " + expected.get("AtSec") + " s, last " + backoff;
            assertEquals(expected.get("InBackoff").asBoolean(), until != null, where);
            // The trace has what the kubelet knew before this step's own restart.
            assertEquals(expected.get("BackoffSec").asInt(), backoff == null ? 0 : backoff.seconds(), where);
            if (until == null) {
                backoff = CrashBackoff.restarted(backoff, finished, limits, now);
            }
        }
    }
}
