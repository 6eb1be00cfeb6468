package dev.reconciler.host;

import dev.reconciler.api.OwnerMark;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The format we give to `list-panes -a`, and what its lines mean. Pure.
///
/// Names and options of strangers hold whatever they like. The `=` modifier makes tmux drop all control characters
/// while it cuts them to a length, so none of them can bring a tab or a newline of its own: eleven fields, always.
final class PaneLines {
    static final String MARK = "@reconciler-mark";
    static final String SESSION_MARK = "@reconciler-session";
    static final String FORMAT = String.join(
            "\t",
            "#{session_id}",
            "#{pane_id}",
            "#{pane_pid}",
            "#{pane_dead}",
            "#{pane_dead_status}",
            "#{pane_dead_signal}",
            "#{session_attached}",
            "#{pane_pipe}",
            "#{=300:session_name}",
            "#{=100:" + SESSION_MARK + "}",
            "#{=700:" + MARK + "}");
    static final Chain LIST = Chain.of("list-panes", "-a", "-F", FORMAT);
    private static final int FIELDS = 11;

    private PaneLines() {}

    /// Lines that are none are left out: they can only be somebody else's, and prove nothing.
    ///
    /// A window linked into several sessions comes once for each. The pane is one, so only one line carries its mark:
    /// that in the session with our mark, else the first.
    static List<Tmux.PaneLine> parse(String text) {
        var lines = new ArrayList<Tmux.PaneLine>();
        for (int from = 0; from < text.length();) {
            int end = text.indexOf('\n', from);
            end = end < 0 ? text.length() : end;
            var line = line(text.substring(from, end));
            if (line != null) {
                lines.add(line);
            }
            from = end + 1;
        }
        return onceMarked(lines);
    }

    private static Tmux.@Nullable PaneLine line(String text) {
        var f = text.split("\t", -1);
        if (f.length != FIELDS || !f[0].startsWith("$") || !f[1].startsWith("%")) {
            return null;
        }
        try {
            var status = f[4].isEmpty() ? null : Integer.valueOf(f[4]);
            var signal = f[5].isEmpty() ? null : signal(f[5]);
            return new Tmux.PaneLine(
                    f[0],
                    f[8],
                    f[1],
                    f[2].isEmpty() ? 0 : Long.parseLong(f[2]),
                    // A program that was waited for is dead, though a child of its may keep the terminal open.
                    f[3].equals("1") || status != null || signal != null,
                    status,
                    signal,
                    Integer.parseInt(f[6]),
                    f[7].equals("1"),
                    f[10].isEmpty() ? null : OwnerMark.parse(f[10]),
                    f[9].isEmpty() ? null : f[9]);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /// A number, or its name where tmux knows names (`9`, `KILL`, `SIGKILL`).
    private static Integer signal(String text) {
        var name = text.startsWith("SIG") ? text.substring(3) : text;
        return switch (name) {
            case "HUP" -> 1;
            case "INT" -> 2;
            case "QUIT" -> 3;
            case "ILL" -> 4;
            case "TRAP" -> 5;
            case "ABRT" -> 6;
            case "BUS" -> 7;
            case "FPE" -> 8;
            case "KILL" -> 9;
            case "USR1" -> 10;
            case "SEGV" -> 11;
            case "USR2" -> 12;
            case "PIPE" -> 13;
            case "ALRM" -> 14;
            case "TERM" -> 15;
            default -> Integer.valueOf(name);
        };
    }

    private static List<Tmux.PaneLine> onceMarked(List<Tmux.PaneLine> lines) {
        if (lines.stream().map(Tmux.PaneLine::paneId).distinct().count() == lines.size()) {
            return List.copyOf(lines);
        }
        Set<String> marked = new HashSet<>();
        var home = new HashSet<Tmux.PaneLine>();
        for (var line : lines) {
            if (line.mark() != null && line.mark().uid().equals(line.sessionMark()) && marked.add(line.paneId())) {
                home.add(line);
            }
        }
        for (var line : lines) {
            if (line.mark() != null && marked.add(line.paneId())) {
                home.add(line);
            }
        }
        return lines.stream().map(line -> home.contains(line) ? line : unmarked(line)).toList();
    }

    private static Tmux.PaneLine unmarked(Tmux.PaneLine line) {
        return new Tmux.PaneLine(
                line.sessionId(),
                line.sessionName(),
                line.paneId(),
                line.pid(),
                line.dead(),
                line.exitStatus(),
                line.exitSignal(),
                line.attached(),
                line.piped(),
                null,
                line.sessionMark());
    }
}
