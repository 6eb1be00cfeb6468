package dev.reconciler.cli;

import dev.reconciler.controller.Access;
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
        })
final class DescribeVerb implements Verb {
    @Mixin
    private Namespaced namespaced = new Namespaced();

    @Parameters(paramLabel = "agent [NAME]", arity = "0..*", description = "The kind, and names: all without.")
    private List<String> words = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal {
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
}
