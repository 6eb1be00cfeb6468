package dev.reconciler.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The few system calls that the JDK has no door to, all through `syscall(2)`. Every failure is an [Errno]; on a
/// machine without them (a Mac, an old kernel, another processor) that is ENOSYS, and callers fall back.
///
/// Loading this class costs 20 to 100 ms once: only what the daemon needs may touch it.
final class Native {
    /// epoll: readable; something exceptional, which is how the mount table says that it changed.
    static final int EPOLLIN = 0x1;
    static final int EPOLLPRI = 0x2;

    static final int IN_MODIFY = 0x2;
    static final int IN_ATTRIB = 0x4;
    static final int IN_CLOSE_WRITE = 0x8;
    static final int IN_MOVED_FROM = 0x40;
    static final int IN_MOVED_TO = 0x80;
    static final int IN_CREATE = 0x100;
    static final int IN_DELETE = 0x200;
    static final int IN_DELETE_SELF = 0x400;
    static final int IN_MOVE_SELF = 0x800;
    static final int IN_Q_OVERFLOW = 0x4000;
    static final int IN_IGNORED = 0x8000;
    static final int IN_ONLYDIR = 0x1000000;
    /// Adds to the events of a directory that is watched already.
    static final int IN_MASK_ADD = 0x20000000;
    static final int IN_ISDIR = 0x40000000;

    /// `O_CLOEXEC` and `O_NONBLOCK` have these values on both processors, and every `*_CLOEXEC` flag repeats them.
    private static final int CLOEXEC = 0x80000;

    private static final int NONBLOCK = 0x800;
    private static final int O_NOCTTY = 0x100;
    private static final int TCGETS = 0x5401;
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int AT_FDCWD = -100;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int MADV_DONTNEED = 4;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0100;
    private static final int O_NOFOLLOW_X86 = 0400000;
    private static final int O_NOFOLLOW_GENERIC = 0100000;

    private static final boolean X86 = System.getProperty("os.arch", "").equals("amd64");
    private static final boolean SUPPORTED =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).equals("linux")
                    && (X86 || System.getProperty("os.arch", "").equals("aarch64"));

    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));
    private static final @Nullable MethodHandle SYSCALL = SUPPORTED ? link() : null;

    private Native() {}

    /// System call numbers of x86-64, and of the generic table that ARM64 uses.
    private enum Call {
        READ(0, 63),
        WRITE(1, 64),
        CLOSE(3, 57),
        SOCKET(41, 198),
        CONNECT(42, 203),
        IOCTL(16, 29),
        MADVISE(28, 233),
        SENDTO(44, 206),
        RECVFROM(45, 207),
        FLOCK(73, 32),
        EPOLL_CTL(233, 21),
        INOTIFY_ADD_WATCH(254, 27),
        INOTIFY_RM_WATCH(255, 28),
        OPENAT(257, 56),
        EPOLL_PWAIT(281, 22),
        EVENTFD2(290, 19),
        EPOLL_CREATE1(291, 20),
        INOTIFY_INIT1(294, 26),
        PIDFD_SEND_SIGNAL(424, 424),
        PIDFD_OPEN(434, 434);

        private final int x86;
        private final int generic;

        Call(int x86, int generic) {
            this.x86 = x86;
            this.generic = generic;
        }

        long number() {
            return X86 ? x86 : generic;
        }
    }

    private static @Nullable MethodHandle link() {
        var linker = Linker.nativeLinker();
        var word = ValueLayout.JAVA_LONG;
        return linker.defaultLookup()
                .find("syscall")
                .map(symbol -> linker.downcallHandle(
                        symbol,
                        FunctionDescriptor.of(word, word, word, word, word, word, word, word),
                        Linker.Option.captureCallState("errno")))
                .orElse(null);
    }

    private static long call(Call call, long a, long b, long c, long d, long e) throws Errno {
        var name = call.name().toLowerCase(Locale.ROOT);
        if (SYSCALL == null) {
            throw new Errno(name, Errno.ENOSYS);
        }
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(Linker.Option.captureStateLayout());
            long result = (long) SYSCALL.invokeExact(state, call.number(), a, b, c, d, e, 0L);
            if (result < 0) {
                throw new Errno(name, (int) ERRNO.get(state, 0L));
            }
            return result;
        } catch (Errno | RuntimeException | Error known) {
            throw known;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// A descriptor that is this process and no later one with its pid; readable once it has ended.
    static int pidfdOpen(long pid) throws Errno {
        return (int) call(Call.PIDFD_OPEN, pid, 0, 0, 0, 0);
    }

    static void pidfdSendSignal(int pidfd, int signal) throws Errno {
        call(Call.PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0, 0);
    }

    /// A raw socket to a part of the kernel, such as `NETLINK_SOCK_DIAG`.
    static int netlink(int protocol) throws Errno {
        return (int) call(Call.SOCKET, AF_NETLINK, SOCK_RAW | CLOEXEC, protocol, 0, 0);
    }

    static void send(int fd, MemorySegment bytes) throws Errno {
        call(Call.SENDTO, fd, bytes.address(), bytes.byteSize(), 0, 0);
    }

    /// One datagram, in the machine's byte order. Waits for it.
    static ByteBuffer receive(int fd, MemorySegment buffer) throws Errno {
        long count = call(Call.RECVFROM, fd, buffer.address(), buffer.byteSize(), 0, 0);
        return buffer.asSlice(0, count).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /// The lock that tmux itself takes while it starts a server.
    ///
    /// @return false when another holds it
    static boolean tryLock(int fd) throws Errno {
        try {
            call(Call.FLOCK, fd, LOCK_EX | LOCK_NB, 0, 0, 0);
            return true;
        } catch (Errno e) {
            if (e.number() == Errno.EAGAIN) {
                return false;
            }
            throw e;
        }
    }

    /// Opens for reading and writing what is no link, made (0600) when it is missing.
    static int openLock(String path) throws Errno {
        try (var arena = Arena.ofConfined()) {
            int flags = CLOEXEC | O_RDWR | O_CREAT | (X86 ? O_NOFOLLOW_X86 : O_NOFOLLOW_GENERIC);
            return (int) call(Call.OPENAT, AT_FDCWD, arena.allocateFrom(path).address(), flags, 0600, 0);
        }
    }

    /// Opens for reading only.
    static int open(String path) throws Errno {
        try (var arena = Arena.ofConfined()) {
            return (int) call(Call.OPENAT, AT_FDCWD, arena.allocateFrom(path).address(), CLOEXEC, 0, 0);
        }
    }

    /// Opens a terminal to ask about it: never to become its owner, never to wait for it.
    static int openTerminal(String path) throws Errno {
        try (var arena = Arena.ofConfined()) {
            int flags = CLOEXEC | NONBLOCK | O_NOCTTY;
            return (int) call(Call.OPENAT, AT_FDCWD, arena.allocateFrom(path).address(), flags, 0, 0);
        }
    }

    /// @param termios filled in, as the kernel has it
    static void terminalState(int fd, MemorySegment termios) throws Errno {
        call(Call.IOCTL, fd, TCGETS, termios.address(), 0, 0);
    }

    static void close(int fd) {
        try {
            call(Call.CLOSE, fd, 0, 0, 0, 0);
        } catch (Errno e) {
            // Linux releases the descriptor whatever close says.
        }
    }

    /// A datagram socket connected to the unix socket at `path`; one that begins with `@` is in the abstract namespace.
    static int datagrams(String path) throws Errno {
        int fd = (int) call(Call.SOCKET, AF_UNIX, SOCK_DGRAM | CLOEXEC, 0, 0, 0);
        try (var arena = Arena.ofConfined()) {
            var name = path.getBytes(StandardCharsets.UTF_8);
            var address = arena.allocate(Short.BYTES + name.length + 1L, Short.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, name.length);
            boolean inAbstract = path.startsWith("@");
            if (inAbstract) {
                address.set(ValueLayout.JAVA_BYTE, Short.BYTES, (byte) 0);
            }
            long size = Short.BYTES + name.length + (inAbstract ? 0 : 1);
            call(Call.CONNECT, fd, address.address(), size, 0, 0);
            return fd;
        } catch (Errno e) {
            close(fd);
            throw e;
        }
    }

    static void write(int fd, byte[] bytes) throws Errno {
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(bytes.length);
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
            call(Call.WRITE, fd, buffer.address(), bytes.length, 0, 0);
        }
    }

    static int epollCreate() throws Errno {
        return (int) call(Call.EPOLL_CREATE1, CLOEXEC, 0, 0, 0, 0);
    }

    /// @param key comes back from [#epollWait]
    static void epollAdd(int epoll, int fd, int events, long key) throws Errno {
        try (var arena = Arena.ofConfined()) {
            var event = arena.allocate(16, 8);
            event.set(ValueLayout.JAVA_INT, 0, events);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, keyOffset(), key);
            call(Call.EPOLL_CTL, epoll, EPOLL_CTL_ADD, fd, event.address(), 0);
        }
    }

    static void epollRemove(int epoll, int fd) throws Errno {
        try (var arena = Arena.ofConfined()) {
            // Kernels before 2.6.9 read the event; a pointer costs nothing.
            call(Call.EPOLL_CTL, epoll, EPOLL_CTL_DEL, fd, arena.allocate(16, 8).address(), 0);
        }
    }

    /// Blocks until something is ready; empty when interrupted.
    static long[] epollWait(int epoll, MemorySegment buffer) throws Errno {
        int size = keyOffset() + Long.BYTES;
        long count;
        try {
            count = call(Call.EPOLL_PWAIT, epoll, buffer.address(), buffer.byteSize() / size, -1, 0);
        } catch (Errno e) {
            if (e.number() == Errno.EINTR) {
                return new long[0];
            }
            throw e;
        }
        var keys = new long[(int) count];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = buffer.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) i * size + keyOffset());
        }
        return keys;
    }

    /// `struct epoll_event` is packed on x86-64, and only there.
    private static int keyOffset() {
        return X86 ? 4 : 8;
    }

    /// Takes the pages of this range out of memory: what was never written comes back from its file, what was is lost.
    static void dropPages(long from, long bytes) throws Errno {
        call(Call.MADVISE, from, bytes, MADV_DONTNEED, 0, 0);
    }

    /// A counter to wake [#epollWait] with.
    static int eventfd() throws Errno {
        return (int) call(Call.EVENTFD2, 0, CLOEXEC | NONBLOCK, 0, 0, 0);
    }

    static void eventfdAdd(int fd) throws Errno {
        try (var arena = Arena.ofConfined()) {
            call(Call.WRITE, fd, arena.allocateFrom(ValueLayout.JAVA_LONG, 1).address(), Long.BYTES, 0, 0);
        }
    }

    static int inotify() throws Errno {
        return (int) call(Call.INOTIFY_INIT1, CLOEXEC | NONBLOCK, 0, 0, 0, 0);
    }

    static int inotifyAdd(int inotify, String path, int mask) throws Errno {
        try (var arena = Arena.ofConfined()) {
            return (int) call(Call.INOTIFY_ADD_WATCH, inotify, arena.allocateFrom(path).address(), mask, 0, 0);
        }
    }

    static void inotifyRemove(int inotify, int watch) throws Errno {
        call(Call.INOTIFY_RM_WATCH, inotify, watch, 0, 0, 0);
    }

    /// What can be read at once, in the machine's byte order; empty when there is nothing now.
    static ByteBuffer readNow(int fd, MemorySegment buffer) throws Errno {
        long count;
        try {
            count = call(Call.READ, fd, buffer.address(), buffer.byteSize(), 0, 0);
        } catch (Errno e) {
            if (e.number() != Errno.EAGAIN && e.number() != Errno.EINTR) {
                throw e;
            }
            count = 0;
        }
        return buffer.asSlice(0, count).asByteBuffer().order(ByteOrder.nativeOrder());
    }
}
