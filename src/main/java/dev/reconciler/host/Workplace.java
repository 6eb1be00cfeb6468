package dev.reconciler.host;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.Prompt;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Directories, programs and secret files, looked at before anything is stopped or started for them.
public interface Workplace {
    /// Bounded by a time limit of its own (a hanging NFS is `Unseen`).
    Preflight check(AgentSpec spec);

    /// Resolves everything a start needs: absolute program, directory (created when the spec says so), secrets read.
    ///
    /// @throws IOException with a sentence for the user
    Prepared prepare(AgentSpec spec) throws IOException;

    /// Runs a command of the user's for an agent, in its directory and with its environment, but without a run's id: it is
    /// no part of the run. It and what it started is killed at the limit.
    ///
    /// @param limit at least this is waited for, unless `hurried`
    /// @param hurried true: it is waited for no longer
    Ran run(Agent agent, List<String> command, Duration limit, BooleanSupplier hurried);

    /// How a command came out.
    sealed interface Ran {
        /// @param output the beginning of the last line it printed, empty without one
        record Ended(int code, String output) implements Ran {}

        record TimedOut() implements Ran {}

        /// It never ran: that says nothing about the agent.
        record NotStarted(String why) implements Ran {}
    }

    /// How many files below a directory are in no commit; null when it is in no git repository, or git does not tell.
    ///
    /// @param directory absolute
    default @Nullable Integer uncommitted(String directory) {
        return null;
    }

    /// The text of a prompt, as it is to be typed.
    ///
    /// @throws IOException with a sentence for the user
    String prompt(Prompt prompt) throws IOException;

    /// @param argv program absolute, a prompt that is an argument at its end
    /// @param prompt for a file of its own, null without
    /// @param manager that will hold it in a scope, null without one
    /// @param secrets names of variables whose values came from files
    record Prepared(
            List<String> argv,
            String workingDirectory,
            SortedMap<String, String> environment,
            List<String> secrets,
            @Nullable String prompt,
            Scopes.Service.@Nullable Answers manager) {}
}
