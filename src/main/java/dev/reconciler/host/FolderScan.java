package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Where the manifests of a folder are: one walk that stats, and reads nothing.
///
/// Links to files are followed. A linked directory is resolved once, when the walk comes to it, so that an atomic flip
/// of the link is an atomic change. Every directory is walked once, however many links lead to it, real ones first.
final class FolderScan {
    private static final String NOTHING = "is a link to nothing";

    private final SortedMap<String, Found> files = new TreeMap<>();
    private final SortedMap<String, String> troubles = new TreeMap<>();
    private final Map<Path, FileFacts> directories = new LinkedHashMap<>();
    private final Map<Path, FileFacts> links = new HashMap<>();
    private final Set<Node> walked = new HashSet<>();
    private final ArrayDeque<Directory> real = new ArrayDeque<>();
    private final TreeMap<String, Directory> linked = new TreeMap<>();
    private final User user;
    private final Visitor visitor;

    /// One manifest.
    record Found(Path path, FileFacts facts, boolean link) {}

    private record Directory(Path path, String prefix, FileFacts facts) {}

    private record Node(long device, long inode) {}

    /// Is told of each directory before it is listed, so that no change falls between.
    interface Visitor {
        /// @param prefix relative, empty or ending with `/`
        void enter(Path directory, String prefix, FileFacts facts);
    }

    private FolderScan(User user, Visitor visitor) {
        this.user = user;
        this.visitor = visitor;
    }

    /// @param root resolved
    /// @throws IOException when `root` itself cannot be listed
    static FolderScan of(Path root, FileFacts facts, User user, Visitor visitor) throws IOException {
        var scan = new FolderScan(user, visitor);
        scan.list(new Directory(root, "", facts));
        for (var next = scan.next(); next != null; next = scan.next()) {
            scan.descend(next);
        }
        return scan;
    }

    /// By relative path.
    SortedMap<String, Found> files() {
        return files;
    }

    /// Files and directories that cannot be read or trusted, by relative path; the reason goes on after the path.
    SortedMap<String, String> troubles() {
        return troubles;
    }

    /// False when a directory was changed since it was listed.
    boolean stillHolds() {
        return directories.entrySet().stream().allMatch(seen -> seen.getValue().equals(facts(seen.getKey())));
    }

    /// False when a link leads somewhere else by now, or its file was changed there.
    boolean linksStillHold() {
        return links.entrySet().stream().allMatch(seen -> {
            var now = facts(seen.getKey());
            return now != null && (now.isDirectory() ? now.sameNode(seen.getValue()) : now.equals(seen.getValue()));
        });
    }

    private static @Nullable FileFacts facts(Path path) {
        try {
            return FileFacts.of(path);
        } catch (IOException e) {
            return null;
        }
    }

    private @Nullable Directory next() {
        var next = real.poll();
        if (next == null && !linked.isEmpty()) {
            return linked.pollFirstEntry().getValue();
        }
        return next;
    }

    private void descend(Directory directory) {
        var distrust = user.distrust(directory.facts.owner(), directory.facts.group(), directory.facts.mode());
        var name = directory.prefix.substring(0, directory.prefix.length() - 1);
        if (!distrust.isEmpty()) {
            troubles.put(name, distrust);
            return;
        }
        try {
            list(directory);
        } catch (NoSuchFileException e) {
            // Gone meanwhile.
        } catch (IOException e) {
            troubles.put(name, "cannot be listed: " + Why.of(e));
        }
    }

    private void list(Directory directory) throws IOException {
        if (!walked.add(new Node(directory.facts.device(), directory.facts.inode()))) {
            return;
        }
        visitor.enter(directory.path, directory.prefix, directory.facts);
        directories.put(directory.path, FileFacts.of(directory.path));
        try (var entries = Files.newDirectoryStream(directory.path)) {
            for (var entry : entries) {
                var name = entry.getFileName().toString();
                if (!ManifestName.isSkipped(name)) {
                    visit(entry, name, directory.prefix + name);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw new IOException(Why.of(e), e);
        }
    }

    private void visit(Path entry, String name, String relative) {
        try {
            var facts = FileFacts.of(entry, LinkOption.NOFOLLOW_LINKS);
            if (facts.isLink()) {
                follow(entry, name, relative);
            } else if (facts.isDirectory()) {
                real.add(new Directory(entry, relative + "/", facts));
            } else if (facts.isRegular() && ManifestName.isManifest(name)) {
                add(relative, new Found(entry, facts, false));
            }
        } catch (NoSuchFileException e) {
            // Gone meanwhile.
        } catch (IOException e) {
            troubles.put(relative, "cannot be looked at: " + Why.of(e));
        }
    }

    /// A link to nothing may be a directory that is not mounted now: what it held must not count as deleted.
    private void follow(Path entry, String name, String relative) throws IOException {
        FileFacts facts;
        try {
            facts = FileFacts.of(entry);
            if (facts.isDirectory()) {
                linked.put(relative, new Directory(entry.toRealPath(), relative + "/", facts));
                links.put(entry, facts);
                return;
            }
        } catch (NoSuchFileException e) {
            if (Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
                troubles.put(relative, NOTHING);
            }
            return;
        }
        if (facts.isRegular() && ManifestName.isManifest(name)) {
            links.put(entry, facts);
            add(relative, new Found(entry, facts, true));
        }
    }

    /// Where the locale cannot tell two names apart, neither may stand for both.
    private void add(String relative, Found found) {
        if (files.putIfAbsent(relative, found) != null) {
            files.remove(relative);
            troubles.put(relative, "is one of several names that look alike in this locale: set LANG=C.UTF-8");
        }
    }
}
