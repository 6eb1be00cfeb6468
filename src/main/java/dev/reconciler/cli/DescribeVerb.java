package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.observed.Inventory;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `describe agent NAME`: everything, with the evidence and the events.
@Command(
        name = "describe",
        description = "Everything about an agent: spec, state, evidence, events.",
        footer = {
            "",
            "Examples:",
            "  reconciler describe agent ada",
            "  reconciler describe agents -l team=site",
            "  reconciler describe server 4711             # a tmux server: what is in it, also of a ghost",
        })
final class DescribeVerb implements Verb {
    @Mixin
    private Namespaced namespaced = new Namespaced();

    @Parameters(paramLabel = "agent [NAME]", arity = "0..*", description = "The kind, and names: all without.")
    private List<String> words = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal {
        if (Kind.isServers(words)) {
            return servers(call, Kind.servers(words));
        }
        var names = Kind.names(words);
        namespaced.checkNames(names);
        var access = call.access();
        var view = access.view();
        var missing = new ArrayList<String>();
        var texts = new ArrayList<String>();
        if (names.isEmpty()) {
            namespaced.select(view).values().forEach(s -> texts.add(new Description(access, view, s).text()));
            if (texts.isEmpty()) {
                call.err().println(namespaced.nothingFound());
            }
        }
        for (var name : names) {
            var status = namespaced.find(view, name);
            if (status == null) {
                missing.add(name);
            } else {
                texts.add(new Description(access, view, status).text());
            }
        }
        call.out().print(String.join("\n\n", texts));
        if (!missing.isEmpty()) {
            throw Failure.notFound(missing);
        }
        return 0;
    }

    private static int servers(Call call, List<Long> pids) throws Failure, Access.Refusal {
        var inventory = call.access().servers(Inventory.Witness.Proc, true);
        var texts = new ArrayList<String>();
        var missing = new ArrayList<String>();
        if (pids.isEmpty()) {
            inventory.entries().forEach(entry -> texts.add(ServerTableView.describe(entry)));
        }
        for (var pid : pids) {
            var entry = inventory.find(pid);
            if (entry == null) {
                missing.add(Long.toString(pid));
            } else {
                texts.add(ServerTableView.describe(entry));
            }
        }
        call.out().print(String.join("\n\n", texts));
        if (!missing.isEmpty()) {
            throw Failure.notFound("servers", missing);
        }
        return 0;
    }
}
