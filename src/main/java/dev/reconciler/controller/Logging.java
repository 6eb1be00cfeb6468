package dev.reconciler.controller;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// The daemon's log: one line a record on stderr; under systemd with journald's `<N>` priorities instead of the time.
final class Logging {
    /// Held, because a logger that nobody holds loses its level.
    private static final Logger OURS = Logger.getLogger("reconciler");

    private Logging() {}

    static void configure(Map<String, String> environment) {
        LogManager.getLogManager().reset();
        var handler = new ConsoleHandler();
        boolean journal = environment.containsKey("JOURNAL_STREAM");
        handler.setFormatter(new Line(journal));
        handler.setLevel(Level.ALL);
        var root = Logger.getLogger("");
        root.addHandler(handler);
        root.setLevel(Level.INFO);
        OURS.setLevel(environment.containsKey("RECONCILER_DEBUG") ? Level.FINE : Level.INFO);
    }

    private static final class Line extends Formatter {
        private final boolean journal;

        Line(boolean journal) {
            this.journal = journal;
        }

        @Override
        public String format(LogRecord entry) {
            var text = new StringBuilder();
            if (journal) {
                text.append('<').append(priority(entry.getLevel())).append('>');
            } else {
                text.append(Instant.ofEpochMilli(entry.getMillis()).truncatedTo(ChronoUnit.MILLIS))
                        .append(' ')
                        .append(entry.getLevel().getName().toLowerCase(java.util.Locale.ROOT))
                        .append(' ');
            }
            text.append(formatMessage(entry)).append('\n');
            var thrown = entry.getThrown();
            if (thrown != null) {
                text.append(thrown).append('\n');
                for (var frame : thrown.getStackTrace()) {
                    text.append("    at ").append(frame).append('\n');
                }
            }
            return text.toString();
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
