package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/// The file system below a directory.
final class Disk {
    /// Others may write there without this kernel hearing of it.
    private static final Set<String> REMOTE = Set.of(
            "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "ceph", "afs", "lustre", "gpfs", "vboxsf",
            "vmhgfs", "drvfs");

    /// Less than one block left.
    private static final long FULL = 4096;

    private Disk() {}

    /// Whether inotify hears of every change.
    static boolean isLocal(Path directory) {
        try {
            var type = Files.getFileStore(directory).type();
            return !REMOTE.contains(type) && !(type.startsWith("fuse") && !type.equals("fuseblk"));
        } catch (IOException e) {
            return false;
        }
    }

    /// Whether a write there would fail for want of room; what cannot be written to at all is not full.
    static boolean isFull(Path directory) {
        var file = directory.toFile();
        if (file.getUsableSpace() >= FULL || file.getTotalSpace() == 0) {
            return false;
        }
        try {
            return !Files.getFileStore(directory).isReadOnly();
        } catch (IOException e) {
            return true;
        }
    }
}
