package dev.reconciler.plan;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Teardown;
import dev.reconciler.observed.ObservedState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What we ended is looked at until nothing of it is left: pure. What stays for longer than a while is said once, and
/// said again to be gone when it is.
record Teardowns(ObservedState observed, Moment now) {
    /// Time for a unit, a pipe and a zombie to go by themselves.
    private static final Duration WHILE = Duration.ofSeconds(10);

    /// Of another boot nothing is left.
    private boolean current(Teardown teardown) {
        return teardown.since().sameBoot(now);
    }

    /// @param before as of the last look
    /// @param after with this look in it
    List<Teardown> note(
            SortedMap<AgentName, AgentHistory> before, SortedMap<AgentName, AgentHistory> after,
            List<Teardown> known) {
        var noted = new ArrayList<Teardown>();
        for (var teardown : known) {
            if (current(teardown)) {
                var left = left(teardown);
                boolean late = now.since(teardown.since()).compareTo(WHILE) >= 0;
                if (left == null) {
                    noted.add(teardown);
                } else if (!left.isEmpty()) {
                    noted.add(late ? teardown.left(String.join("; ", left)) : teardown);
                }
            }
        }
        // Not looked at before the next look: so that it is told in any case, and what goes with it has time to go.
        after.forEach((name, agent) -> {
            var ended = endedByUs(agent);
            var old = before.get(name);
            if (ended != null && !ended.equals(old == null ? null : endedByUs(old))) {
                noted.add(new Teardown(name, ended.run(), name.namespace(), now, ""));
            }
        });
        return noted;
    }

    /// A run that another look said more about is the same.
    private static AgentHistory.@Nullable Ended endedByUs(AgentHistory agent) {
        var run = agent.run();
        var ended = run == null ? null : run.ended();
        return ended == null || ended.by() == null || ended.by() == Reason.Rebooted ? null : ended;
    }

    /// Null when it could not be seen.
    private @Nullable List<String> left(Teardown teardown) {
        var name = teardown.name();
        var run = teardown.run();
        if (name == null || run == null) {
            return switch (observed.servers().get(teardown.namespace())) {
                // Another one by now.
                case ServerState.Up up -> List.of();
                case ServerState.Down down -> observed.scopes().left(teardown.namespace());
                case ServerState.Ghosted(var server) -> List.of("process " + server.pid() + ", without a socket");
                case ServerState.Silent silent -> null;
                case null -> null;
            };
        }
        var session = observed.sessions().get(name);
        boolean kept = session instanceof Session.Exited(var pane, var exit, var leftovers)
                && pane.mark().run().equals(run);
        var processes = processes(session, run);
        var rest = observed.scopes().left(name, run, kept);
        if (processes == null || rest == null) {
            return null;
        }
        var left = new ArrayList<String>();
        if (!processes.isEmpty()) {
            left.add("process " + processes.stream()
                    .map(process -> Long.toString(process.pid()))
                    .collect(Collectors.joining(", ")));
        }
        left.addAll(rest);
        return left;
    }

    /// Of this run, proven ours; null when that could not be seen.
    private static @Nullable List<ProcessRef> processes(@Nullable Session session, RunId run) {
        return switch (session) {
            case Session.Exited(var pane, var exit, var leftovers) ->
                    pane.mark().run().equals(run) ? leftovers : List.of();
            case Session.Orphaned(var of, var processes) -> of.equals(run) ? processes : List.of();
            case Session.Running running -> List.of();
            case Session.Absent absent -> List.of();
            case Session.OtherSource other -> List.of();
            case Session.Foreign foreign -> List.of();
            case Session.Doubled doubled -> null;
            case Session.Ghost ghost -> null;
            case Session.Unknown unknown -> null;
            // Forgotten: only what is nobody's any more is.
            case null -> List.of();
        };
    }

    /// A tmux server was stopped.
    static History stopped(History history, String namespace, Moment now) {
        var teardowns = new ArrayList<>(history.fleet().teardowns());
        teardowns.removeIf(one -> one.name() == null && Objects.equals(one.namespace(), namespace));
        teardowns.add(new Teardown(null, null, namespace, now, ""));
        return new History(history.fleet().teardowns(teardowns), history.agents());
    }
}
