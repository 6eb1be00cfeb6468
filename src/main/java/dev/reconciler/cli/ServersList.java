package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.observed.Inventory;
import dev.reconciler.observed.Inventory.Entry;
import java.util.ArrayList;
import java.util.List;

/// `get servers`.
record ServersList(Call call, Format format, String given, boolean headers) {
    int run(List<Long> pids, boolean watch) throws Failure, Access.Refusal {
        if (watch) {
            throw Failure.of("servers cannot be watched; `watch reconciler get servers` looks again and again");
        }
        var inventory = call.access().servers(witness(), true);
        var chosen = new ArrayList<Entry>();
        var missing = new ArrayList<String>();
        if (pids.isEmpty()) {
            chosen.addAll(inventory.entries());
        }
        for (var pid : pids) {
            var entry = inventory.find(pid);
            if (entry == null) {
                missing.add(Long.toString(pid));
            } else {
                chosen.add(entry);
            }
        }
        switch (format) {
            case Format.Default(),Format.Wide() -> {
                if (chosen.isEmpty() && missing.isEmpty()) {
                    call.err().println("No resources found");
                } else if (!chosen.isEmpty()) {
                    call.out().print(ServerTableView.print(chosen, format instanceof Format.Wide, headers));
                }
            }
            case Format.Name() -> chosen.forEach(e -> call.out().println(Text.plain(ServerTableView.name(e))));
            case Format.Data data -> call.out()
                    .print(data.print(
                            pids.size() == 1 && chosen.size() == 1
                                    ? ServerTableView.object(chosen.getFirst())
                                    : ServerTableView.list(chosen)));
        }
        inventory.blind().forEach(what -> call.err().println(Text.plain("could not look everywhere: " + what)));
        if (!missing.isEmpty()) {
            throw Failure.notFound("servers", missing);
        }
        return 0;
    }

    private Inventory.Witness witness() throws Failure {
        return switch (given) {
            case "proc" -> Inventory.Witness.Proc;
            case "lsof" -> Inventory.Witness.Lsof;
            case "both" -> Inventory.Witness.Both;
            default -> throw Failure.of("--witness must be lsof, proc or both, not \"" + given + "\"");
        };
    }
}
