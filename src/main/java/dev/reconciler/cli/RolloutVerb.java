package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `rollout restart agent NAME`
@Command(
        name = "rollout",
        description = "Replace the current run by a new one, through the one polite ending path.",
        footer = {
            "",
            "Examples:",
            "  reconciler rollout restart agent ada",
            "  reconciler rollout restart agents -l team=site",
        })
final class RolloutVerb implements Verb {
    @Mixin
    private Namespaced namespaced = new Namespaced();

    @Parameters(paramLabel = "restart agent NAME", arity = "0..*", description = "What, and which.")
    private List<String> words = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal, InterruptedException {
        if (words.isEmpty() || !words.getFirst().equals("restart")) {
            throw Failure.of("rollout can only restart: reconciler rollout restart agent NAME");
        }
        var names = Kind.names(words.subList(1, words.size()));
        namespaced.checkNames(names);
        if (names.isEmpty() && namespaced.selector.isEmpty()) {
            throw Failure.of("resource(s) were provided, but no name or selector was specified");
        }
        var chosen = new ArrayList<>(names);
        if (names.isEmpty()) {
            for (var name : namespaced.select(call.access().view()).keySet()) {
                restart(call, name);
            }
        }
        for (var name : chosen) {
            var status = Watcher.find(call, namespaced, name);
            if (status == null) {
                throw Failure.notFound(name);
            }
            restart(call, status.name());
        }
        return 0;
    }

    private static void restart(Call call, dev.reconciler.api.AgentName name) throws Access.Refusal {
        call.access().rolloutRestart(name);
        call.out().println(Kind.SINGULAR + "/" + name.name() + " restarted");
    }
}
