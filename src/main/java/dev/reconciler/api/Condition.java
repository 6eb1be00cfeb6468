package dev.reconciler.api;

/// Kubernetes' condition: absent means Unknown; `lastTransitionTime` moves only when `status` changes.
public record Condition(String type, Status status, Reason reason, String message, Moment lastTransitionTime) {
    public static final String READY = "Ready";
    public static final String COMPLETE = "Complete";
    public static final String FAILED = "Failed";
    public static final String RECONCILING = "Reconciling";
    public static final String STALLED = "Stalled";
    public static final String PROMPT_DELIVERED = "PromptDelivered";

    /// Whether it waits for work: with `spec.activity` only.
    public static final String IDLE = "Idle";

    /// Whether it waits for a person's answer.
    public static final String AWAITING_INPUT = "AwaitingInput";

    /// Only of a running agent with limits.
    public static final String LIMITS_ENFORCED = "LimitsEnforced";

    /// Three-valued truth.
    public enum Status {
        True,
        False,
        Unknown
    }
}
