package dev.reconciler.plan;

import dev.reconciler.api.UpdateStrategy;
import dev.reconciler.api.Agent;
import dev.reconciler.api.Activity;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Health;
import dev.reconciler.api.Probe;
import dev.reconciler.api.Session;
import dev.reconciler.observed.ObservedState;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the answers of a run's probes and its screen mean: Kubernetes' rules. Before its first verdict an agent is not
/// ready and alive; the startup probe gates the others; what the spec does not ask for has no answer.
public record Checkup(AgentSpec spec, Health health) {
    public static Checkup of(AgentSpec spec, Run run) {
        return new Checkup(spec, run.said());
    }

    /// Why the run is to be ended, null: nothing speaks for that.
    @Nullable
    String failed() {
        if (spec.startupProbe() != null && !passed(Probe.Kind.Startup)) {
            return failed(Probe.Kind.Startup);
        }
        return spec.livenessProbe() == null ? null : failed(Probe.Kind.Liveness);
    }

    private @Nullable String failed(Probe.Kind kind) {
        var answer = health.of(kind);
        return answer == null || answer.passed() ? null : sentence(kind, answer);
    }

    private static String sentence(Probe.Kind kind, Health.Answer answer) {
        return kind.name().toLowerCase(Locale.ROOT) + " probe failed: " + answer.message();
    }

    private boolean passed(Probe.Kind kind) {
        var answer = health.of(kind);
        return answer != null && answer.passed();
    }

    /// Why it is not ready, null: it is.
    public @Nullable String notReady() {
        if (spec.startupProbe() != null && !passed(Probe.Kind.Startup)) {
            return "its startup probe has not passed yet" + trouble();
        }
        if (spec.readinessProbe() == null || passed(Probe.Kind.Readiness)) {
            return null;
        }
        var answer = health.readiness();
        return answer == null ? "its readiness probe has not passed yet" + trouble()
                : sentence(Probe.Kind.Readiness, answer);
    }

    private String trouble() {
        return health.trouble() == null ? "" : "; " + health.trouble();
    }

    /// What its screen calls the model, when that is not the one it was started with; null: nothing speaks against it.
    @Nullable
    String otherModel() {
        var shown = health.model();
        if (spec.modelPattern() == null || spec.model() == null || shown == null) {
            return null;
        }
        boolean same = shown.toLowerCase(Locale.ROOT).contains(spec.model().toLowerCase(Locale.ROOT));
        return same ? null : shown;
    }

    /// Whether a changed spec replaces the running program now; where it says so, only without taking anything from
    /// anybody: it is seen to be idle right now, nobody looks on, no text is on its way, none stands half typed.
    static boolean replacesNow(AgentSpec spec, AgentHistory agent, ObservedState observed, Session session) {
        return switch (spec.updateStrategy()) {
            case Immediate -> true;
            case OnIdle -> idle(spec, agent, observed)
                    && session instanceof Session.Running(var pane, var process)
                    && pane.attached() == 0;
            case OnExit -> false;
        };
    }

    /// Whether its terminal has to be looked at: a changed spec replaces it once it is idle and nothing stands in it.
    public static boolean waitsForIdle(Agent want, AgentHistory agent) {
        var run = agent.run();
        return want.spec().updateStrategy() == UpdateStrategy.OnIdle
                && run != null
                && run.ended() == null
                && run.hash().comparable()
                && !run.hash().equals(want.runHash());
    }

    /// What is only remembered may be over.
    private static boolean idle(AgentSpec spec, AgentHistory agent, ObservedState observed) {
        var run = agent.run();
        var vitals = observed.vitals(agent.name());
        var terminal = vitals.terminal();
        return run != null
                && run.said().activity() == Activity.Idle
                && (spec.activity() == null ? vitals.beat() != null : shown(observed.health().get(agent.name()), run))
                && agent.dialogue().open(run.id()) == null
                && terminal != null
                && !terminal.draft();
    }

    private static boolean shown(Health.@Nullable Of seen, Run run) {
        return seen != null && seen.run().equals(run.id()) && seen.health().activity() != null;
    }
}
