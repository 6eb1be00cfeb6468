package dev.reconciler.host;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The state directory: small files under relative keys such as `agents/default/ada.json`. One writer.
public interface Storage {
    /// @return null when there is no such file
    byte @Nullable [] read(String key) throws IOException;

    /// All or nothing, and on disk when it returns. On failure (a full disk) the old content stays.
    void write(String key, byte[] content) throws IOException;

    /// Several files, all of them or none.
    void writeAll(SortedMap<String, byte[]> contents) throws IOException;

    /// Does what could be put off: called when nothing else is to be done, and at the end.
    ///
    /// @return how many files it was about
    int settle() throws IOException;

    /// Adds a line; may be torn by a crash, hence readers skip a broken last line.
    void append(String key, byte[] line) throws IOException;

    void delete(String key) throws IOException;

    /// Renames a file that cannot be understood to `key.corrupt`, so that it is neither lost nor read again.
    void setAside(String key) throws IOException;

    /// Keys below `prefix`, sorted; empty when there are none.
    List<String> list(String prefix) throws IOException;
}
