package dev.reconciler.cli;

import java.time.Duration;

/// Ages as kubectl prints them: two units while small, one when it no longer matters (`119s 9m59s 179m 7h59m 47h 7d23h`).
final class Ages {
    private static final String INVALID = "<invalid>";

    private Ages() {}

    /// The AGE column. Up to 2 s in the future count as now; more is `<invalid>`.
    static String human(Duration age) {
        long seconds = seconds(age);
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        if (seconds < -1) {
            return INVALID;
        }
        if (seconds < 120) {
            return Math.max(0, seconds) + "s";
        }
        if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        if (days < 8) {
            return two(days, "d", hours % 24, "h");
        }
        if (days < 2 * 365) {
            return days + "d";
        }
        if (days < 8 * 365) {
            return two(days / 365, "y", days % 365, "d");
        }
        return days / 365 + "y";
    }

    /// One unit only: `1m`, `7h`, `2y`.
    static String brief(Duration age) {
        long seconds = seconds(age);
        if (seconds < -1) {
            return INVALID;
        }
        if (seconds < 60) {
            return Math.max(0, seconds) + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m";
        }
        long hours = seconds / 3600;
        if (hours < 24) {
            return hours + "h";
        }
        return hours < 24 * 365 ? hours / 24 + "d" : hours / 24 / 365 + "y";
    }

    /// Whole seconds, towards zero as Go counts them: `Duration.toSeconds` would take -0.5 s for -1.
    private static long seconds(Duration age) {
        return age.isNegative() ? -age.negated().toSeconds() : age.toSeconds();
    }

    private static String two(long big, String bigUnit, long small, String smallUnit) {
        return small == 0 ? big + bigUnit : big + bigUnit + small + smallUnit;
    }
}
