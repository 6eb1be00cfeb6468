package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Names;
import dev.reconciler.controller.View;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The arguments of a verb about exactly one agent: `logs ada`, `logs agent/ada`, `logs agent ada -n lab`.
final class OneAgent {
    @Option(names = {"-n", "--namespace"}, paramLabel = "NAMESPACE", description = "The namespace (default: default).")
    private String namespace = AgentName.DEFAULT_NAMESPACE;

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "The agent.")
    private List<String> words = new ArrayList<>();

    /// As typed.
    String name() throws Failure {
        if (words.size() == 1 && words.getFirst().indexOf('/') < 0) {
            return words.getFirst();
        }
        if (words.isEmpty()) {
            throw Failure.of("the name of an agent is needed");
        }
        var names = Kind.someNames(words);
        if (names.size() > 1) {
            throw Failure.of("only one agent at a time");
        }
        return names.getFirst();
    }

    /// @throws Failure when there can be no agent of that name
    AgentName key() throws Failure {
        if (Names.isLabel(namespace) && Names.isLabel(name())) {
            return new AgentName(namespace, name());
        }
        throw Failure.notFound(name());
    }

    /// Null when nothing of that name is known.
    @Nullable
    AgentStatus find(View view) throws Failure {
        return view.statuses().get(key());
    }

    /// @throws Failure when nothing of that name is known
    AgentStatus require(View view) throws Failure {
        var status = find(view);
        if (status == null) {
            throw Failure.notFound(name());
        }
        return status;
    }
}
