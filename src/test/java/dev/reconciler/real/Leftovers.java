package dev.reconciler.real;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;

/// Finds what tests started and did not end. Proof, not resemblance: the process's environment names the test's own
/// directory or the run's mark, or it is a tmux server on a socket in that directory, or it descends from such a one.
/// A person who happens to look into the directory is none of these.
final class Leftovers {
    /// Set for the whole JVM by the build; every child inherits it. Null in an IDE.
    private static final String RUN = System.getenv("RECONCILER_TEST_RUN");

    private Leftovers() {}

    /// A live process.
    ///
    /// @param what its command line, for people
    record Left(ProcessHandle process, String what) {
        /// The JDK compares the start time before it signals: a reused pid is left alone.
        void kill() {
            process.destroyForcibly();
        }

        @Override
        public String toString() {
            return process.pid() + " " + what;
        }
    }

    /// Those of one test's directory.
    static List<Left> of(Path root) {
        var path = root.toString();
        return find(p -> p.environment.contains(path) || p.tmux && p.commandLine.contains(path));
    }

    /// Those of this whole run.
    static List<Left> ofThisRun() {
        return RUN == null ? List.of() : find(p -> p.environment.contains("\0RECONCILER_TEST_RUN=" + RUN + "\0"));
    }

    private static List<Left> find(Predicate<Raw> started) {
        // Ourselves, and the shell that the build started us with.
        var selves = new HashSet<ProcessHandle>();
        for (var up = ProcessHandle.current(); up != null; up = up.parent().orElse(null)) {
            selves.add(up);
        }
        var found = new ArrayList<Left>();
        var seen = new HashSet<ProcessHandle>();
        for (var process : ProcessHandle.allProcesses().toList()) {
            var raw = Raw.read(process);
            if (raw == null || selves.contains(process) || !started.test(raw)) {
                continue;
            }
            if (seen.add(process)) {
                found.add(new Left(process, raw.words()));
            }
            process.descendants().filter(seen::add).forEach(below -> {
                var belowRaw = Raw.read(below);
                if (belowRaw != null) {
                    found.add(new Left(below, belowRaw.words()));
                }
            });
        }
        return found;
    }

    /// What `/proc` tells; both texts are NUL-separated, with a NUL at either end.
    private record Raw(String environment, String commandLine, boolean tmux) {
        /// Null when it is gone, a zombie, or another user's.
        static Raw read(ProcessHandle process) {
            var proc = Path.of("/proc", Long.toString(process.pid()));
            try {
                var stat = text(proc.resolve("stat"));
                var afterName = stat.substring(stat.lastIndexOf(')') + 2);
                if (afterName.startsWith("Z") || afterName.startsWith("X")) {
                    return null;
                }
                return new Raw(
                        "\0" + text(proc.resolve("environ")) + "\0",
                        "\0" + text(proc.resolve("cmdline")) + "\0",
                        stat.contains("(tmux"));
            } catch (IOException | StringIndexOutOfBoundsException e) {
                return null;
            }
        }

        private static String text(Path file) throws IOException {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        }

        String words() {
            return commandLine.replace('\0', ' ').strip();
        }
    }
}
