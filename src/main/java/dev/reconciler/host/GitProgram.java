package dev.reconciler.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The user's own `git`, with the user's own settings and credentials. It never asks anybody anything, and never writes
/// the index.
final class GitProgram {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final SortedMap<String, String> environment;

    /// @param base what programs of the user start from
    GitProgram(SortedMap<String, String> base) {
        environment = new TreeMap<>(base);
        environment.put("LC_ALL", "C.UTF-8");
        // A status that refreshed the index would hold back the very look it was made for.
        environment.put("GIT_OPTIONAL_LOCKS", "0");
        // The user's own default may be one that GitDirectory does not read.
        environment.put("GIT_DEFAULT_REF_FORMAT", "files");
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("SSH_ASKPASS_REQUIRE", "never");
        // Whoever can push a name below refs/replace/ would have a signed commit checked in place of the one that is read.
        environment.put("GIT_NO_REPLACE_OBJECTS", "1");
    }

    /// The same with one variable more.
    GitProgram(SortedMap<String, String> base, String name, String value) {
        this(base);
        environment.put(name, value);
    }

    /// Fetches one branch or tag into a name of ours, with the user's credentials, in a session of its own: it has no
    /// terminal to ask at.
    ///
    /// @param repository where to, and whose settings count
    /// @param remote its name or URL
    /// @param ref the full name there
    /// @param into the full name here
    /// @return what went wrong, empty when nothing did
    String fetch(Path repository, String remote, String ref, String into, Duration limit) {
        var outcome = new Command(
                List.of("setsid", "--wait", "git", "-C", repository.toString(),
                        "-c", "gc.auto=0", "-c", "maintenance.auto=false", "fetch", "--quiet", "--force", "--no-tags",
                        "--no-prune", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=", "--", remote,
                        "+" + ref + ":" + into),
                environment)
                .run(repository, limit, () -> false);
        return switch (outcome) {
            case Command.Outcome.Ended(int code, var out, var err) when code == 0 -> "";
            case Command.Outcome.Ended(int code, var out, var err) ->
                    CommitSource.shown(
                            "git fetch of " + remote + " failed: " + out.strip().replaceAll("\\s*\\n\\s*", "; "));
            case Command.Outcome.TimedOut(var after) ->
                    "git fetch of " + CommitSource.shown(remote) + " did not end within " + after.toSeconds() + "s";
            case Command.Outcome.NotStarted(var why) -> why;
        };
    }

    /// An empty bare repository.
    ///
    /// @return what went wrong, empty when nothing did
    String init(Path repository) {
        var outcome = new Command(List.of("git", "init", "--quiet", "--bare", repository.toString()), environment)
                .run(LIMIT);
        return outcome instanceof Command.Outcome.Ended(int code, var out, var err) && code == 0
                ? ""
                : "cannot make " + repository + ": " + outcome;
    }

    /// @param arguments after `git -C directory`
    Command.Outcome run(Path directory, Duration limit, List<String> arguments) {
        var argv = new ArrayList<>(List.of("git", "-C", directory.toString()));
        argv.addAll(arguments);
        return new Command(argv, environment).run(limit);
    }

    /// First line of a commit's message, empty when git does not tell.
    String subject(Path directory, String commit) {
        var outcome = run(directory, LIMIT, List.of("log", "-1", "--no-show-signature", "--format=%s", commit, "--"));
        return outcome instanceof Command.Outcome.Ended(int code, var out, var err) && code == 0 ? out.strip() : "";
    }

    /// How many files below a directory are changed, added, removed or untracked; null when git does not tell.
    @org.jspecify.annotations.Nullable
    Integer uncommitted(Path directory) {
        var outcome = run(directory, LIMIT, List.of("status", "--porcelain=v1", "-z", "--no-renames", "--", "."));
        return outcome instanceof Command.Outcome.Ended(int code, var out, var err) && code == 0
                ? (int) out.chars().filter(c -> c == 0).count()
                : null;
    }

    /// The manifests below `folder` that are not as HEAD has them: changed, added, removed, untracked or ignored.
    ///
    /// @param workTree what git's paths are relative to
    /// @return by path relative to `folder`; null when git does not tell
    @org.jspecify.annotations.Nullable
    SortedSet<String> uncommitted(Path workTree, Path folder) {
        var outcome = run(folder, LIMIT, List.of(
                "status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignored=traditional", "--no-renames",
                "--ignore-submodules=none", "--", "."));
        if (!(outcome instanceof Command.Outcome.Ended(int code, var out, var err)) || code != 0) {
            return null;
        }
        var prefix = workTree.relativize(folder).toString();
        var below = prefix.isEmpty() ? "" : prefix + "/";
        var files = new TreeSet<String>();
        for (var entry : out.split("\0")) {
            // Two letters and a blank stand before the path.
            if (entry.length() > 3 && entry.startsWith(below, 3)) {
                var file = entry.substring(3 + below.length());
                if (ManifestName.counts(file)) {
                    files.add(file);
                }
            }
        }
        return files;
    }
}
