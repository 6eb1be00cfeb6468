package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reconciler.api.RunId;
import dev.reconciler.host.RunFiles.Notes;
import dev.reconciler.host.RunFiles.Text.Content;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the files of runs do, on the disk and simulated.
public abstract class RunFilesContract {
    private static final RunId ONE = new RunId("u-ada", 1), TWO = new RunId("u-ada", 2);

    protected abstract RunFiles files();

    /// As the run itself would, into the file that this variable names.
    protected abstract void write(RunId run, String variable, String text) throws Exception;

    /// The disk cannot be read from now on.
    protected abstract void fail() throws Exception;

    @Test
    void a_new_run_has_said_nothing() throws Exception {
        assertEquals(Set.of(RunFiles.DONE, RunFiles.HEARTBEAT, RunFiles.SOCKET), files().prepare(ONE, null).keySet());
        assertEquals(Map.of(ONE, Notes.NOTHING), files().look(List.of(ONE)));
    }

    @Test
    void a_run_is_told_by_its_own_files_alone() throws Exception {
        files().prepare(ONE, null);
        files().prepare(TWO, null);
        write(ONE, RunFiles.DONE, "{}");
        write(TWO, RunFiles.HEARTBEAT, "7");
        assertEquals(
                Map.of(ONE, new Notes(new Content("{}"), null), TWO, new Notes(null, new Content("7"))),
                files().look(List.of(ONE, TWO)));
    }

    @Test
    void what_an_earlier_attempt_at_the_same_run_said_is_gone() throws Exception {
        files().prepare(ONE, null);
        write(ONE, RunFiles.DONE, "{}");
        write(ONE, RunFiles.HEARTBEAT, "7");
        files().prepare(ONE, "a prompt");
        assertEquals(Map.of(ONE, Notes.NOTHING), files().look(List.of(ONE)));
    }

    @Test
    void a_failed_look_is_no_absence() throws Exception {
        files().prepare(ONE, null);
        fail();
        assertThrows(IOException.class, () -> files().look(List.of(ONE)));
    }
}
