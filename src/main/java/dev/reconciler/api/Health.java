package dev.reconciler.api;

import org.jspecify.annotations.Nullable;

/// What a run's probes and screen say: verdicts, not single answers, so that it changes only when something changed.
///
/// @param startup null before its first verdict, and without such a probe; the others likewise
/// @param activity null without `spec.activity`
/// @param model what the program's first screens say it works with, by `spec.modelPattern`; null as long as they say
///     nothing
/// @param trouble why the last probe could not be asked, null: it could
public record Health(
        @Nullable Answer startup,
        @Nullable Answer readiness,
        @Nullable Answer liveness,
        @Nullable Activity activity,
        @Nullable String model,
        @Nullable String trouble) {
    public static final Health UNKNOWN = new Health(null, null, null, null, null, null);

    /// The health of one run.
    public record Of(RunId run, Health health) {}

    /// Enough passes or failures in a row.
    ///
    /// @param message of the attempt that made it so
    public record Answer(boolean passed, String message) {}

    public @Nullable Answer of(Probe.Kind kind) {
        return switch (kind) {
            case Startup -> startup;
            case Readiness -> readiness;
            case Liveness -> liveness;
        };
    }

    public Health with(Probe.Kind kind, @Nullable Answer answer) {
        return switch (kind) {
            case Startup -> new Health(answer, readiness, liveness, activity, model, trouble);
            case Readiness -> new Health(startup, answer, liveness, activity, model, trouble);
            case Liveness -> new Health(startup, readiness, answer, activity, model, trouble);
        };
    }

    /// Without the answers to what this spec does not ask.
    public Health asked(AgentSpec spec) {
        var asked = this;
        for (var kind : Probe.Kind.values()) {
            asked = asked.of(kind) != null && spec.probe(kind) == null ? asked.with(kind, null) : asked;
        }
        asked = asked.activity != null && spec.activity() == null ? asked.activity(null) : asked;
        return asked.model != null && spec.modelPattern() == null ? asked.model(null) : asked;
    }

    public Health activity(@Nullable Activity value) {
        return new Health(startup, readiness, liveness, value, model, trouble);
    }

    public Health model(@Nullable String value) {
        return new Health(startup, readiness, liveness, activity, value, trouble);
    }

    public Health trouble(@Nullable String value) {
        return new Health(startup, readiness, liveness, activity, model, value);
    }
}
