package dev.reconciler.cli;

import dev.reconciler.observed.Inventory;
import dev.reconciler.observed.Inventory.Entry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Tmux servers as a table, as data, and one of them at length.
final class ServerTableView {
    private static final List<String> HEADERS =
            List.of("PID", "SOCKET", "STATE", "OWNER", "SESSIONS", "MEMORY", "AGE");
    private static final List<String> WIDE = List.of(
            "PID", "SOCKET", "STATE", "OWNER", "SESSIONS", "MEMORY", "PROGRAMS", "EVIDENCE", "AGE");

    private static final List<String> UNITS = List.of("Ki", "Mi", "Gi", "Ti");
    private static final int KILO = 1024;

    private ServerTableView() {}

    /// Pids as a person types them.
    static List<Long> servers(List<String> words) throws Failure {
        var pids = new ArrayList<Long>();
        for (var word : words) {
            var text = word.startsWith("server/") ? word.substring("server/".length()) : word;
            if (!text.matches("[1-9][0-9]{0,9}")) {
                throw Failure.of("\"" + word + "\" is no pid of a server; `reconciler get servers` lists them");
            }
            pids.add(Long.parseLong(text));
        }
        return pids;
    }

    static String print(List<Entry> entries, boolean wide, boolean headers) {
        var rows = new ArrayList<List<@Nullable String>>();
        for (var entry : entries) {
            var row = new ArrayList<@Nullable String>();
            row.add(entry.process() == null ? null : Long.toString(entry.process().pid()));
            row.add(entry.path());
            row.add(entry.state().toString());
            row.add(owner(entry));
            row.add(entry.process() == null ? null : Integer.toString(entry.sessions()));
            row.add(entry.process() == null ? null : bytes(entry.contents().memory()));
            if (wide) {
                row.add(entry.process() == null ? null : Integer.toString(entry.contents().programs().size()));
                row.add(entry.evidence());
            }
            row.add(entry.process() == null ? null : Ages.human(entry.contents().age()));
            rows.add(row);
        }
        return new Table(wide ? WIDE : HEADERS).print(rows, headers);
    }

    static String owner(Entry entry) {
        return switch (entry.owner()) {
            case Inventory.Owner.Managed(var namespace, var proof) -> "Managed(" + namespace + ")";
            case Inventory.Owner.Foreign() -> "Foreign";
        };
    }

    /// `512Ki`, `1.2Gi`.
    static String bytes(long bytes) {
        double value = (double) bytes / KILO;
        int unit = 0;
        while (value >= KILO && unit < UNITS.size() - 1) {
            value /= KILO;
            unit++;
        }
        return (value < 10 && unit > 0 ? Double.toString(Math.round(value * 10) / 10.0)
                : Long.toString(Math.round(value)))
                + UNITS.get(unit);
    }

    static String name(Entry entry) {
        return entry.process() == null ? "socket/" + entry.path() : "server/" + entry.process().pid();
    }

    static JsonNode object(Entry entry) {
        var object = JsonNodeFactory.instance.objectNode();
        object.put("kind", entry.process() == null ? "Socket" : "Server");
        if (entry.process() != null) {
            object.put("pid", entry.process().pid());
            object.put("startTime", entry.process().startTime());
        }
        if (entry.path() != null) {
            object.put("socket", entry.path());
        }
        object.put("state", entry.state().toString());
        object.put("owner", entry.owner() instanceof Inventory.Owner.Managed ? "Managed" : "Foreign");
        if (entry.owner() instanceof Inventory.Owner.Managed(var namespace, var proof)) {
            object.put("namespace", namespace);
            object.put("proof", proof);
        }
        object.put("evidence", entry.evidence());
        object.put("sessions", entry.sessions());
        object.put("memoryBytes", entry.contents().memory());
        object.put("ageSeconds", entry.contents().age().toSeconds());
        var programs = object.putArray("programs");
        for (var program : entry.contents().programs()) {
            var one = programs.addObject();
            one.put("pid", program.process().pid());
            one.put("session", "$" + program.session());
            one.put("pane", program.pane());
            one.put("command", program.command());
            one.put("workingDirectory", program.directory());
        }
        return object;
    }

    static JsonNode list(List<Entry> entries) {
        var list = JsonNodeFactory.instance.objectNode();
        list.put("apiVersion", "v1");
        var items = list.putArray("items");
        entries.forEach(entry -> items.add(object(entry)));
        list.put("kind", "List");
        return list;
    }

    /// For `describe`.
    static String describe(Entry entry) {
        var text = new StringBuilder();
        line(text, "Pid", entry.process() == null ? Table.NONE : Long.toString(entry.process().pid()));
        line(text, "Socket", entry.path() == null ? Table.NONE : entry.path());
        line(text, "State", entry.state().toString());
        line(text, "Evidence", entry.evidence());
        line(text, "Owner", owner(entry));
        if (entry.owner() instanceof Inventory.Owner.Managed(var namespace, var proof)) {
            line(text, "Proof", proof);
        }
        line(text, "Sessions", Integer.toString(entry.sessions()));
        line(text, "Memory", bytes(entry.contents().memory()));
        line(text, "Age", Ages.human(entry.contents().age()));
        if (entry.contents().programs().isEmpty()) {
            line(text, "Programs", Table.NONE);
        } else {
            text.append("Programs:\n");
            var rows = new ArrayList<List<@Nullable String>>();
            for (var program : entry.contents().programs()) {
                rows.add(List.of(
                        Long.toString(program.process().pid()), "$" + program.session(), program.pane(),
                        program.directory(), program.command()));
            }
            text.append(Table.section(List.of("PID", "SESSION", "PANE", "DIRECTORY", "COMMAND"), rows, 2));
        }
        if (entry.lost()) {
            line(text, "To do", "reconciler rescue " + (entry.process() == null ? "" : entry.process().pid()));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name)
                .append(':')
                .repeat(' ', Math.max(1, 12 - name.length()))
                .append(Text.plain(value))
                .append('\n');
    }
}
