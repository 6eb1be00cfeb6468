package dev.reconciler.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggingTest {
    @TempDir
    private Path temporary;

    private static List<String> lines(boolean journal, Throwable thrown) {
        var entry = new LogRecord(Level.WARNING, "no {0}:\nnone");
        entry.setParameters(new Object[] {"tmux"});
        entry.setInstant(Instant.parse("2026-11-20T12:00:00.5Z"));
        entry.setThrown(thrown);
        return new Logging.Line(journal).format(entry).lines().toList();
    }

    @Test
    void stderr_is_the_journals_only_where_it_is_the_stream_that_was_meant() throws Exception {
        var stderr = Files.createFile(temporary.resolve("stderr"));
        var stream = Files.getAttribute(stderr, "unix:dev") + ":" + Files.getAttribute(stderr, "unix:ino");
        var environment = Map.of("JOURNAL_STREAM", stream);
        assertTrue(Logging.journal(environment, stderr));
        assertTrue(Logging.journal(environment, Files.createSymbolicLink(temporary.resolve("2"), stderr)));
        assertFalse(Logging.journal(environment, Files.createFile(temporary.resolve("terminal"))), "inherited");
        assertFalse(Logging.journal(environment, temporary.resolve("closed")));
        assertFalse(Logging.journal(Map.of("JOURNAL_STREAM", "soon"), stderr));
        assertFalse(Logging.journal(Map.of(), stderr));
    }

    @Test
    void a_person_reads_times_and_the_journal_priorities() {
        assertEquals(
                List.of("2026-11-20T12:00:00.500Z warning no tmux:", "2026-11-20T12:00:00.500Z warning none"),
                lines(false, null));
        assertEquals(List.of("<4>no tmux:", "<4>none"), lines(true, null));
    }

    @Test
    void each_line_of_a_stack_trace_has_the_priority_of_its_record() {
        var lines = lines(true, new IllegalStateException("outer", new IllegalArgumentException("inner")));
        assertTrue(lines.contains("<4>java.lang.IllegalStateException: outer"), lines.toString());
        assertTrue(lines.contains("<4>Caused by: java.lang.IllegalArgumentException: inner"), lines.toString());
        assertTrue(lines.stream().allMatch(line -> line.startsWith("<4>")), lines.toString());
    }
}
