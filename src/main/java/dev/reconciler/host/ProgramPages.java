package dev.reconciler.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The pages of the JVM's own code and of the classes prepared ahead of time, of which a start needs far more than a
/// daemon does later: 35 MB, 20 of them never again.
public final class ProgramPages {
    private static final Path SMAPS = Path.of("/proc/self/smaps");
    /// Files that stay mapped to the same place for as long as the process lives. Of another one the place could belong to
    /// somebody else by the time it is given back.
    private static final List<String> LASTING = List.of("/libjvm.so", "/aot/daemon");
    /// `7f1200000000-7f1200400000 r-xp 00000000 fe:00 4711                       /usr/lib/…/libjvm.so`
    private static final Pattern MAPPING =
            Pattern.compile("([0-9a-f]{1,15})-([0-9a-f]{1,15}) (.)(.)(.)(.) \\S+ \\S+ \\d+ *(.*)");

    private ProgramPages() {}

    /// Lets the system have them. What is needed after all comes back from the file, mostly without reading the disk. Where
    /// the kernel does not tell or refuses, they stay: nothing depends on it.
    public static void release() {
        try (var lines = Files.lines(SMAPS, StandardCharsets.ISO_8859_1)) {
            for (var range : unwritten(lines)) {
                Native.dropPages(range.from(), range.bytes());
            }
        } catch (IOException | UncheckedIOException e) {
            return;
        }
    }

    /// A part of the address space.
    record Range(long from, long bytes) {}

    /// What holds exactly what its file says: nobody may write there, and no page is our own copy (as where addresses were
    /// filled in at the start).
    ///
    /// @param smaps the lines of `proc_pid_smaps(5)`
    static List<Range> unwritten(Stream<String> smaps) {
        var found = new ArrayList<Range>();
        var mapping = MAPPING.matcher("");
        for (var line : (Iterable<String>) smaps::iterator) {
            if (line.startsWith("Anonymous:")) {
                if (line.endsWith(" 0 kB") && mapping.hasMatch() && !mapping.group(4).equals("w")
                        && LASTING.stream().anyMatch(mapping.group(7)::endsWith)) {
                    long from = Long.parseLong(mapping.group(1), 16);
                    found.add(new Range(from, Long.parseLong(mapping.group(2), 16) - from));
                }
            } else if (!Character.isUpperCase(line.charAt(0))) {
                mapping = MAPPING.matcher(line);
                mapping.matches();
            }
        }
        return found;
    }
}
