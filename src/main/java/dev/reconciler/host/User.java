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
/// @param alone nobody else is in the primary group
record User(int uid, int gid, String name, String home, String shell, boolean alone) {
    private static final int GROUP_WRITE = 0020;
    private static final int OTHERS_WRITE = 0002;

    /// @throws IOException when `/proc` cannot tell
    static User current() throws IOException {
        return of((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"), Path.of("/etc"));
    }

    static User of(int uid, Path etc) {
        var users = lines(etc.resolve("passwd"));
        for (var fields : users) {
            if (fields.length > 6 && fields[2].equals(Integer.toString(uid))) {
                int gid = number(fields[3]);
                boolean alone = isAlone(fields[0], gid, users, lines(etc.resolve("group")));
                return new User(uid, gid, fields[0], fields[5], fields[6], alone);
            }
        }
        return new User(uid, -1, "", "", "", false);
    }

    /// The group that many systems create with each user: same name, nobody else in it. A group that is not in
    /// `/etc/group` (a directory service's) is not taken for private, since its members cannot be seen.
    private static boolean isAlone(String name, int gid, List<String[]> users, List<String[]> groups) {
        boolean nobodyElsesPrimary = users.stream()
                .noneMatch(user -> user.length > 3 && number(user[3]) == gid && !user[0].equals(name));
        boolean noOtherMember = groups.stream()
                .anyMatch(group -> group.length > 3
                        && number(group[2]) == gid
                        && group[0].equals(name)
                        && (group[3].isEmpty() || group[3].equals(name)));
        return nobodyElsesPrimary && noOtherMember;
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
        if ((mode & GROUP_WRITE) != 0 && !(alone && group == gid)) {
            return "can be written by group " + group + ", which is not yours alone: chmod g-w";
        }
        return "";
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
