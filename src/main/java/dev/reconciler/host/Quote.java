package dev.reconciler.host;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Texts made safe for the languages that tmux reads.
final class Quote {
    private static final Pattern HASHES = Pattern.compile("#+(?![#\\[])");

    private Quote() {}

    /// One word of a control-mode command line, in double quotes: byte for byte what tmux then has.
    ///
    /// @throws IllegalArgumentException when the text contains NUL, which no argument can
    static void word(String text, ByteArrayOutputStream line) {
        line.write('"');
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            switch (b) {
                case 0 -> throw new IllegalArgumentException("a NUL character cannot be passed to tmux");
                case '"', '\\', '$', '~' -> {
                    line.write('\\');
                    line.write(b);
                }
                case '\n' -> {
                    line.write('\\');
                    line.write('n');
                }
                default -> {
                    if (b >= ' ' && b != 0x7f || b < 0) {
                        line.write(b);
                    } else {
                        line.write('\\');
                        line.write('0' + (b >> 6));
                        line.write('0' + (b >> 3 & 7));
                        line.write('0' + (b & 7));
                    }
                }
            }
        }
        line.write('"');
    }

    /// A text where tmux expects a format and expands it (`-c`). Hashes before `[` are left alone by tmux, all others
    /// are halved.
    static String format(String text) {
        return HASHES.matcher(text).replaceAll("$0$0");
    }

    /// A text inside a format through which strftime goes first (`pipe-pane`).
    static String timeFormat(String text) {
        return format(text).replace("%", "%%");
    }

    /// One word of `sh`.
    static String shell(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
