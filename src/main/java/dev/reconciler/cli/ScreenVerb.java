package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `screen NAME`: what a person would see, without attaching.
@Command(
        name = "screen",
        description = "What a person would see in the agent's terminal, also of a finished run.",
        footer = {
            "",
            "Examples:",
            "  reconciler screen ada",
            "  reconciler screen ada --lines 200   # with what scrolled off",
            "  reconciler screen ada --ansi        # in colour",
        })
final class ScreenVerb implements Verb {
    @Mixin
    private Namespaced namespaced = new Namespaced();

    @Option(names = "--lines", paramLabel = "N", description = "Also N lines above the screen.")
    private int lines;

    @Option(names = "--ansi", description = "Keep colours and attributes.")
    private boolean ansi;

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "The agent.")
    private List<String> words = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal {
        if (lines < 0) {
            throw Failure.of("invalid argument \"" + lines + "\" for \"--lines\" flag: must not be negative");
        }
        var name = OneAgent.name(words);
        var status = namespaced.find(call.access().view(), name);
        if (status == null) {
            throw Failure.notFound(name);
        }
        var screen = call.access().screen(status.name(), lines, ansi);
        call.out().print(screen.endsWith("\n") || screen.isEmpty() ? screen : screen + "\n");
        return 0;
    }
}
