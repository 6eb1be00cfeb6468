package dev.reconciler.host;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;

/// Watches the directory of our sockets, so that an unlinked one is seen at once. An event only means "look again";
/// without it (a directory that is gone, no inotify left) the relist sees the same a little later.
final class SocketWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("reconciler");

    private final Path directory;
    private final Runnable onChange;
    private final WatchService service;

    SocketWatch(Path directory, Runnable onChange) throws IOException {
        this.directory = directory;
        this.onChange = onChange;
        service = directory.getFileSystem().newWatchService();
        Thread.ofPlatform().daemon().name("sockets").start(this::watch);
    }

    private void watch() {
        try {
            register();
            while (true) {
                var key = service.take();
                key.pollEvents();
                onChange.run();
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
