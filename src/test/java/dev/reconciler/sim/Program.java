package dev.reconciler.sim;

import dev.reconciler.api.Exit;
import java.time.Duration;
import java.util.List;

/// How a simulated program behaves, written into its own arguments (`exit=1 after=20 ignore=term child=stubborn`), so
/// that the manifest decides it.
///
/// @param end how it ends by itself, null: it runs forever
/// @param after how long it runs before that
/// @param failingRuns only its first runs end like that; 0: all of them
/// @param ignoresTerm deaf to TERM
/// @param ignoresHup deaf to HUP: survives its terminal
/// @param termTakes between TERM and its end
/// @param child what it starts besides
/// @param quits whether it ends, as with TERM, when keys are pressed
/// @param shows what stands on its screen
record Program(
        Exit end,
        Duration after,
        int failingRuns,
        boolean ignoresTerm,
        boolean ignoresHup,
        Duration termTakes,
        Child child,
        boolean quits,
        String shows) {
    static final String PATH = "/usr/bin/agent";
    static final Program FOREVER = parse(List.of());
    static final Program DEAF = parse(List.of("ignore=term", "ignore=hup"));

    /// What a program may leave behind.
    enum Child {
        NONE,
        /// Dies with its terminal.
        PLAIN,
        /// In the same kernel session, deaf to HUP and TERM.
        STUBBORN,
        /// In a kernel session of its own, deaf to HUP.
        ESCAPED,
        /// The user's own tmux server, with a shell in it.
        TMUX
    }

    static Program parse(List<String> argv) {
        Exit end = null;
        int fails = 0;
        var after = Duration.ZERO;
        var termTakes = Duration.ofMillis(20);
        var child = Child.NONE;
        var shows = "";
        for (var word : argv) {
            int equals = word.indexOf('=');
            var value = word.substring(equals + 1);
            switch (equals < 0 ? word : word.substring(0, equals)) {
                case "exit" -> end = new Exit.Code(Integer.parseInt(value));
                case "signal" -> end = new Exit.Signal(Integer.parseInt(value));
                case "after" -> after = Duration.ofMillis((long) (Double.parseDouble(value) * 1000));
                case "fails" -> fails = Integer.parseInt(value);
                case "term" -> termTakes = Duration.ofMillis((long) (Double.parseDouble(value) * 1000));
                case "child" -> child = Child.valueOf(value.toUpperCase(java.util.Locale.ROOT));
                case "shows" -> shows = value;
                default -> {}
            }
        }
        return new Program(
                end, after, fails, argv.contains("ignore=term"), argv.contains("ignore=hup"), termTakes, child,
                argv.contains("quits"), shows);
    }

    /// Whether the run with this number ends by itself.
    boolean ends(long run) {
        return end != null && (failingRuns == 0 || run <= failingRuns);
    }
}
