package dev.reconciler.host;

import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The gate: which tmux we can drive. 3.3a is the first that tells by which signal a program ended.
public final class TmuxVersion {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Pattern NUMBER = Pattern.compile("(?:tmux |next-|openbsd-)*(\\d+)\\.(\\d+)([a-z]?)\\b.*");

    private TmuxVersion() {}

    /// Null when the tmux in `PATH` will do, else one sentence for the person at the terminal.
    public static @Nullable String trouble(SortedMap<String, String> environment) {
        return switch (new Command(List.of("tmux", "-V"), environment).run(LIMIT)) {
            case Command.Outcome.NotStarted(var why) ->
                    "tmux is needed and could not be started (" + why + "): install tmux 3.3a or newer";
            case Command.Outcome.TimedOut(var limit) -> "tmux -V did not answer within " + limit.toSeconds() + " s";
            case Command.Outcome.Ended(int code, var out, var err) when code != 0 ->
                    "tmux -V failed with exit code " + code + ": " + err.strip();
            case Command.Outcome.Ended(int code, var out, var err) -> trouble(out.strip());
        };
    }

    /// The same for what `tmux -V` printed.
    static @Nullable String trouble(String version) {
        if (version.equals("tmux master")) {
            return null;
        }
        var match = NUMBER.matcher(version);
        if (!match.matches()) {
            return "tmux 3.3a or newer is needed; \"" + version + "\" is no version known to reconciler";
        }
        int number = Integer.parseInt(match.group(1)) * 1000 + Integer.parseInt(match.group(2));
        boolean enough = number > 3003 || number == 3003 && !match.group(3).isEmpty();
        return enough ? null : version + " is too old: reconciler needs tmux 3.3a or newer";
    }
}
