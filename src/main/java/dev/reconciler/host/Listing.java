package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names in a directory, listed again only when one came or went: a stat tells.
final class Listing {
    /// Time stamps move in ticks of up to 10 ms: what changed twice within one looks as if once.
    private static final long TICK_MILLIS = 50;

    private final Path directory;
    private @Nullable FileFacts facts;
    private Set<String> names = Set.of();

    Listing(Path directory) {
        this.directory = directory;
    }

    /// @throws IOException when it cannot be listed; NoSuchFileException when it is not there
    synchronized Set<String> names() throws IOException {
        var now = FileFacts.of(directory);
        if (now.equals(facts)) {
            return names;
        }
        long listedAt = System.currentTimeMillis();
        var found = new HashSet<String>();
        try (var files = Files.newDirectoryStream(directory)) {
            files.forEach(file -> found.add(String.valueOf(file.getFileName())));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        names = Set.copyOf(found);
        facts = listedAt - now.changed().toMillis() > TICK_MILLIS ? now : null;
        return names;
    }
}
