package dev.reconciler.desired;

import dev.reconciler.api.Moment;
import dev.reconciler.host.Folder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Files and folders to one picture, without a daemon: for `validate`, pre-commit and CI.
public final class Validator {
    private static final Pattern MANIFEST = Pattern.compile("[^.].*\\.(ya?ml|json)");

    private Validator() {}

    /// Everything wrong with all of `paths` together; a folder stands for the manifests in it, as the daemon takes
    /// them. What cannot be read is an error, never left out. Defaults outside of `paths` do not count.
    ///
    /// @param models those that may be asked for
    public static Picture check(List<Path> paths, Models models) {
        return check(files(paths), new TreeMap<>(), models);
    }

    /// The same, with the Defaults of the folders that `paths` lie in.
    ///
    /// @param manifests where that ends; outside of it at the top of the git work tree, or where there is none at once
    public static Picture check(List<Path> paths, Models models, Path manifests) {
        var files = files(paths);
        var beside = new TreeMap<String, Folder.File>();
        for (var path : paths) {
            for (var folder : above(path, manifests)) {
                beside(folder, beside);
            }
        }
        files.keySet().forEach(file -> beside.keySet().removeIf(other -> absolute(other).equals(absolute(file))));
        return check(files, beside, models);
    }

    private static Picture check(
            SortedMap<String, Folder.File> files, SortedMap<String, Folder.File> beside, Models models) {
        var all = new TreeMap<>(files);
        all.putAll(beside);
        var library = new Library(models, file -> Folders.parent(absolute(file).toString()), beside.keySet());
        library.takeIn(all, new Moment("", 0, Instant.EPOCH));
        return library.picture();
    }

    /// All files, to be read one by one: for `apply`, which puts them into another folder.
    ///
    /// @param giver what their agents are given there
    public static SortedMap<String, ParsedFile> read(List<Path> paths, Models models, FolderDefaults.Giver giver) {
        var parsed = new TreeMap<String, ParsedFile>();
        files(paths).forEach((file, content) -> parsed.put(file, switch (content) {
            case Folder.File.Content(byte[] bytes, _) -> Reader.read(file, bytes, models, giver);
            case Folder.File.Unreadable(String why) -> ParsedFile.unreadable(FieldError.ofFile(file, why));
        }));
        return parsed;
    }

    private static SortedMap<String, Folder.File> files(List<Path> paths) {
        var files = new TreeMap<String, Folder.File>();
        for (var path : paths) {
            if (!Files.isDirectory(path)) {
                files.put(path.toString(), read(path));
                continue;
            }
            try (var found = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
                found.filter(file -> isManifest(path.relativize(file)) && Files.isRegularFile(file))
                        .forEach(file -> files.put(file.toString(), read(file)));
            } catch (IOException | UncheckedIOException e) {
                files.put(path.toString(), new Folder.File.Unreadable("cannot be read: " + e.getMessage()));
            }
        }
        return files;
    }

    private static Path absolute(String file) {
        return Path.of(file).toAbsolutePath().normalize();
    }

    /// The folders whose Defaults count for `path`, without itself.
    private static List<Path> above(Path path, Path manifests) {
        var folders = new ArrayList<Path>();
        var start = path.toAbsolutePath().normalize();
        var end = start.startsWith(manifests) ? manifests : workTree(start);
        for (var at = start; !at.equals(end) && at.getParent() != null;) {
            at = at.getParent();
            folders.add(at);
            if (end == null) {
                return Files.isDirectory(path) ? List.of() : folders;
            }
        }
        return folders;
    }

    private static @Nullable Path workTree(Path start) {
        for (var at = start; at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(".git"))) {
                return at;
            }
        }
        return null;
    }

    /// The files of one folder that may hold Defaults.
    private static void beside(Path folder, SortedMap<String, Folder.File> files) {
        var here = Path.of("").toAbsolutePath();
        try (var found = Files.list(folder)) {
            found.filter(file -> isManifest(file.getFileName()) && Files.isRegularFile(file)).forEach(file -> {
                var label = file.startsWith(here) ? here.relativize(file) : file;
                if (read(file) instanceof Folder.File.Content content && Reader.mentionsDefaults(content.bytes())) {
                    files.put(label.toString(), content);
                }
            });
        } catch (IOException | UncheckedIOException e) {
            files.put(folder.toString(), new Folder.File.Unreadable("cannot be read: " + e.getMessage()));
        }
    }

    /// No dot files, in no dot folder; editors' leftovers end otherwise.
    private static boolean isManifest(Path relative) {
        for (var part : relative.getParent() == null ? List.<Path>of() : relative.getParent()) {
            if (part.toString().startsWith(".")) {
                return false;
            }
        }
        return MANIFEST.matcher(relative.getFileName().toString()).matches();
    }

    private static Folder.File read(Path path) {
        if (!Files.exists(path)) {
            return new Folder.File.Unreadable("does not exist");
        }
        try (var in = Files.newInputStream(path)) {
            return new Folder.File.Content(in.readNBytes(Reader.MAX_BYTES + 1), true);
        } catch (IOException e) {
            return new Folder.File.Unreadable("cannot be read: " + e.getMessage());
        }
    }
}
