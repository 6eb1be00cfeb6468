package dev.reconciler.host;

import java.nio.file.LinkOption;
import dev.reconciler.api.RunId;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// One unix socket for each run, `DIRECTORY/<run id>`: whoever connects there speaks for that run. All of them are
/// waited for by one selector, so that a fleet that says nothing costs a file descriptor each and no time.
///
/// They outlive the daemon as files nobody listens on; the next one listens on the same paths.
public final class RunSockets implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("reconciler");

    /// The kernel's limit for a socket's path, without the final NUL.
    private static final int PATH_MAX = 107;

    private static final int BACKLOG = 16;

    /// Out of file descriptors, or the like: tried again, never given up.
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Path directory;
    private final Map<RunId, ServerSocketChannel> listening = new HashMap<>();
    private Set<RunId> live = Set.of();
    private @Nullable Selector selector;
    private boolean tidy;

    /// @param directory made when it is needed, for its owner only; its parent has to be there
    public RunSockets(Path directory) {
        this.directory = directory;
    }

    /// Listens for what a run has to say, before there is one.
    ///
    /// @return its path; null when that is too long for a socket
    synchronized @Nullable Path open(RunId run) {
        var path = directory.resolve(run.toString());
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > PATH_MAX) {
            LOG.log(Level.WARNING, "{0}: longer than the {1} bytes that a socket''s path may have: the run gets none of"
                    + " its own; choose a shorter runtime directory", path, PATH_MAX);
            return null;
        }
        if (!listening.containsKey(run)) {
            try {
                listening.put(run, listen(run, path));
            } catch (IOException e) {
                // No reason not to run: it is tried again, see mend.
                LOG.log(Level.WARNING, "cannot listen on {0}: {1}", path, Why.of(e));
            }
        }
        return path;
    }

    /// Listens for these runs and no others; what others left is removed.
    synchronized void keep(Collection<RunId> runs) {
        if (tidy && live.size() == runs.size() && live.containsAll(runs)) {
            return;
        }
        live = Set.copyOf(runs);
        listening.entrySet().removeIf(e -> !live.contains(e.getKey()) && closed(e.getKey(), e.getValue()));
        live.forEach(this::open);
        if (!tidy) {
            tidy = true;
            names().stream().filter(name -> !known(name)).forEach(name -> remove(directory.resolve(name)));
        }
        if (selector != null) {
            // Only a selection lets go of what was closed.
            selector.wakeup();
        }
    }

    boolean bound(RunId run) {
        return Files.exists(directory.resolve(run.toString()), LinkOption.NOFOLLOW_LINKS);
    }

    /// Makes those anew that somebody removed, such as a cleaner of temporary files.
    synchronized void mend() {
        if (live.isEmpty()) {
            return;
        }
        var there = names();
        for (var run : live) {
            var old = there.contains(run.toString()) ? null : listening.remove(run);
            if (old != null) {
                close(old);
            }
            open(run);
        }
    }

    private boolean known(String name) {
        return live.stream().anyMatch(run -> run.toString().equals(name));
    }

    private Set<String> names() {
        var names = new HashSet<String>();
        try (var files = Files.newDirectoryStream(directory)) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        } catch (IOException | DirectoryIteratorException e) {
            // No directory, no sockets.
            return names;
        }
        return names;
    }

    private ServerSocketChannel listen(RunId run, Path path) throws IOException {
        var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            bind(channel, path);
            channel.configureBlocking(false);
            var opened = selector == null ? Selector.open() : selector;
            if (selector == null) {
                selector = opened;
                notifyAll();
            }
            channel.register(opened, SelectionKey.OP_ACCEPT, run);
            opened.wakeup();
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// The directory keeps others out.
    private void bind(ServerSocketChannel channel, Path path) throws IOException {
        var address = UnixDomainSocketAddress.of(path);
        try {
            channel.bind(address, BACKLOG);
        } catch (SocketException e) {
            // Of a daemon that is gone; this one is the only one.
            Files.deleteIfExists(path);
            if (!Files.isDirectory(directory)) {
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            channel.bind(address, BACKLOG);
        }
    }

    private boolean closed(RunId run, ServerSocketChannel channel) {
        close(channel);
        remove(directory.resolve(run.toString()));
        return true;
    }

    private static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot remove {0}: {1}", path, Why.of(e));
        }
    }

    private static void close(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot close a socket: {0}", e.getMessage());
        }
    }

    /// Hands over whoever connects, from now on, by a thread of its own.
    ///
    /// @param taker may block: the others wait in the kernel's queues meanwhile
    public void answer(BiConsumer<RunId, SocketChannel> taker) {
        Thread.ofPlatform().daemon().name("run-sockets").start(() -> accept(taker));
    }

    private void accept(BiConsumer<RunId, SocketChannel> taker) {
        try {
            var from = first();
            while (true) {
                from.select(key -> {
                    if (key.isValid() && key.channel() instanceof ServerSocketChannel channel
                            && key.attachment() instanceof RunId run) {
                        accept(run, channel, taker);
                    }
                });
            }
        } catch (ClosedSelectorException e) {
            return;
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the sockets of runs cannot be waited for: {0}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Selector first() throws InterruptedException {
        while (selector == null) {
            wait();
        }
        return selector;
    }

    private static void accept(RunId run, ServerSocketChannel channel, BiConsumer<RunId, SocketChannel> taker) {
        try {
            var client = channel.accept();
            if (client != null) {
                taker.accept(run, client);
            }
        } catch (IOException e) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /// Listens no more; the files stay, so that a run still knows that it is one.
    @Override
    public synchronized void close() throws IOException {
        listening.values().forEach(RunSockets::close);
        listening.clear();
        if (selector != null) {
            selector.close();
        }
    }
}
