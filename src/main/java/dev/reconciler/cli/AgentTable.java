package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Condition;
import dev.reconciler.api.Exit;
import dev.reconciler.api.Moment;
import dev.reconciler.controller.View;
import dev.reconciler.server.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `get agents`: one line for each.
final class AgentTable {
    private final boolean namespaces;
    private final boolean wide;
    private final boolean labels;
    private final Table table;

    AgentTable(boolean namespaces, boolean wide, boolean labels) {
        this.namespaces = namespaces;
        this.wide = wide;
        this.labels = labels;
        var headers = new ArrayList<String>();
        if (namespaces) {
            headers.add("NAMESPACE");
        }
        headers.addAll(List.of("NAME", "READY", "STATUS", "RESTARTS"));
        headers.add("AGE");
        if (wide) {
            headers.addAll(List.of("REASON", "ACTIVITY", "PID", "LAST EXIT", "NEXT RETRY", "DIRECTORY"));
        }
        if (labels) {
            headers.add("LABELS");
        }
        this.table = new Table(headers);
    }

    /// In colour, when the terminal has it.
    AgentTable on(Request.Terminal terminal) {
        if (terminal.colour()) {
            table.painted("STATUS", Paint::phase);
        }
        return this;
    }

    String print(View view, Collection<AgentStatus> statuses, Moment now, boolean withHeaders) {
        return table.print(statuses.stream().map(s -> row(view, s, now)).toList(), withHeaders);
    }

    private List<@Nullable String> row(View view, AgentStatus status, Moment now) {
        var cells = new ArrayList<@Nullable String>();
        if (namespaces) {
            cells.add(status.name().namespace());
        }
        cells.add(status.name().name());
        cells.add(ready(status));
        cells.add(status.phase());
        cells.add(restarts(status, now));
        cells.add(Ages.human(now.since(status.createdAt())));
        if (wide) {
            var agent = Written.agent(view, status.name());
            var last = status.lastTermination();
            var process = status.process();
            cells.add(status.reason().name());
            cells.add(status.health().activity() == null ? null : status.health().activity().name());
            cells.add(process == null ? null : Long.toString(process.pid()));
            cells.add(last == null ? null : exit(last.exit()));
            cells.add(retry(status, now));
            cells.add(agent == null ? null : agent.spec().workingDirectory());
        }
        if (labels) {
            cells.add(Namespaced.line(Written.labels(view, status.name())));
        }
        return cells;
    }

    /// What changes when something happened, and not because time passes: `--watch` prints a line when this differs.
    static Map<AgentName, String> essence(Collection<AgentStatus> statuses) {
        var lines = new TreeMap<AgentName, String>();
        for (var status : statuses) {
            lines.put(
                    status.name(),
                    String.join(
                            "\n",
                            status.uid(),
                            ready(status),
                            status.phase(),
                            status.reason().name(),
                            String.valueOf(status.health().activity()),
                            Integer.toString(status.restartCount()),
                            String.valueOf(status.process()),
                            Long.toString(status.generation())));
        }
        return lines;
    }

    static String ready(AgentStatus status) {
        for (var condition : status.conditions()) {
            if (condition.type().equals(Condition.READY)) {
                return condition.status().name();
            }
        }
        return Condition.Status.Unknown.name();
    }

    /// kubectl's `3 (2m ago)`.
    private static String restarts(AgentStatus status, Moment now) {
        var last = status.lastTermination();
        return status.restartCount() == 0 || last == null
                ? Integer.toString(status.restartCount())
                : status.restartCount() + " (" + Ages.human(now.since(last.at())) + " ago)";
    }

    static String exit(Exit exit) {
        return switch (exit) {
            case Exit.Code(int code) -> Integer.toString(code);
            case Exit.Signal(int number) -> "signal " + number;
            case Exit.OutOfMemory() -> "out of memory";
            case Exit.Unseen() -> "unseen";
        };
    }

    private static @Nullable String retry(AgentStatus status, Moment now) {
        var next = status.nextRetryAt();
        return next == null ? null : in(next, now);
    }

    /// `in 40s`, or `now`.
    static String in(Moment later, Moment now) {
        return now.reached(later) ? "now" : "in " + Ages.human(roundUp(later.since(now)));
    }

    private static Duration roundUp(Duration d) {
        return d.plusNanos(999_999_999).truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
    }
}
