package dev.reconciler.cli;

import dev.reconciler.api.Reason;
import dev.reconciler.status.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a terminal adds: three colours that say where to look first, and lines that break at words. Nothing of it in a
/// pipe.
final class Paint {
    private static final String RED = "31";
    private static final String GREEN = "32";
    private static final String YELLOW = "33";
    private static final String FAINT = "2";

    private static final Set<String> BAD = Stream.of(Reason.values())
            .filter(StatusVerb::needsAPerson)
            .map(Reason::name)
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> OVER = Set.of(Reason.Completed.name(), Reason.Suspended.name());

    private Paint() {}

    /// Of the column STATUS.
    static String phase(String phase) {
        return colour(
                phase.equals(Reason.Running.name()) ? GREEN
                        : BAD.contains(phase) ? RED
                        : OVER.contains(phase) ? FAINT
                        : YELLOW,
                phase);
    }

    /// Of an event.
    static String type(String type) {
        return type.equals(Event.Type.Warning.name()) ? colour(YELLOW, type) : type;
    }

    static String trouble(String heading) {
        return colour(RED, heading);
    }

    private static String colour(String code, String text) {
        return "\033[" + code + "m" + text + "\033[0m";
    }

    private static String plain(String painted) {
        return painted.replaceAll("\033\\[[0-9]*m", "");
    }

    /// Lines no wider than that, broken at spaces; those after the first stand further in.
    ///
    /// @param columns 0: one line, however long
    static List<String> wrap(String text, int columns, String indent) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (var word : text.split(" ")) {
            if (!line.isEmpty() && columns > 0 && Table.width(plain(line + " " + word)) > columns) {
                lines.add(line.toString());
                line = new StringBuilder(indent).append(word);
            } else {
                line.append(line.isEmpty() ? "" : " ").append(word);
            }
        }
        lines.add(line.toString());
        return lines;
    }
}
