package dev.reconciler.host;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// A program to run: the one place where this product starts one. Always an argv, never a joined string; the
/// environment is exactly the one given; the working directory is `/`, so that nothing started here keeps a file
/// system busy.
///
/// @param argv the program (found in this process's `PATH` unless absolute) and its arguments
record Command(List<String> argv, SortedMap<String, String> environment) {
    /// What is kept of either stream; the rest is read and dropped.
    private static final int KEPT = 1 << 20;

    /// How long the output of a program that ended may still be held open by what it left behind.
    private static final Duration STRAGGLERS = Duration.ofMillis(500);

    /// How long a program of the user's is waited for at a time, in ns: what it prints in between has room in the pipe.
    private static final long FIRST_PAUSE = 2_000_000;

    private static final long LAST_PAUSE = 64_000_000;

    Command {
        argv = List.copyOf(argv);
    }

    /// Runs it to its end without input. At the limit it is killed, with nothing done about its children.
    Outcome run(Duration limit) {
        Process process;
        try {
            process = builder().redirectInput(new File("/dev/null")).start();
        } catch (IOException e) {
            return new Outcome.NotStarted(why(e));
        }
        var out = new Kept(process.getInputStream());
        var err = new Kept(process.getErrorStream());
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                process.destroyForcibly();
                return new Outcome.TimedOut(limit);
            }
            return new Outcome.Ended(process.exitValue(), out.text(), err.text());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return new Outcome.TimedOut(limit);
        }
    }

    /// Runs a program of the user's in `directory`, without input. At the limit it is killed with all that descends from
    /// it. Its output is read without ever blocking: what it leaves behind may hold that open for as long as it likes.
    ///
    /// @param hurried asked now and then; true: it is killed before the limit
    Outcome run(Path directory, Duration limit, BooleanSupplier hurried) {
        Process process;
        try {
            process = builder()
                    .directory(directory.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return new Outcome.NotStarted(why(e));
        }
        var out = new ByteArrayOutputStream();
        long end = System.nanoTime() + limit.toNanos();
        try (var stream = process.getInputStream()) {
            long pause = FIRST_PAUSE;
            while (!process.waitFor(pause, TimeUnit.NANOSECONDS)) {
                drain(stream, out);
                if (System.nanoTime() - end >= 0 || hurried.getAsBoolean()) {
                    killTree(process);
                    return new Outcome.TimedOut(limit);
                }
                pause = Math.min(2 * pause, LAST_PAUSE);
            }
            drain(stream, out);
        } catch (IOException e) {
            // Its output only decorates how it ended.
        } catch (InterruptedException e) {
            killTree(process);
            Thread.currentThread().interrupt();
            return new Outcome.TimedOut(limit);
        }
        return new Outcome.Ended(process.exitValue(), out.toString(StandardCharsets.UTF_8), "");
    }

    private static void drain(InputStream stream, ByteArrayOutputStream out) throws IOException {
        for (int n = stream.available(); n > 0; n = stream.available()) {
            var bytes = stream.readNBytes(Math.min(n, 8192));
            out.write(bytes, 0, Math.min(bytes.length, KEPT - Math.min(KEPT, out.size())));
        }
    }

    private static void killTree(Process process) {
        var tree = process.descendants().toList();
        process.destroyForcibly();
        tree.forEach(ProcessHandle::destroyForcibly);
    }

    /// Starts it with pipes on its input and output; what it says on stderr goes nowhere. The caller ends it.
    ///
    /// @throws IOException with a sentence when it could not be started
    Process start() throws IOException {
        try {
            return builder().redirectError(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            throw new IOException(why(e), e);
        }
    }

    private ProcessBuilder builder() {
        var builder = new ProcessBuilder(argv).directory(new File("/"));
        Map<String, String> env = builder.environment();
        env.clear();
        env.putAll(environment);
        return builder;
    }

    private String why(IOException e) {
        var cause = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
        return "cannot start " + argv.getFirst() + ": " + String.valueOf(cause).strip();
    }

    /// How a run came out.
    sealed interface Outcome {
        /// @param code the exit code, or 128 + the signal
        record Ended(int code, String out, String err) implements Outcome {}

        record TimedOut(Duration limit) implements Outcome {}

        record NotStarted(String why) implements Outcome {}
    }

    /// The beginning of a stream, read by a thread of its own so that the program never waits for us.
    private static final class Kept {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread reader;

        Kept(InputStream stream) {
            reader = Thread.ofVirtual().start(() -> read(stream));
        }

        private void read(InputStream stream) {
            var buffer = new byte[8192];
            try (stream) {
                for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                    synchronized (bytes) {
                        bytes.write(buffer, 0, Math.min(n, KEPT - Math.min(KEPT, bytes.size())));
                    }
                }
            } catch (IOException e) {
                // Closed under us when the program ended: what was read is what there is.
            }
        }

        String text() throws InterruptedException {
            reader.join(STRAGGLERS);
            synchronized (bytes) {
                return bytes.toString(StandardCharsets.UTF_8);
            }
        }
    }
}
