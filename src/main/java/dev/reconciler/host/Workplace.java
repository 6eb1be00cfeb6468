package dev.reconciler.host;

import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.Prompt;
import org.jspecify.annotations.Nullable;

/// Directories, programs and secret files, looked at before anything is stopped or started for them.
public interface Workplace {
    /// Bounded by a time limit of its own (a hanging NFS is `Unseen`).
    Preflight check(AgentSpec spec);

    /// Resolves everything a start needs: absolute program, directory (created when the spec says so), secrets read.
    ///
    /// @throws java.io.IOException with a sentence for the user
    Prepared prepare(AgentSpec spec) throws java.io.IOException;

    /// The text of a prompt, as it is to be typed.
    ///
    /// @throws java.io.IOException with a sentence for the user
    String prompt(Prompt prompt) throws java.io.IOException;

    /// @param argv program absolute, a prompt that is an argument at its end
    /// @param prompt for a file of its own, null without
    /// @param secrets names of variables whose values came from files
    record Prepared(
            java.util.List<String> argv,
            String workingDirectory,
            java.util.SortedMap<String, String> environment,
            java.util.List<String> secrets,
            @Nullable String prompt) {}
}
