package dev.reconciler.server;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// The socket `<runtime>/api.sock`: mode 0600, in a directory that only its user can enter, and the peer's user is
/// checked once more on each connection. Garbage, half requests and clients that say nothing are hung up on; a client
/// that goes away ends its verb. A socket file that somebody removes is made again.
public final class ApiServer implements AutoCloseable {
    /// The file's name in the runtime directory.
    public static final String SOCKET = "api.sock";

    private static final System.Logger LOG = System.getLogger(ApiServer.class.getName());

    /// A whole request has to be here after this long.
    private static final Duration REQUEST_DEADLINE = Duration.ofSeconds(5);

    /// More clients at once wait in the kernel's queue.
    private static final int CONNECTIONS = 256;

    /// The same for those that came another way: a runaway program must not keep a person out.
    private static final int GUESTS = 64;

    /// How often the socket file is looked at: one stat.
    private static final Duration LOOK_AT_FILE = Duration.ofSeconds(2);

    private final Path path;
    private final Handler handler;
    private final UserPrincipal user;
    private final Semaphore slots = new Semaphore(CONNECTIONS);
    private final Semaphore guests = new Semaphore(GUESTS);
    private ServerSocketChannel listener;
    private @Nullable Object file;
    private boolean closed;

    private ApiServer(Path path, Handler handler) throws IOException {
        this.path = path;
        this.handler = handler;
        this.listener = listen();
        this.file = fileKey(path);
        this.user = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
    }

    /// Listens at once; a file left behind by a daemon that was killed is replaced. The caller holds the lock that makes
    /// it the only daemon.
    ///
    /// @param path absolute, at most 107 bytes long (the kernel's limit)
    /// @throws IOException with a sentence for the user
    public static ApiServer open(Path path, Handler handler) throws IOException {
        var server = new ApiServer(path, handler);
        Thread.ofVirtual().name("api-accept").start(server::accept);
        Thread.ofVirtual().name("api-socket-file").start(server::keepFile);
        return server;
    }

    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        notifyAll();
        listener.close();
        if (file != null && file.equals(fileKey(path))) {
            Files.deleteIfExists(path);
        }
    }

    private ServerSocketChannel listen() throws IOException {
        if (path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > 107) {
            throw new IOException(path + ": longer than the 107 bytes a socket's path may have; choose a shorter"
                    + " runtime directory (--runtime, RECONCILER_RUNTIME)");
        }
        var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            Files.deleteIfExists(path);
            channel.bind(UnixDomainSocketAddress.of(path), 128);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            return channel;
        } catch (BindException e) {
            channel.close();
            throw new IOException(path + ": could not listen: " + e.getMessage(), e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void accept() {
        while (true) {
            var from = listening();
            if (from == null) {
                return;
            }
            try {
                slots.acquire();
                var client = from.accept();
                Thread.ofVirtual().name("api-request").start(() -> serve(client, handler, slots));
            } catch (IOException e) {
                // Closed, replaced by keepFile, or out of file descriptors: never a reason to stop listening.
                slots.release();
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /// Answers a client that connected elsewhere, by another handler. Blocks while too many are being answered.
    public void serve(SocketChannel guest, Handler by) {
        guests.acquireUninterruptibly();
        Thread.ofVirtual().name("api-request").start(() -> serve(guest, by, guests));
    }

    private synchronized @Nullable ServerSocketChannel listening() {
        return closed ? null : listener;
    }

    private synchronized void pause() {
        try {
            if (!closed) {
                wait(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A cleaner of temporary files, or a person, removes sockets: listen anew on the same path.
    private synchronized void keepFile() {
        try {
            while (!closed) {
                wait(LOOK_AT_FILE.toMillis());
                if (!closed && (file == null || !file.equals(fileKey(path)))) {
                    listenAgain();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void listenAgain() {
        try {
            var old = listener;
            listener = listen();
            file = fileKey(path);
            old.close();
            LOG.log(Level.WARNING, "the API socket was removed: listening anew on " + path);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the API socket is gone and cannot be made again: " + e.getMessage());
        }
    }

    private static @Nullable Object fileKey(Path path) {
        try {
            return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return null;
        }
    }

    private void serve(SocketChannel client, Handler by, Semaphore taken) {
        try (client) {
            var peer = client.getOption(ExtendedSocketOptions.SO_PEERCRED);
            if (!peer.user().equals(user)) {
                LOG.log(Level.WARNING, "refused a client of user " + peer.user().getName());
                return;
            }
            var request = readInTime(client);
            var reply = new Reply(Channels.newOutputStream(client));
            reply.hello();
            Thread.ofVirtual().name("api-hangup").start(() -> awaitHangUp(client, reply));
            reply.exit(by.answer(request, reply));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a client was hung up on: " + e.getMessage());
        } finally {
            taken.release();
        }
    }

    private static Request readInTime(SocketChannel client) throws IOException {
        var late = new CompletableFuture<Void>().orTimeout(REQUEST_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        late.whenComplete((_, failure) -> {
            if (failure != null) {
                close(client);
            }
        });
        try {
            return Request.read(Channels.newInputStream(client));
        } finally {
            late.complete(null);
        }
    }

    /// A client sends nothing after its request: the next thing to read is its end.
    private static void awaitHangUp(SocketChannel client, Reply reply) {
        try {
            client.read(ByteBuffer.allocate(1));
        } catch (IOException e) {
            // We closed it ourselves, or the connection broke: gone either way.
        }
        reply.hungUp();
    }

    private static void close(SocketChannel client) {
        try {
            client.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "could not close a client: " + e.getMessage());
        }
    }
}
