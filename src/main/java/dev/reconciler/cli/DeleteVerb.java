package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.controller.Access;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `delete agent NAME`: a person's word, so no hold-down.
@Command(
        name = "delete",
        description = "Remove agents from the folder, end them politely, and wait until nothing of them is left.",
        footer = {
            "",
            "Examples:",
            "  reconciler delete agent ada",
            "  reconciler delete -f team.yaml --wait=false",
            "  reconciler delete agent ada --grace-period=5   # shorter than its spec says",
            "  reconciler delete agent ada --grace-period=0 --force",
        })
final class DeleteVerb implements Verb {
    @Mixin
    private Namespaced namespaced = new Namespaced();

    @Option(
            names = "--wait",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "true|false",
            description = "Wait until it is gone (default: true).")
    private boolean wait = true;

    @Option(names = "--timeout", paramLabel = "DURATION", description = "How long to wait; 0s, the default: for ever.")
    private String timeout = "0s";

    @Option(names = "--grace-period", paramLabel = "SECONDS", description = "Can only shorten; 0 needs --force.")
    private @Nullable Integer gracePeriod;

    @Option(names = "--force", description = "Allow a grace period of 0.")
    private boolean force;

    @Option(names = "--ignore-not-found", description = "What is not there is no error.")
    private boolean ignoreNotFound;

    @Option(names = {"-f", "--filename"}, paramLabel = "FILE", description = "What this file (or -) declares.")
    private List<String> files = new ArrayList<>();

    @Parameters(paramLabel = "agent NAME", arity = "0..*", description = "The kind, and names.")
    private List<String> words = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal, IOException, InterruptedException {
        var grace = gracePeriod;
        if (grace != null && grace < 0) {
            throw Failure.of("--grace-period must not be negative");
        }
        if (grace != null && grace == 0 && !force) {
            throw Failure.of("--grace-period=0 kills without asking: it needs --force");
        }
        var limit = Spans.parse("--timeout", timeout);
        var uids = new LinkedHashMap<AgentName, String>();
        var missing = new ArrayList<String>();
        for (var name : names(call)) {
            var status = find(call, name);
            if (status == null) {
                missing.add(name.name());
                continue;
            }
            call.access().delete(status.name(), grace);
            call.out().println(Kind.SINGULAR + " \"" + name.name() + "\" deleted");
            uids.put(status.name(), status.uid());
        }
        call.out().flush();
        if (wait) {
            await(call, limit.isZero() ? Duration.ofDays(-1) : limit, uids);
        }
        if (!missing.isEmpty() && !ignoreNotFound) {
            throw Failure.notFound(missing);
        }
        return 0;
    }

    /// Waits until each of these incarnations is gone; a new one of the same name is another agent.
    private static void await(Call call, Duration limit, Map<AgentName, String> uids)
            throws Failure, Access.Refusal, InterruptedException {
        var watcher = new Watcher(call, limit);
        while (true) {
            uids.entrySet().removeIf(e -> {
                var status = watcher.view().statuses().get(e.getKey());
                return status == null || !status.uid().equals(e.getValue());
            });
            if (uids.isEmpty()) {
                return;
            }
            if (watcher.view().daemonPid() == null) {
                call.err().println("no daemon is running: what runs is ended by the next one");
                return;
            }
            if (!watcher.next()) {
                throw Failure.timedOut(uids.keySet().iterator().next().name());
            }
        }
    }

    private @Nullable AgentStatus find(Call call, Named name) throws Failure, Access.Refusal, InterruptedException {
        var there = new Namespaced();
        there.namespace = name.namespace();
        return Watcher.find(call, there, name.name());
    }

    /// As typed: it need not be a valid name.
    private record Named(String namespace, String name) {}

    private List<Named> names(Call call) throws Failure, Access.Refusal, IOException {
        if (!files.isEmpty() && !words.isEmpty()) {
            throw Failure.of("when paths, URLs, or stdin is provided as input, you may not specify resource arguments"
                    + " as well");
        }
        var names = new ArrayList<Named>();
        if (!files.isEmpty()) {
            ManifestInput.read(call, files)
                    .agents()
                    .keySet()
                    .forEach(n -> names.add(new Named(n.namespace(), n.name())));
            return names;
        }
        var given = Kind.names(words);
        namespaced.checkNames(given);
        given.forEach(n -> names.add(new Named(namespaced.namespace, n)));
        if (given.isEmpty()) {
            if (namespaced.selector.isEmpty()) {
                throw Failure.of("resource(s) were provided, but no name was specified");
            }
            var selected = namespaced.select(call.access().view()).keySet();
            if (selected.isEmpty()) {
                call.err().println(namespaced.nothingFound());
            }
            selected.forEach(n -> names.add(new Named(n.namespace(), n.name())));
        }
        return names;
    }
}
