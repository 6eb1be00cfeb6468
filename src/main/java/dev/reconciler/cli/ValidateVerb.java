package dev.reconciler.cli;

import dev.reconciler.api.Agent;
import dev.reconciler.controller.Access;
import dev.reconciler.desired.Validator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `validate PATH…`: every error of all files at once, without a daemon.
@Command(
        name = "validate",
        description = "Check files and folders of manifests, offline: for CI and pre-commit.",
        footer = {
            "",
            "The Defaults of the folders that PATH lies in count, up to the manifests folder or the top of a git work",
            "tree.",
            "",
            "Exit codes: 0 all good, 1 errors: all of them, as file:line:column: path: what.",
            "",
            "Examples:",
            "  reconciler validate .",
            "  reconciler validate ada.yaml team/",
        })
final class ValidateVerb implements Verb {
    @Parameters(paramLabel = "PATH", arity = "0..*", description = "Files or folders.")
    private List<String> paths = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal, IOException {
        if (paths.isEmpty()) {
            throw Failure.of("a file or folder to validate is needed");
        }
        var existing = new ArrayList<Path>();
        for (var path : paths) {
            existing.add(ManifestInput.existing(call, path));
        }
        var picture = Validator.check(existing, call.settings().models(), call.settings().manifests());
        if (!picture.errors().isEmpty()) {
            throw Failure.lines(
                    picture.errors().stream().map(Object::toString).toList(),
                    Text.count(picture.errors().size(), "error"));
        }
        var files = new TreeMap<String, Integer>();
        for (Agent agent : picture.agents().values()) {
            files.merge(agent.origin().file(), 1, Integer::sum);
        }
        picture.defaults().files().forEach(file -> files.putIfAbsent(file, 0));
        files.forEach((file, count) -> call.out()
                .println(file + ": " + (count == 0 ? "Defaults" : Text.count(count, "agent")) + ", valid"));
        if (files.isEmpty()) {
            call.err().println("No manifests found in " + String.join(", ", paths) + ".");
        }
        return 0;
    }
}
