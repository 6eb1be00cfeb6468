package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The directory of our sockets: ours alone, because whoever can connect commands the agents.
///
/// @param logins where the system makes a directory for each user who is logged in, and removes it after the last logout
record RuntimeDirectory(Path path, Path logins) {
    static final Path LOGINS = Path.of("/run/user");

    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    RuntimeDirectory(Path path) {
        this(path, LOGINS);
    }

    /// The login directory that is gone, and with it ours: only the system may make it again. Null when it is there.
    @Nullable
    Path gone() {
        if (!path.startsWith(logins) || path.getNameCount() <= logins.getNameCount()) {
            return null;
        }
        var login = logins.resolve(path.getName(logins.getNameCount()));
        return Files.notExists(login) ? login : null;
    }

    /// Makes it (0700) when it is missing, and writable for us when it is not.
    void prepare() throws TmuxException {
        var gone = gone();
        if (gone != null) {
            throw TmuxException.refused(
                    "RuntimeDirGone: " + gone + " is gone: the last login session ended, and the user does not linger"
                            + " (`loginctl enable-linger` keeps it)");
        }
        try {
            Files.createDirectories(path, PosixFilePermissions.asFileAttribute(PRIVATE));
            var mine = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            if (!mine.equals(Files.getAttribute(path, "unix:uid"))) {
                throw TmuxException.refused(path + " belongs to somebody else: sockets in it are not safe");
            }
            var permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
            if (!permissions.containsAll(PRIVATE)) {
                Files.setPosixFilePermissions(path, PRIVATE);
            } else if (permissions.stream().anyMatch(OTHERS_WRITE::contains)) {
                throw TmuxException.refused(
                        path + " can be written by others: sockets in it are not safe (chmod 700 " + path + ")");
            }
        } catch (IOException e) {
            throw TmuxException.refused("cannot make the runtime directory " + path + ": " + Why.of(e));
        }
    }
}
