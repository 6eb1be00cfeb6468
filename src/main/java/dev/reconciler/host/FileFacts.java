package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/// One stat. Equal facts before and after mean that nobody changed the file in between.
///
/// @param modified when the content changed; anybody may set it
/// @param changed when content, owner or mode changed (ctime): only the kernel sets it
record FileFacts(
        long device, long inode, long size, FileTime modified, FileTime changed, int mode, int owner, int group) {
    private static final String ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,ctime,mode,uid,gid";
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;

    static FileFacts of(Path path, LinkOption... options) throws IOException {
        var facts = Files.readAttributes(path, ATTRIBUTES, options);
        return new FileFacts(
                number(facts, "dev"),
                number(facts, "ino"),
                number(facts, "size"),
                time(facts, "lastModifiedTime"),
                time(facts, "ctime"),
                (int) number(facts, "mode"),
                (int) number(facts, "uid"),
                (int) number(facts, "gid"));
    }

    private static long number(Map<String, Object> facts, String name) {
        return facts.get(name) instanceof Number number ? number.longValue() : -1;
    }

    private static FileTime time(Map<String, Object> facts, String name) {
        return facts.get(name) instanceof FileTime time ? time : FileTime.fromMillis(0);
    }

    boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    boolean isLink() {
        return (mode & TYPE) == LINK;
    }

    /// The same file or directory, whatever is in it.
    boolean sameNode(FileFacts other) {
        return device == other.device && inode == other.inode;
    }
}
