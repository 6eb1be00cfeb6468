package dev.reconciler.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Programs that tell when they run: each writes its name and pid into a pipe that is read here.
final class Reports implements AutoCloseable {
    private final Path fifo;
    private final RandomAccessFile pipe;
    private final LinkedBlockingQueue<Report> read = new LinkedBlockingQueue<>();
    private volatile boolean closed;

    /// @param at when it was read
    record Report(String name, long pid, long at) {}

    Reports(Path fifo) throws Exception {
        this.fifo = fifo;
        if (new ProcessBuilder("mkfifo", "-m", "600", fifo.toString()).start().waitFor() != 0) {
            throw new IOException("cannot make " + fifo);
        }
        // Open for writing too, so that it has no end.
        pipe = new RandomAccessFile(fifo.toFile(), "rw");
        Thread.ofPlatform().daemon().name("reports").start(this::read);
    }

    /// A program that reports and then does nothing.
    List<String> argv(String name) {
        return List.of("/bin/sh", "-c", "echo $0 $$ >" + fifo + "; exec sleep 600", name);
    }

    private void read() {
        var line = new StringBuilder();
        var buffer = new byte[4096];
        try {
            while (!closed) {
                int n = pipe.read(buffer);
                long at = System.nanoTime();
                for (char c : new String(buffer, 0, n, StandardCharsets.US_ASCII).toCharArray()) {
                    if (c == '\n') {
                        var words = line.toString().split(" ");
                        read.add(new Report(words[0], Long.parseLong(words[1]), at));
                        line.setLength(0);
                    } else {
                        line.append(c);
                    }
                }
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /// The next report, which must be this program's.
    Report await(String name) throws InterruptedException, IOException {
        var report = read.poll(60, TimeUnit.SECONDS);
        if (report == null || !report.name().equals(name)) {
            throw new IOException("waited for " + name + " to run, got " + report);
        }
        return report;
    }

    /// Ends the reading thread: it is let read a last byte.
    @Override
    public void close() throws IOException {
        closed = true;
        pipe.write("end 0\n".getBytes(StandardCharsets.US_ASCII));
        pipe.close();
    }
}
