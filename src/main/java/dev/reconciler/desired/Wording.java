package dev.reconciler.desired;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Kubernetes' phrases for what is wrong with a field.
final class Wording {
    private static final int SHOWN = 80;
    private static final Pattern PLAIN = Pattern.compile("[-A-Za-z0-9_./]{1,253}");

    private Wording() {}

    static String required(String detail) {
        return detail.isEmpty() ? "Required value" : "Required value: " + detail;
    }

    /// @param value as it should be shown: quoted when it is text
    static String invalid(String value, String detail) {
        return "Invalid value: " + value + ": " + detail;
    }

    static String unsupported(String value, Collection<String> supported) {
        return "Unsupported value: " + quote(value) + ": supported values: "
                + supported.stream().sorted().map(Wording::quote).collect(Collectors.joining(", "));
    }

    static String duplicate(String value) {
        return "Duplicate value: " + value;
    }

    static String forbidden(String detail) {
        return "Forbidden: " + detail;
    }

    static String tooLong(int maxBytes) {
        return "Too long: must have at most " + maxBytes + " bytes";
    }

    static String tooMany(int actual, int max) {
        return "Too many: " + actual + ": must have at most " + max + " items";
    }

    static String between(long min, long max) {
        return "must be between " + min + " and " + max + ", inclusive";
    }

    /// Empty without a near enough candidate.
    static String didYouMean(String word, Collection<String> candidates) {
        var nearest = Nearest.of(word, candidates);
        return nearest == null ? "" : "; did you mean \"" + nearest + "\"?";
    }

    /// In quotes, on one line, cut when long.
    static String quote(String text) {
        return '"' + line(cut(text, SHOWN).replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
    }

    /// A value that is no text, on one line, cut when long.
    static String bare(String text) {
        return line(cut(text, SHOWN / 2));
    }

    /// A sentence of somebody else's, on one line, cut when long.
    static String brief(String text) {
        return line(cut(text, 3 * SHOWN));
    }

    private static String cut(String text, int max) {
        return text.codePointCount(0, text.length()) > max
                ? text.substring(0, text.offsetByCodePoints(0, max)) + "…"
                : text;
    }

    /// A key as a part of a path.
    static String key(String text) {
        return PLAIN.matcher(text).matches() ? text : quote(text);
    }

    /// Control characters and unpaired surrogates escaped, so that a message stays one printable line.
    static String line(String text) {
        if (text.codePoints().noneMatch(Wording::unprintable)) {
            return text;
        }
        var out = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (unprintable(c)) {
                        out.append(String.format("\\u%04x", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        return out.toString();
    }

    private static boolean unprintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
