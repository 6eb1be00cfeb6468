package dev.reconciler.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/// Commits and what is in them, read from the object store: no work tree is looked at, none is touched, nothing is
/// written. The only class that knows JGit.
final class CommitTree implements AutoCloseable {
    /// Links that lead to links.
    private static final int MOST_LINKS = 8;

    /// As Linux has it.
    private static final int LONGEST_LINK = 4096;

    private static final int CACHE_BYTES = 1 << 20;

    static {
        SystemReader.setInstance(new Quiet(SystemReader.getInstance()));
        var cache = new WindowCacheConfig();
        cache.setPackedGitLimit(CACHE_BYTES);
        cache.setDeltaBaseCacheLimit(CACHE_BYTES);
        cache.install();
    }

    private final Repository repository;

    private CommitTree(Repository repository) {
        this.repository = repository;
    }

    /// @param directory the git directory that holds objects and branches
    /// @throws IOException with a sentence when there is no repository that can be read
    static CommitTree open(Path directory) throws IOException {
        try {
            return new CommitTree(new FileRepositoryBuilder()
                    .setGitDir(directory.toFile())
                    .setBare()
                    .setMustExist(true)
                    .build());
        } catch (IllegalArgumentException e) {
            throw new IOException(directory + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        repository.close();
    }

    /// @param commit 40 hex digits
    /// @param tag the annotated tag that led there, null without
    record Found(String commit, @Nullable Tag tag) {}

    /// @param id 40 hex digits
    /// @param name its own, whatever the name is that leads to it
    record Tag(String id, String name) {}

    /// What an expression such as `v1.2`, `main~3` or `1a2b3c4` names.
    ///
    /// @return null when it names nothing
    @Nullable
    Found find(String expression) throws IOException {
        try (var walk = new RevWalk(repository)) {
            var id = repository.resolve(expression);
            if (id == null) {
                return null;
            }
            var tag = walk.parseAny(id) instanceof RevTag found ? new Tag(found.name(), found.getTagName()) : null;
            return new Found(walk.parseCommit(id).name(), tag);
        } catch (IllegalArgumentException | MissingObjectException e) {
            return null;
        }
    }

    /// First line of its message.
    String subject(String commit) throws IOException {
        try (var walk = new RevWalk(repository)) {
            return walk.parseCommit(ObjectId.fromString(commit)).getShortMessage();
        }
    }

    /// The manifests of a folder in a commit, recursively, under the same rules as those of a folder on a disk.
    ///
    /// @param path empty: the top
    /// @return by path relative to `path`; null when the commit has no such folder
    @Nullable
    SortedMap<String, Folder.File> files(String commit, String path) throws IOException {
        try (var reader = repository.newObjectReader();
                var walk = new RevWalk(reader)) {
            var top = walk.parseCommit(ObjectId.fromString(commit)).getTree();
            return new Reading(reader, top).read(path);
        }
    }

    /// @param from its path in the repository, empty for the top, else ending with `/`
    /// @param prefix the same, as it is shown
    /// @param links how many led there
    private record Directory(ObjectId tree, String from, String prefix, int links) {}

    /// Every directory is walked once, however many links lead to it, real ones first.
    private record Reading(
            ObjectReader reader, ObjectId top, TreeMap<String, Folder.File> files, Set<String> walked,
            ArrayDeque<Directory> real, TreeMap<String, Directory> linked) {
        Reading(ObjectReader reader, ObjectId top) {
            this(reader, top, new TreeMap<>(), new HashSet<>(), new ArrayDeque<>(), new TreeMap<>());
        }

        @Nullable
        SortedMap<String, Folder.File> read(String path) throws IOException {
            var start = path.isEmpty() ? top : tree(path);
            if (start == null) {
                return null;
            }
            real.add(new Directory(start, path.isEmpty() ? "" : path + "/", "", 0));
            while (!real.isEmpty() || !linked.isEmpty()) {
                list(real.isEmpty() ? linked.pollFirstEntry().getValue() : real.remove());
            }
            return Collections.unmodifiableSortedMap(files);
        }

        private @Nullable ObjectId tree(String path) throws IOException {
            try (var at = TreeWalk.forPath(reader, path, top)) {
                return at != null && at.getFileMode(0) == FileMode.TREE ? at.getObjectId(0) : null;
            }
        }

        private void list(Directory directory) throws IOException {
            if (!walked.add(directory.from)) {
                return;
            }
            try (var entries = new TreeWalk(reader)) {
                entries.addTree(directory.tree);
                while (entries.next()) {
                    var name = entries.getNameString();
                    if (!ManifestName.isSkipped(name)) {
                        take(directory, name, entries.getFileMode(0), entries.getObjectId(0), directory.links);
                    }
                }
            }
        }

        private void take(Directory in, String name, FileMode mode, ObjectId id, int links) throws IOException {
            var shown = in.prefix + name;
            if (mode == FileMode.TREE) {
                real.add(new Directory(id, in.from + name + "/", shown + "/", links));
            } else if (mode == FileMode.SYMLINK) {
                follow(in, name, id, links);
            } else if (mode == FileMode.GITLINK) {
                files.put(shown, new Folder.File.Unreadable(
                        "is a submodule: its files are in no commit of this repository"));
            } else if (ManifestName.isManifest(name)) {
                files.put(shown, content(id));
            }
        }

        /// A link leads where it leads within the commit; nothing outside of it is part of what was reviewed.
        private void follow(Directory in, String name, ObjectId id, int links) throws IOException {
            var shown = in.prefix + name;
            var link = reader.open(id);
            var target = link.getSize() > LONGEST_LINK || links >= MOST_LINKS
                    ? null
                    : target(in.from, new String(link.getBytes(), StandardCharsets.UTF_8));
            try (var at = target == null ? null : TreeWalk.forPath(reader, target, top)) {
                if (target == null || at == null) {
                    if (ManifestName.isManifest(name)) {
                        files.put(shown, new Folder.File.Unreadable("is a link to nothing in the commit"));
                    }
                } else if (at.getFileMode(0) == FileMode.TREE) {
                    linked.put(shown, new Directory(at.getObjectId(0), target + "/", shown + "/", links + 1));
                } else {
                    var parent = target.substring(0, target.lastIndexOf('/') + 1);
                    var where = new Directory(id, parent, in.prefix, links + 1);
                    take(where, name, at.getFileMode(0), at.getObjectId(0), links + 1);
                }
            }
        }

        /// Where a relative link leads, null when it does not stay in the repository all the way. In words, not as a
        /// [Path]: a commit may hold what none can be.
        private static @Nullable String target(String from, String link) {
            var steps = new ArrayDeque<String>();
            for (var step : (from + link).split("/")) {
                if (step.equals("..")) {
                    if (steps.pollLast() == null) {
                        return null;
                    }
                } else if (!step.isEmpty() && !step.equals(".")) {
                    steps.add(step);
                }
            }
            return link.startsWith("/") || steps.isEmpty() ? null : String.join("/", steps);
        }

        private Folder.File content(ObjectId id) throws IOException {
            var object = reader.open(id);
            return object.getSize() > WatchedFolder.LARGEST_FILE
                    ? new Folder.File.Unreadable("is larger than 1 MiB")
                    : new Folder.File.Content(object.getBytes(WatchedFolder.LARGEST_FILE), true);
        }
    }

    /// JGit reads nobody's settings here, starts no program to find them, and does not measure the file system by
    /// writing to it.
    private static final class Quiet extends SystemReader.Delegate {
        Quiet(SystemReader real) {
            super(real);
        }

        @Override
        public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
            return new Nothing(parent, fs);
        }

        @Override
        public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
            return new Nothing(parent, fs);
        }

        @Override
        public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
            return new Nothing(parent, fs);
        }
    }

    private static final class Nothing extends FileBasedConfig {
        /// Time stamps of the kernel move in ticks of up to 10 ms.
        private static final long TICK_MILLIS = 10;

        Nothing(@Nullable Config parent, FS fs) {
            super(parent, null, fs);
        }

        @Override
        public void load() throws IOException, ConfigInvalidException {
            // Nothing to load.
        }

        @Override
        public void save() {
            // Nothing to keep.
        }

        @Override
        public boolean isOutdated() {
            return false;
        }

        @Override
        public long getTimeUnit(
                String section, @Nullable String subsection, String name, long defaultValue, TimeUnit wantUnit) {
            return section.equals("filesystem")
                    ? wantUnit.convert(TICK_MILLIS, TimeUnit.MILLISECONDS)
                    : super.getTimeUnit(section, subsection, name, defaultValue, wantUnit);
        }
    }
}
