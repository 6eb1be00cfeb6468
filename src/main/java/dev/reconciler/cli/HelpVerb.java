package dev.reconciler.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `help`, `help get`
@Command(name = "help", description = "What there is, or more about one verb.")
final class HelpVerb implements Verb {
    private final Shell shell;

    @Parameters(paramLabel = "VERB", arity = "0..*", description = "The verb.")
    private List<String> words = new ArrayList<>();

    HelpVerb(Shell shell) {
        this.shell = shell;
    }

    @Override
    public int run(Call call) {
        return shell.run(words.isEmpty() ? List.of("--help") : List.of(words.getFirst(), "--help"), call);
    }
}
