package dev.reconciler.cli;

import dev.reconciler.api.Moment;
import dev.reconciler.server.Request;
import dev.reconciler.status.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `events`: kubectl's columns.
final class EventTable {
    private final boolean namespaces;
    private static final String FURTHER_IN = "            ";

    private final Table table;
    private int columns;

    EventTable(boolean namespaces) {
        this.namespaces = namespaces;
        var headers = new ArrayList<String>();
        if (namespaces) {
            headers.add("NAMESPACE");
        }
        headers.addAll(List.of("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"));
        this.table = new Table(headers);
    }

    /// In colour, when the terminal has it, and broken at words where it ends.
    EventTable on(Request.Terminal terminal) {
        columns = terminal.columns();
        if (terminal.colour()) {
            table.painted("TYPE", Paint::type);
        }
        return this;
    }

    String print(List<Event> events, Moment now, boolean withHeaders) {
        var text = table.print(events.stream().map(e -> row(e, now)).toList(), withHeaders);
        return columns == 0 ? text
                : text.lines()
                        .flatMap(line -> Paint.wrap(line, columns, FURTHER_IN).stream())
                        .map(line -> line + "\n")
                        .collect(Collectors.joining());
    }

    private List<@Nullable String> row(Event event, Moment now) {
        var cells = new ArrayList<@Nullable String>();
        var object = event.object();
        if (namespaces) {
            cells.add(object == null ? null : object.namespace());
        }
        cells.add(age(event, now));
        cells.add(event.type().name());
        cells.add(event.reason().name());
        cells.add(object == null ? "daemon" : "agent/" + object.name());
        cells.add(event.message());
        return cells;
    }

    /// `5s (x3 over 2m)`.
    static String age(Event event, Moment now) {
        var last = Ages.human(now.since(event.last()));
        return event.count() < 2
                ? last
                : last + " (x" + event.count() + " over " + Ages.human(now.since(event.first())) + ")";
    }
}
