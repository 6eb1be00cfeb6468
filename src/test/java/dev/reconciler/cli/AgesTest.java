package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class AgesTest {
    @Test
    void every_age_reads_as_kubernetes_own_code_prints_it() throws IOException {
        try (var in = getClass().getResourceAsStream("/vectors/human_duration.json")) {
            var vectors = JsonMapper.shared().readTree(in);
            assertTrue(vectors.size() > 100, "too few vectors: " + vectors.size());
            assertAll(vectors.values().stream().map(v -> () -> {
                var age = Duration.ofMillis(v.get("Millis").asLong());
                assertEquals(v.get("Human").asString(), Ages.human(age), () -> "human " + age);
                assertEquals(v.get("Short").asString(), Ages.brief(age), () -> "brief " + age);
            }));
        }
    }

    @Test
    void a_clock_that_is_a_second_ahead_still_means_now() {
        assertEquals("0s", Ages.human(Duration.ofMillis(-1999)));
        assertEquals("<invalid>", Ages.human(Duration.ofSeconds(-2)));
    }
}
