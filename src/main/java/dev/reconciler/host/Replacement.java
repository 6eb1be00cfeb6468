package dev.reconciler.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// Changes one file of a person at once or not at all, and only if it still is what was read.
///
/// @param file inside the folder; a link stays a link, its file is replaced
record Replacement(Path file, byte[] expected, byte[] content) {
    /// @param root the manifests folder
    /// @param name relative
    static Replacement of(Path root, String name, byte[] expected, byte[] content) throws IOException {
        var relative = Path.of(name);
        if (name.isEmpty() || relative.isAbsolute() || !relative.normalize().equals(relative)
                || name.startsWith("..")) {
            throw new IOException("'" + name + "' is not a file below " + root);
        }
        return new Replacement(root.resolve(relative), expected, content);
    }

    /// @return false when the file holds something else by now
    boolean apply() throws IOException {
        try {
            return isThere() ? change() : expected.length == 0 && create();
        } catch (IOException e) {
            throw new IOException(
                    "cannot " + (content.length == 0 ? "delete " : "write ") + file + ": " + Why.of(e), e);
        }
    }

    private boolean isThere() throws IOException {
        try {
            FileFacts.of(file);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private boolean change() throws IOException {
        var target = file.toRealPath();
        if (!Arrays.equals(Files.readAllBytes(target), expected)) {
            return false;
        }
        if (content.length == 0) {
            Files.delete(file);
            return true;
        }
        var written = write(target);
        try {
            Files.setPosixFilePermissions(written, Files.getPosixFilePermissions(target));
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /// A hard link fails when somebody else was faster, where a rename would replace his file.
    private boolean create() throws IOException {
        if (content.length == 0) {
            return true;
        }
        var written = write(file);
        try {
            Files.createLink(file, written);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /// Beside the target, under a name that no look sees.
    private Path write(Path target) throws IOException {
        var written = Files.createTempFile(target.getParent(), "." + target.getFileName() + ".", ".tmp");
        try (var channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
            var rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
            return written;
        } catch (IOException e) {
            Files.deleteIfExists(written);
            throw e;
        }
    }
}
