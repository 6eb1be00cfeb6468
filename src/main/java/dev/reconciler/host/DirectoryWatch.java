package dev.reconciler.host;

import java.nio.file.NotDirectoryException;
import java.nio.file.NoSuchFileException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchService;
import java.util.function.Predicate;

/// Watches one directory, that of our sockets or that of the runs' files, so that one that comes or goes is seen at
/// once, and so that the directory itself is seen to go and to come back. An event only means "look again"; without it
/// (no inotify left) the relist sees the same a little later.
final class DirectoryWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("reconciler");

    private final Path directory;
    private final Predicate<Path> which;
    private final Runnable onChange;
    private final WatchService service;

    /// @param which names of files that matter
    DirectoryWatch(Path directory, Predicate<Path> which, Runnable onChange) throws IOException {
        this.directory = directory;
        this.which = which;
        this.onChange = onChange;
        service = directory.getFileSystem().newWatchService();
        Thread.ofPlatform().daemon().name("watch-" + directory.getFileName()).start(this::watch);
    }

    private void watch() {
        try {
            var at = register();
            while (true) {
                var key = service.take();
                boolean matters = key.pollEvents().stream().anyMatch(this::matters);
                boolean watched = key.reset();
                if (at.equals(directory) && watched) {
                    if (matters) {
                        onChange.run();
                    }
                    continue;
                }
                // It went, or one above it came or went.
                var before = at;
                at = register();
                if (!at.equals(before)) {
                    key.cancel();
                    onChange.run();
                }
            }
        } catch (ClosedWatchServiceException _) {
            return;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0} is not watched any more: {1}", directory, e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// One without a name says that some were lost.
    private boolean matters(WatchEvent<?> event) {
        return !(event.context() instanceof Path file) || which.test(file);
    }

    /// Watches it, or while it is gone the deepest directory above it that is there.
    ///
    /// @return what is watched
    private Path register() throws IOException {
        while (true) {
            var at = directory;
            while (at.getParent() != null && !Files.isDirectory(at)) {
                at = at.getParent();
            }
            try {
                at.register(service, StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_CREATE);
            } catch (NoSuchFileException | NotDirectoryException e) {
                continue;
            }
            // Else it was made before it was watched: nothing would tell.
            if (at.equals(directory) || !Files.isDirectory(at.resolve(at.relativize(directory).getName(0)))) {
                return at;
            }
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
