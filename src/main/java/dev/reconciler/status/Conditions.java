package dev.reconciler.status;

import dev.reconciler.api.Activity;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.Condition;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The conditions of one agent. `Ready` is always there, `PromptDelivered` since the first prompt; the others only while
/// they are True. `lastTransitionTime` is
/// kept from the last status as long as `status` is the same.
record Conditions(Outlook outlook, Reason reason, String message, @Nullable AgentHistory before, Moment now) {
    /// @param behind which generation is in force, when that is not the newest; else null
    /// @param limits whether its limits are kept, null when it has none
    /// @param invalid what is wrong with its manifest, null when nothing is
    /// @param activity null when nobody asked how to tell
    List<Condition> list(
            Condition.Status ready,
            @Nullable String behind,
            @Nullable String invalid,
            @Nullable Activity activity,
            @Nullable Limits limits) {
        var list = new ArrayList<Condition>();
        list.add(condition(Condition.READY, ready, reason, message));
        boolean reconciling = false;
        boolean stalled = false;
        switch (outlook.progress()) {
            case Settled, Held -> {}
            case Completed -> list.add(yes(Condition.COMPLETE));
            case Failed -> list.add(yes(Condition.FAILED));
            case GivenUp -> {
                list.add(yes(Condition.FAILED));
                stalled = true;
            }
            case Reconciling -> reconciling = true;
            case Stalled -> stalled = true;
        }
        if (reconciling) {
            list.add(yes(Condition.RECONCILING));
        } else if (behind != null) {
            list.add(condition(
                    Condition.RECONCILING, Condition.Status.True, Reason.SpecChanged, behind));
        }
        if (stalled) {
            list.add(yes(Condition.STALLED));
        } else if (invalid != null) {
            list.add(condition(Condition.STALLED, Condition.Status.True, Reason.SpecInvalid, invalid));
        }
        if (activity != null) {
            list.add(idle(activity));
        }
        if (activity == Activity.AwaitingInput) {
            list.add(condition(
                    Condition.AWAITING_INPUT, Condition.Status.True, Reason.AwaitingInput,
                    Reason.AwaitingInput.meaning()));
        }
        if (limits != null) {
            list.add(condition(Condition.LIMITS_ENFORCED, limits.status(), limits.reason(), limits.message()));
        }
        var prompt = before == null ? null : before.dialogue().prompt();
        if (prompt != null) {
            list.add(delivered(prompt));
        }
        return List.copyOf(list);
    }

    private Condition idle(Activity activity) {
        return switch (activity) {
            case Idle -> idle(Condition.Status.True, Reason.Idle);
            case Working -> idle(Condition.Status.False, Reason.Working);
            case AwaitingInput -> idle(Condition.Status.False, Reason.AwaitingInput);
            case Unknown -> idle(Condition.Status.Unknown, Reason.ActivityUnknown);
        };
    }

    private Condition idle(Condition.Status status, Reason why) {
        return condition(Condition.IDLE, status, why, why.meaning());
    }

    /// The receipt of its last prompt.
    private Condition delivered(Delivery prompt) {
        var status = switch (prompt.phase()) {
            case Submitted -> Condition.Status.True;
            case Unknown -> Condition.Status.Unknown;
            case Waiting, Typing, Typed, Entering, Entered, NotReady, DraftInTheWay, NotSubmitted ->
                    Condition.Status.False;
        };
        var why = reason(prompt.phase());
        var sentence = prompt.why().isEmpty() ? why.meaning() : prompt.why();
        return condition(
                Condition.PROMPT_DELIVERED, status, why, "run " + prompt.run().number() + ": " + sentence);
    }

    static Reason reason(Delivery.Phase phase) {
        return switch (phase) {
            case Waiting, Typing -> Reason.WaitingForReady;
            case Typed, Entering, Entered -> Reason.Typed;
            case Submitted -> Reason.Submitted;
            case NotReady -> Reason.NotReady;
            case DraftInTheWay -> Reason.DraftInTheWay;
            case NotSubmitted -> Reason.NotSubmitted;
            case Unknown -> Reason.DeliveryUnknown;
        };
    }

    private Condition yes(String type) {
        return condition(type, Condition.Status.True, reason, message);
    }

    private Condition condition(String type, Condition.Status status, Reason why, String sentence) {
        var known = before == null ? null : before.conditions().get(type);
        var since = known != null && known.status() == status ? known.lastTransitionTime() : now;
        return new Condition(type, status, why, sentence, since);
    }
}
