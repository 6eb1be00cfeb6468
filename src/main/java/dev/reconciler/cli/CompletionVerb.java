package dev.reconciler.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `completion bash|zsh|fish`: a script that asks this program.
@Command(
        name = "completion",
        description = "A completion script for your shell.",
        footer = {
            "",
            "Examples:",
            "  source <(reconciler completion bash)",
            "  source <(reconciler completion zsh)",
            "  reconciler completion fish | source",
        })
final class CompletionVerb implements Verb {
    @Parameters(paramLabel = "bash|zsh|fish", arity = "0..1", description = "The shell.")
    private String shell = "";

    @Override
    public int run(Call call) throws Failure, IOException {
        if (!shell.equals("bash") && !shell.equals("zsh") && !shell.equals("fish")) {
            throw Failure.of(
                    shell.isEmpty() ? "a shell is needed: bash, zsh or fish"
                            : "unsupported shell type \"" + shell + "\": bash, zsh or fish");
        }
        call.out().print(script(shell));
        return 0;
    }

    /// @param shell one of those above
    static String script(String shell) throws IOException {
        try (var script = CompletionVerb.class.getResourceAsStream("completion." + shell)) {
            if (script == null) {
                throw new IOException("the completion script for " + shell + " is missing from the program");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
