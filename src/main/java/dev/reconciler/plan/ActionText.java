package dev.reconciler.plan;

import dev.reconciler.api.Delivery;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.plan.Action.Step;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A plan as people read it: what `diff` prints, golden files hold and logs say. One line for each action, free of
/// control characters, the same bytes for the same plan. Names no variable's value and no file's content.
public final class ActionText {
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    /// Columns of the verb, the longest being `restamp`.
    private static final int VERB = 9;

    /// How much of a command line is shown: a prompt given as an argument may be a page.
    private static final int COMMAND = 160;

    private ActionText() {}

    /// A line for each action, servers first, each ended by a newline.
    public static String of(Plan plan, Moment now) {
        return plan.all()
                .map(action -> of(action, now) + "\n")
                .collect(Collectors.joining());
    }

    /// `start    default/ada  Created: run 1 of /bin/sh -c 'sleep 1'`
    public static String of(Action action, Moment now) {
        return String.format(Locale.ROOT, "%-" + VERB + "s", verb(action)) + object(action) + "  " + action.reason()
                + ": " + sentence(action) + due(action, now);
    }

    /// What is done, without the time of it: the same as long as the action is the same.
    public static String sentence(Action action) {
        return plain(switch (action) {
            case Action.Start(var name, var agent, var mark, var reason, var restart, var squatter) ->
                    "run " + mark.run().number() + " of " + command(agent.spec().argv());
            case Action.Restart(var name, var agent, var mark, var reason, var restart, var pane) ->
                    "run " + mark.run().number() + " of " + command(agent.spec().argv()) + " in pane " + pane.id();
            case Action.Stop(var name, var run, var reason, Step step, var targets, var deadline) -> switch (step) {
                case Term -> "run " + run.number() + ": TERM to pid " + targets.getFirst().pid();
                case Kill -> "run " + run.number() + ": KILL to pid " + pids(targets);
            };
            case Action.Ask(var name, var run, var reason, var pane, var how, var document, var deadline) ->
                    "run " + run.number() + ": its preStop, then TERM";
            case Action.Reap(var name, var pane, var reason) ->
                    "the dead pane " + pane.id() + " of run " + pane.mark().run().number() + " is removed";
            case Action.Adopt(var name, var session, var mark, var process, var reason) ->
                    "run " + mark.run().number() + (process == null ? ", ended," : ", pid " + process.pid() + ",")
                            + " is taken over as it is";
            case Action.Restamp(var name, var pane, var mark, var reason) ->
                    "pane " + pane.id() + " is marked with generation " + mark.generation()
                            + (mark.disabled() ? ", left alone" : "");
            case Action.Repipe(var name, var pane, var logs, var reason) ->
                    "the log pipe of pane " + pane.id() + " is opened again";
            case Action.Type(var name, var agent, var pane, var process, var delivery, var line, var reason) ->
                    text(delivery) + " is typed into pane " + pane.id();
            case Action.Submit(var name, var pane, var process, var delivery, int time, var line, var reason) ->
                    "Enter for " + text(delivery) + " in pane " + pane.id() + (time == 1 ? "" : ", time " + time);
            case Action.RemoveManifest(var name, var origin, var digest, var reason) ->
                    "its manifest at " + origin + " is removed";
            case Action.Forget(var name, var reason) -> "nothing of it is left";
            case Action.Hold(var name, var reason, var message, var until) -> said(message, reason);
            case Action.StartServer(var namespace, var reason) -> "its tmux server is started";
            case Action.StopServer(var namespace, var server, var reason) ->
                    "its tmux server, pid " + server.pid() + ", is stopped";
            case Action.Rescue(var namespace, var server, var reason) ->
                    "its tmux server, pid " + server.pid() + ", is made reachable again";
            case Action.HoldServer(var namespace, var reason, var message, var until) -> said(message, reason);
            case Action.ReapUnit(var unit, var reason) -> "nobody is in it, it is removed";
        });
    }

    /// One word for what is done.
    public static String verb(Action action) {
        return switch (action) {
            case Action.Start start -> "start";
            case Action.Restart restart -> "restart";
            case Action.Stop stop -> stop.step() == Step.Term ? "stop" : "kill";
            case Action.Ask ask -> "stop";
            case Action.Reap reap -> "reap";
            case Action.Adopt adopt -> "adopt";
            case Action.Restamp restamp -> "restamp";
            case Action.Repipe repipe -> "repipe";
            case Action.Type type -> "type";
            case Action.Submit submit -> "submit";
            case Action.RemoveManifest remove -> "remove";
            case Action.Forget forget -> "forget";
            case Action.Hold hold -> "hold";
            case Action.StartServer start -> "start";
            case Action.StopServer stop -> "stop";
            case Action.Rescue rescue -> "rescue";
            case Action.HoldServer hold -> "hold";
            case Action.ReapUnit reap -> "reap";
        };
    }

    private static String text(Delivery delivery) {
        return (delivery.id().equals(Delivery.PROMPT) ? "the prompt" : "message " + delivery.id()) + " of run "
                + delivery.run().number();
    }

    /// What it is done to: `namespace/name`, `server NAMESPACE` or a unit.
    public static String object(Action action) {
        return switch (action) {
            case Action.OfAgent agent -> agent.name().toString();
            case Action.OfServer server -> "server " + server.namespace();
            case Action.OfUnit unit -> unit.unit();
        };
    }

    private static String due(Action action, Moment now) {
        if (action instanceof Action.Stop stop && stop.step() == Step.Term) {
            return ", KILL " + in(stop.deadline(), now);
        }
        if (action instanceof Action.Ask ask) {
            return ", KILL " + in(ask.deadline(), now);
        }
        var until = until(action);
        return until == null ? "" : " (" + in(until, now) + ")";
    }

    /// When a hold may end by time alone, null: it is none, or only an event ends it.
    public static @Nullable Moment until(Action action) {
        return action instanceof Action.Hold hold
                ? hold.until()
                : action instanceof Action.HoldServer server ? server.until()
                : null;
    }

    /// `in 40s`, `in 1h10m`, `now`.
    private static String in(Moment due, Moment now) {
        if (now.reached(due)) {
            return "now";
        }
        // Up to the next second: what is due in 100 ms is not due now.
        var seconds = Duration.ofSeconds(due.since(now).plusNanos(999_999_999).toSeconds());
        return "in " + seconds.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }

    private static String said(String message, Reason reason) {
        return message.isEmpty() ? reason.meaning() : message;
    }

    private static String pids(List<ProcessRef> targets) {
        return targets.stream().map(t -> Long.toString(t.pid())).collect(Collectors.joining(", "));
    }

    /// As a shell would read it back, as long as it is not cut.
    private static String command(List<String> argv) {
        var line = argv.stream()
                .map(word -> HARMLESS.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        int end = line.offsetByCodePoints(0, Math.min(COMMAND, line.codePointCount(0, line.length())));
        return end == line.length() ? line : line.substring(0, end) + "…";
    }

    private static String plain(String text) {
        return isPlain(text) ? text : escaped(text);
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static String escaped(String text) {
        var plain = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> plain.append("\\n");
                case '\t' -> plain.append("\\t");
                default -> {
                    if (Character.isISOControl(c)) {
                        plain.append(String.format(Locale.ROOT, "\\x%02x", c));
                    } else {
                        plain.appendCodePoint(c);
                    }
                }
            }
        });
        return plain.toString();
    }
}
