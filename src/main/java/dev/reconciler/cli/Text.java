package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Checkout;
import dev.reconciler.api.Reason;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Facts as sentences for the person at the terminal.
final class Text {
    /// kubectl's form in `describe`.
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private Text() {}

    static String time(Instant instant) {
        return TIME.format(instant);
    }

    /// Without control characters: what a program or a file says never drives the terminal of who reads it.
    static String plain(String text) {
        var plain = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '\n' || c == '\t' || !Character.isISOControl(c)) {
                plain.appendCodePoint(c);
            } else {
                plain.append(c < ' ' ? "^" + (char) (c ^ 0x40) : "?");
            }
        });
        return plain.toString();
    }

    /// What git says of the folder: `main@sha1:1a2b3c4 "Add the site workers"`, `+2 uncommitted`, `rebase in progress`.
    static List<String> checkout(@Nullable Checkout checkout) {
        var words = new ArrayList<String>();
        if (checkout == null) {
            return words;
        }
        var revision = checkout.revision();
        if (revision != null || checkout.held().isEmpty()) {
            words.add(revision == null ? "no commit yet"
                    : revision.brief()
                            + (checkout.subject().isEmpty() ? "" : " \"" + plain(checkout.subject()) + "\""));
        }
        var uncommitted = checkout.uncommitted();
        if (uncommitted != null && !uncommitted.isEmpty()) {
            words.add("+" + uncommitted.size() + " uncommitted");
        }
        if (!checkout.held().isEmpty()) {
            words.add(checkout.held());
        }
        return words;
    }

    /// What to do, with the name to type.
    static String remedy(Reason reason, AgentName name) {
        var typed = name.namespace().equals(AgentName.DEFAULT_NAMESPACE)
                ? name.name()
                : name.name() + " -n " + name.namespace();
        return reason.remedy().replace("NAME", typed);
    }

    /// `1 error`, `2 errors`.
    static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    static String server(ServerState state) {
        return switch (state) {
            case ServerState.Up(var server, boolean reachable, boolean vacant) ->
                    "up (pid " + server.pid()
                            + (reachable ? "" : ", its socket is gone: only the daemon reaches it")
                            + (vacant ? ", no session" : "") + ")";
            case ServerState.Down() -> "down";
            case ServerState.Ghosted(var server) -> "ghost (pid " + server.pid() + " lives, its socket is gone)";
            case ServerState.Silent(String why) -> "silent (" + why + ")";
        };
    }

    static String session(Session session) {
        return switch (session) {
            case Session.Absent(String squatter) ->
                    "none: its server answered without it, and no process carries its mark"
                            + (squatter == null ? ""
                                    : "; a session of its name without a pane of ours is there (" + squatter + ")");
            case Session.Running(var pane, var process) ->
                    "running in pane " + pane.id() + " of session " + pane.sessionId() + ", pid " + process.pid();
            case Session.Exited(var pane, var exit, var leftovers) ->
                    "ended (" + AgentTable.exit(exit) + "), its dead pane " + pane.id() + " is kept"
                            + (leftovers.isEmpty() ? "" : "; left behind: " + leftovers);
            case Session.Orphaned(var run, var processes) ->
                    "orphaned: its tmux server died, run " + run + " lives on: " + processes;
            case Session.Doubled(var runs) ->
                    "doubled: " + String.join("; ", runs.stream().map(Text::session).toList());
            case Session.Ghost(var server) ->
                    "ghost: its tmux server (pid " + server.pid() + ") lives, its socket is gone";
            case Session.OtherSource(String source) -> "of another manifests folder (source " + source + ")";
            case Session.Foreign(String evidence) -> "not ours: " + evidence;
            case Session.Unknown(String why) -> "unknown: " + why;
        };
    }
}
