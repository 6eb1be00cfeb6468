package dev.reconciler.desired;

import dev.reconciler.api.Moment;
import dev.reconciler.host.Folder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The files of a folder as they were last read, each once for what it says and for what its folder's Defaults say.
///
/// Defaults whose file cannot be read are not known: their agents are broken then, and keep what they have. Those whose
/// file is gone count for [Tracker#SETTLE] more: many editors save by taking a file away and writing another one.
final class Library {
    /// Read sooner than others are told to help: about 0.2 ms each.
    private static final int FEW = 8;

    private final Models models;
    private final UnaryOperator<String> folderOf;
    private final Set<String> beside;
    private final Map<String, Held> files = new HashMap<>();
    /// Files whose writers have not finished, read already: mostly nothing more comes.
    private Map<String, Held> ahead = Map.of();
    private final SortedMap<String, Gone> gone = new TreeMap<>();
    private SortedMap<String, List<ParsedFile.Document>> shared = new TreeMap<>();
    private SortedMap<String, List<DefaultsDocument>> believed = new TreeMap<>();
    private Folders folders = Folders.NONE;

    /// One file.
    ///
    /// @param bytes null when it could not be read
    /// @param given what its agents were given when it was read
    /// @param parsed null while it is to be read
    /// @param defaults it holds Defaults, or did when it could last be read
    private record Held(
            byte @Nullable [] bytes, FolderDefaults given, @Nullable ParsedFile parsed, boolean defaults) {}

    /// The Defaults of a file that is gone.
    ///
    /// @param documents none when they could not be read
    private record Gone(List<DefaultsDocument> documents, Moment since) {
        boolean isOver(Moment now) {
            return now.reached(since.plus(Tracker.SETTLE));
        }
    }

    Library(Models models) {
        this(models, Folders::parent, Set.of());
    }

    /// @param folderOf as [Folders#of] wants it
    /// @param beside files of which only the Defaults count
    Library(Models models, UnaryOperator<String> folderOf, Set<String> beside) {
        this.models = models;
        this.folderOf = folderOf;
        this.beside = beside;
    }

    /// True when a file says anything else than before.
    boolean takeIn(SortedMap<String, Folder.File> seen, Moment now) {
        boolean changed = false;
        int held = 0;
        var unfinished = new HashMap<String, Held>();
        for (var entry : seen.entrySet()) {
            switch (entry.getValue()) {
                case Folder.File.Content(byte[] bytes, boolean quiet) -> {
                    if (!isHeld(entry.getKey(), bytes)) {
                        var found = new Held(bytes, FolderDefaults.NONE, null, hadDefaults(entry.getKey()));
                        if (quiet) {
                            files.put(entry.getKey(), found);
                            gone.remove(entry.getKey());
                            changed = true;
                        } else if (!found.defaults && !mentions(found)) {
                            unfinished.put(entry.getKey(), found);
                        }
                    }
                }
                case Folder.File.Unreadable(String why) -> changed |= refuse(entry.getKey(), why);
            }
            held += files.containsKey(entry.getKey()) ? 1 : 0;
        }
        if (held < files.size()) {
            drop(seen.keySet(), now);
            changed = true;
        }
        changed |= gone.entrySet()
                .removeIf(e -> !seen.containsKey(e.getKey()) && e.getValue().isOver(now));
        if (changed) {
            read();
        }
        ahead = read(unfinished.entrySet());
        return changed;
    }

    /// When a file that is gone is to be looked for again; null: none is.
    @Nullable
    Moment again() {
        Moment first = null;
        for (var file : gone.values()) {
            first = Moment.earlier(first, file.since.plus(Tracker.SETTLE));
        }
        return first;
    }

    Picture picture() {
        var parsed = new TreeMap<String, ParsedFile>();
        files.forEach((file, held) -> {
            if (held.parsed != null) {
                parsed.put(file, held.parsed);
            }
        });
        return Picture.of(parsed, folders);
    }

    private boolean hadDefaults(String file) {
        var held = files.get(file);
        return held != null && held.defaults || gone.containsKey(file);
    }

    private boolean isHeld(String file, byte[] bytes) {
        var held = files.get(file);
        if (held == null || held.bytes == bytes) {
            return held != null;
        }
        boolean same = Arrays.equals(held.bytes, bytes);
        if (same) {
            files.put(file, new Held(bytes, held.given, held.parsed, held.defaults));
        }
        return same;
    }

    private boolean refuse(String file, String why) {
        boolean defaults = hadDefaults(file);
        var parsed = lost(ParsedFile.unreadable(FieldError.ofFile(file, why)), defaults);
        gone.remove(file);
        var before = files.put(file, new Held(null, FolderDefaults.NONE, parsed, defaults));
        return before == null || !parsed.equals(before.parsed);
    }

    private void drop(Collection<String> seen, Moment now) {
        files.entrySet().removeIf(e -> {
            var held = e.getValue();
            if (seen.contains(e.getKey())) {
                return false;
            }
            var documents = held.parsed == null ? List.<DefaultsDocument>of() : held.parsed.defaults();
            if (held.defaults) {
                gone.putIfAbsent(e.getKey(), new Gone(documents, now));
            }
            // What is not known of them goes on being not known.
            var since = gone.get(e.getKey());
            return since == null || !documents.isEmpty() || since.isOver(now);
        });
    }

    /// What is new, and what is given something else than when it was read. Files with Defaults come first, so that
    /// all others are read once.
    private void read() {
        files.entrySet()
                .stream()
                .filter(e -> e.getValue().parsed == null && mentions(e.getValue()))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(file -> files.computeIfPresent(file, (name, held) -> read(name, held)));
        while (true) {
            var found = new TreeMap<String, List<ParsedFile.Document>>();
            files.forEach((file, held) -> {
                var documents = held.parsed == null ? List.<ParsedFile.Document>of() : defaults(held.parsed);
                if (!documents.isEmpty()) {
                    found.put(file, documents);
                }
            });
            var still = documents(gone);
            if (!found.equals(shared) || !still.equals(believed)) {
                shared = found;
                believed = still;
                folders = Folders.of(found, still, folderOf);
            }
            var stale = files.entrySet().stream().filter(e -> isStale(e.getKey(), e.getValue())).toList();
            if (stale.isEmpty()) {
                return;
            }
            files.putAll(read(stale));
        }
    }

    /// On all cores, unless there are few: a new folder is read whole before anything of it begins.
    private Map<String, Held> read(Collection<Map.Entry<String, Held>> some) {
        return (some.size() > FEW ? some.parallelStream() : some.stream())
                .collect(Collectors.toConcurrentMap(Map.Entry::getKey, e -> read(e.getKey(), e.getValue())));
    }

    private static boolean mentions(Held held) {
        return held.bytes != null && Reader.mentionsDefaults(held.bytes);
    }

    private boolean isStale(String file, Held held) {
        if (held.parsed == null) {
            return true;
        }
        var given = folders.of(file);
        return held.bytes != null && held.given != given && !held.given.equals(given);
    }

    private Held read(String file, Held held) {
        if (held.bytes == null) {
            return held;
        }
        var given = folders.of(file);
        var before = ahead.get(file);
        if (before != null && !held.defaults && before.given.equals(given) && Arrays.equals(before.bytes, held.bytes)) {
            return before;
        }
        var parsed = beside.contains(file)
                ? Reader.defaults(file, held.bytes, models)
                : lost(Reader.read(file, held.bytes, models, _ -> given), held.defaults);
        return new Held(held.bytes, given, parsed, !defaults(parsed).isEmpty());
    }

    /// What a file that had Defaults says of them when it cannot be told: that they are not known.
    private static ParsedFile lost(ParsedFile parsed, boolean defaults) {
        if (defaults && defaults(parsed).isEmpty()) {
            for (var document : parsed.documents()) {
                if (document instanceof ParsedFile.Bad(var name, _, var first) && name == null) {
                    var documents = new ArrayList<>(parsed.documents());
                    documents.add(new ParsedFile.BadDefaults(first));
                    return new ParsedFile(List.copyOf(documents), parsed.errors());
                }
            }
        }
        return parsed;
    }

    private static List<ParsedFile.Document> defaults(ParsedFile parsed) {
        return parsed.documents()
                .stream()
                .filter(d -> d instanceof ParsedFile.GoodDefaults || d instanceof ParsedFile.BadDefaults)
                .toList();
    }

    private static SortedMap<String, List<DefaultsDocument>> documents(SortedMap<String, Gone> gone) {
        var documents = new TreeMap<String, List<DefaultsDocument>>();
        gone.forEach((file, held) -> documents.put(file, held.documents));
        return documents;
    }
}
