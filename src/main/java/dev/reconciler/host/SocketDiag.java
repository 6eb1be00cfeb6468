package dev.reconciler.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Listening unix sockets by `sock_diag(7)`: what `ss -xlpne` reads. It alone tells the file a socket was bound to, and
/// it asks the kernel only: nobody is connected to, so a stopped server's queue does not fill up.
final class SocketDiag {
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final short SOCK_DIAG_BY_FAMILY = 20;
    /// `NLM_F_REQUEST | NLM_F_DUMP`.
    private static final short DUMP = 0x301;
    private static final short NLMSG_ERROR = 2;
    private static final short NLMSG_DONE = 3;
    private static final byte AF_UNIX = 1;
    /// `1 << TCP_LISTEN`.
    private static final int LISTENING = 1 << 10;
    /// `UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_RQLEN`.
    private static final int SHOW = 0x1 | 0x2 | 0x10;

    private static final short NAME = 0;
    private static final short VFS = 1;
    private static final short RQLEN = 4;

    private static final int HEADER = 16;
    private static final int REQUEST = HEADER + 24;
    private static final int MESSAGE = 16;
    private static final int ATTRIBUTE = 4;
    /// What the kernel fills one datagram of a dump with at most.
    private static final int BUFFER = 1 << 16;

    private SocketDiag() {}

    /// Those of this network namespace, whoever's.
    ///
    /// @throws Errno where the kernel has no such door (ENOSYS, EPROTONOSUPPORT), or closed it (EPERM)
    static List<Listener> listeners() throws Errno {
        int fd = Native.netlink(NETLINK_SOCK_DIAG);
        try (var arena = Arena.ofConfined()) {
            Native.send(fd, request(arena));
            var buffer = arena.allocate(BUFFER, 8);
            var found = new ArrayList<Listener>();
            while (!read(Native.receive(fd, buffer), found)) {
                continue;
            }
            return List.copyOf(found);
        } finally {
            Native.close(fd);
        }
    }

    private static MemorySegment request(Arena arena) {
        var request = arena.allocate(REQUEST, 8);
        request.set(ValueLayout.JAVA_INT, 0, REQUEST);
        request.set(ValueLayout.JAVA_SHORT, 4, SOCK_DIAG_BY_FAMILY);
        request.set(ValueLayout.JAVA_SHORT, 6, DUMP);
        request.set(ValueLayout.JAVA_INT, 8, 1);
        request.set(ValueLayout.JAVA_BYTE, HEADER, AF_UNIX);
        request.set(ValueLayout.JAVA_INT, HEADER + 4, LISTENING);
        request.set(ValueLayout.JAVA_INT, HEADER + 12, SHOW);
        return request;
    }

    /// @return true after the last one
    private static boolean read(ByteBuffer datagram, List<Listener> into) throws Errno {
        while (datagram.remaining() >= HEADER) {
            int start = datagram.position();
            int length = datagram.getInt(start);
            short type = datagram.getShort(start + 4);
            if (length < HEADER || length > datagram.remaining()) {
                throw new Errno("sock_diag", Errno.EIO);
            }
            if (type == NLMSG_DONE) {
                return true;
            }
            if (type == NLMSG_ERROR) {
                throw new Errno("sock_diag", -datagram.getInt(start + HEADER));
            }
            if (type == SOCK_DIAG_BY_FAMILY) {
                var listener = listener(datagram, start + HEADER, start + length);
                if (listener != null) {
                    into.add(listener);
                }
            }
            datagram.position(Math.min(start + align(length), datagram.limit()));
        }
        return false;
    }

    private static @Nullable Listener listener(ByteBuffer bytes, int from, int end) {
        long inode = Integer.toUnsignedLong(bytes.getInt(from + 4));
        @Nullable
        String path = null;
        @Nullable
        Long file = null;
        long waiting = 0;
        for (int at = from + MESSAGE; at + ATTRIBUTE <= end;) {
            int length = Short.toUnsignedInt(bytes.getShort(at));
            int value = at + ATTRIBUTE;
            if (length < ATTRIBUTE || at + length > end) {
                break;
            }
            switch (bytes.getShort(at + 2)) {
                case NAME -> path = name(bytes, value, length - ATTRIBUTE);
                case VFS -> file = Integer.toUnsignedLong(bytes.getInt(value));
                case RQLEN -> waiting = Integer.toUnsignedLong(bytes.getInt(value));
                default -> {}
            }
            at += align(length);
        }
        return path == null ? null : new Listener(inode, path, file, waiting);
    }

    /// Null for an abstract name, which begins with a zero byte and has no file.
    private static @Nullable String name(ByteBuffer bytes, int at, int length) {
        int end = length;
        while (end > 0 && bytes.get(at + end - 1) == 0) {
            end--;
        }
        if (end == 0 || bytes.get(at) == 0) {
            return null;
        }
        var name = new byte[end];
        bytes.get(at, name);
        return new String(name, StandardCharsets.UTF_8);
    }

    private static int align(int length) {
        return (length + 3) & ~3;
    }
}
