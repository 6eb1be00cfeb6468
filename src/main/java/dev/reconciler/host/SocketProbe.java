package dev.reconciler.host;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// A look at a unix socket without waiting and without a process.
final class SocketProbe {
    private SocketProbe() {}

    sealed interface Answer {
        /// Somebody holds the other end; that it will answer is not said.
        record Listens() implements Answer {}

        /// No file, or no process behind it. Nothing else is ever taken for this.
        record Nobody() implements Answer {}

        record Unclear(String why) implements Answer {}
    }

    static Answer ask(Path path) {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            return channel.connect(UnixDomainSocketAddress.of(path))
                    ? new Answer.Listens()
                    : new Answer.Unclear("too many connections wait at " + path + ": its server does not take them");
        } catch (ConnectException e) {
            return new Answer.Nobody();
        } catch (IOException e) {
            return Files.notExists(path, LinkOption.NOFOLLOW_LINKS)
                    ? new Answer.Nobody()
                    : new Answer.Unclear("cannot connect to " + path + ": " + Why.of(e));
        }
    }

    /// Identity of the file at `path` (device and inode); null when there is none. An inode stays taken while the
    /// server that bound it lives, even when it is unlinked.
    static @Nullable Object key(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
        } catch (IOException e) {
            return null;
        }
    }
}
