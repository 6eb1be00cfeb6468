package dev.reconciler.host;

import dev.reconciler.api.Checkout;
import dev.reconciler.api.Checkout.Pull;
import dev.reconciler.api.Revision;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// [Folder] as commits have it (`source.mode: Commit`): whatever stands in the work tree counts for nothing.
///
/// A thread of its own fetches, checks signatures and reads, and a look shows what it came to: a hanging remote holds up
/// no round. What fails leaves the last good commit in force. Fetching is left to the user's own `git`, because only
/// that knows his credentials, proxies and ssh settings; objects are read by [CommitTree].
final class CommitFolder implements Folder, AutoCloseable {
    private static final String APPLIED = "applied";
    private static final Duration FETCH_LIMIT = Duration.ofSeconds(120);
    /// How often a repository on this machine is asked although nothing was heard.
    private static final Duration NOTICE = Duration.ofSeconds(5);
    private static final System.Logger LOG = System.getLogger("reconciler");

    private final CommitSource source;
    private final Path manifests;
    private final Path directory;
    private final GitProgram program;
    private final Signatures signatures;
    private final @Nullable Runnable onChange;
    private final Semaphore heard = new Semaphore(0);
    private @Nullable DirectoryWatch heads;
    private @Nullable Path watched;
    private @Nullable Thread puller;
    private volatile boolean closed;
    private volatile @Nullable Look look;
    private String fetchError = "";
    private @Nullable String raw;
    private long triedAt;
    private @Nullable Good good;

    /// The last commit that was as it has to be.
    ///
    /// @param policy by which it was checked
    private record Good(Revision revision, String subject, SortedMap<String, File> files, String policy) {
        boolean is(Revision wanted, String by) {
            return revision.equals(wanted) && policy.equals(by);
        }
    }

    /// @param manifests the folder: in a work tree, or a bare repository; anything where the remote is a URL
    /// @param directory of our own, in the state directory
    /// @param base what programs of the user start from
    /// @param onChange null: nobody waits; then a look reads what there is, and neither fetches nor writes
    CommitFolder(
            CommitSource source, Path manifests, Path directory, SortedMap<String, String> base,
            @Nullable Runnable onChange) {
        this.source = source;
        this.manifests = manifests.toAbsolutePath();
        this.directory = directory;
        this.onChange = onChange;
        program = new GitProgram(base);
        signatures = new Signatures(source, directory.resolve("keys"), base);
    }

    @Override
    public Look look() {
        var known = look;
        if (onChange == null) {
            return step(false);
        }
        if (known == null) {
            known = step(false);
            puller = Thread.ofPlatform().daemon().name("commits").start(this::pull);
        }
        return known;
    }

    private void pull() {
        long fetched = System.nanoTime() - source.poll().toNanos();
        try {
            while (!closed) {
                boolean due = source.remote() != null && System.nanoTime() - fetched >= source.poll().toNanos();
                var before = look;
                fetched = due ? System.nanoTime() : fetched;
                try {
                    if (step(due) != before && onChange != null) {
                        onChange.run();
                    }
                    watch();
                } catch (RuntimeException e) {
                    LOG.log(Level.ERROR, "a defect of reconciler itself: following commits", e);
                }
                var pause = source.remote() == null ? NOTICE : source.poll();
                if (heard.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    heard.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    @Override
    public String sync() {
        if (onChange == null) {
            return "no daemon is running";
        }
        triedAt = 0;
        var now = step(source.remote() != null);
        onChange.run();
        return switch (now) {
            case Look.Seen(var files, var checkout) -> error(checkout);
            case Look.Held(var checkout, var trouble) -> trouble;
            case Look.Blind(var why) -> why;
        };
    }

    private static String error(@Nullable Checkout checkout) {
        return checkout == null || checkout.pull() == null ? "" : checkout.pull().error();
    }

    @Override
    public Look.Seen at(String revision) throws IOException {
        var git = repository();
        return git.at(source.isElsewhere() ? source.fetched(revision) : revision, revision, path(git));
    }

    @Override
    public boolean replace(String file, byte[] expected, byte[] content) throws IOException {
        throw new IOException(file + " is read from commits: commit the change, source.mode is Commit");
    }

    @Override
    public void close() throws IOException {
        closed = true;
        if (puller != null) {
            puller.interrupt();
        }
        if (heads != null) {
            heads.close();
        }
    }

    /// @return the very same look as before when there is nothing new
    private synchronized Look step(boolean fetch) {
        var before = look;
        var failed = fetchError;
        try {
            if (fetch) {
                failed = fetch();
            }
            var git = repository();
            var policy = signatures.policy();
            var now = policy + " " + (source.remote() != null ? git.raw(CommitSource.FETCHED) : git.raw(source.ref()));
            boolean again = System.nanoTime() - triedAt >= source.poll().toNanos();
            if (before != null && Objects.equals(raw, now) && failed.equals(fetchError) && (isGood(before) || !again)) {
                return before;
            }
            raw = now;
            triedAt = System.nanoTime();
            fetchError = failed;
            return show(take(git, policy));
        } catch (IOException e) {
            fetchError = failed;
            return show(new Pull(null, "", failed.isEmpty() ? Why.of(e) : failed, "", true));
        } catch (RuntimeException e) {
            // Whoever makes commits can make one that JGit trips over.
            LOG.log(Level.ERROR, "a defect of reconciler itself: reading commits", e);
            fetchError = failed;
            return show(new Pull(null, "", "the newest commit cannot be read: " + e, "", true));
        }
    }

    private static boolean isGood(Look look) {
        return look instanceof Look.Seen(var files, var checkout) && error(checkout).isEmpty();
    }

    private Look show(Pull pull) {
        var last = good;
        var now = last != null
                ? new Look.Seen(last.files, new Checkout(last.revision, last.subject, new TreeSet<>(), "", pull))
                : new Look.Held(new Checkout(null, "", null, "no commit was taken in yet", pull),
                        pull.error().isEmpty() ? "no commit was taken in yet" : pull.error());
        var before = look;
        if (before != null && now.equals(before)) {
            return before;
        }
        look = now;
        return now;
    }

    /// Finds the newest commit, and makes it the good one if it is as it has to be.
    private Pull take(GitDirectory git, String policy) throws IOException {
        var distrust = git.isReftable() ? git.common() + GitDirectory.REFTABLE : git.distrust();
        if (!distrust.isEmpty()) {
            throw new IOException(distrust);
        }
        try (var tree = CommitTree.open(git.common())) {
            restore(tree, git, policy);
            var head = source.remote() == null && source.ref().equals("HEAD") ? git.state().revision() : null;
            var name = head != null ? head.commit() : source.remote() != null ? CommitSource.FETCHED : source.ref();
            var found = tree.find(name);
            if (found == null) {
                var missing = source.remote() != null && fetchError.isEmpty()
                        ? "nothing was fetched from " + CommitSource.shown(source.remote()) + " yet"
                        : "there is no " + source.ref() + " in " + git.common();
                return new Pull(null, "", fetchError.isEmpty() ? missing : fetchError, "", true);
            }
            var wanted = new Revision(head != null ? head.ref() : source.name(), found.commit());
            var subject = tree.subject(found.commit());
            var verdict = verdict(git, found, wanted, policy);
            if (!verdict.good()) {
                return new Pull(wanted, subject, verdict.what(), verdict.what(), false);
            }
            good = read(tree, git, wanted, subject, policy);
            remember(good);
            return new Pull(wanted, subject, fetchError, verdict.what(), true);
        }
    }

    private Signatures.Verdict verdict(GitDirectory git, CommitTree.Found found, Revision wanted, String policy) {
        if (source.verify() == CommitSource.Verify.None || good != null && good.is(wanted, policy)) {
            return new Signatures.Verdict(true, "");
        }
        return onChange == null
                ? new Signatures.Verdict(false, "not checked: no daemon is running")
                : signatures.check(git.common(), found);
    }

    private Good read(CommitTree tree, GitDirectory git, Revision revision, String subject, String policy)
            throws IOException {
        if (good != null && good.is(revision, policy)) {
            return good;
        }
        var path = path(git);
        var files = tree.files(revision.commit(), path);
        if (files == null && source.path() != null) {
            throw new IOException(revision.brief() + " has no folder " + source.path() + " (source.git.path)");
        }
        // Git knows no empty folder: gone is empty, and an empty folder stops nothing.
        return new Good(revision, subject,
                files == null ? Collections.unmodifiableSortedMap(new TreeMap<>()) : files, policy);
    }

    /// What was good before this process began, if it still would be.
    private void restore(CommitTree tree, GitDirectory git, String policy) {
        var file = directory.resolve(APPLIED);
        if (good != null || !Files.isRegularFile(file)) {
            return;
        }
        try {
            var lines = Files.readAllLines(file);
            var revision = lines.isEmpty() ? null : Revision.parse(lines.getFirst());
            if (revision != null && lines.size() > 1 && lines.get(1).equals(policy)) {
                good = read(tree, git, revision, tree.subject(revision.commit()), policy);
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "the commit that was applied last cannot be read: {0}", e.getMessage());
        }
    }

    private void remember(Good good) throws IOException {
        if (onChange == null) {
            return;
        }
        Files.createDirectories(directory);
        var beside = directory.resolve(APPLIED + ".new");
        Files.write(beside, List.of(good.revision.toString(), good.policy));
        Files.move(beside, directory.resolve(APPLIED), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private String fetch() throws IOException {
        var remote = source.remote();
        if (remote == null) {
            return "";
        }
        var git = repository();
        if (git.own().startsWith(directory) && !Files.exists(git.own().resolve("HEAD"))) {
            Files.createDirectories(directory);
            var failed = program.init(git.own());
            if (!failed.isEmpty()) {
                return failed;
            }
        }
        return program.fetch(git.own(), remote, source.ref(), CommitSource.FETCHED, FETCH_LIMIT);
    }

    /// The one the folder is in; with a URL, one of our own.
    private GitDirectory repository() throws IOException {
        if (source.isElsewhere()) {
            var own = directory.resolve("repository.git");
            return new GitDirectory(own, own, own);
        }
        var git = GitDirectory.of(existing().toRealPath());
        if (git == null) {
            throw new IOException(manifests + " is in no git repository, and source.mode is Commit: make one with"
                    + " `git init`, or name a URL in source.git.remote");
        }
        return git;
    }

    /// The folder, or what is left of the way to it: another branch that has no such folder may be checked out.
    private Path existing() {
        var here = manifests;
        while (!Files.exists(here) && here.getParent() != null) {
            here = here.getParent();
        }
        return here;
    }

    private String path(GitDirectory git) throws IOException {
        if (source.path() != null) {
            return source.path().equals(".") ? "" : source.path();
        }
        var existing = existing();
        var folder = existing.toRealPath().resolve(existing.relativize(manifests)).normalize();
        return folder.startsWith(git.workTree()) ? git.workTree().relativize(folder).toString() : "";
    }

    /// Looks again as soon as the branch moves.
    private void watch() {
        if (source.remote() != null) {
            return;
        }
        try {
            var moved = repository().branchDirectory(source.ref());
            if (!moved.equals(watched)) {
                if (heads != null) {
                    heads.close();
                }
                heads = new DirectoryWatch(moved, _ -> true, heard::release);
                watched = moved;
            }
        } catch (IOException e) {
            // Asked every few seconds then.
        }
    }
}
