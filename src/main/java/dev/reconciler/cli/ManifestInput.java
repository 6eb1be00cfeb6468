package dev.reconciler.cli;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import dev.reconciler.controller.Access;
import dev.reconciler.desired.FieldError;
import dev.reconciler.desired.ManifestEditor;
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

/// What `-f` names: files, folders, standard input; all of it good, or nothing.
///
/// @param documents as written, with their comments
record ManifestInput(SortedMap<AgentName, Agent> agents, SortedMap<AgentName, byte[]> documents) {
    private static final String STANDARD_INPUT = "-";

    /// @throws Failure with every error of all of them
    static ManifestInput read(Call call, List<String> sources) throws Failure, Access.Refusal, IOException {
        var models = call.settings().models();
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
                texts.put(label, Reader.read(label, manifest, models));
                documents.putAll(ManifestEditor.documents(label, manifest));
            }
        }
        var input = Picture.of(texts);
        var files = Validator.check(paths, models);
        refuse(files.errors(), input.errors());
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
        if (agents.isEmpty()) {
            throw Failure.of("no objects passed to apply: there is no agent in " + String.join(", ", sources));
        }
        return new ManifestInput(agents, documents);
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
