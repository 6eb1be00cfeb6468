package dev.reconciler.host;

import org.jspecify.annotations.Nullable;

/// A unix socket that somebody listens on, as the kernel knows it.
///
/// @param inode of the socket itself: what `/proc/PID/fd` calls `socket:[inode]`
/// @param path as it was bound, relative when it was bound so; never an abstract name
/// @param file the low 32 bits of the inode of the file it was bound to, null when the kernel does not tell. That inode
///     cannot be reused while the socket lives, even when the file is unlinked
/// @param waiting connections not accepted yet, 0 when not told: above 0 its server is stopped or busy
record Listener(long inode, String path, @Nullable Long file, long waiting) {}
