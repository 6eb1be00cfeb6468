package dev.reconciler.cli;

import dev.reconciler.api.Reason;
import dev.reconciler.controller.Access;
import dev.reconciler.controller.Forecast;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.ActionText;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `diff`: what a round would do now, and why. Exit code 0 nothing, 1 something, more for a failure.
@Command(
        name = "diff",
        description = "What a round would do now, and why, without doing it.",
        footer = {
            "",
            "Exit codes: 0 nothing, 1 something, 2 could not look.",
            "",
            "Examples:",
            "  reconciler diff          # what would be done, and what is held back",
            "  reconciler diff --all    # also the agents that are as they should be",
            "  reconciler diff --revision origin/main    # which sessions would stop or restart if that were applied",
        })
final class DiffVerb implements Verb {
    static final int SOMETHING = 1;
    static final int COULD_NOT_LOOK = 2;

    private static final Set<Reason> CONTENT =
            EnumSet.of(Reason.Running, Reason.Completed, Reason.Suspended, Reason.Vacant);

    @Option(names = "--all", description = "Also what is as it should be.")
    private boolean all;

    @Option(names = "--revision", paramLabel = "REV",
            description = "What this commit would do to this machine: a branch, a tag, a hash, HEAD~1.")
    private String revision = "";

    @Override
    public int run(Call call) throws Access.Refusal {
        if (!revision.isEmpty()) {
            return RevisionDiff.print(call, revision);
        }
        var access = call.access();
        var plan = access.view().plan();
        var actions = plan.all().toList();
        var lines = new ArrayList<String>();
        for (var action : actions) {
            if (all || acts(action) || heldBack(action)) {
                lines.add(ActionText.of(action, access.now()));
            }
        }
        lines.forEach(l -> call.out().println(Text.plain(l)));
        return actions.stream().anyMatch(DiffVerb::acts) ? SOMETHING : 0;
    }

    /// Whether it is about something that runs.
    static boolean runs(Forecast.Change change) {
        return change.activity() != null;
    }

    /// Whether it does anything.
    static boolean acts(Action action) {
        return !(action instanceof Action.Hold) && !(action instanceof Action.HoldServer);
    }

    /// A hold that is not simply contentment.
    private static boolean heldBack(Action action) {
        return !CONTENT.contains(action.reason());
    }
}
