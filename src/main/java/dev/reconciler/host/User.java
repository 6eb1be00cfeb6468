package dev.reconciler.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Whom this program runs as, and whom it trusts with a file.
///
/// @param gid the primary group by `/etc/passwd`; -1 when the user is not listed there
/// @param name empty when not listed; so are home and shell
record User(int uid, int gid, String name, String home, String shell, Path etc) {
    private static final int GROUP_WRITE = 0020;
    private static final int OTHERS_WRITE = 0002;

    /// @throws IOException when `/proc` cannot tell
    static User current() throws IOException {
        return of((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"), Path.of("/etc"));
    }

    static User of(int uid, Path etc) {
        for (var fields : lines(etc.resolve("passwd"))) {
            if (fields.length > 6 && fields[2].equals(Integer.toString(uid))) {
                return new User(uid, number(fields[3]), fields[0], fields[5], fields[6], etc);
            }
        }
        return new User(uid, -1, "", "", "", etc);
    }

    /// Empty when nobody but this user and root can change what has this owner, group and mode; else a sentence that
    /// goes on after the path.
    String distrust(int owner, int group, int mode) {
        if (owner != uid && owner != 0) {
            return "belongs to user " + owner + ", neither to you nor to root: chown it";
        }
        if ((mode & OTHERS_WRITE) != 0) {
            return "can be written by everybody: chmod o-w";
        }
        if ((mode & GROUP_WRITE) != 0 && !isPrivate(group)) {
            return "can be written by group " + group + ", which is not yours alone: chmod g-w";
        }
        return "";
    }

    /// The group that many systems create with each user: same name, nobody else in it. A group that is not in
    /// `/etc/group` (a directory service's) is not taken for private, since its members cannot be seen.
    private boolean isPrivate(int group) {
        if (group != gid) {
            return false;
        }
        boolean nobodyElsesPrimary = lines(etc.resolve("passwd")).stream()
                .noneMatch(user -> user.length > 3 && number(user[3]) == group && !user[0].equals(name));
        boolean noOtherMember = lines(etc.resolve("group")).stream()
                .anyMatch(line -> line.length > 3
                        && number(line[2]) == group
                        && line[0].equals(name)
                        && (line[3].isEmpty() || line[3].equals(name)));
        return nobodyElsesPrimary && noOtherMember;
    }

    private static List<String[]> lines(Path file) {
        try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> line.split(":", -1)).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
