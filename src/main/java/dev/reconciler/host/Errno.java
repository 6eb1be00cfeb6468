package dev.reconciler.host;

import java.io.IOException;

/// A system call that failed, with the kernel's number for why.
final class Errno extends IOException {
    private static final long serialVersionUID = 1L;

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int ESRCH = 3;
    static final int EINTR = 4;
    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int ENOSYS = 38;

    private final int number;

    Errno(String call, int number) {
        super(call + ": " + meaning(number));
        this.number = number;
    }

    int number() {
        return number;
    }

    private static String meaning(int number) {
        return switch (number) {
            case EPERM -> "not permitted (EPERM)";
            case ENOENT -> "no such file or directory (ENOENT)";
            case ESRCH -> "no such process (ESRCH)";
            case EINTR -> "interrupted (EINTR)";
            case EAGAIN -> "nothing there yet (EAGAIN)";
            case 13 -> "permission denied (EACCES)";
            case 20 -> "not a directory (ENOTDIR)";
            case 24 -> "too many open files in this process (EMFILE)";
            case 28 -> "no room, or too many inotify watches (ENOSPC)";
            case ENOSYS -> "this system does not have it (ENOSYS): Linux 5.3 or newer on x86-64 or ARM64 does";
            default -> "error " + number;
        };
    }
}
