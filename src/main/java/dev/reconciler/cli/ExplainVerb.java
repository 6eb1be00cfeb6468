package dev.reconciler.cli;

import dev.reconciler.desired.Explain;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `explain agent.spec.backoff`
@Command(
        name = "explain",
        description = "What a field of a manifest means, and which values it takes.",
        footer = {"", "Examples:", "  reconciler explain agent", "  reconciler explain agent.spec.backoff",
            "  reconciler explain defaults                # what agents of one folder have in common"})
final class ExplainVerb implements Verb {
    @Parameters(paramLabel = "PATH", arity = "0..1", description = "Such as agent.spec.env.")
    private String path = "";

    @Override
    public int run(Call call) throws Failure {
        if (path.isEmpty()) {
            throw Failure.of("you must specify the type of resource to explain: agent or defaults");
        }
        return switch (Explain.of(path)) {
            case Explain.Answer.Found(String text) -> {
                call.out().print(text);
                yield 0;
            }
            case Explain.Answer.NotFound(String message) -> throw Failure.verbatim(message);
        };
    }
}
