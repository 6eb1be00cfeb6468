package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A git work tree, through the user's own `git`: made where there is none.
public final class Repository {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path directory;
    private final TreeMap<String, String> environment;

    /// @param environment of the person who asks: git's settings are the user's
    public Repository(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = new TreeMap<>(environment);
        // Those of a hook that runs us would point elsewhere.
        this.environment.keySet().removeIf(name -> name.startsWith("GIT_"));
    }

    /// @return true when there was no repository
    /// @throws IOException with a sentence for the user
    public boolean make() throws IOException {
        if (git("rev-parse", "--is-inside-work-tree") instanceof Command.Outcome.Ended(int code, var out, var err)
                && code == 0) {
            return false;
        }
        said(git("init", "--quiet"));
        return true;
    }

    /// Where git looks for hooks, absolute; the folder may be missing.
    ///
    /// @throws IOException with a sentence for the user
    public Path hooks() throws IOException {
        return directory.resolve(said(git("rev-parse", "--git-path", "hooks"))).normalize();
    }

    /// The directory's place below the top of its work tree; `.` when it is the top.
    ///
    /// @throws IOException with a sentence for the user
    public String below() throws IOException {
        var prefix = said(git("rev-parse", "--show-prefix"));
        return prefix.isEmpty() ? "." : prefix;
    }

    private Command.Outcome git(String... words) {
        var argv = new ArrayList<>(List.of("git", "-C", directory.toString()));
        argv.addAll(List.of(words));
        return new Command(argv, environment).run(LIMIT);
    }

    private static String said(Command.Outcome outcome) throws IOException {
        return switch (outcome) {
            case Command.Outcome.Ended(int code, var out, var err) when code == 0 -> out.strip();
            case Command.Outcome.Ended(int code, var out, var err) -> throw new IOException("git: " + err.strip());
            case Command.Outcome.NotStarted(var why) -> throw new IOException(why);
            case Command.Outcome.TimedOut(var limit) ->
                    throw new IOException("git did not answer within " + limit.toSeconds() + " s");
        };
    }
}
