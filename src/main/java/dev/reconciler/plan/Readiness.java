package dev.reconciler.plan;

import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Vitals.Terminal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Whether a program takes a text now. It is ready when its startup probe has passed; without one, when it reads keys,
/// and its input line has stood still for a moment.
///
/// @param spec null when none is known
record Readiness(@Nullable AgentSpec spec, Run run, Delivery delivery, @Nullable Terminal terminal, Moment now) {
    /// A program that draws its screen is not done with it before.
    static final Duration STILL = Duration.ofMillis(250);

    boolean ready() {
        return obstacle() == null && terminal != null && now.reached(terminal.still().plus(STILL));
    }

    /// Why nothing can be typed, null when only time is missing.
    @Nullable
    Reason obstacle() {
        if (terminal == null) {
            return Reason.NotReady;
        }
        if (terminal.draft()) {
            return Reason.DraftInTheWay;
        }
        return why() == null ? null : Reason.NotReady;
    }

    /// The same as a sentence.
    @Nullable
    String why() {
        if (terminal == null) {
            return "its terminal could not be looked at";
        }
        if (terminal.draft()) {
            return "a person's half-typed input stands in it";
        }
        if (terminal.mode() && terminal.attached() > 0) {
            return "somebody looks back in its output";
        }
        boolean probed = spec != null && spec.startupProbe() != null;
        if (probed && (run.said().startup() == null || !run.said().startup().passed())) {
            return "its startup probe has not passed";
        }
        if (terminal.raw()) {
            return Boolean.FALSE.equals(terminal.brackets()) && !delivery.oneLine()
                    ? "it did not turn on bracketed paste, so each line would be submitted by itself"
                    : null;
        }
        if (!delivery.oneLine()) {
            return "it reads lines, not keys: it can take one line of less than 4096 bytes";
        }
        // Such a program may also be one that has not got to reading keys yet: it is given all its time.
        return probed || now.reached(delivery.due()) ? null : "it does not read keys yet";
    }
}
