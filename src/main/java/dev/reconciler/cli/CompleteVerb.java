package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/// What the completion scripts ask: the words typed so far, the unfinished one last; one candidate a line.
@Command(name = CompleteVerb.NAME, hidden = true)
final class CompleteVerb implements Verb {
    static final String NAME = "__complete";

    /// Everything after `--`, so that the options of the unfinished command are not taken for ours.
    @Parameters(arity = "0..*")
    private List<String> words = new ArrayList<>();

    @Override
    public int run(Call call) throws Access.Refusal {
        return 0;
    }
}
