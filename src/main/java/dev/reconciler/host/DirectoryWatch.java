package dev.reconciler.host;

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
/// once. An event only means "look again"; without it (a directory that is gone, no inotify left) the relist sees the
/// same a little later.
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
            register();
            while (true) {
                var key = service.take();
                if (key.pollEvents().stream().anyMatch(this::matters)) {
                    onChange.run();
                }
                if (!key.reset()) {
                    register();
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

    private void register() throws IOException {
        if (Files.isDirectory(directory)) {
            directory.register(
                    service, StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_CREATE);
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
