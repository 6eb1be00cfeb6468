package dev.reconciler.api;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `spec.startupProbe`, `readinessProbe`, `livenessProbe`: Kubernetes' rules and numbers, except that exec may take 5 s.
@Doc("A question to the running program, asked again and again: exactly one of exec, screen, output. A question that"
        + " cannot be asked counts neither way.")
public record Probe(
        @Doc(value = "Passes when a command of yours ends with exit code 0.", way = "handler") @Nullable Exec exec,
        @Doc(value = "Passes when a pattern is found on the visible screen.", way = "handler") @Nullable Screen screen,
        @Doc(value = "Passes when the program printed something lately.", way = "handler") @Nullable Output output,
        @Doc(value = "Seconds from the start of the run to the first question.", def = "0", min = 0,
                max = 86_400) int initialDelaySeconds,
        @Doc(value = "Seconds from one question to the next.", def = "10", min = 1, max = 86_400) int periodSeconds,
        @Doc(value = "Seconds after which no answer is a failure. Unset: 5 for exec, 1 for the others.", min = 1,
                max = 3600)
        @Nullable Integer timeoutSeconds,
        @Doc(value = "Passes in a row after failures until it counts as passed; 1 for startup and liveness.",
                def = "1", min = 1, max = 1000) int successThreshold,
        @Doc(value = "Failures in a row until it counts as failed.", def = "3", min = 1,
                max = 100_000) int failureThreshold) {
    private static final int EXEC_SECONDS = 5;

    @Doc("A command, executed directly, in the program's directory and with its environment.")
    public record Exec(@Doc(value = "Program and arguments.", required = true) List<String> command) {}

    @Doc("What is on the screen.")
    public record Screen(
            @Doc(value = "A regular expression (Java's), looked for in the visible lines; `^` and `$` stand for the"
                    + " ends of a line.", required = true) String pattern) {}

    @Doc("That something is printed.")
    public record Output(
            @Doc(value = "How long ago the last output may be.", required = true, min = 1,
                    max = 31_536_000) int withinSeconds) {}

    /// The three questions Kubernetes knows.
    public enum Kind {
        Startup,
        Readiness,
        Liveness
    }

    public Duration period() {
        return Duration.ofSeconds(periodSeconds);
    }

    public Duration timeout() {
        return Duration.ofSeconds(timeoutSeconds != null ? timeoutSeconds : exec != null ? EXEC_SECONDS : 1);
    }
}
