package dev.reconciler.host;

import java.util.HashSet;
import java.util.Set;

/// Who is writing which manifest, as far as inotify tells.
final class Writers {
    private static final int COMES = Native.IN_CREATE | Native.IN_MOVED_TO;
    private static final int GOES = Native.IN_DELETE | Native.IN_MOVED_FROM;

    private final Set<String> writing = new HashSet<>();
    private final Set<String> finished = new HashSet<>();
    private final Set<String> touched = new HashSet<>();

    /// What an event asks for.
    enum Heard {
        NOTHING,
        /// A writer is at work: look when it has finished, or when it takes long.
        BEGUN,
        CHANGED;

        Heard and(Heard other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    KnownFile.Writer of(String path) {
        if (writing.contains(path)) {
            return KnownFile.Writer.WRITING;
        }
        return finished.contains(path) ? KnownFile.Writer.FINISHED : KnownFile.Writer.UNKNOWN;
    }

    boolean atWork() {
        return !writing.isEmpty();
    }

    /// The files heard of since they were last forgotten.
    Set<String> touched() {
        return Set.copyOf(touched);
    }

    void forget(Set<String> read) {
        touched.removeAll(read);
    }

    /// Events were lost: nothing is known about anybody.
    void clear() {
        writing.clear();
        finished.clear();
    }

    /// @param prefix the directory, relative, empty or ending with `/`
    /// @param mask inotify's
    Heard hear(String prefix, String name, int mask) {
        return (mask & Native.IN_ISDIR) == 0 && ManifestName.isManifest(name)
                ? hearManifest(prefix + name, mask)
                : hearOther(prefix, name, mask);
    }

    private Heard hearManifest(String path, int mask) {
        touched.add(path);
        if ((mask & (Native.IN_CLOSE_WRITE | Native.IN_MOVED_TO)) != 0) {
            writing.remove(path);
            finished.add(path);
            return Heard.CHANGED;
        }
        if ((mask & Native.IN_MODIFY) != 0) {
            writing.add(path);
            return Heard.BEGUN;
        }
        if ((mask & (Native.IN_CREATE | GOES)) != 0) {
            writing.remove(path);
            finished.remove(path);
        }
        return (mask & Native.IN_CREATE) != 0 ? Heard.BEGUN : Heard.CHANGED;
    }

    /// Directories, links to directories, and the `..data` link that Kubernetes' atomic writer flips.
    private Heard hearOther(String prefix, String name, int mask) {
        boolean directory = (mask & Native.IN_ISDIR) != 0;
        if (ManifestName.isSkipped(name)) {
            boolean flip = name.startsWith("..") && (mask & COMES) != 0 && !directory;
            return flip ? Heard.CHANGED : Heard.NOTHING;
        }
        if ((mask & GOES) != 0) {
            writing.removeIf(path -> path.startsWith(prefix + name + "/"));
            finished.removeIf(path -> path.startsWith(prefix + name + "/"));
        }
        int relevant = directory ? COMES | GOES | Native.IN_ATTRIB : COMES | GOES;
        return (mask & relevant) != 0 ? Heard.CHANGED : Heard.NOTHING;
    }
}
