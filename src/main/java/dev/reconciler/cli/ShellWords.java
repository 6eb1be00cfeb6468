package dev.reconciler.cli;

import java.util.List;
import java.util.regex.Pattern;

/// Words as a POSIX shell reads them back.
final class ShellWords {
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ShellWords() {}

    static String quote(List<String> words) {
        return String.join(" ", words.stream().map(ShellWords::quote).toList());
    }

    static String quote(String word) {
        return HARMLESS.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
