package dev.reconciler.host;

import dev.reconciler.api.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How a run is put to tmux: the command lines of create and respawn. Pure.
///
/// @param chain the whole line
/// @param making index of the command whose answer names what was made
/// @param needed index of the last command without which the result is not what was asked; what may fail after it (a
///     log pipe) is seen and mended by the next look
record Launching(Chain chain, int making, int needed) {
    static final String MADE = "#{session_id} #{pane_id} #{pane_pid}";

    /// The program behind a log pipe.
    static final String LOGGER = "split";

    /// Variables that tmux itself puts into every pane, over whatever we give it.
    private static final Set<String> TMUX_SETS =
            Set.of("PWD", "SHELL", "TERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "TMUX", "TMUX_PANE");

    /// Nothing of the run stays in the session's environment: a person who splits its window gets no secrets and does
    /// not look like a part of the run, and the next run inherits nothing.
    static Launching create(Tmux.Launch launch, @Nullable String squatter) {
        var name = launch.mark().name().name();
        var target = "=" + name + ":";
        var line = new ArrayList<List<String>>();
        if (squatter != null) {
            // An underscore is in no agent's name.
            line.add(List.of("rename-session", "-t", squatter, name + "_" + squatter.substring(1)));
            line.add(List.of("set-option", "-u", "-t", squatter, PaneLines.SESSION_MARK));
        }
        // Read when the pane is made, so it must come first; on the session it would come too late.
        line.add(List.of("set-option", "-g", "history-limit", Integer.toString(launch.historyLimit())));
        int making = line.size();
        var create = new ArrayList<>(List.of("new-session", "-d", "-E", "-P", "-F", MADE, "-s", name, "-n", name));
        create.addAll(List.of("-x", Integer.toString(launch.columns()), "-y", Integer.toString(launch.rows())));
        create.addAll(program(launch));
        line.add(create);
        line.add(List.of("set-option", "-p", "-t", target, PaneLines.MARK, launch.mark().encode()));
        line.add(List.of("set-option", "-t", target, PaneLines.SESSION_MARK, launch.mark().uid()));
        line.add(List.of("set-option", "-p", "-t", target, "remain-on-exit", "on"));
        for (var variable : environment(launch).keySet()) {
            line.add(List.of("set-environment", "-t", target, "-u", "--", variable));
        }
        int needed = line.size() - 1;
        line.add(pipe(target, launch.log(), 0));
        return new Launching(new Chain(line, line.size()), making, needed);
    }

    /// @param stale variables of the session's environment, which would reach the new run
    static Launching respawn(Session.Pane pane, Tmux.Launch launch, List<String> stale) {
        var line = new ArrayList<List<String>>();
        for (var variable : stale) {
            line.add(List.of("set-environment", "-t", pane.sessionId(), "-u", "--", variable));
        }
        var respawn = new ArrayList<>(List.of("respawn-pane", "-t", pane.id()));
        respawn.addAll(program(launch));
        line.add(respawn);
        line.add(List.of("set-option", "-p", "-t", pane.id(), PaneLines.MARK, launch.mark().encode()));
        line.add(List.of("set-option", "-t", pane.sessionId(), PaneLines.SESSION_MARK, launch.mark().uid()));
        line.add(List.of("set-option", "-p", "-t", pane.id(), "remain-on-exit", "on"));
        int making = line.size();
        line.add(List.of("display-message", "-p", "-t", pane.id(), MADE));
        line.add(pipe(pane.id(), launch.log(), 0));
        return new Launching(new Chain(line, line.size()), making, making);
    }

    /// `split` writes at once and needs no signal to change files.
    ///
    /// @param first number of the first segment: `split` would empty one that exists
    static List<String> pipe(String target, Tmux.LogTarget log, int first) {
        var command = "exec " + LOGGER + " -b " + log.segmentBytes() + " -a 6 --numeric-suffixes=" + first + " - "
                + Quote.shell(log.prefix());
        return List.of("pipe-pane", "-O", "-t", target, Quote.timeFormat(command));
    }

    private static List<String> program(Tmux.Launch launch) {
        var words = new ArrayList<>(List.of("-c", Quote.format(launch.workingDirectory())));
        var environment = environment(launch);
        environment.forEach((name, value) -> words.addAll(List.of("-e", name + "=" + value)));
        words.add("--");
        words.addAll(argv(launch));
        return words;
    }

    /// What goes through `-e`.
    private static Map<String, String> environment(Tmux.Launch launch) {
        var all = new TreeMap<>(launch.environment());
        all.put("RECONCILER_AGENT", launch.mark().name().name());
        all.put("RECONCILER_NAMESPACE", launch.mark().name().namespace());
        all.put("RECONCILER_RUN_ID", launch.mark().run().toString());
        all.keySet().removeAll(TMUX_SETS);
        return all;
    }

    /// A single word would go through a shell, and what tmux sets itself has to be set after it: both by `env`, which
    /// becomes the program, under the same pid.
    private static List<String> argv(Tmux.Launch launch) {
        var own = new TreeMap<>(launch.environment());
        own.keySet().retainAll(TMUX_SETS);
        if (own.isEmpty() && launch.argv().size() > 1) {
            return launch.argv();
        }
        var changes = new ArrayList<String>();
        own.forEach((name, value) -> changes.add(name + "=" + value));
        return under(changes, launch.argv());
    }

    /// The program after these changes (words for `env`), under the same pid.
    static List<String> under(List<String> changes, List<String> argv) {
        var words = new ArrayList<>(List.of("/usr/bin/env"));
        words.addAll(changes);
        if (argv.getFirst().contains("=")) {
            // env would take such a path for a variable.
            words.addAll(List.of("/bin/sh", "-c", "exec \"$@\"", "sh"));
        }
        words.addAll(argv);
        return words;
    }
}
