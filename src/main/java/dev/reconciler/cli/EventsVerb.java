package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.status.Event;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `events`: what happened, oldest first.
@Command(
        name = "events",
        description = "What happened, oldest first.",
        footer = {
            "",
            "Examples:",
            "  reconciler events",
            "  reconciler events --for agent/ada --watch",
        })
final class EventsVerb implements Verb {
    private static final Duration BEAT = Duration.ofSeconds(1);

    @Option(names = {"-n", "--namespace"}, paramLabel = "NAMESPACE", description = "The namespace (default: default).")
    private String namespace = "default";

    @Option(names = {"-A", "--all-namespaces"}, description = "All namespaces.")
    private boolean all;

    @Option(names = "--for", paramLabel = "agent/NAME", description = "Only those about this agent.")
    private String about = "";

    @Option(names = {"-w", "--watch"}, description = "Go on printing, until interrupted.")
    private boolean watch;

    @Option(names = "--no-headers", description = "No line of headers.")
    private boolean noHeaders;

    @Override
    public int run(Call call) throws Failure, Access.Refusal, InterruptedException {
        var name = about.isEmpty() ? "" : oneName();
        var access = call.access();
        var view = access.view();
        var table = new EventTable(all).on(call.terminal());
        var events = choose(access.events(), name);
        var seen = new HashSet<>(events);
        if (!call.resume().isEmpty()) {
            var told = instant(call.resume());
            events.removeIf(e -> !e.last().wall().isAfter(told));
        }
        if (!events.isEmpty()) {
            call.out().print(table.print(events, access.now(), !noHeaders && call.resume().isEmpty()));
        } else if (!watch) {
            call.err().println(all ? "No events found." : "No events found in " + namespace + " namespace.");
        }
        if (!watch) {
            return 0;
        }
        boolean headers = events.isEmpty() && !noHeaders && call.resume().isEmpty();
        call.resumable(last(seen));
        while (!call.gone()) {
            view = access.next(view, BEAT);
            var all = choose(access.events(), name);
            var fresh = all.stream().filter(e -> !seen.contains(e)).toList();
            if (!fresh.isEmpty()) {
                call.out().print(table.print(fresh, access.now(), headers));
                call.resumable(last(all));
                headers = false;
                seen.clear();
                seen.addAll(all);
            }
        }
        return 0;
    }

    /// By the wall clock, which goes on through the daemon's restarts: when the newest was.
    private static String last(Collection<Event> events) {
        return events.stream()
                .map(e -> e.last().wall())
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH)
                .toString();
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    private String oneName() throws Failure {
        if (about.indexOf('/') < 0) {
            throw Failure.of("--for must be in resource/name form: agent/" + about);
        }
        return Kind.names(List.of(about)).getFirst();
    }

    private List<Event> choose(List<Event> events, String name) {
        var chosen = new ArrayList<Event>();
        for (var event : events) {
            var object = event.object();
            boolean here = object == null
                    ? name.isEmpty()
                    : (all || object.namespace().equals(namespace)) && (name.isEmpty() || object.name().equals(name));
            if (here) {
                chosen.add(event);
            }
        }
        return chosen;
    }
}
