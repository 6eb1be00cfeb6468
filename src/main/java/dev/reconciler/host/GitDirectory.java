package dev.reconciler.host;

import dev.reconciler.api.Revision;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The git directory of a work tree, read as files: what is asked at every look must not start a program.
///
/// @param workTree the directory that holds `.git`, resolved
/// @param own where HEAD, the index and the locks are: `.git`, or the directory that a `.git` file names (work trees
///     made by `git worktree`, of a bare repository too, and submodules)
/// @param common where branches are: another one for work trees made by `git worktree`
record GitDirectory(Path workTree, Path own, Path common) {
    /// After this long an unfinished operation is somebody's trouble, not somebody's work.
    private static final Duration OVERDUE = Duration.ofSeconds(60);

    private static final String BRANCH = "refs/heads/";
    private static final String SYMBOLIC = "ref:";
    private static final String LINK = "gitdir:";
    private static final int SHORTEST_HASH = 40;

    /// What is there while git works on the tree, or a person is in the middle of something; the first that is there is
    /// named.
    private static final Map<String, String> GUARDS = guards();

    private static Map<String, String> guards() {
        var guards = new LinkedHashMap<String, String>();
        guards.put("rebase-merge", "rebase in progress");
        guards.put("rebase-apply", "rebase in progress");
        guards.put("MERGE_HEAD", "merge in progress");
        guards.put("CHERRY_PICK_HEAD", "cherry-pick in progress");
        guards.put("REVERT_HEAD", "revert in progress");
        guards.put("BISECT_LOG", "bisect in progress");
        guards.put("index.lock", "git is writing (index.lock)");
        guards.put("HEAD.lock", "git is writing (HEAD.lock)");
        return guards;
    }

    /// Files whose coming, going or change is worth a look.
    static final Set<String> TELLING = Set.of(
            "rebase-merge", "rebase-apply", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG",
            "index.lock", "HEAD.lock", "index", "HEAD", "ORIG_HEAD");

    /// What must be the same before and after a scan.
    ///
    /// @param held empty when nothing holds a look back
    /// @param since of what holds it back, by its time stamp
    /// @param revision null before the first commit, or when it cannot be told
    /// @param index null when there is none
    record State(
            String held, @Nullable String guard, @Nullable Instant since, @Nullable Revision revision,
            @Nullable FileFacts index) {
        /// What a person has to do, empty while it is too early to say.
        String trouble(Path own) {
            if (guard == null || since == null || Duration.between(since, Instant.now()).compareTo(OVERDUE) < 0) {
                return "";
            }
            var file = own.resolve(guard);
            return guard.endsWith(".lock")
                    ? file + " is older than a minute, and the folder is not looked at while it is there: remove it if"
                            + " no git runs"
                    : held + " for more than a minute (" + file + "), and the folder is not looked at until it is"
                            + " finished or aborted";
        }
    }

    /// The one that `folder` belongs to, as git itself looks for it: upwards, on one file system.
    ///
    /// @param folder resolved
    static @Nullable GitDirectory of(Path folder) {
        try {
            long device = FileFacts.of(folder).device();
            for (Path here = folder; here != null; here = here.getParent()) {
                if (FileFacts.of(here).device() != device) {
                    return null;
                }
                var dot = here.resolve(".git");
                if (Files.exists(dot)) {
                    return at(here, dot);
                }
            }
        } catch (IOException e) {
            // What cannot be looked at here cannot be looked at by a scan either, which says so.
        }
        return null;
    }

    private static @Nullable GitDirectory at(Path workTree, Path dot) throws IOException {
        var own = dot;
        if (Files.isRegularFile(dot)) {
            var text = Files.readString(dot).strip();
            if (!text.startsWith(LINK)) {
                return null;
            }
            own = workTree.resolve(text.substring(LINK.length()).strip());
        }
        if (!Files.exists(own.resolve("HEAD"))) {
            return null;
        }
        own = own.toRealPath();
        var named = own.resolve("commondir");
        var common = Files.isRegularFile(named) ? own.resolve(Files.readString(named).strip()).toRealPath() : own;
        return new GitDirectory(workTree, own, common);
    }

    State state() {
        for (var guard : GUARDS.entrySet()) {
            var file = own.resolve(guard.getKey());
            if (file.toFile().exists()) {
                return new State(guard.getValue(), guard.getKey(), since(file), head(), null);
            }
        }
        return new State("", null, null, head(), facts(own.resolve("index")));
    }

    private static @Nullable Instant since(Path file) {
        var facts = facts(file);
        return facts == null ? null : facts.modified().toInstant();
    }

    private static @Nullable FileFacts facts(Path file) {
        try {
            return FileFacts.of(file);
        } catch (IOException e) {
            return null;
        }
    }

    private @Nullable Revision head() {
        try {
            var text = Files.readString(own.resolve("HEAD")).strip();
            if (!text.startsWith(SYMBOLIC)) {
                return isHash(text) ? new Revision("HEAD", text) : null;
            }
            var ref = text.substring(SYMBOLIC.length()).strip();
            var commit = commit(ref);
            var name = ref.startsWith(BRANCH) ? ref.substring(BRANCH.length()) : ref;
            return commit == null ? null : new Revision(name, commit);
        } catch (IOException e) {
            return null;
        }
    }

    /// The commit of a branch, from its file or from `packed-refs`.
    private @Nullable String commit(String ref) throws IOException {
        var file = common.resolve(ref);
        if (Files.isRegularFile(file)) {
            var text = Files.readString(file).strip();
            return isHash(text) ? text : null;
        }
        var packed = common.resolve("packed-refs");
        if (!Files.isRegularFile(packed)) {
            return null;
        }
        try (var lines = Files.lines(packed, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.endsWith(" " + ref))
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .filter(GitDirectory::isHash)
                    .findFirst()
                    .orElse(null);
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause() instanceof MalformedInputException ? new IOException("not UTF-8") : e.getCause();
        }
    }

    private static boolean isHash(String text) {
        return text.length() >= SHORTEST_HASH && text.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }
}
