package dev.reconciler.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class HistoryStoreTest {
    private final MemoryStorage disk = new MemoryStorage();
    private final HistoryStore store = new HistoryStore(disk);

    private static History without(History history, AgentName name) {
        var agents = new TreeMap<>(history.agents());
        agents.remove(name);
        return new History(history.fleet(), agents);
    }

    private static History with(History history, AgentHistory agent) {
        var agents = new TreeMap<>(history.agents());
        agents.put(agent.name(), agent);
        return new History(history.fleet(), agents);
    }

    private static String key(AgentName name) {
        return "agents/" + name + ".json";
    }

    @Test
    void what_was_saved_is_loaded_whatever_it_is() throws IOException {
        for (long seed = 0; seed < 300; seed++) {
            var storage = new MemoryStorage();
            var history = new RandomRecords(seed, seed % 3 == 0 ? 0 : 0.4).history((int) (seed % 5));
            var saved = new HistoryStore(storage).save(history);
            assertEquals(List.of(), saved.problems(), "seed " + seed);
            var loaded = new HistoryStore(storage).load();
            assertEquals(List.of(), loaded.problems(), "seed " + seed);
            assertEquals(history, loaded.history(), "seed " + seed);
            var again = new MemoryStorage();
            new HistoryStore(again).save(loaded.history());
            storage.files.forEach(
                    (key, content) -> assertEquals(new String(content), again.text(key),
                            "same input, same bytes: " + key));
        }
    }

    @Test
    void a_ledger_is_written_before_the_stop_that_it_counts_and_the_end_of_a_blindness_after_its_hold_downs()
            throws IOException {
        var before = new RandomRecords(1, 0.4).history(1);
        var agent = before.agents().firstEntry().getValue();
        var now = agent.createdAt();
        var blind = new History(before.fleet().blindSince(now), before.agents());
        store.save(without(blind, agent.name()));
        disk.effects.clear();
        var change = new AgentHistory.Change(agent.name(), agent.uid(), Reason.SpecRemoved, "", now);
        store.save(new History(blind.fleet().ledger(List.of(change)).blindSince(null), blind.agents()));
        assertEquals(
                List.of("write fleet.json", "write " + key(agent.name()), "write fleet.json"),
                disk.effects);
        store.load();
        disk.effects.clear();
        store.save(new History(blind.fleet().ledger(List.of()).blindSince(null), blind.agents()));
        assertEquals(List.of("write fleet.json"), disk.effects);
    }

    @Test
    void nothing_on_disk_is_an_empty_history() throws IOException {
        var loaded = store.load();
        assertTrue(loaded.history().agents().isEmpty());
        assertEquals(List.of(), loaded.problems());
    }

    @Test
    void only_what_changed_is_written_and_what_vanished_is_removed() throws IOException {
        var history = new RandomRecords(1, 0.4).history(4);
        var names = new ArrayList<>(history.agents().keySet());
        store.save(history);
        assertEquals(5, disk.takeEffects().size());
        store.save(history);
        assertEquals(List.of(), disk.takeEffects());

        var reopened = new HistoryStore(disk);
        var loaded = reopened.load().history();
        var changed = new RandomRecords(2, 0.4).agent();
        var renamed = rename(changed, names.get(1));
        reopened.save(without(with(loaded, renamed), names.get(2)));
        assertEquals(List.of("write " + key(names.get(1)), "delete " + key(names.get(2))), disk.takeEffects());
        assertEquals(Set.of(names.get(0), names.get(1), names.get(3)),
                new HistoryStore(disk).load().history().agents().keySet());
    }

    private static AgentHistory rename(AgentHistory agent, AgentName name) {
        var tree = (ObjectNode) JsonMapper.shared().readTree(StateJson.write(agent));
        tree.put("name", name.toString());
        return StateJson.read(JsonMapper.shared().writeValueAsBytes(tree), AgentHistory.class, new ArrayList<>());
    }

    @Test
    void a_full_disk_is_said_and_made_good_with_the_next_save() throws IOException {
        var before = new RandomRecords(3, 0.4).history(3);
        store.save(before);
        var names = new ArrayList<>(before.agents().keySet());
        var after = without(with(before, rename(new RandomRecords(4, 0.4).agent(), names.get(0))), names.get(1));
        disk.full = true;
        var saved = store.save(after);
        assertEquals(names.subList(0, 2), List.copyOf(saved.unwritten()));
        assertFalse(saved.durable(names.get(0)));
        assertTrue(saved.durable(names.get(2)));
        assertTrue(saved.fleetWritten());
        assertEquals(
                List.of(
                        "cannot write " + key(names.get(0)) + ": No space left on device",
                        "cannot remove " + key(names.get(1)) + ": No space left on device"),
                saved.problems());
        assertEquals(before, new HistoryStore(disk).load().history());

        disk.full = false;
        saved = store.save(after);
        assertEquals(List.of(), saved.problems());
        assertTrue(saved.unwritten().isEmpty());
        assertEquals(after, new HistoryStore(disk).load().history());
    }

    @Test
    void after_a_failed_write_even_the_old_content_is_written_again_because_nobody_knows_what_is_there() {
        var before = new RandomRecords(5, 0.4).history(1);
        var name = before.agents().firstKey();
        store.save(before);
        disk.full = true;
        store.save(with(before, rename(new RandomRecords(6, 0.4).agent(), name)));
        disk.full = false;
        disk.takeEffects();
        store.save(before);
        assertEquals(List.of("write " + key(name)), disk.takeEffects());
    }

    @Test
    void an_agent_whose_file_may_be_there_is_removed_when_it_is_forgotten() {
        var history = new RandomRecords(13, 0.4).history(1);
        var name = history.agents().firstKey();
        disk.full = true;
        store.save(history);
        disk.full = false;
        disk.takeEffects();
        store.save(without(history, name));
        assertTrue(disk.takeEffects().contains("delete " + key(name)));
    }

    @Test
    void the_ledger_is_known_to_be_unwritten_when_it_is() {
        disk.full = true;
        assertFalse(store.save(new RandomRecords(7, 0).history(0)).fleetWritten());
        disk.full = false;
        assertTrue(store.save(new RandomRecords(7, 0).history(0)).fleetWritten());
    }

    @Test
    void a_file_that_cannot_be_understood_is_set_aside_and_reported_and_the_others_are_read() throws IOException {
        var history = new RandomRecords(8, 0.4).history(6);
        store.save(history);
        var names = new ArrayList<>(history.agents().keySet());
        var torn = disk.text(key(names.get(0)));
        disk.put(key(names.get(0)), torn.substring(0, torn.length() / 2));
        disk.put(key(names.get(1)), "");
        disk.put(key(names.get(2)), "null");
        disk.put(key(names.get(3)), "{\"na\0");
        disk.put(key(names.get(4)), disk.text(key(names.get(5))));
        var loaded = new HistoryStore(disk).load();
        assertEquals(Set.of(names.get(5)), loaded.history().agents().keySet());
        assertEquals(5, loaded.problems().size(), loaded.problems()::toString);
        for (int i = 0; i < 5; i++) {
            assertTrue(loaded.problems().get(i).startsWith(key(names.get(i)) + " cannot be understood ("),
                    loaded.problems().get(i));
            assertFalse(loaded.problems().get(i).contains("\n"), loaded.problems().get(i));
            assertTrue(disk.files.containsKey(key(names.get(i)) + ".corrupt"));
            assertFalse(disk.files.containsKey(key(names.get(i))));
        }
        assertEquals(List.of(), new HistoryStore(disk).load().problems());
    }

    @Test
    void a_damaged_fleet_file_costs_no_agent() throws IOException {
        var history = new RandomRecords(9, 0.4).history(2);
        store.save(history);
        disk.put("fleet.json", "]");
        var loaded = new HistoryStore(disk).load();
        assertEquals(history.agents(), loaded.history().agents());
        assertEquals(0, loaded.history().fleet().quietSize());
        assertEquals(1, loaded.problems().size());
    }

    @Test
    void a_state_directory_that_cannot_be_listed_is_never_taken_for_an_empty_one() {
        disk.blind = true;
        assertThrows(IOException.class, store::load);
    }

    @Test
    void a_file_of_a_newer_version_is_read_as_far_as_it_is_known() throws IOException {
        var agent = new RandomRecords(10, 0).agent();
        var tree = (ObjectNode) JsonMapper.shared().readTree(StateJson.write(agent));
        tree.put("fromTheFuture", 1);
        ((ObjectNode) tree.get("run")).putObject("promptReceipt").put("at", 5);
        ((ObjectNode) tree.get("next")).put("reason", "FromTheFuture");
        ((ObjectNode) tree.get("last")).put("by", "FromTheFuture").put("exit", "evaporated");
        disk.put(key(agent.name()), tree.toString());
        var loaded = store.load();
        var read = loaded.history().agents().get(agent.name());
        assertEquals(agent.run(), read.run());
        assertEquals(null, read.next());
        assertEquals(null, read.last().by());
        assertEquals(new Exit.Unseen(), read.last().exit());
        assertEquals(
                List.of(key(agent.name()) + ": next.reason is missing or unknown: next is ignored"), loaded.problems());
    }

    @Test
    void an_older_file_that_lacks_any_one_field_is_still_read() throws IOException {
        var agent = new RandomRecords(11, 0).agent();
        var whole = JsonMapper.shared().readTree(StateJson.write(agent));
        var paths = new ArrayList<List<String>>();
        collect(whole, List.of(), paths);
        assertTrue(paths.size() > 60, "too few fields: " + paths.size());
        SortedSet<String> lost = new TreeSet<>();
        for (var path : paths) {
            var cut = whole.deepCopy();
            var parent = cut;
            for (var step : path.subList(0, path.size() - 1)) {
                parent = parent.isArray() ? parent.get(Integer.parseInt(step)) : parent.get(step);
            }
            ((ObjectNode) parent).remove(path.getLast());
            disk.files.clear();
            disk.put(key(agent.name()), cut.toString());
            if (new HistoryStore(disk).load().history().agents().isEmpty()) {
                lost.add(String.join(".", path));
            }
        }
        assertEquals(
                Set.of("name", "createdAt", "createdAt.wall"), lost, "without these alone a record means nothing");
    }

    private static void collect(JsonNode node, List<String> path, List<List<String>> paths) {
        if (node instanceof ObjectNode object) {
            object.forEachEntry((name, child) -> {
                var deeper = new ArrayList<>(path);
                deeper.add(name);
                paths.add(deeper);
                collect(child, deeper, paths);
            });
        }
        if (node instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                var deeper = new ArrayList<>(path);
                deeper.add(Integer.toString(i));
                collect(list.get(i), deeper, paths);
            }
        }
    }

    @Test
    void an_approval_of_an_unknown_kind_is_forgotten_alone() throws IOException {
        var history = new RandomRecords(12, 0).history(0);
        store.save(history);
        var reason = history.fleet().approvals().getFirst().reason();
        var tree = (ObjectNode) JsonMapper.shared().readTree(disk.text("fleet.json"));
        ((ObjectNode) tree.get("approvals").get(0)).put("reason", "X" + Reason.valueOf(reason.name()));
        disk.put("fleet.json", tree.toString());
        var loaded = new HistoryStore(disk).load();
        assertEquals(history.fleet().approvals().size() - 1, loaded.history().fleet().approvals().size());
        assertEquals(history.fleet().ledger(), loaded.history().fleet().ledger());
    }
}
