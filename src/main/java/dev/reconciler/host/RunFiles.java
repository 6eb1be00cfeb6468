package dev.reconciler.host;

import dev.reconciler.api.RunId;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The files and the socket through which a run speaks to the daemon, and the file in which it may find its prompt. Each
/// run has its own, named by its id, so that no run is ever taken at another's word.
public interface RunFiles {
    String DONE = "RECONCILER_DONE_FILE";
    String HEARTBEAT = "RECONCILER_HEARTBEAT_FILE";
    String PROMPT = "RECONCILER_PROMPT_FILE";
    String SOCKET = "RECONCILER_SOCKET";

    /// What a done or heartbeat file may hold, in bytes.
    int LIMIT = 64 * 1024;

    /// Makes room for a run that is about to start: whatever is left of an earlier attempt is removed.
    ///
    /// @param prompt put into a file of its own, null without
    /// @return variables for the run's environment
    /// @throws IOException with a sentence for the user
    SortedMap<String, String> prepare(RunId run, @Nullable String prompt) throws IOException;

    /// What there is of these runs, now.
    ///
    /// @throws IOException when that cannot be told: then nothing may be concluded from a file that is not there
    Map<RunId, Notes> look(Collection<RunId> runs) throws IOException;

    /// Listens on the sockets of exactly these runs.
    void listen(Collection<RunId> live);

    /// Whether this run's socket is still there, listened on or not.
    boolean bound(RunId run);

    /// Removes the files of all other runs.
    void keep(Collection<RunId> runs);

    /// The content of a run's two files: null where there is none.
    record Notes(@Nullable Text done, @Nullable Text heartbeat) {
        public static final Notes NOTHING = new Notes(null, null);
    }

    /// A file's content.
    sealed interface Text {
        record Content(String text) implements Text {}

        /// It is there and cannot be used.
        record Unusable(String why) implements Text {}
    }
}
