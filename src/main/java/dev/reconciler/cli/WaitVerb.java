package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.controller.Access;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `wait --for=condition=Ready agent/ada`
@Command(
        name = "wait",
        description = "Wait until agents are in a state.",
        footer = {
            "",
            "Examples:",
            "  reconciler wait --for=condition=Ready agent/ada",
            "  reconciler wait --for=condition=Complete agents -l team=site --timeout=2h",
            "  reconciler wait --for=delete agent/ada",
            "  reconciler wait --for=jsonpath='{.status.phase}'=Suspended agent/ada",
        })
final class WaitVerb implements Verb {
    @Mixin
    private Namespaced namespaced = new Namespaced();

    @Option(
            names = "--for",
            required = true,
            paramLabel = "WHAT",
            description = "condition=TYPE[=STATUS], delete, or jsonpath={PATH}=VALUE.")
    private String what = "";

    @Option(names = "--timeout", paramLabel = "DURATION",
            description = "Such as 30s (the default), 5m, 0 for one look.")
    private String timeout = "30s";

    @Parameters(paramLabel = "agent/NAME", arity = "0..*", description = "The agents.")
    private List<String> words = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal, InterruptedException {
        var goal = Goal.parse(what);
        var limit = Spans.parse("--timeout", timeout);
        var waiting = goal instanceof Goal.Deleted ? present(call) : known(call);
        var watcher = new Watcher(call, limit);
        while (true) {
            for (var name : List.copyOf(waiting)) {
                if (goal.met(watcher.view(), name)) {
                    call.out().println(Kind.SINGULAR + "/" + name.name() + " condition met");
                    waiting.remove(name);
                }
            }
            call.out().flush();
            if (waiting.isEmpty()) {
                return 0;
            }
            if (!watcher.next()) {
                for (var name : waiting) {
                    call.err().println(Failure.timedOut(name.name()).sentence());
                }
                throw Failure.silent(Failure.FAILED);
            }
        }
    }

    /// All that were asked for; each must exist.
    private List<AgentName> known(Call call) throws Failure, Access.Refusal, InterruptedException {
        var names = names();
        var known = new ArrayList<AgentName>();
        for (var name : names) {
            var status = Watcher.find(call, namespaced, name);
            if (status == null) {
                throw Failure.notFound(name);
            }
            known.add(status.name());
        }
        if (names.isEmpty()) {
            known.addAll(namespaced.select(call.access().view()).keySet());
            if (known.isEmpty()) {
                throw Failure.of("no matching resources found");
            }
        }
        return known;
    }

    /// For `--for=delete`: what is gone already is done.
    private List<AgentName> present(Call call) throws Failure, Access.Refusal {
        var view = call.access().view();
        var names = names();
        var present = new ArrayList<AgentName>();
        for (var name : names) {
            var status = namespaced.find(view, name);
            if (status != null) {
                present.add(status.name());
            }
        }
        if (names.isEmpty()) {
            present.addAll(namespaced.select(view).keySet());
        }
        return present;
    }

    private List<String> names() throws Failure {
        var names = Kind.names(words);
        namespaced.checkNames(names);
        if (names.isEmpty() && namespaced.selector.isEmpty() && !namespaced.all) {
            throw Failure.of("resource(s) were provided, but no name or selector was specified");
        }
        return names;
    }
}
