package dev.reconciler.cli;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import dev.reconciler.controller.Access;
import dev.reconciler.desired.DefaultsDocument;
import dev.reconciler.desired.FieldError;
import dev.reconciler.desired.FolderDefaults;
import dev.reconciler.desired.ManifestEditor;
import dev.reconciler.desired.Models;
import dev.reconciler.desired.ParsedFile;
import dev.reconciler.desired.Picture;
import dev.reconciler.desired.Reader;
import dev.reconciler.desired.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What `-f` names: files, folders, standard input; all of it good, or nothing. Good is what is good in the manifests
/// folder: the Defaults there count, not those where it comes from.
///
/// @param documents as written, with their comments
/// @param defaults where a Defaults stands in them
record ManifestInput(
        SortedMap<AgentName, Agent> agents, SortedMap<AgentName, byte[]> documents, List<ParsedFile.Place> defaults) {
    private static final String STANDARD_INPUT = "-";

    /// @throws Failure with every error of all of them
    static ManifestInput read(Call call, List<String> sources) throws Failure, Access.Refusal, IOException {
        var models = call.settings().models();
        var giver = giver(call.settings().manifests());
        var paths = new ArrayList<Path>();
        var texts = new TreeMap<String, ParsedFile>();
        var documents = new TreeMap<AgentName, byte[]>();
        for (var source : sources) {
            var path = source.equals(STANDARD_INPUT) ? null : existing(call, source);
            var bytes = path == null ? call.input() : Files.isRegularFile(path) ? Files.readAllBytes(path) : null;
            var manifest = bytes == null ? null : Shown.asManifest(bytes);
            if (path != null && manifest == bytes) {
                paths.add(path);
            } else if (manifest != null) {
                var label = path == null ? "standard input" : source;
                texts.put(label, Reader.read(label, manifest, models, giver));
                documents.putAll(ManifestEditor.documents(label, manifest));
            }
        }
        var input = Picture.of(texts);
        var read = Validator.read(paths, models, giver);
        var files = Picture.of(read);
        refuse(files.errors(), input.errors());
        unreadable(files, input);
        var agents = new TreeMap<>(files.agents());
        for (var agent : input.agents().values()) {
            if (agents.put(agent.name(), agent) != null) {
                throw Failure.of("agent " + agent.name() + " is given by a file and by standard input");
            }
        }
        for (var agent : files.agents().values()) {
            var file = agent.origin().file();
            var text = ManifestEditor.documents(file, Files.readAllBytes(Path.of(file))).get(agent.name());
            if (text == null) {
                throw Failure.of(file + " changed while it was read: try again");
            }
            documents.put(agent.name(), text);
        }
        var defaults = Stream.concat(read.values().stream(), texts.values().stream())
                .flatMap(file -> file.defaults().stream())
                .map(DefaultsDocument::place)
                .toList();
        if (agents.isEmpty() && defaults.isEmpty()) {
            throw Failure.of("no objects passed to apply: there is no agent in " + String.join(", ", sources));
        }
        return new ManifestInput(agents, documents, defaults);
    }

    /// What an agent will be given where it is, or where it will be.
    private static FolderDefaults.Giver giver(Path folder) {
        var there = Files.isDirectory(folder) ? Validator.check(List.of(folder), Models.ANY) : Picture.EMPTY;
        return name -> {
            var known = name == null ? null : there.agents().get(name);
            if (known != null) {
                return there.defaults().of(known.origin().file());
            }
            var broken = name == null ? null : there.places().get(name);
            return there.defaults()
                    .of(broken != null ? broken
                            : folder.resolve(name == null ? "new.yaml"
                                    : ManifestEditor.fileFor(name)).toString());
        };
    }

    /// Good in themselves, and Defaults of the manifests folder that they need are not.
    private static void unreadable(Picture files, Picture input) throws Failure {
        var broken = new TreeMap<>(files.broken());
        broken.putAll(input.broken());
        if (!broken.isEmpty()) {
            throw Failure.lines(List.of(broken.firstEntry().getValue()),
                    "nothing was done: what agent " + broken.firstKey() + " is given by Defaults cannot be read");
        }
    }

    static Path existing(Call call, String source) throws Failure {
        try {
            var path = call.directory().resolve(source);
            if (Files.exists(path)) {
                // As typed, where that is the same: errors name files as the person knows them.
                return call.directory().equals(Path.of("").toAbsolutePath()) ? Path.of(source) : path;
            }
        } catch (InvalidPathException e) {
            throw Failure.of("not a path: \"" + source + "\"");
        }
        throw Failure.of("the path \"" + source + "\" does not exist");
    }

    private static void refuse(List<FieldError> files, List<FieldError> input) throws Failure {
        var lines = new ArrayList<String>();
        files.forEach(e -> lines.add(e.toString()));
        input.forEach(e -> lines.add(e.toString()));
        if (!lines.isEmpty()) {
            throw Failure.lines(lines, "nothing was done: " + Text.count(lines.size(), "error"));
        }
    }
}
