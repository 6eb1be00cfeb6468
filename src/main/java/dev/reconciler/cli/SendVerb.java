package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Delivery;
import dev.reconciler.controller.Access;
import dev.reconciler.host.PromptFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `send NAME TEXT`: as prompts go, when the program is ready.
@Command(
        name = "send",
        description = "Type a text into the agent's program when it is ready for it, and submit it.",
        footer = {
            "",
            "Examples:",
            "  reconciler send ada 'run the tests again'",
            "  reconciler send ada --file task.md --wait     # until the program has taken it",
            "  git diff | reconciler send ada --file -",
        })
final class SendVerb implements Verb {
    private static final String STANDARD_INPUT = "-";

    @Option(names = {"-n", "--namespace"}, paramLabel = "NAMESPACE", description = "The namespace (default: default).")
    private String namespace = AgentName.DEFAULT_NAMESPACE;

    @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "The text: a file, or - for standard input.")
    private @Nullable String file;

    @Option(names = "--wait", description = "Wait for the receipt: 0 only when the program took it.")
    private boolean wait;

    @Option(names = "--timeout", paramLabel = "DURATION",
            description = "How long the program may take to be ready for it (default: 60s).")
    private String timeout = "60s";

    @Parameters(paramLabel = "NAME [TEXT]", arity = "0..*", description = "The agent, and the text.")
    private List<String> words = new ArrayList<>();

    @Override
    public int run(Call call) throws Failure, Access.Refusal, IOException, InterruptedException {
        if (words.isEmpty()) {
            throw Failure.of("the name of an agent is needed");
        }
        if (words.size() > 2) {
            throw Failure.of("the text must be one word: put it in quotes");
        }
        if ((words.size() == 2) == (file != null)) {
            throw Failure.of("a text is needed, either after the name or with --file");
        }
        var limit = Spans.parse("--timeout", timeout);
        if (limit.isNegative() || limit.isZero()) {
            throw Failure.of("invalid argument \"" + timeout + "\" for \"--timeout\" flag: must be positive");
        }
        var there = new Namespaced();
        there.namespace = namespace;
        var typed = words.getFirst().indexOf('/') < 0
                ? words.getFirst()
                : Kind.someNames(List.of(words.getFirst())).getFirst();
        var status = there.find(call.access().view(), typed);
        if (status == null) {
            throw Failure.notFound(typed);
        }
        if (call.access().view().daemonPid() == null) {
            throw Failure.of("no daemon is running: nobody would deliver it");
        }
        var key = call.access().send(status.name(), text(call), limit);
        if (wait) {
            await(call, status.name(), key, limit);
        }
        call.out().println(Kind.SINGULAR + "/" + typed + (wait ? " message submitted" : " message accepted"));
        return 0;
    }

    private String text(Call call) throws Failure, IOException {
        if (file == null) {
            return PromptFile.checked("the text", words.get(1).getBytes(StandardCharsets.UTF_8));
        }
        return file.equals(STANDARD_INPUT)
                ? PromptFile.checked("standard input", call.input())
                : PromptFile.read("--file", ManifestInput.existing(call, file));
    }

    private static void await(Call call, AgentName name, String key, Duration limit)
            throws Failure, Access.Refusal, InterruptedException {
        // Being typed and taken comes after being ready.
        var watcher = new Watcher(call, limit.plus(Duration.ofMinutes(1)));
        while (true) {
            var agent = watcher.view().history().agents().get(name);
            var delivery = agent == null ? null : agent.dialogue().delivery(key);
            if (delivery != null && delivery.phase() == Delivery.Phase.Submitted) {
                return;
            }
            if (delivery != null && !delivery.open()) {
                throw Failure.of("message to agent \"" + name.name() + "\" " + delivery.why());
            }
            if (agent == null) {
                throw Failure.of("agent \"" + name.name() + "\" is gone: whether it took the message cannot be told");
            }
            if (!watcher.next()) {
                throw Failure.timedOut(name.name());
            }
        }
    }
}
