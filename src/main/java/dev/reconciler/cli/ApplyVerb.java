package dev.reconciler.cli;

import dev.reconciler.api.Agent;
import dev.reconciler.controller.Access;
import dev.reconciler.desired.ManifestEditor;
import dev.reconciler.host.CommitSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `apply -f FILE`: into the folder. Nothing is written unless everything is good.
@Command(
        name = "apply",
        description = "Write manifests into the folder: new ones as files of their own, changed ones where they stand.",
        footer = {
            "",
            "Examples:",
            "  reconciler apply -f ada.yaml",
            "  reconciler apply -f team/ --dry-run=client    # what would be done",
            "  sed s/ada/bob/ ada.yaml | reconciler apply -f -",
        })
final class ApplyVerb implements Verb {
    @Option(names = {"-f", "--filename"}, paramLabel = "FILE",
            description = "A file, a folder, or - for standard input.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--dry-run", paramLabel = "none|client", description = "client: only say what would be done.")
    private String dryRun = "none";

    @Override
    public int run(Call call) throws Failure, Access.Refusal, IOException {
        if (files.isEmpty()) {
            throw Failure.of("must specify a file, a folder or standard input: -f FILE");
        }
        if (!dryRun.equals("none") && !dryRun.equals("client")) {
            throw Failure.of("Invalid dry-run value (" + dryRun + "). Must be \"none\" or \"client\".");
        }
        var input = ManifestInput.read(call, files);
        boolean dry = dryRun.equals("client");
        refuseDefaults(call.settings().manifests(), input);
        var commits = call.settings().commits();
        if (commits != null) {
            throw refused(call, commits, input);
        }
        try (var folder = ManifestsFolder.open(call.settings(), dry)) {
            for (Agent agent : input.agents().values()) {
                var document = input.documents().get(agent.name());
                if (document == null) {
                    throw Failure.of("no document of " + agent.name());
                }
                var change = folder.put(agent, document);
                call.out()
                        .println(Kind.SINGULAR + "/" + agent.name().name() + " " + change + (dry ? " (dry run)" : ""));
            }
        }
        return 0;
    }

    /// Where a Defaults lies decides about its meaning: that is for a person to say. Those of the folder lie there.
    private static void refuseDefaults(Path folder, ManifestInput input) throws Failure {
        var lines = new ArrayList<String>();
        for (var place : input.defaults()) {
            if (!Path.of(place.file()).toAbsolutePath().normalize().startsWith(folder)) {
                lines.add(place + ": a Defaults counts for the folder it lies in: copy its file to where in " + folder
                        + " it is to count");
            }
        }
        if (!lines.isEmpty()) {
            throw Failure.lines(lines, "nothing was done: Defaults are not applied");
        }
    }

    /// What is written into the folder would count for nothing.
    private static Failure refused(Call call, CommitSource commits, ManifestInput input) throws Access.Refusal {
        var desired = call.access().view().desired();
        var lines = new ArrayList<String>();
        for (Agent agent : input.agents().values()) {
            var known = desired.of(agent.name()).agent();
            var file = known == null || known.origin().file().equals(Agent.Origin.REMEMBERED.file())
                    ? ManifestEditor.fileFor(agent.name())
                    : known.origin().file();
            lines.add(Kind.SINGULAR + "/" + agent.name().name() + ": change "
                    + commits.place(call.settings().manifests(), file) + " and commit it");
        }
        return Failure.lines(lines,
                "nothing was done: agents are read from commits, not from the folder (source.mode: Commit)");
    }
}
