package dev.reconciler.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The environment that the user's login shell makes: a service starts with a PATH that is too poor to find what people
/// install below their home.
final class LoginShell {
    /// A profile that asks the network, or waits for a terminal, is not waited for.
    static final Duration LIMIT = Duration.ofSeconds(5);

    private static final String MARK = "--reconciler-environment--";
    private static final String COMMAND = "echo " + MARK + "; /usr/bin/env -0; echo " + MARK;

    private LoginShell() {}

    sealed interface Answer {
        /// What the shell sets.
        ///
        /// @param interactive false: what it sets for interactive shells only is missing
        record Told(SortedMap<String, String> variables, boolean interactive) implements Answer {}

        record Mute(String why) implements Answer {}
    }

    /// Asked as an interactive one first: that is where most people extend their PATH.
    ///
    /// @param environment what it starts with; its SHELL is asked
    /// @param limit for each of the two questions
    static Answer ask(SortedMap<String, String> environment, Duration limit) {
        var shell = environment.getOrDefault("SHELL", "/bin/sh");
        var start = new TreeMap<>(environment);
        start.put("TERM", "dumb");
        // For profiles that would start a tmux, a screen or a prompt.
        start.put("RECONCILER_ENVIRONMENT", "1");
        var why = "";
        for (var flags : List.of(List.of("-l", "-i", "-c"), List.of("-l", "-c"))) {
            var argv = new ArrayList<>(List.of(shell));
            argv.addAll(flags);
            argv.add(COMMAND);
            switch (new Command(argv, start).run(limit)) {
                case Command.Outcome.Ended(int code, var out, var err) -> {
                    var variables = variables(marked(out));
                    if (!variables.isEmpty()) {
                        return new Answer.Told(variables, flags.contains("-i"));
                    }
                    why = shell + " ended with " + code + " and did not tell its environment";
                }
                case Command.Outcome.TimedOut(var after) ->
                        why = shell + " did not tell its environment within " + after.toSeconds() + " s";
                case Command.Outcome.NotStarted(var reason) -> why = reason;
            }
        }
        return new Answer.Mute(why);
    }

    private static String marked(String out) {
        int from = out.indexOf(MARK);
        int to = out.lastIndexOf(MARK);
        return from < 0 || to <= from ? "" : out.substring(out.indexOf('\n', from) + 1, to);
    }

    /// @param text as the kernel and `env -0` have it
    static SortedMap<String, String> variables(String text) {
        var made = new TreeMap<String, String>();
        for (var entry : text.split("\0")) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                made.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return made;
    }
}
