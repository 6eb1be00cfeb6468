package dev.reconciler.status;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import dev.reconciler.host.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// History on disk: one file for each agent, `agents/<namespace>/<name>.json`, and `fleet.json`. One writer.
///
/// A disk that refuses to be written never stops supervision: what is not on disk is said, remembered, and written with
/// the next save.
public final class HistoryStore {
    private static final String AGENTS = "agents/";
    private static final String FLEET = "fleet.json";
    private static final String JSON = ".json";

    private final Storage storage;

    /// What the disk holds, as far as that is certain.
    private final TreeMap<AgentName, AgentHistory> onDisk = new TreeMap<>();

    /// Files whose last write or removal failed: they hold the old content, the new one, or nothing.
    private final Set<AgentName> uncertain = new HashSet<>();

    private AgentHistory.@Nullable Fleet fleetOnDisk;

    public HistoryStore(Storage storage) {
        this.storage = storage;
    }

    /// @param problems files that could not be understood and were set aside, and parts of files that were ignored; a
    ///     sentence each, sorted by file
    public record Loaded(History history, List<String> problems) {}

    /// @param unwritten agents whose file does not hold what was to be saved (or is still there though they are
    ///     forgotten): nothing destructive may rest on their record yet
    /// @param fleetWritten whether the ledger, the approvals and the servers are on disk
    /// @param problems a sentence for each failed file
    public record Saved(SortedSet<AgentName> unwritten, boolean fleetWritten, List<String> problems) {
        /// Whether all of it is on disk.
        public boolean whole() {
            return fleetWritten && unwritten.isEmpty();
        }

        public boolean durable(AgentName name) {
            return !unwritten.contains(name);
        }
    }

    /// Reads all files. One that cannot be read or understood is set aside as `.corrupt` and reported; its agent is then
    /// not in the history, and the world is read instead.
    ///
    /// @throws IOException when the state directory cannot be listed: then nothing is known, and nobody may go on as if
    ///     there were no history
    public Loaded load() throws IOException {
        var problems = new ArrayList<String>();
        onDisk.clear();
        uncertain.clear();
        for (var key : storage.list(AGENTS)) {
            if (key.endsWith(JSON)) {
                var agent = read(key, AgentHistory.class, problems);
                if (agent != null && key.equals(key(agent.name()))) {
                    onDisk.put(agent.name(), agent);
                } else if (agent != null) {
                    setAside(key, "it is about " + agent.name(), problems);
                }
            }
        }
        fleetOnDisk = read(FLEET, AgentHistory.Fleet.class, problems);
        var fleet = fleetOnDisk == null
                ? new AgentHistory.Fleet(0, List.of(), List.of(), Collections.emptySortedMap())
                : fleetOnDisk;
        SortedMap<AgentName, AgentHistory> agents = new TreeMap<>(onDisk);
        return new Loaded(new History(fleet, Collections.unmodifiableSortedMap(agents)), List.copyOf(problems));
    }

    /// Writes the files that differ from what the disk holds, and removes those of agents that are gone. Never throws
    /// for a disk's sake.
    public Saved save(History history) {
        var problems = new ArrayList<String>();
        var unwritten = new TreeSet<AgentName>();
        // A daemon may die between any two: the ledger is there before the decisions that it counts, the end of a blindness
        // after the hold-downs that begin anew with it.
        var fleet = history.fleet();
        if (fleetOnDisk != null && !fleet.ledger().equals(fleetOnDisk.ledger())) {
            saveFleet(fleet.blindSince(fleetOnDisk.blindSince()), problems);
        }
        var contents = new TreeMap<String, byte[]>();
        history.agents().forEach((name, agent) -> {
            if (uncertain.contains(name) || !agent.equals(onDisk.get(name))) {
                contents.put(key(name), StateJson.write(agent));
            }
        });
        boolean written = attempt(contents, problems);
        history.agents().forEach((name, agent) -> {
            if (contents.containsKey(key(name))) {
                note(name, agent, written, unwritten);
            }
        });
        var gone = new TreeSet<>(onDisk.keySet());
        gone.addAll(uncertain);
        gone.removeAll(history.agents().keySet());
        for (var name : gone) {
            note(name, null, attempt(key(name), null, problems), unwritten);
        }
        saveFleet(fleet, problems);
        return new Saved(
                Collections.unmodifiableSortedSet(unwritten),
                fleet.equals(fleetOnDisk),
                List.copyOf(problems));
    }

    private void saveFleet(AgentHistory.Fleet fleet, List<String> problems) {
        if (!fleet.equals(fleetOnDisk)) {
            fleetOnDisk = attempt(FLEET, fleet, problems) ? fleet : null;
        }
    }

    /// Does what the storage could put off.
    ///
    /// @return how many files it was about
    /// @throws IOException when a part of it failed, which is on disk all the same
    public int settle() throws IOException {
        return storage.settle();
    }

    private void note(AgentName name, @Nullable AgentHistory agent, boolean done, Set<AgentName> unwritten) {
        if (!done) {
            uncertain.add(name);
            unwritten.add(name);
            return;
        }
        uncertain.remove(name);
        if (agent == null) {
            onDisk.remove(name);
        } else {
            onDisk.put(name, agent);
        }
    }

    private boolean attempt(SortedMap<String, byte[]> contents, List<String> problems) {
        try {
            storage.writeAll(contents);
            return true;
        } catch (IOException e) {
            int more = contents.size() - 1;
            problems.add("cannot write " + contents.firstKey() + (more == 0 ? "" : " and " + more + " more") + ": "
                    + e.getMessage());
            return false;
        }
    }

    /// @param content null removes the file
    private boolean attempt(String key, @Nullable Record content, List<String> problems) {
        try {
            if (content == null) {
                storage.delete(key);
            } else {
                storage.write(key, StateJson.write(content));
            }
            return true;
        } catch (IOException e) {
            problems.add("cannot " + (content == null ? "remove " : "write ") + key + ": " + e.getMessage());
            return false;
        }
    }

    private <T extends Record> @Nullable T read(String key, Class<T> type, List<String> problems) {
        try {
            var content = storage.read(key);
            if (content == null) {
                return null;
            }
            var ignored = new ArrayList<String>();
            var record = StateJson.read(content, type, ignored);
            ignored.forEach(p -> problems.add(key + ": " + p));
            return record;
        } catch (JacksonException e) {
            setAside(key, e.getOriginalMessage(), problems);
        } catch (IOException e) {
            setAside(key, e.getMessage(), problems);
        }
        return null;
    }

    private void setAside(String key, @Nullable String why, List<String> problems) {
        try {
            storage.setAside(key);
            problems.add(key + " cannot be understood (" + why + ") and was set aside as " + key + ".corrupt");
        } catch (IOException e) {
            problems.add(key + " cannot be understood (" + why + ") nor set aside (" + e.getMessage() + ")");
        }
    }

    private static String key(AgentName name) {
        return AGENTS + name.namespace() + "/" + name.name() + JSON;
    }
}
