package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.observed.ScopeInventory;
import dev.reconciler.observed.ScopeInventory.Entry;
import dev.reconciler.observed.ScopeInventory.Owner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// `get scopes`: the systemd units that hold servers and runs, and those that tmux made.
record ScopesList(Call call, Format format, boolean headers) {
    private static final List<String> HEADERS = List.of("NAME", "STATE", "OWNER", "PROCESSES", "AGE");
    private static final List<String> WIDE =
            List.of("NAME", "STATE", "OWNER", "PROCESSES", "LIMITS", "EVIDENCE", "AGE");

    /// @param names of units, empty for all
    int run(List<String> names, boolean watch) throws Failure, Access.Refusal {
        if (watch) {
            throw Failure.of("scopes cannot be watched; `watch reconciler get scopes` looks again and again");
        }
        var inventory = call.access().scopes();
        var missing = new ArrayList<>(names);
        var chosen = new ArrayList<Entry>();
        for (var entry : inventory.entries()) {
            if (names.isEmpty() || missing.remove(entry.unit())) {
                chosen.add(entry);
            }
        }
        switch (format) {
            case Format.Default(),Format.Wide() -> {
                if (!chosen.isEmpty()) {
                    call.out().print(table(chosen, format instanceof Format.Wide));
                } else if (missing.isEmpty() && inventory.trouble().isEmpty()) {
                    call.err().println("No resources found");
                }
            }
            case Format.Name() -> chosen.forEach(entry -> call.out().println("scope/" + Text.plain(entry.unit())));
            case Format.Data data -> call.out()
                    .print(data.print(
                            names.size() == 1 && chosen.size() == 1 ? object(chosen.getFirst()) : list(chosen)));
        }
        if (!inventory.trouble().isEmpty()) {
            call.err().println(Text.plain("No units: " + inventory.trouble()));
        }
        if (!missing.isEmpty()) {
            throw Failure.notFound("scopes", missing);
        }
        return 0;
    }

    private String table(List<Entry> entries, boolean wide) {
        var rows = new ArrayList<List<@Nullable String>>();
        for (var entry : entries) {
            var row = new ArrayList<@Nullable String>();
            row.add(entry.unit());
            row.add(entry.state().toString());
            row.add(owner(entry.owner()));
            row.add(Integer.toString(entry.processes().size()));
            if (wide) {
                row.add(entry.limits().isEmpty() ? null : String.join(",", entry.limits()));
                row.add(entry.evidence());
            }
            row.add(entry.age() == null ? null : Ages.human(entry.age()));
            rows.add(row);
        }
        return new Table(wide ? WIDE : HEADERS).print(rows, headers);
    }

    private static String owner(Owner owner) {
        return switch (owner) {
            case Owner.Run(var run) -> "agent/" + run.name().name()
                    + (run.name().namespace().equals("default") ? "" : "(" + run.name().namespace() + ")");
            case Owner.Server(var namespace) -> "Managed(" + namespace + ")";
            case Owner.OurTmux() -> "Managed";
            case Owner.Foreign() -> "Foreign";
        };
    }

    private static JsonNode object(Entry entry) {
        var object = JsonNodeFactory.instance.objectNode();
        object.put("kind", "Scope");
        object.put("name", entry.unit());
        object.put("state", entry.state().toString());
        object.put("owner", entry.owner().managed() ? "Managed" : "Foreign");
        switch (entry.owner()) {
            case Owner.Run(var run) -> {
                object.put("namespace", run.name().namespace());
                object.put("agent", run.name().name());
                object.put("run", run.id().toString());
            }
            case Owner.Server(var namespace) -> object.put("namespace", namespace);
            case Owner.OurTmux() -> {}
            case Owner.Foreign() -> {}
        }
        object.put("evidence", entry.evidence());
        if (entry.age() != null) {
            object.put("ageSeconds", entry.age().toSeconds());
        }
        var limits = object.putArray("limits");
        entry.limits().forEach(limits::add);
        var processes = object.putArray("processes");
        entry.processes().forEach(processes::add);
        return object;
    }

    private static JsonNode list(List<Entry> entries) {
        var list = JsonNodeFactory.instance.objectNode();
        list.put("apiVersion", "v1");
        var items = list.putArray("items");
        entries.forEach(entry -> items.add(object(entry)));
        list.put("kind", "List");
        return list;
    }
}
