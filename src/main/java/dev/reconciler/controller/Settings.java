package dev.reconciler.controller;

import dev.reconciler.desired.Models;
import dev.reconciler.host.CommitSource;
import dev.reconciler.plan.Ghosts;
import dev.reconciler.recording.Kept;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a person decides about the reconciler itself: flag, then environment, then
/// `$XDG_CONFIG_HOME/reconciler/config.yaml`, then default. Never read from the manifests folder, where a commit could
/// switch a check off.
///
/// @param allowEmpty `source.allowEmpty`: an empty folder means what it says
/// @param models `models`: those that manifests may ask for with `spec.model`
/// @param holdDownSeconds `holdDownSeconds`: between "gone from a complete picture" and Stop
/// @param ghosts `ghosts`: what is done about servers that cannot be reached
/// @param commits `source.mode`: which commits are followed; null: WorkTree, the files as they stand in the folder
/// @param recording `recording`: how much of what rounds decided from is kept
public record Settings(
        Directories directories, boolean allowEmpty, int holdDownSeconds, Models models, Ghosts ghosts,
        @Nullable CommitSource commits, Kept recording) {
    static final int DEFAULT_HOLD_DOWN = 30;

    public Settings(Directories directories, boolean allowEmpty, int holdDownSeconds, Models models) {
        this(directories, allowEmpty, holdDownSeconds, models, Ghosts.DEFAULT, null, Kept.DEFAULT);
    }

    public Path manifests() {
        return directories.manifests();
    }

    public Path state() {
        return directories.state();
    }

    public Path runtime() {
        return directories.runtime();
    }

    /// Everything, `config.yaml` read whole.
    ///
    /// @param directory what relative paths are relative to
    /// @throws Access.Refusal with every error of `config.yaml`, `file:line:column` each
    public static Settings load(Directories.Given flags, Map<String, String> environment, Path directory)
            throws Access.Refusal {
        var file = file(environment);
        var text = read(file);
        var config = text == null ? ConfigFile.EMPTY : ConfigFile.parse(file, text);
        return new Settings(
                Directories.of(flags, environment, config.directories(), directory),
                config.allowEmpty(),
                config.holdDownSeconds(),
                config.models(),
                config.ghosts(),
                config.commits(),
                config.recording());
    }

    /// Writes rounds to this file instead.
    public Settings record(Path file) {
        return new Settings(
                directories, allowEmpty, holdDownSeconds, models, ghosts, commits, recording.in(file));
    }

    /// Only where things are: without YAML, unless `config.yaml` may say something about it.
    ///
    /// @throws Access.Refusal as [#load]
    public static Directories directories(Directories.Given flags, Map<String, String> environment, Path directory)
            throws Access.Refusal {
        var text = read(file(environment));
        // A key could be spelled with escapes: then it holds a backslash.
        if (text == null || !text.contains("state") && !text.contains("runtime") && text.indexOf('\\') < 0) {
            return Directories.of(flags, environment, Directories.Given.NOTHING, directory);
        }
        return load(flags, environment, directory).directories();
    }

    private static Path file(Map<String, String> environment) throws Access.Refusal {
        return Directories.configuration(environment).resolve("config.yaml");
    }

    private static @Nullable String read(Path file) throws Access.Refusal {
        try {
            return Files.readString(file);
        } catch (java.nio.file.NoSuchFileException e) {
            return null;
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new Access.Refusal(file + ": not UTF-8 text");
        } catch (IOException e) {
            throw new Access.Refusal("cannot read " + file + ": " + e.getMessage());
        }
    }
}
