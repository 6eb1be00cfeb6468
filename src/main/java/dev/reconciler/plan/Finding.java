package dev.reconciler.plan;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something that seems to be nobody's any more, and what `gc` would do about it: data.
public sealed interface Finding {
    Judgement judgement();

    /// What it is, one line.
    String what();

    /// What is lost with it, a line each; empty: nothing.
    List<String> lost();

    /// What is to be done, and why.
    sealed interface Judgement {
        String why();

        /// It goes.
        record Reap(String why) implements Judgement {}

        /// It stays: it is somebody else's, or the rounds take care of it.
        record Leave(String why) implements Judgement {}

        /// It stays: it is not certain what it is.
        record Unknown(String why) implements Judgement {}
    }

    default boolean reaps() {
        return judgement() instanceof Judgement.Reap;
    }

    /// A tmux server that lives and cannot be reached.
    ///
    /// @param path of its socket, null when nothing tells it
    /// @param programs of its panes: ended with it, tree and all
    record LostServer(
            ProcessRef server,
            @Nullable String path,
            List<ProcessRef> programs,
            List<String> lost,
            Judgement judgement) implements Finding {
        @Override
        public String what() {
            return "tmux server " + server.pid() + (path == null ? "" : " of " + path);
        }
    }

    /// A session of ours that no manifest asks for. It ends as `reconciler delete` ends one.
    record UnwantedSession(AgentName name, List<String> lost, Judgement judgement) implements Finding {
        @Override
        public String what() {
            return "agent " + name + ", without a manifest";
        }
    }

    /// Programs that carry a run id, and belong to no agent that is known.
    ///
    /// @param name as their environment says
    record OrphanedPrograms(
            @Nullable AgentName name,
            RunId run,
            List<ProcessRef> programs,
            List<String> lost,
            Judgement judgement) implements Finding {
        @Override
        public String what() {
            return "run " + run + (name == null ? "" : " of " + name) + ", process "
                    + String.join(", ", programs.stream().map(p -> Long.toString(p.pid())).toList());
        }
    }

    /// A socket file that nobody listens on.
    record StaleSocket(String path, Judgement judgement) implements Finding {
        @Override
        public String what() {
            return "socket " + path;
        }

        @Override
        public List<String> lost() {
            return List.of();
        }
    }

    /// A process that writes a log of ours, for a pane that is gone.
    record PipeProcess(ProcessRef process, String log, Judgement judgement) implements Finding {
        @Override
        public String what() {
            return "process " + process.pid() + ", the pipe to " + log;
        }

        @Override
        public List<String> lost() {
            return List.of();
        }
    }

    /// A systemd scope in which nothing of its server is left.
    record LeakedScope(String unit, List<String> lost, Judgement judgement) implements Finding {
        @Override
        public String what() {
            return "scope " + unit;
        }
    }
}
