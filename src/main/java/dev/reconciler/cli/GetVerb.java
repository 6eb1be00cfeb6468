package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.controller.Access;
import dev.reconciler.controller.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `get agents`: what there is, one line each, or as data.
@Command(
        name = "get",
        description = "List agents, tmux servers or systemd scopes, or print them as data.",
        footer = {
            "",
            "Examples:",
            "  reconciler get agents                    # those of the namespace default",
            "  reconciler get ag -A -o wide             # all, with pids and reasons",
            "  reconciler get agent ada -o yaml         # one, with its whole status",
            "  reconciler get agents -w                 # a live screen; in a pipe, a line whenever something happens",
            "  reconciler get servers --witness=both    # every tmux server of yours, by /proc and lsof",
            "  reconciler get scopes                    # the systemd units that hold runs, and leaked ones",
            "  reconciler get agent ada -o jsonpath='{.status.phase}'",
        })
final class GetVerb implements Verb {
    private static final Duration BEAT = Duration.ofSeconds(1);

    /// What a picture goes on from: it is always the whole.
    static final String LIVE = "live";

    @Mixin
    private Namespaced namespaced = new Namespaced();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "wide, json, yaml, name or jsonpath=TEMPLATE.")
    private String output = "";

    @Option(names = {"-w", "--watch"}, description = "Show what changes, until interrupted (or q).")
    private boolean watch;

    @Option(names = "--no-headers", description = "No line of headers.")
    private boolean noHeaders;

    @Option(names = "--show-labels", description = "A last column with the labels.")
    private boolean showLabels;

    @Option(
            names = "--witness",
            paramLabel = "lsof|proc|both",
            description = "Of servers, whom to believe (default: proc). Where both differ, the state is Unknown.")
    private String witness = "proc";

    @Parameters(paramLabel = "agents [NAME]", arity = "0..*", description = "The kind, and names: all without.")
    private List<String> words = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal, InterruptedException {
        if (Kind.isServers(words)) {
            return new ServersList(call, Format.parse(output), witness, !noHeaders).run(Kind.servers(words), watch);
        }
        if (Kind.isScopes(words)) {
            return new ScopesList(call, Format.parse(output), !noHeaders).run(Kind.scopes(words), watch);
        }
        var names = Kind.names(words);
        namespaced.checkNames(names);
        var format = Format.parse(output);
        boolean lines = format instanceof Format.Default || format instanceof Format.Wide;
        if (watch && lines && call.terminal().live()) {
            return live(call, names, format);
        }
        var access = call.access();
        var view = access.view();
        var missing = new ArrayList<String>();
        var chosen = choose(view, names, missing);
        var table = new AgentTable(namespaced.all, format instanceof Format.Wide, showLabels).on(call.terminal());
        boolean headers = !noHeaders && call.resume().isEmpty();
        boolean one = names.size() == 1;
        switch (format) {
            case Format.Default(),Format.Wide() -> {
                if (chosen.isEmpty() && missing.isEmpty() && !watch) {
                    call.err().println(namespaced.nothingFound());
                } else if (!chosen.isEmpty()) {
                    call.out().print(table.print(view, chosen.values(), access.now(), headers));
                }
            }
            case Format.Name() -> chosen.keySet().forEach(n -> call.out().println(Kind.SINGULAR + "/" + n.name()));
            case Format.Data data -> {
                if (!one || missing.isEmpty()) {
                    data.print(call.out(), view, List.copyOf(chosen.values()), one);
                }
            }
        }
        if (!missing.isEmpty()) {
            throw Failure.notFound(missing);
        }
        return watch ? watch(call, view, names, format, table, !chosen.isEmpty() || !headers) : 0;
    }

    /// One picture after the other, a second apart because ages grow, and at once when something happens.
    private int live(Call call, List<String> names, Format format)
            throws Failure, Access.Refusal, InterruptedException {
        var access = call.access();
        var view = access.view();
        call.resumable(LIVE);
        while (!call.gone()) {
            var chosen = choose(view, names, new ArrayList<>());
            call.out()
                    .print(chosen.isEmpty()
                            ? namespaced.nothingFound() + "\n"
                            : new AgentTable(namespaced.all, format instanceof Format.Wide, showLabels)
                                    .on(call.terminal())
                                    .print(view, chosen.values(), access.now(), !noHeaders));
            call.picture();
            view = access.next(view, BEAT);
        }
        return 0;
    }

    private int watch(Call call, View first, List<String> names, Format format, AgentTable table, boolean headersDone)
            throws Failure, Access.Refusal, InterruptedException {
        var access = call.access();
        var seen = first;
        boolean headers = !headersDone && !noHeaders;
        SortedMap<AgentName, AgentStatus> before = choose(first, names, new ArrayList<>());
        // What changes while no daemon looks is told as it is then, all of it.
        call.resumable("again");
        while (!call.gone()) {
            var view = access.next(seen, BEAT);
            var now = choose(view, names, new ArrayList<>());
            var changed = changed(before, now);
            if (!changed.isEmpty()) {
                call.out()
                        .print(
                                switch (format) {
                                    case Format.Default(),Format.Wide() ->
                                            table.print(view, changed, access.now(), headers);
                                    case Format.Name() ->
                                            String.join("",
                                                    changed.stream()
                                                            .map(s -> Kind.SINGULAR + "/" + s.name().name() + "\n")
                                                            .toList());
                                    case Format.Data data -> each(data, view, changed);
                                });
                call.out().flush();
                headers = false;
            }
            seen = view;
            before = now;
        }
        return 0;
    }

    private static String each(Format.Data data, View view, List<AgentStatus> changed) throws Failure {
        var text = new StringBuilder();
        for (var status : changed) {
            text.append(data.print(Written.object(view, status)));
        }
        return text.toString();
    }

    /// Those that differ, and those that went, as last seen.
    private static List<AgentStatus> changed(
            SortedMap<AgentName, AgentStatus> before, SortedMap<AgentName, AgentStatus> now) {
        Map<AgentName, String> old = AgentTable.essence(before.values());
        var changed = new TreeMap<AgentName, AgentStatus>();
        AgentTable.essence(now.values()).forEach((name, essence) -> {
            var status = now.get(name);
            if (status != null && !essence.equals(old.get(name))) {
                changed.put(name, status);
            }
        });
        before.forEach((name, status) -> {
            if (!now.containsKey(name)) {
                changed.put(name, status);
            }
        });
        return List.copyOf(changed.values());
    }

    private SortedMap<AgentName, AgentStatus> choose(View view, List<String> names, List<String> missing)
            throws Failure {
        if (names.isEmpty()) {
            return namespaced.select(view);
        }
        var chosen = new TreeMap<AgentName, AgentStatus>();
        for (var name : names) {
            var status = namespaced.find(view, name);
            if (status == null) {
                missing.add(name);
            } else {
                chosen.put(status.name(), status);
            }
        }
        return chosen;
    }
}
