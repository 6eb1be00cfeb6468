package dev.reconciler.host;

import dev.reconciler.api.Checkout;
import dev.reconciler.api.Revision;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

    /// What git 2.45 and newer offers instead of files: nothing here tells where branches are then.
    static final String REFTABLE = " keeps branches in a reftable: `git refs migrate --ref-format=files`";

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
                if (here == folder && isBare(here)) {
                    return new GitDirectory(here, here, here);
                }
            }
        } catch (IOException e) {
            // What cannot be looked at here cannot be looked at by a scan either, which says so.
        }
        return null;
    }

    private static boolean isBare(Path folder) {
        return Files.isRegularFile(folder.resolve("HEAD"))
                && Files.isDirectory(folder.resolve("objects"))
                && Files.isDirectory(folder.resolve("refs"));
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

    boolean isReftable() {
        return common.resolve("reftable").toFile().isDirectory();
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

    /// Empty when nobody but this user and root can change what the repository holds; else a sentence.
    String distrust() throws IOException {
        var user = User.current();
        for (var directory : List.of(own, common, common.resolve("objects"))) {
            var facts = FileFacts.of(directory);
            var distrust = user.distrust(facts.owner(), facts.group(), facts.mode());
            if (!distrust.isEmpty()) {
                return directory + " " + distrust;
            }
        }
        return "";
    }

    /// The text behind a name, of a branch its hash: a change of it is a change of what the name means.
    ///
    /// @param ref a full name, or `HEAD`: then with the branch that it is
    /// @return null when there is none
    @Nullable
    String raw(String ref) throws IOException {
        if (ref.equals("HEAD")) {
            var head = head();
            return head == null ? null : head.toString();
        }
        return commit(ref);
    }

    /// Where a file comes and goes whenever this name means something else.
    ///
    /// @param ref a full name, or `HEAD`
    Path branchDirectory(String ref) throws IOException {
        var name = ref;
        if (ref.equals("HEAD")) {
            var text = Files.readString(own.resolve("HEAD")).strip();
            name = text.startsWith(SYMBOLIC) ? text.substring(SYMBOLIC.length()).strip() : "HEAD";
        }
        var parent = name.equals("HEAD") ? own : common.resolve(name).getParent();
        return parent != null && Files.isDirectory(parent) ? parent : common;
    }

    /// The manifests of a folder in a commit.
    ///
    /// @param name what git is asked for
    /// @param shown the same as the user knows it
    /// @param path of the folder in the repository
    /// @throws IOException with a sentence when there is no such commit
    Folder.Look.Seen at(String name, String shown, String path) throws IOException {
        try (var tree = CommitTree.open(common)) {
            // A linked work tree has a HEAD of its own.
            var head = name.matches("(HEAD|@)([~^].*)?") ? head() : null;
            var found = tree.find(head == null ? name : head.commit() + name.replaceFirst("^(HEAD|@)", ""));
            if (found == null) {
                throw new IOException("no commit is called \"" + shown + "\" in " + common);
            }
            var files = tree.files(found.commit(), path);
            var revision = new Revision(shown, found.commit());
            return new Folder.Look.Seen(
                    files == null ? new TreeMap<>() : files,
                    new Checkout(revision, tree.subject(found.commit()), new TreeSet<>(), ""));
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
