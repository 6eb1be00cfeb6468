package dev.reconciler.status;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Reason;
import dev.reconciler.host.Clock;
import dev.reconciler.host.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// What happened, on disk as one JSON line each, counted and thinned out by Kubernetes' rules ([EventThrift]).
///
/// An event that repeats is written again with its new count; the last line of an event is the one that holds. The file
/// is bounded: rewritten with the last [#KEPT] events when it has twice as many lines. A line that cannot be read (a
/// crash tears the last one) is skipped. A disk that cannot be written costs nothing but durability: all that is in
/// memory is written as soon as it can be.
///
/// One writer; readers take a snapshot from any thread.
public final class EventLog {
    private static final String FILE = "events.jsonl";

    /// Events kept; a day of a busy fleet.
    static final int KEPT = 2000;

    private final Storage storage;
    private final EventThrift thrift;

    /// Least recently seen first. Its lock is never held while the disk is waited for.
    private final LinkedHashMap<Key, Event> events = new LinkedHashMap<>();

    private int lines;
    private boolean rewrite;
    /// What readers were given last; null when there are others since.
    private @Nullable List<Event> snapshot;
    private volatile @Nullable String problem;

    /// What makes two reports the same event.
    ///
    /// @param message empty for an aggregate, whose message is that of its newest part
    private record Key(Event.Type type, Reason reason, @Nullable AgentName object, boolean combined, String message) {
        static Key of(Event event) {
            boolean combined = event.message().startsWith(EventThrift.COMBINED);
            return new Key(event.type(), event.reason(), event.object(), combined, combined ? "" : event.message());
        }
    }

    private EventLog(Storage storage, Clock clock) {
        this.storage = storage;
        thrift = new EventThrift(clock);
    }

    /// Reads what is there. A file that cannot be read is set aside, and the log begins anew.
    public static EventLog open(Storage storage, Clock clock) {
        var log = new EventLog(storage, clock);
        log.load();
        return log;
    }

    /// Counts up, combines or drops what repeats too often, and writes the rest.
    ///
    /// @param told as they happened, each with count 1
    public synchronized void add(List<Event> told) {
        if (told.isEmpty()) {
            return;
        }
        var written = new ByteArrayOutputStream();
        int added = 0;
        synchronized (events) {
            for (var event : told) {
                var kept = thrift.admit(event);
                if (kept != null) {
                    written.writeBytes(line(count(kept)));
                    added++;
                }
            }
            while (events.size() > KEPT) {
                events.pollFirstEntry();
            }
            snapshot = null;
        }
        if (added > 0 || rewrite) {
            write(written.toByteArray(), added);
        }
    }

    /// Oldest first, by when each was last seen; immutable.
    public List<Event> events() {
        synchronized (events) {
            if (snapshot == null) {
                snapshot = List.copyOf(events.values());
            }
            return snapshot;
        }
    }

    /// Why the file lags behind or was not read, null while all is well.
    public @Nullable String problem() {
        return problem;
    }

    private Event count(Event event) {
        var key = Key.of(event);
        var known = events.remove(key);
        var counted = known == null
                ? event
                : new Event(
                        known.first(), event.last(), known.count() + event.count(), event.type(), event.reason(),
                        event.object(), event.message());
        events.put(key, counted);
        return counted;
    }

    private void write(byte[] written, int added) {
        try {
            if (rewrite || lines + added > 2 * KEPT) {
                // Set first: if this fails, nobody knows what the file holds.
                rewrite = true;
                var whole = new ByteArrayOutputStream();
                events.values().forEach(event -> whole.writeBytes(line(event)));
                storage.write(FILE, whole.toByteArray());
                lines = events.size();
            } else {
                rewrite = true;
                storage.append(FILE, written);
                lines += added;
            }
            rewrite = false;
            problem = null;
        } catch (IOException e) {
            problem = "cannot write " + FILE + ": " + e.getMessage();
        }
    }

    private static byte[] line(Event event) {
        var json = StateJson.write(event);
        var line = new byte[json.length + 1];
        System.arraycopy(json, 0, line, 0, json.length);
        line[json.length] = '\n';
        return line;
    }

    /// So that the next rewrite does not destroy what may be readable later.
    private String setAside() {
        try {
            storage.setAside(FILE);
            return "; it was set aside as " + FILE + ".corrupt";
        } catch (IOException e) {
            return ", nor set it aside: " + e.getMessage();
        }
    }

    private synchronized void load() {
        byte[] content;
        try {
            content = storage.read(FILE);
        } catch (IOException e) {
            rewrite = true;
            problem = "cannot read " + FILE + " (" + e.getMessage() + ")" + setAside();
            return;
        }
        if (content == null || content.length == 0) {
            return;
        }
        // What follows a torn line would be glued to it.
        rewrite = content[content.length - 1] != '\n';
        int end;
        for (int start = 0; start < content.length; start = end + 1) {
            end = lineEnd(content, start);
            if (end == start) {
                continue;
            }
            lines++;
            try {
                var ignored = new ArrayList<String>();
                var event = StateJson.read(Arrays.copyOfRange(content, start, end), Event.class, ignored);
                var key = Key.of(event);
                events.remove(key);
                events.put(key, event);
            } catch (JacksonException e) {
                rewrite = true;
            }
        }
        while (events.size() > KEPT) {
            events.pollFirstEntry();
        }
    }

    private static int lineEnd(byte[] content, int start) {
        int end = start;
        while (end < content.length && content[end] != '\n') {
            end++;
        }
        return end;
    }
}
