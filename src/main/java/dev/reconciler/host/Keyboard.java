package dev.reconciler.host;

import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The command lines of [Typing], and what their answers mean. Pure.
final class Keyboard {
    private static final String TYPED = "@reconciler-typed";
    private static final String ENTERED = "@reconciler-entered";
    private static final String BUFFER = "reconciler";

    /// Whether the process that is meant lives in the pane, asked before the effect in the same line.
    private static final String THERE = "#{pane_pid} #{pane_dead}";

    private static final String STATE = String.join(
            "\t",
            "#{pane_tty}",
            "#{?pane_in_mode,1,0}",
            "#{bracket_paste_flag}",
            "#{session_attached}",
            "#{?session_last_attached,1,0}",
            "#{cursor_x}",
            "#{cursor_y}",
            "#{=200:" + TYPED + "}",
            "#{=200:" + ENTERED + "}");
    private static final int FIELDS = 9;

    private Keyboard() {}

    static Chain screen(Session.Pane pane) {
        return Chain.of("display-message", "-p", "-t", pane.id(), STATE).then("capture-pane", "-p", "-t", pane.id());
    }

    /// @throws TmuxException when the pane is gone
    static Typing.Screen screen(List<String> texts, RawTerminal terminal) throws TmuxException {
        var f = texts.getFirst().strip().isEmpty() ? new String[0] : texts.getFirst().split("\n")[0].split("\t", -1);
        try {
            if (f.length != FIELDS) {
                throw TmuxException.refused("tmux does not tell of the pane: is it gone?");
            }
            var lines = texts.get(1).split("\n", -1);
            int row = Integer.parseInt(f[6]);
            return new Typing.Screen(
                    terminal.raw(f[0]), f[1].equals("1"), flag(f[2]), Integer.parseInt(f[3]), f[4].equals("1"),
                    Integer.parseInt(f[5]), row < lines.length ? lines[row].stripTrailing() : "", f[7], f[8]);
        } catch (NumberFormatException e) {
            throw TmuxException.refused("tmux tells of the pane what cannot be understood: " + texts.getFirst());
        }
    }

    /// Tells a terminal in which a program reads keys from one in which it reads lines.
    interface RawTerminal {
        /// @param tty path of the pane's terminal
        boolean raw(String tty) throws TmuxException;
    }

    private static @Nullable Boolean flag(String text) {
        return text.isEmpty() ? null : Boolean.valueOf(text.equals("1"));
    }

    /// The text goes through a buffer of tmux: in an argument of `send-keys` it would be read as names of keys.
    static Chain type(Session.Pane pane, ProcessRef process, String key, String text) {
        var line = new ArrayList<List<String>>();
        line.add(List.of("set-buffer", "-b", BUFFER, "--", text));
        once(line, pane, process, TYPED, key,
                "paste-buffer -p -r -d -b " + BUFFER + " -t " + pane.id(), "delete-buffer -b " + BUFFER);
        return chain(line);
    }

    static Chain enter(Session.Pane pane, ProcessRef process, String key) {
        var line = new ArrayList<List<String>>();
        once(line, pane, process, ENTERED, key, "send-keys -t " + pane.id() + " Enter", "display-message -p before");
        return chain(line);
    }

    /// Whether the process that was meant was there.
    ///
    /// @param texts answers of a line made by [#type] or [#enter]
    static boolean there(List<String> texts, ProcessRef process) {
        return texts.stream().map(String::strip).anyMatch((process.pid() + " 0")::equals);
    }

    /// The effect and its key are one: the server does both without looking elsewhere in between.
    private static void once(
            List<List<String>> line, Session.Pane pane, ProcessRef process, String option, String key, String effect,
            String otherwise) {
        line.add(List.of("display-message", "-p", "-t", pane.id(), THERE));
        line.add(List.of(
                "if-shell", "-F", "-t", pane.id(), "#{&&:#{pane_in_mode},#{==:#{session_attached},0}}",
                "copy-mode -q -t " + pane.id(), "display-message -p none"));
        line.add(List.of(
                "if-shell", "-F", "-t", pane.id(),
                "#{&&:#{==:#{pane_pid} #{pane_dead}," + process.pid() + " 0},#{!=:#{" + option + "}," + key + "}}",
                effect + " ; set-option -p -t " + pane.id() + " " + option + " '" + key + "'",
                otherwise + " ; display-message -p before"));
    }

    /// Each `if-shell` is answered itself, and so is each command that it chose.
    private static Chain chain(List<List<String>> line) {
        return new Chain(line, line.size() + 1 + 2);
    }
}
