package dev.reconciler.bench;

import java.util.Locale;

/// One line of the report.
///
/// @param value median, in `unit`
/// @param floor median of the same run; NaN where nothing can be lower than nothing
record Figure(String what, String unit, double value, double floor, Wanted wanted) {
    /// What is wanted of a figure.
    sealed interface Wanted {
        /// At most so many times the floor.
        record Times(double factor) implements Wanted {}

        /// At most so much above the floor.
        record Above(double more) implements Wanted {}

        /// At most so much.
        record AtMost(double limit) implements Wanted {}

        /// Only shown.
        record Shown() implements Wanted {}
    }

    static final String HEADER = String.format(
            "%-46s %10s %10s %9s %9s  %s", "figure", "median", "floor", "ratio", "wanted", "");

    boolean met() {
        return switch (wanted) {
            case Wanted.Times(double factor) -> value <= factor * floor;
            case Wanted.Above(double more) -> value <= floor + more;
            case Wanted.AtMost(double limit) -> value <= limit;
            case Wanted.Shown() -> true;
        };
    }

    @Override
    public String toString() {
        var ratio = Double.isNaN(floor) ? "" : String.format(Locale.ROOT, "%.2f×", value / floor);
        var limit = switch (wanted) {
            case Wanted.Times(double factor) -> String.format(Locale.ROOT, "≤ %.2f×", factor);
            case Wanted.Above(double more) -> String.format(Locale.ROOT, "≤ +%.0f %s", more, unit);
            case Wanted.AtMost(double most) -> String.format(Locale.ROOT, "≤ %.1f %s", most, unit);
            case Wanted.Shown() -> "";
        };
        var verdict = wanted instanceof Wanted.Shown ? "" : met() ? "ok" : "missed" + by();
        return String.format(
                Locale.ROOT, "%-46s %10s %10s %9s %9s  %s", what, number(value), number(floor), ratio, limit, verdict)
                .stripTrailing();
    }

    private String by() {
        return switch (wanted) {
            case Wanted.Times(double factor) -> String.format(Locale.ROOT, " by %.2f×", value / floor - factor);
            case Wanted.Above(double more) ->
                    String.format(Locale.ROOT, " by %.2f %s", value - floor - more, unit);
            case Wanted.AtMost(double limit) -> String.format(Locale.ROOT, " by %.2f %s", value - limit, unit);
            case Wanted.Shown() -> "";
        };
    }

    private String number(double x) {
        return Double.isNaN(x) ? "" : String.format(Locale.ROOT, x < 100 ? "%.2f %s" : "%.0f %s", x, unit);
    }
}
