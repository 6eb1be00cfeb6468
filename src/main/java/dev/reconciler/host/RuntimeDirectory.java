package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/// The directory of our sockets: ours alone, because whoever can connect commands the agents.
final class RuntimeDirectory {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private RuntimeDirectory() {}

    /// Makes it (0700) when it is missing, and writable for us when it is not.
    static void prepare(Path directory) throws TmuxException {
        try {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
            var mine = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            if (!mine.equals(Files.getAttribute(directory, "unix:uid"))) {
                throw TmuxException.refused(directory + " belongs to somebody else: sockets in it are not safe");
            }
            var permissions = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
            if (!permissions.containsAll(PRIVATE)) {
                Files.setPosixFilePermissions(directory, PRIVATE);
            } else if (permissions.stream().anyMatch(OTHERS_WRITE::contains)) {
                throw TmuxException.refused(
                        directory + " can be written by others: sockets in it are not safe (chmod 700 " + directory
                                + ")");
            }
        } catch (IOException e) {
            throw TmuxException.refused("cannot make the runtime directory " + directory + ": " + Why.of(e));
        }
    }
}
