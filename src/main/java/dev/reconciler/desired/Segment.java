package dev.reconciler.desired;

import java.util.ArrayList;
import java.util.List;

/// The part of a file that holds one document, its `---` and the comments around it included. YAML ends a document at
/// every line that starts with `---`, whatever state the text before is in: so a broken document never spoils its
/// neighbours.
///
/// @param start index of its first char in the file's text
/// @param line how many lines stand before it
/// @param body index, in [#text], after the line of its `---` marker (after the marker itself if content follows on
///     that line); 0 without a marker
/// @param marker index, in [#text], of its marker; -1 without one
record Segment(String text, int start, int line, int marker, int body) {
    /// All of a file, in order; together they are the file.
    static List<Segment> of(String text) {
        var segments = new ArrayList<Segment>();
        int start = 0;
        int startLine = 0;
        int marker = -1;
        int line = 0;
        boolean content = false;
        for (int at = 0; at < text.length(); line++) {
            int next = nextLine(text, at);
            if (isMark(text, at, '-')) {
                if (content || marker >= 0) {
                    segments.add(segment(text, start, at, startLine, marker));
                    start = at;
                    startLine = line;
                    content = false;
                }
                marker = at;
            } else if (isMark(text, at, '.')) {
                segments.add(segment(text, start, next, startLine, marker));
                start = next;
                startLine = line + 1;
                content = false;
                marker = -1;
            } else if (!isVoid(text, at, next)) {
                content = true;
            }
            at = next;
        }
        if (start < text.length() || segments.isEmpty()) {
            segments.add(segment(text, start, text.length(), startLine, marker));
        }
        return List.copyOf(segments);
    }

    private static Segment segment(String text, int start, int end, int line, int marker) {
        if (marker < 0) {
            return new Segment(text.substring(start, end), start, line, -1, 0);
        }
        int next = Math.min(nextLine(text, marker), end);
        boolean inline = !isVoid(text, marker + 3, next);
        return new Segment(
                text.substring(start, end), start, line, marker - start, (inline ? marker + 3 : next) - start);
    }

    /// True when it holds nothing but white space, comments, directives and markers.
    boolean isBlank() {
        for (int at = body; at < text.length();) {
            int next = nextLine(text, at);
            if (!isVoid(text, at, next) && !isMark(text, at, '.')) {
                return false;
            }
            at = next;
        }
        return true;
    }

    /// The index after the line break that ends the line at `at`.
    static int nextLine(String text, int at) {
        for (int i = at; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                return i + 1;
            }
            if (c == '\r') {
                return i + 1 < text.length() && text.charAt(i + 1) == '\n' ? i + 2 : i + 1;
            }
        }
        return text.length();
    }

    /// The index of the first char of the line that `at` is in.
    static int lineStart(String text, int at) {
        int i = at;
        while (i > 0 && text.charAt(i - 1) != '\n' && text.charAt(i - 1) != '\r') {
            i--;
        }
        return i;
    }

    /// Three of `c` and no more.
    static boolean isMark(String text, int at, char c) {
        return at + 2 < text.length()
                && text.charAt(at) == c
                && text.charAt(at + 1) == c
                && text.charAt(at + 2) == c
                && (at + 3 == text.length() || Character.isWhitespace(text.charAt(at + 3)));
    }

    /// White space, a comment, or a directive.
    static boolean isVoid(String text, int from, int to) {
        if (from < to && text.charAt(from) == '%') {
            return true;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == '#') {
                return true;
            }
            if (!Character.isWhitespace(c)) {
                return false;
            }
        }
        return true;
    }
}
