package dev.reconciler.cli;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.controller.Access;
import dev.reconciler.plan.Action;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `approve`: allows exactly what is held back now for being too much at once.
@Command(
        name = "approve",
        description = "Allow what is held back because too much of the fleet would stop at once.",
        footer = {
            "",
            "It allows exactly the changes it prints: what comes later waits again.",
            "",
            "Examples:",
            "  reconciler diff             # see what waits",
            "  reconciler approve          # allow all of it",
            "  reconciler approve ada bob  # allow these, wait with the rest",
        })
final class ApproveVerb implements Verb {
    @Option(names = {"-n", "--namespace"}, paramLabel = "NAMESPACE", description = "The namespace (default: default).")
    private String namespace = AgentName.DEFAULT_NAMESPACE;

    @Option(names = "--all", description = "All that waits, in all namespaces; the same as no names.")
    private boolean all;

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "Names of agents, or agent/NAME.")
    private List<String> words = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal {
        if (all && !words.isEmpty()) {
            throw Failure.of("--all and names exclude each other");
        }
        var access = call.access();
        var view = access.view();
        var waiting = view.plan()
                .awaitingApproval()
                .stream()
                .map(AgentHistory.Change::name)
                .distinct()
                .toList();
        var chosen = new ArrayList<AgentName>();
        for (var word : words) {
            var plain = word.indexOf('/') < 0 ? word : Kind.names(List.of(word)).getFirst();
            chosen.add(waiting.stream()
                    .filter(n -> n.namespace().equals(namespace) && n.name().equals(plain))
                    .findFirst()
                    .orElseThrow(() -> Failure.of("agent \"" + plain + "\" in namespace " + namespace
                            + " does not wait for approval; `reconciler diff` shows what does")));
        }
        if (words.isEmpty()) {
            chosen.addAll(waiting);
        }
        if (chosen.isEmpty()) {
            call.err().println("Nothing waits for approval.");
            return 0;
        }
        for (var name : access.approve(chosen)) {
            var why = view.plan().agents().get(name) instanceof Action.Hold hold ? ": " + hold.message() : "";
            call.out().println(Text.plain(Kind.SINGULAR + "/" + name.name() + " approved" + why));
        }
        return 0;
    }
}
