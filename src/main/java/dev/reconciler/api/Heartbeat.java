package dev.reconciler.api;

/// `spec.heartbeat`.
@Doc("A sign of life that the agent gives itself: changing the content of RECONCILER_HEARTBEAT_FILE.")
public record Heartbeat(
        @Doc(
                value = "Seconds without a change of its content after which the agent is HeartbeatLate; counted from"
                        + " the start of the run, or of the daemon, at first.",
                required = true,
                min = 1,
                max = 31_536_000) int timeoutSeconds,
        @Doc(
                value = "Seconds it is waited for after that, before the run is ended and a new one begins.",
                def = "30",
                min = 0,
                max = 31_536_000) int gracePeriodSeconds) {}
