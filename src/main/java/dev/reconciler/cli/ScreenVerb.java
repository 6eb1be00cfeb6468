package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
    private OneAgent agent = new OneAgent();

    @Option(names = "--lines", paramLabel = "N", description = "Also N lines above the screen.")
    private int lines;

    @Option(names = "--ansi", description = "Keep colours and attributes.")
    private boolean ansi;

    @Override
    public int run(Call call) throws Failure, Access.Refusal {
        if (lines < 0) {
            throw Failure.of("invalid argument \"" + lines + "\" for \"--lines\" flag: must not be negative");
        }
        var status = agent.require(call.access().view());
        var screen = call.access().screen(status.name(), lines, ansi);
        call.out().print(screen.endsWith("\n") || screen.isEmpty() ? screen : screen + "\n");
        return 0;
    }
}
