package dev.reconciler.cli;

import dev.reconciler.api.Moment;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.ActionText;
import dev.reconciler.recording.Decision;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// One decision of a recording: what, why, and from when to when.
final class Told {
    private static final String INDENT = "    ";
    private static final int WIDTH = 10;

    private final Action action;
    private final Decision decision;
    private final @Nullable Decision recorded;
    private final boolean same;
    private final Moment from;
    private final Map<String, String> facts;
    private @Nullable Instant until;

    /// @param recorded what was decided then, null: the same, or nothing
    Told(
            Action action, Decision decision, @Nullable Decision recorded, boolean same, Moment from,
            Map<String, String> facts) {
        this.action = action;
        this.decision = decision;
        this.recorded = recorded;
        this.same = same;
        this.from = from;
        this.facts = facts;
    }

    Decision decision() {
        return decision;
    }

    Moment from() {
        return from;
    }

    /// When another decision took its place, or nothing is known any more; null: it held to the end.
    @Nullable
    Instant until() {
        return until;
    }

    void end(@Nullable Instant at) {
        until = at;
    }

    /// Whether that is the same decision still. A hold is, as long as its reason is the same.
    boolean goesOn(Decision next, @Nullable Decision then) {
        if (decision.holds() && next.holds()) {
            boolean sameNow = next.equals(then);
            return decision.reason().equals(next.reason()) && sameNow == same;
        }
        return decision.equals(next) && next.equals(then) == same;
    }

    String text(ZoneId zone) {
        var text = new StringBuilder(Extent.time(zone, from.wall())).append("  ")
                .append(ActionText.of(action, from));
        var end = until;
        if (decision.holds()) {
            text.append(end == null
                    ? ", to the end"
                    : ", until " + Extent.time(zone, end).substring("yyyy-MM-dd ".length()) + " ("
                            + Ages.human(Duration.between(from.wall(), end)) + ")");
        }
        text.append('\n');
        if (!same) {
            line(text, "recorded", "OTHERWISE: " + (recorded == null ? "nothing was decided" : words(recorded)));
        }
        facts.forEach((key, value) -> line(text, key, value));
        return text.toString();
    }

    private static String words(Decision decision) {
        return decision.verb() + " " + decision.reason()
                + (decision.what().isEmpty() ? "" : ": " + Text.plain(decision.what()));
    }

    private static void line(StringBuilder text, String key, String value) {
        var lines = Text.plain(value).split("\n", -1);
        text.append(INDENT).append(key).repeat(' ', WIDTH - key.length()).append(lines[0]).append('\n');
        for (int i = 1; i < lines.length; i++) {
            text.append(INDENT).repeat(' ', WIDTH).append(lines[i]).append('\n');
        }
    }

    JsonNode json() {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("object", ActionText.object(action));
        node.put("action", decision.verb());
        node.put("reason", decision.reason());
        node.put("message", ActionText.sentence(action));
        node.put("from", from.wall().toString());
        var end = until;
        node.put("until", end == null ? null : end.toString());
        node.put("asRecorded", same);
        if (!same) {
            node.put("recorded", recorded == null ? "" : words(recorded));
        }
        var why = node.putObject("facts");
        facts.forEach(why::put);
        return node;
    }
}
