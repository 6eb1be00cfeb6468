package dev.reconciler.host;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// inotify on every directory of a folder. An event only means "look again", with one exception: it knows which writers
/// have finished, since inotify alone tells when a file that was open for writing is closed.
final class FolderWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FolderWatch.class.getName());
    private static final int TREE = Native.IN_MODIFY
            | Native.IN_ATTRIB
            | Native.IN_CLOSE_WRITE
            | Native.IN_MOVED_FROM
            | Native.IN_MOVED_TO
            | Native.IN_CREATE
            | Native.IN_DELETE
            | Native.IN_DELETE_SELF
            | Native.IN_MOVE_SELF
            | Native.IN_ONLYDIR
            | Native.IN_MASK_ADD;
    private static final int PARENT =
            Native.IN_MOVED_FROM | Native.IN_MOVED_TO | Native.IN_CREATE | Native.IN_DELETE | Native.IN_MASK_ADD;
    private static final int GIT =
            Native.IN_MOVED_TO | Native.IN_MOVED_FROM | Native.IN_CREATE | Native.IN_DELETE | Native.IN_CLOSE_WRITE
                    | Native.IN_MASK_ADD;
    private static final int BUFFER_BYTES = 64 * 1024;

    /// A whole queue of events (16384 by default) and more; a flood must not hold up a look for ever.
    private static final int BATCHES = 64;

    private final Wake wake;
    private final @Nullable Poller poller;
    private final int inotify;
    private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_BYTES, 8);
    private final Map<Integer, Set<String>> prefixes = new HashMap<>();
    private final Map<Integer, Set<String>> entered = new HashMap<>();
    private final Writers writers = new Writers();
    private int parent = -1;
    private String parentName = "";
    private int git = -1;
    private boolean reliable = true;
    private boolean closed;
    private long generation;

    private FolderWatch(Wake wake, @Nullable Poller poller, int inotify) {
        this.wake = wake;
        this.poller = poller;
        this.inotify = inotify;
        this.closed = poller == null;
    }

    /// Hears nothing and is never reliable: every look walks.
    static FolderWatch deaf() {
        return new FolderWatch(new Wake(() -> {}), null, -1);
    }

    /// Deaf where the system has no inotify, or this user no instance left.
    ///
    /// @param wake is told of changes from a thread of its own
    static FolderWatch of(Wake wake) {
        Poller poller = null;
        try {
            poller = new Poller("folder");
            int inotify = Native.inotify();
            var watch = new FolderWatch(wake, poller, inotify);
            poller.add(inotify, Native.EPOLLIN, watch::drain);
            poller.add(Native.open("/proc/self/mountinfo"), Native.EPOLLPRI, watch::mountsChanged);
            return watch;
        } catch (Errno e) {
            LOG.log(Level.WARNING, "the manifests folder is not watched, only looked at", e);
            if (poller != null) {
                poller.close();
            }
            return deaf();
        }
    }

    /// Grows with every change that somebody should look at.
    synchronized long generation() {
        return generation;
    }

    /// False while some directory is not watched: then nothing heard does not mean nothing changed.
    synchronized boolean reliable() {
        return reliable && !closed;
    }

    synchronized KnownFile.Writer writer(String path) {
        return writers.of(path);
    }

    synchronized boolean hasWriters() {
        return writers.atWork();
    }

    /// The files heard of since they were last forgotten.
    synchronized Set<String> touched() {
        return writers.touched();
    }

    synchronized void forgetTouched(Set<String> read) {
        writers.forget(read);
    }

    /// A walk over all directories begins: those it does not [#enter] are not watched any more after [#end].
    synchronized void begin() {
        entered.clear();
        reliable = !closed;
    }

    synchronized void enter(Path directory, String prefix) {
        if (closed) {
            return;
        }
        try {
            int watch = Native.inotifyAdd(inotify, directory.toString(), TREE);
            entered.computeIfAbsent(watch, _ -> new HashSet<>()).add(prefix);
            prefixes.put(watch, entered.get(watch));
        } catch (Errno e) {
            // Too many watches, or the directory went away.
            reliable = false;
        }
    }

    /// Says that a directory was not entered, because events from there may be missing.
    synchronized void doubt() {
        reliable = false;
    }

    synchronized void end() {
        for (int watch : Set.copyOf(prefixes.keySet())) {
            if (!entered.containsKey(watch)) {
                prefixes.remove(watch);
                unwatch(watch);
            }
        }
    }

    /// Watches the directory that holds the folder, for the folder (or the link to it) to come, go or be replaced.
    synchronized void watchParent(Path directory, String name) {
        if (closed) {
            return;
        }
        int before = parent;
        try {
            parent = Native.inotifyAdd(inotify, directory.toString(), PARENT);
            parentName = name;
        } catch (Errno e) {
            parent = -1;
        }
        if (before != -1 && before != parent && !prefixes.containsKey(before)) {
            unwatch(before);
        }
    }

    /// Watches a git directory for operations that begin and end, and for HEAD and the index to change.
    ///
    /// @param directory null: there is none
    synchronized void watchGit(@Nullable Path directory) {
        if (closed) {
            return;
        }
        int before = git;
        git = -1;
        if (directory != null) {
            try {
                git = Native.inotifyAdd(inotify, directory.toString(), GIT);
            } catch (Errno e) {
                reliable = false;
            }
        }
        if (before != -1 && before != git && !prefixes.containsKey(before)) {
            unwatch(before);
        }
    }

    private void unwatch(int watch) {
        if (watch == parent || watch == git || closed) {
            return;
        }
        try {
            Native.inotifyRemove(inotify, watch);
        } catch (Errno e) {
            // Gone with its directory.
        }
    }

    /// Takes in what has happened until now.
    void drain() {
        var heard = Writers.Heard.NOTHING;
        synchronized (this) {
            if (closed) {
                return;
            }
            try {
                for (int batch = 0; batch < BATCHES; batch++) {
                    var events = Native.readNow(inotify, buffer);
                    if (!events.hasRemaining()) {
                        break;
                    }
                    while (events.hasRemaining()) {
                        heard = heard.and(next(events));
                    }
                }
            } catch (Errno e) {
                reliable = false;
            }
        }
        switch (heard) {
            case NOTHING -> {}
            case BEGUN -> wake.later(Wake.UNFINISHED);
            case CHANGED -> wake.now();
        }
    }

    /// `struct inotify_event`.
    private Writers.Heard next(ByteBuffer events) {
        int watch = events.getInt();
        int mask = events.getInt();
        events.getInt();
        var bytes = new byte[events.getInt()];
        events.get(bytes);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        var name = new String(bytes, 0, length, StandardCharsets.UTF_8);
        var heard = take(watch, mask, name);
        if (heard != Writers.Heard.NOTHING) {
            generation++;
        }
        return heard;
    }

    private Writers.Heard take(int watch, int mask, String name) {
        if ((mask & Native.IN_Q_OVERFLOW) != 0) {
            writers.clear();
            return Writers.Heard.CHANGED;
        }
        var heard = watch == parent && name.equals(parentName) ? Writers.Heard.CHANGED : Writers.Heard.NOTHING;
        heard = heard.and(watch == git ? gitHeard(mask, name) : Writers.Heard.NOTHING);
        var here = prefixes.get(watch);
        if (here == null) {
            return heard;
        }
        if (name.isEmpty()) {
            if ((mask & Native.IN_IGNORED) != 0) {
                prefixes.remove(watch);
            }
            return Writers.Heard.CHANGED;
        }
        for (var prefix : here) {
            heard = heard.and(writers.hear(prefix, name, mask));
        }
        return heard;
    }

    /// A lock that comes is worth a look only if it stays.
    private static Writers.Heard gitHeard(int mask, String name) {
        if (!GitDirectory.TELLING.contains(name)) {
            return Writers.Heard.NOTHING;
        }
        boolean begins = name.endsWith(".lock") && (mask & (Native.IN_CREATE | Native.IN_CLOSE_WRITE)) != 0;
        return begins ? Writers.Heard.BEGUN : Writers.Heard.CHANGED;
    }

    /// Nobody is woken: mounts come and go all day on some machines. The next look walks the whole folder.
    private synchronized void mountsChanged() {
        generation++;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        if (poller != null) {
            poller.close();
        }
    }
}
