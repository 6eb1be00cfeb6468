package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// The cause of a file's trouble in words, without repeating its path: the JDK puts the path alone into most messages.
final class Why {
    private Why() {}

    static String of(Exception trouble) {
        return switch (trouble) {
            case DirectoryIteratorException wrapped when wrapped.getCause() instanceof IOException cause -> of(cause);
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case NotDirectoryException _ -> "not a directory";
            case FileSystemLoopException _ -> "too many links";
            case FileSystemException known when known.getReason() != null -> known.getReason();
            default -> {
                var message = trouble.getMessage();
                yield message == null ? trouble.getClass().getSimpleName() : message;
            }
        };
    }
}
