package dev.reconciler.host;

import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The environment that the user's login shell makes: a service starts with a PATH that is too poor to find what people
/// install below their home.
final class LoginShell {
    /// A profile that asks the network, or waits for a terminal, is not waited for.
    static final Duration LIMIT = Duration.ofSeconds(5);

    private static final String MARK = "--reconciler-environment--";
    private static final String COMMAND = "echo " + MARK + "; /usr/bin/env -0; echo " + MARK;

    private LoginShell() {}

    /// What the shell sets, null when it could not be asked in time. Asked as an interactive one first: that is where
    /// most people extend their PATH.
    ///
    /// @param environment what it starts with; its SHELL is asked
    static @Nullable SortedMap<String, String> ask(SortedMap<String, String> environment, Duration limit) {
        var shell = environment.getOrDefault("SHELL", "/bin/sh");
        var start = new TreeMap<>(environment);
        start.put("TERM", "dumb");
        // For profiles that would start a tmux, a screen or a prompt.
        start.put("RECONCILER_ENVIRONMENT", "1");
        for (var flags : List.of(List.of("-l", "-i", "-c"), List.of("-l", "-c"))) {
            var argv = new java.util.ArrayList<>(List.of(shell));
            argv.addAll(flags);
            argv.add(COMMAND);
            if (new Command(argv, start).run(limit) instanceof Command.Outcome.Ended(int code, var out, var err)) {
                var made = parse(out);
                if (made != null) {
                    return made;
                }
            }
        }
        return null;
    }

    private static @Nullable SortedMap<String, String> parse(String out) {
        int from = out.indexOf(MARK);
        int to = out.lastIndexOf(MARK);
        if (from < 0 || to <= from) {
            return null;
        }
        var made = new TreeMap<String, String>();
        for (var entry : out.substring(out.indexOf('\n', from) + 1, to).split("\0")) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                made.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return made.isEmpty() ? null : made;
    }
}
