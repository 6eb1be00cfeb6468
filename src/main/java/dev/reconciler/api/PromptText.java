package dev.reconciler.api;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The rules for a text that is typed into a program.
public final class PromptText {
    /// Bytes in UTF-8.
    public static final int MAX = 1 << 20;

    /// What a terminal in line mode takes before Enter: MAX_CANON of Linux, its newline included.
    private static final int LINE_MAX = 4095;

    private PromptText() {}

    /// Line ends as `\n`, and without one trailing newline.
    public static String plain(String text) {
        var unix = text.replace("\r\n", "\n");
        return unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix;
    }

    /// Why this cannot be typed, null when it can: a program takes control characters for keys.
    ///
    /// @param text [#plain]
    public static @Nullable String trouble(String text) {
        if (text.isBlank()) {
            return "must not be empty";
        }
        int line = 1;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            if (c == '\n') {
                line++;
            } else if (c != '\t' && Character.isISOControl(c)) {
                return String.format(
                        Locale.ROOT, "must not contain control characters but newline and tab (line %d has U+%04X)",
                        line, c);
            } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                return "must not contain half of a surrogate pair (line " + line + ")";
            }
        }
        return bytes(text) > MAX ? "must have at most " + MAX + " bytes" : null;
    }

    /// Whether a program that reads lines gets it whole, and as one.
    public static boolean fitsLine(String text) {
        return text.indexOf('\n') < 0 && text.indexOf('\t') < 0 && bytes(text) < LINE_MAX;
    }

    public static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
