package dev.reconciler.desired;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Files and folders to one picture, without a daemon: for `validate`, pre-commit and CI.
public final class Validator {
    private static final Pattern MANIFEST = Pattern.compile("[^.].*\\.(ya?ml|json)");

    private Validator() {}

    /// Everything wrong with all of `paths` together; a folder stands for the manifests in it, as the daemon takes
    /// them. What cannot be read is an error, never left out.
    ///
    /// @param models those that may be asked for
    public static Picture check(List<Path> paths, Models models) {
        var files = new TreeMap<String, ParsedFile>();
        paths.forEach(path -> add(path, files, models));
        return Picture.of(files);
    }

    private static void add(Path path, SortedMap<String, ParsedFile> files, Models models) {
        if (!Files.isDirectory(path)) {
            files.put(path.toString(), read(path, models));
            return;
        }
        try (var found = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
            found.filter(file -> isManifest(path.relativize(file)) && Files.isRegularFile(file))
                    .forEach(file -> files.put(file.toString(), read(file, models)));
        } catch (IOException | UncheckedIOException e) {
            files.put(path.toString(), unreadable(path, "cannot be read: " + e.getMessage()));
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

    private static ParsedFile read(Path path, Models models) {
        if (!Files.exists(path)) {
            return unreadable(path, "does not exist");
        }
        try (var in = Files.newInputStream(path)) {
            return Reader.read(path.toString(), in.readNBytes(Reader.MAX_BYTES + 1), models);
        } catch (IOException e) {
            return unreadable(path, "cannot be read: " + e.getMessage());
        }
    }

    private static ParsedFile unreadable(Path path, String why) {
        return ParsedFile.unreadable(FieldError.ofFile(path.toString(), why));
    }
}
