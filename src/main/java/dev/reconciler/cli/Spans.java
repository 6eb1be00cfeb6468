package dev.reconciler.cli;

import java.time.Duration;
import java.util.regex.Pattern;

/// Durations as Go writes them: `30s`, `1m30s`, `500ms`, `2h`, `0`.
final class Spans {
    private static final Pattern PART = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Pattern WHOLE = Pattern.compile("-?(" + PART.pattern() + ")+");

    private Spans() {}

    /// @throws Failure for anything else
    static Duration parse(String option, String text) throws Failure {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        if (!WHOLE.matcher(text).matches()) {
            throw Failure.of("invalid argument \"" + text + "\" for \"" + option
                    + "\" flag: not a duration such as 30s, 1m30s or 2h");
        }
        var sum = Duration.ZERO;
        var parts = PART.matcher(text);
        while (parts.find()) {
            long number = Long.parseLong(parts.group(1));
            sum = sum.plus(
                    switch (parts.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        default -> Duration.ofHours(number);
                    });
        }
        return text.startsWith("-") ? sum.negated() : sum;
    }
}
