package dev.reconciler.recording;

import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Lifecycle;
import dev.reconciler.api.PreStop;
import dev.reconciler.api.Probe;
import dev.reconciler.api.Prompt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// [Redaction] of what a manifest says. Of a command only the program is left: arguments may hold anything.
final class Specs {
    private final Redaction secrets;

    Specs(Redaction secrets) {
        this.secrets = secrets;
    }

    AgentSpec of(AgentSpec spec) {
        return new AgentSpec(
                program(spec.command()), List.of(), spec.workingDirectory(), spec.createWorkingDirectory(), List.of(),
                spec.restartPolicy(), spec.restartPolicyRules(), spec.backoff(), spec.backoffLimit(), spec.suspend(),
                spec.terminationGracePeriodSeconds(), spec.activeDeadlineSeconds(), spec.ttlSecondsAfterFinished(),
                spec.updateStrategy(), of(spec.startupProbe()), of(spec.readinessProbe()), of(spec.livenessProbe()),
                spec.activity(), lifecycle(spec.lifecycle()), spec.model(), spec.modelPattern(), spec.terminal(),
                spec.logs(), prompt(spec.prompt()), spec.completion(), spec.heartbeat(), spec.resources(),
                spec.grants());
    }

    /// The first word.
    static List<String> program(List<String> argv) {
        return argv.isEmpty() ? argv : List.of(argv.getFirst());
    }

    private static @Nullable Probe of(@Nullable Probe probe) {
        return probe == null
                ? null
                : new Probe(
                        of(probe.exec()), probe.screen(), probe.output(), probe.initialDelaySeconds(),
                        probe.periodSeconds(), probe.timeoutSeconds(), probe.successThreshold(),
                        probe.failureThreshold());
    }

    private static Probe.@Nullable Exec of(Probe.@Nullable Exec exec) {
        return exec == null ? null : new Probe.Exec(program(exec.command()));
    }

    private static @Nullable Lifecycle lifecycle(@Nullable Lifecycle lifecycle) {
        return lifecycle == null ? null : new Lifecycle(preStop(lifecycle.preStop()));
    }

    @Nullable
    PreStop of(@Nullable PreStop preStop) {
        return preStop(preStop);
    }

    private static @Nullable PreStop preStop(@Nullable PreStop preStop) {
        if (preStop == null) {
            return null;
        }
        var keys = preStop.sendKeys();
        return new PreStop(
                of(preStop.exec()),
                keys == null ? null : new PreStop.Keys(List.of(Redaction.LEFT_OUT), keys.waitSeconds()));
    }

    /// A text that stands for it: of the same digest where theirs is the same.
    private @Nullable Prompt prompt(@Nullable Prompt prompt) {
        return prompt == null
                ? null
                : new Prompt(
                        secrets.token(prompt.digest()), null, prompt.delivery(), prompt.on(),
                        prompt.readyTimeoutSeconds());
    }

    /// What [Prompt#digest] says here of a prompt that has this digest in truth.
    String digest(String digest) {
        return new Prompt(secrets.token(digest), null, Prompt.Means.Paste, Prompt.On.FirstRun, 0).digest();
    }
}
