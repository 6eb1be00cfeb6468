package dev.reconciler.plan;

import dev.reconciler.api.Activity;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Vitals;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What an agent does, by its screen and by its own words: pure. Its word fills in where the screen shows neither work
/// nor a question; it counts until the next one, and not once its heartbeat is late. One that said it is done, and may
/// stay, waits for work, where that word counts.
///
/// @param spec null when none is known
/// @param shown by its screen and output, null when nobody looks at them
/// @param done it said that it is done
record Doing(@Nullable AgentSpec spec, @Nullable Activity shown, Vitals vitals, boolean done, Moment now) {
    /// Null when nothing tells.
    @Nullable
    Activity activity() {
        if (shown == Activity.AwaitingInput || shown == Activity.Working) {
            return shown;
        }
        var said = said();
        return said == null ? shown : said;
    }

    private @Nullable Activity said() {
        var beat = vitals.beat();
        var heartbeat = spec == null ? null : spec.heartbeat();
        if (done && spec != null && spec.completion().byWord()) {
            return Activity.Idle;
        }
        boolean late = beat != null && heartbeat != null
                && now.reached(beat.at().plus(Duration.ofSeconds(heartbeat.timeoutSeconds())));
        return beat == null || late ? null : beat.activity();
    }
}
