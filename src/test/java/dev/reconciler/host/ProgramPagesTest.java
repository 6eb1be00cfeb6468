package dev.reconciler.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramPagesTest {
    /// Four lines of the two dozen that there are of each mapping.
    private static String mapping(String range, String rights, String file, int anonymous) {
        return range + " " + rights + " 00000000 fe:00 4711                       " + file
                + "\nSize:   8 kB\nRss:    8 kB\n"
                + "Anonymous:             " + anonymous + " kB\n";
    }

    private static List<ProgramPages.Range> of(String smaps) {
        return ProgramPages.unwritten(smaps.lines());
    }

    @Test
    void code_and_prepared_classes_that_nobody_wrote_to_come_back_from_their_files() {
        assertEquals(
                List.of(new ProgramPages.Range(0x1000, 0x2000), new ProgramPages.Range(0x8000, 0x1000)),
                of(mapping("1000-3000", "r-xp", "/usr/lib/jvm/a b/lib/server/libjvm.so", 0)
                        + mapping("8000-9000", "r--p", "/opt/reconciler/lib/aot/daemon", 0)));
    }

    @Test
    void nothing_else_is_given_back() {
        assertEquals(
                List.of(),
                of(mapping("1000-3000", "rw-p", "/usr/lib/jvm/lib/server/libjvm.so", 0)
                        + mapping("3000-4000", "r--p", "/usr/lib/jvm/lib/server/libjvm.so", 4)
                        + mapping("4000-5000", "r--p", "/usr/lib/jvm/lib/server/libjvm.so (deleted)", 0)
                        + mapping("5000-6000", "r-xp", "/usr/lib/libc.so.6", 0)
                        + mapping("6000-7000", "r--p", "", 0)
                        + "Anonymous:             0 kB\n"));
        assertEquals(List.of(), of(mapping("1-2", "r--p", "[vdso]", 0) + "Anonymous:  0 kB\nVmFlags: rd\n"));
    }

    @Test
    void the_program_runs_on_with_less() throws IOException {
        long before = resident();
        ProgramPages.release();
        long after = resident();
        assertTrue(after < before - 2000, "resident: " + before + " kB before, " + after + " kB after");
    }

    /// Pages of the files the processes share, in kB.
    private static long resident() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("RssFile:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
    }
}
