package dev.reconciler.sim;

import dev.reconciler.api.AgentName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the person who writes the manifests wants: the truth that the folder shows well or badly.
final class Fleet {
    private static final String COPY = "copy-of-it.yaml";

    private final FakeHost host;
    private final TreeMap<AgentName, Wish> wishes = new TreeMap<>();
    private final TreeMap<AgentName, String> files = new TreeMap<>();
    private final TreeMap<AgentName, Long> since = new TreeMap<>();
    private final TreeMap<AgentName, Wish> lastSeen = new TreeMap<>();
    private final TreeMap<AgentName, List<Wish>> earlier = new TreeMap<>();
    private final TreeMap<AgentName, Wish> onDisk = new TreeMap<>();
    /// Since when the folder names it no more, as a round knows that came to its end.
    private final TreeMap<AgentName, Long> goneSince = new TreeMap<>();
    private final TreeSet<AgentName> broken = new TreeSet<>();
    private List<AgentName> known = List.of();
    private AgentName twice;
    private boolean emptied;
    /// What [#since] was before all files vanished, as long as nobody looked.
    private TreeMap<AgentName, Long> unseen;
    private long badLook = -Duration.ofDays(1).toNanos();
    private long badLookOnDisk = badLook;
    private int largest;

    Fleet(FakeHost host) {
        this.host = host;
        host.folder.onLook = look -> looked();
        host.folder.onReplace = this::replaced;
    }

    private void looked() {
        unseen = null;
        if (opaque() || twice != null || empty()) {
            badLook = host.clock.lived();
        }
        for (var name : known()) {
            // Only a complete picture proves that a name is gone: what was there before stays in force while its file
            // may be one that cannot be read.
            if (!hidden(name) && (wish(name) != null || !incomplete())) {
                see(name, wish(name));
            }
        }
    }

    /// The daemon came to the end of a round.
    void roundEnded() {
        if (!host.storage.isFull()) {
            badLookOnDisk = badLook;
            // Once there is room all is written that was seen without any.
            onDisk.putAll(lastSeen);
            wishes.keySet().stream().filter(name -> !hidden(name)).forEach(goneSince::remove);
        }
    }

    /// What a daemon saw in a round that it did not survive, nobody remembers.
    void newDaemon() {
        badLook = badLookOnDisk;
    }

    /// With the state directory all that was seen is forgotten.
    void stateLost() {
        onDisk.clear();
    }

    private void see(AgentName name, Wish wish) {
        var before = lastSeen.put(name, wish);
        if (!Objects.equals(before, wish)) {
            earlier.computeIfAbsent(name, n -> new ArrayList<>()).add(before);
        }
        if (!host.storage.isFull()) {
            onDisk.put(name, wish);
        }
    }

    /// Null when nobody asks for it, or nobody can know what its file says.
    Wish wish(AgentName name) {
        return hidden(name) || emptied ? null : wishes.get(name);
    }

    /// What holds for it: the truth, or what the daemon last saw while that is hidden, and where a name is missing while a
    /// file is being written (seed 419485). Null when nobody asks for it.
    Wish inForce(AgentName name) {
        return hidden(name) || wish(name) == null && host.folder.isBusy() ? lastSeen.get(name) : wish(name);
    }

    /// What a new daemon may take to hold for it while it is hidden: what the old one saw last is lost when it had a
    /// full disk or was killed right then.
    List<Wish> remembered(AgentName name) {
        if (!hidden(name)) {
            return List.of();
        }
        var wishes = new ArrayList<>(earlier.getOrDefault(name, List.of()));
        wishes.add(onDisk.get(name));
        return wishes;
    }

    /// The folder does not say now whether it is wanted: its file cannot be read, or it may stand in one that cannot.
    boolean hidden(AgentName name) {
        if (name.equals(twice) && !emptied) {
            // Two that can be read hide each other; where one is broken, the other says it.
            return host.folder.isBlind() || !broken.contains(name) || host.folder.hides(COPY);
        }
        var file = emptied ? null : files.get(name);
        return host.folder.isBlind()
                || (file == null ? opaque() : broken.contains(name) || host.folder.hides(file));
    }

    /// Some file may hold any name.
    private boolean opaque() {
        return host.folder.isBlind() || host.folder.hasUnreadable() || !broken.isEmpty();
    }

    /// Anything in the folder that cannot be trusted.
    boolean incomplete() {
        return opaque() || host.folder.isBusy() || twice != null || empty();
    }

    boolean empty() {
        return emptied || wishes.isEmpty();
    }

    /// Some name stands in two files.
    boolean anyTwice() {
        return twice != null;
    }

    /// A person said delete: what its hidden file once said is in force no more.
    void deleted(AgentName name) {
        lastSeen.remove(name);
    }

    /// How long the truth about this name has not changed.
    Duration settled(AgentName name) {
        return Duration.ofNanos(host.clock.lived() - since.getOrDefault(name, 0L));
    }

    /// How long ago the daemon last saw a picture in which something may be missing.
    Duration sinceBadLook() {
        return Duration.ofNanos(host.clock.lived() - badLook);
    }

    /// The most agents there ever were.
    int largest() {
        return largest;
    }

    List<AgentName> names() {
        return List.copyOf(wishes.keySet());
    }

    Wish written(AgentName name) {
        return wishes.get(name);
    }

    /// Everything that ever was.
    List<AgentName> known() {
        // It only grows.
        if (known.size() < since.size()) {
            known = List.copyOf(since.keySet());
        }
        return known;
    }

    void put(Wish wish, String file) {
        if (!wish.equals(wishes.put(wish.name(), wish))) {
            changed(wish.name());
        }
        files.put(wish.name(), file);
        largest = Math.max(largest, wishes.size());
        render();
    }

    void edit(Wish wish) {
        put(wish, files.get(wish.name()));
    }

    void remove(AgentName name) {
        wishes.remove(name);
        files.remove(name);
        broken.remove(name);
        twice = name.equals(twice) ? null : twice;
        changed(name);
        // A return that nobody lived to write down is no return (seed 365651).
        since.put(name, goneSince.computeIfAbsent(name, n -> host.clock.lived()));
        render();
    }

    /// The same documents in other files: must not change anything.
    void move(AgentName name, String file) {
        files.put(name, file);
        render();
    }

    /// Breaks its document; the others in the file can still be read.
    void corrupt(AgentName name) {
        broken.add(name);
        render();
    }

    void twice(AgentName name, boolean is) {
        twice = is ? name : null;
        render();
    }

    /// All files vanish for a while, as in a failed mount.
    void emptied(boolean is) {
        emptied = is;
        if (is) {
            unseen = new TreeMap<>(since);
            names().forEach(this::changed);
        } else if (unseen != null) {
            since.putAll(unseen);
        } else {
            names().forEach(this::changed);
        }
        render();
    }

    /// Everything can be read again.
    void heal() {
        broken.clear();
        if (emptied) {
            emptied(false);
        }
        if (twice != null) {
            twice(twice, false);
        }
        host.folder.blind(null);
        host.folder.readable();
        host.folder.busy(null);
        render();
    }

    /// The daemon removed a document because a person said delete.
    private void replaced(String file) {
        var text = host.folder.text(file);
        if (file.equals(COPY)) {
            twice = null;
        }
        for (var name : List.copyOf(files.keySet())) {
            if (files.get(name).equals(file) && !broken.contains(name)
                    && (text == null || !text.contains(Wish.identity(name)))) {
                wishes.remove(name);
                lastSeen.remove(name);
                onDisk.remove(name);
                earlier.remove(name);
                files.remove(name);
                changed(name);
            }
        }
    }

    private void changed(AgentName name) {
        since.put(name, host.clock.lived());
    }

    private void render() {
        var texts = new TreeMap<String, List<String>>();
        if (!emptied) {
            files.forEach((name, file) -> texts.computeIfAbsent(file, f -> new ArrayList<>())
                    .add(broken.contains(name) ? "kind: Agent\n  spec: [\n" : wishes.get(name).yaml()));
            if (twice != null && wishes.containsKey(twice)) {
                texts.put(COPY, List.of(wishes.get(twice).yaml()));
            }
        }
        for (var file : host.folder.files().keySet()) {
            if (!texts.containsKey(file)) {
                host.folder.remove(file);
            }
        }
        texts.forEach((file, documents) -> {
            var text = String.join("---\n", documents);
            if (!text.equals(host.folder.text(file))) {
                host.folder.write(file, text);
            }
        });
    }
}
