package dev.reconciler.controller;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/// The daemon's log on stderr: each line begins with time and level, in the journal with its `<N>` priorities instead.
final class Logging {
    /// Held, because a logger that nobody holds loses its level.
    private static final Logger OURS = Logger.getLogger("reconciler");

    private Logging() {}

    static void configure(Map<String, String> environment) {
        LogManager.getLogManager().reset();
        var handler = new ConsoleHandler();
        handler.setFormatter(new Line(journal(environment, Path.of("/proc/self/fd/2"))));
        handler.setLevel(Level.ALL);
        var root = Logger.getLogger("");
        root.addHandler(handler);
        root.setLevel(Level.INFO);
        OURS.setLevel(environment.containsKey("RECONCILER_DEBUG") ? Level.FINE : Level.INFO);
    }

    /// Whether that is the stream systemd means: the variable alone is inherited by all that a desktop starts.
    static boolean journal(Map<String, String> environment, Path stderr) {
        var stream = environment.get("JOURNAL_STREAM");
        try {
            return stream != null && stream.equals(
                    Files.getAttribute(stderr, "unix:dev") + ":" + Files.getAttribute(stderr, "unix:ino"));
        } catch (IOException e) {
            return false;
        }
    }

    static final class Line extends Formatter {
        private final boolean journal;

        Line(boolean journal) {
            this.journal = journal;
        }

        @Override
        public String format(LogRecord entry) {
            var level = entry.getLevel();
            var prefix = journal
                    ? "<" + priority(level) + ">"
                    : Instant.ofEpochMilli(entry.getMillis()).truncatedTo(ChronoUnit.MILLIS) + " "
                            + level.getName().toLowerCase(Locale.ROOT) + " ";
            var text = new StringWriter().append(formatMessage(entry)).append('\n');
            var thrown = entry.getThrown();
            if (thrown != null) {
                thrown.printStackTrace(new PrintWriter(text, true));
            }
            return text.toString().lines().map(line -> prefix + line + "\n").collect(Collectors.joining());
        }

        private static int priority(Level level) {
            return level.intValue() >= Level.SEVERE.intValue()
                    ? 3
                    : level.intValue() >= Level.WARNING.intValue() ? 4
                    : level.intValue() >= Level.INFO.intValue() ? 6
                    : 7;
        }
    }
}
