package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// [Folder] on a disk, watched with inotify where there is one.
///
/// A look after which nothing was heard repeats its answer. Every half minute, and after an overflow of events, a mount
/// or a change of the folder itself, a look walks all of it; files are read again only when a stat tells that they
/// changed. Where the file system is remote or some directory is not watched, every look walks.
///
/// In a git work tree nothing is looked at while git, or a person with git, is in the middle of something, and a walk
/// counts only when HEAD and the index were the same before and after: measured, a scan that ignores `index.lock` saw
/// in 1 of 4 looks of a busy tree files missing, empty, or of two commits mixed.
public final class WatchedFolder implements Folder, AutoCloseable {
    /// 1 MiB: ten thousand lines are no manifest any more.
    static final int LARGEST_FILE = 1 << 20;

    private static final Duration WALK_AT_LEAST_EVERY = Duration.ofSeconds(30);
    private static final Duration SECOND_LOOK = KnownFile.QUIET.plusMillis(10);
    private static final Duration WRITER_AT_WORK = Duration.ofSeconds(1);
    private static final int ATTEMPTS = 3;
    private static final String BUSY = "git is writing";

    private final Path root;
    private final boolean awaited;
    private final Wake wake;
    private final FolderWatch watch;
    private final GitProgram program;
    private @Nullable WorkTree workTree;
    private Map<String, KnownFile> known = Map.of();
    private @Nullable Map<String, KnownFile> whileThereWasRoom;
    private @Nullable User user;
    private @Nullable Picture last;

    /// An answer and what must not have changed for it to be given again.
    ///
    /// @param generation what had been heard when the walk began
    /// @param settled nothing in it waits for another look
    /// @param git the state of its work tree, null outside of git
    private record Picture(
            Path root, FileFacts facts, FolderScan scan, long generation, long at, boolean settled,
            GitDirectory.@Nullable State git, Look look) {}

    /// @param onChange called from other threads whenever somebody should look, must not look itself; null: nobody
    ///     waits, hence nothing is watched, and a look that needs a second one takes it by itself, 60 ms later
    /// @param base what programs of the user start from: `git` is one
    public WatchedFolder(Path root, SortedMap<String, String> base, @Nullable Runnable onChange) {
        this(root, base, onChange, onChange != null);
    }

    WatchedFolder(Path root, SortedMap<String, String> base, @Nullable Runnable onChange, boolean inotify) {
        this.root = root.toAbsolutePath();
        this.program = new GitProgram(base);
        this.awaited = onChange != null;
        this.wake = new Wake(onChange == null ? () -> {} : onChange);
        this.watch = inotify ? FolderWatch.of(wake) : FolderWatch.deaf();
    }

    @Override
    public synchronized Look look() {
        var first = lookOnce();
        if (awaited || last == null || last.settled) {
            return first;
        }
        LockSupport.parkNanos(SECOND_LOOK.toNanos());
        return lookOnce();
    }

    private Look lookOnce() {
        try {
            // A link is resolved once, here: flipping it is one change.
            var real = root.toRealPath();
            var facts = FileFacts.of(real);
            if (!facts.isDirectory()) {
                return blind(root + " is not a directory");
            }
            var me = user == null ? User.current() : user;
            user = me;
            var distrust = me.distrust(facts.owner(), facts.group(), facts.mode());
            if (!distrust.isEmpty()) {
                return blind(root + " " + distrust);
            }
            watch.drain();
            var before = last;
            if (before != null && stillHolds(before, facts)) {
                return retold(before);
            }
            // Somebody may have joined the user's group.
            user = User.current();
            return walk(real, facts, user);
        } catch (IOException e) {
            return blind("cannot look at " + root + ": " + Why.of(e));
        }
    }

    /// The same, with what git said about it meanwhile.
    private Look retold(Picture before) {
        var tree = workTree;
        if (before.look instanceof Look.Seen(var files, var checkout) && tree != null && before.git != null) {
            var told = tree.checkout(before.git, before.generation);
            if (!told.equals(checkout)) {
                var look = new Look.Seen(files, told);
                last = new Picture(
                        before.root, before.facts, before.scan, before.generation, before.at, before.settled,
                        before.git, look);
                return look;
            }
        }
        return before.look;
    }

    private Look blind(String why) {
        last = null;
        watchParent();
        return new Look.Blind(why);
    }

    private void watchParent() {
        var parent = root.getParent();
        var name = root.getFileName();
        if (parent != null && name != null) {
            watch.watchParent(parent, name.toString());
        }
    }

    private boolean stillHolds(Picture picture, FileFacts facts) {
        return picture.settled
                && watch.reliable()
                && picture.generation == watch.generation()
                && picture.facts.sameNode(facts)
                && System.nanoTime() - picture.at < WALK_AT_LEAST_EVERY.toNanos()
                && picture.scan.linksStillHold();
    }

    /// Walks again when something moved while it walked, so that a picture does not mix two states of the folder.
    private Look walk(Path real, FileFacts facts, User me) throws IOException {
        watchParent();
        boolean local = Disk.isLocal(real);
        var tree = tree(real);
        watchGit(tree);
        for (int attempt = 1;; attempt++) {
            var git = tree == null ? null : tree.git().state();
            if (tree != null && git != null && !git.held().isEmpty()) {
                return held(tree, git);
            }
            long generation = watch.generation();
            var touched = watch.touched();
            watch.begin();
            var scan = FolderScan.of(real, facts, me, (directory, prefix, seen) -> {
                if (local && seen.device() == facts.device()) {
                    watch.enter(directory, prefix);
                } else {
                    watch.doubt();
                }
            });
            watch.end();
            watchGit(tree);
            var troubles = new TreeMap<>(scan.troubles());
            known = read(scan, me, touched, troubles);
            watch.drain();
            boolean checkedOut = tree != null && git != null && !git.equals(tree.git().state());
            boolean moved = watch.generation() != generation || !scan.stillHolds() || checkedOut;
            if (tree != null && git != null && checkedOut && attempt == ATTEMPTS) {
                return held(tree, new GitDirectory.State(BUSY, null, null, git.revision(), null));
            }
            if (!moved || attempt == ATTEMPTS) {
                if (!moved) {
                    watch.forgetTouched(touched);
                }
                var picture =
                        new Picture(real, facts, scan, generation, System.nanoTime(), !moved, git, new Look.Blind(""));
                return conclude(picture, troubles);
            }
        }
    }

    /// The work tree that the folder is in by now; the one known already as long as it is that.
    private @Nullable WorkTree tree(Path real) {
        var git = GitDirectory.of(real);
        var tree = workTree;
        if (tree == null || !tree.isOf(git, real)) {
            tree = git == null ? null : new WorkTree(git, real, program, awaited ? wake : null);
            workTree = tree;
        }
        return tree;
    }

    private void watchGit(@Nullable WorkTree tree) {
        watch.watchGit(tree == null ? null : tree.git().own());
        if (tree != null && !Disk.isLocal(tree.git().own())) {
            watch.doubt();
        }
    }

    /// Somebody is at work: what stands there now is half of something.
    private Look held(WorkTree tree, GitDirectory.State git) {
        last = null;
        if (!watch.reliable()) {
            wake.later(WRITER_AT_WORK);
        }
        return new Look.Held(tree.held(git), git.trouble(tree.git().own()));
    }

    private Map<String, KnownFile> read(
            FolderScan scan, User me, Set<String> touched, Map<String, String> troubles) {
        var files = new HashMap<String, KnownFile>();
        scan.files().forEach((path, found) -> {
            var facts = found.facts();
            var distrust = me.distrust(facts.owner(), facts.group(), facts.mode());
            if (!distrust.isEmpty()) {
                troubles.put(path, distrust);
            } else if (facts.size() > LARGEST_FILE) {
                troubles.put(path, "is larger than 1 MiB");
            } else {
                try {
                    var writer = found.link() ? KnownFile.Writer.UNKNOWN : watch.writer(path);
                    files.put(path, KnownFile.read(found, known.get(path), touched.contains(path), writer));
                } catch (NoSuchFileException e) {
                    // Gone meanwhile.
                } catch (IOException e) {
                    troubles.put(path, "cannot be read: " + Why.of(e));
                }
            }
        });
        return files;
    }

    /// On a full disk a checkout leaves files damaged and missing, and says that all went well: what changed waits.
    private Look conclude(Picture walked, Map<String, String> troubles) {
        var calm = whileThereWasRoom;
        boolean full = calm != null && Disk.isFull(walked.root);
        if (calm == null || !full) {
            calm = known;
            whileThereWasRoom = known;
        }
        var missing = new TreeSet<>(calm.keySet());
        missing.removeAll(known.keySet());
        missing.removeAll(troubles.keySet());
        if (full && !missing.isEmpty()) {
            wake.later(WRITER_AT_WORK);
            return blind("the disk of " + root + " is full, and " + missing.first()
                    + (missing.size() == 1 ? " is" : " and " + (missing.size() - 1) + " more are")
                    + " missing: nothing is stopped for that until there is room");
        }
        var stirred = walked.settled ? Set.<String>of() : watch.touched();
        var files = new TreeMap<String, File>();
        troubles.forEach((path, why) -> files.put(path, new File.Unreadable(why)));
        boolean quiet = true;
        for (var entry : known.entrySet()) {
            var file = entry.getValue();
            var before = calm.get(entry.getKey());
            boolean damaged = full && (before == null || !file.sameBytes(before));
            var content = damaged || stirred.contains(entry.getKey()) ? file.unsettled() : file.content();
            quiet &= content.quiet();
            files.put(entry.getKey(), content);
        }
        boolean settled = walked.settled && quiet && troubles.isEmpty();
        var tree = workTree;
        var look = new Look.Seen(Collections.unmodifiableSortedMap(files), tree == null || walked.git == null ? null
                : tree.checkout(walked.git, walked.generation));
        last = new Picture(
                walked.root, walked.facts, walked.scan, walked.generation, walked.at, settled, walked.git, look);
        if (awaited && (!quiet || !walked.settled)) {
            wake.later(full || watch.hasWriters() ? WRITER_AT_WORK : SECOND_LOOK);
        }
        return look;
    }

    @Override
    public boolean replace(String file, byte[] expected, byte[] content) throws IOException {
        return Replacement.of(root, file, expected, content).apply();
    }

    @Override
    public Look.Seen at(String revision) throws IOException {
        var real = root.toRealPath();
        var git = GitDirectory.of(real);
        if (git == null) {
            throw new IOException(root + " is in no git repository");
        }
        return git.at(revision, revision, git.workTree().relativize(real).toString());
    }

    @Override
    public void close() {
        wake.close();
        watch.close();
    }
}
