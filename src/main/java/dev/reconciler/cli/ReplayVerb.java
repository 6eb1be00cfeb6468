package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.controller.Access;
import dev.reconciler.recording.FlightRecorder;
import dev.reconciler.recording.Replay;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;

/// `replay [FILE]`: why it did what it did, from what rounds wrote down.
@Command(
        name = "replay",
        description = "Why it did what it did: past decisions, made again from what was recorded.",
        footer = {
            "",
            "Without FILE it is this machine's: the daemon records the last hours below its state directory, secrets",
            "left out. A copy needs no daemon and no tmux, and works on another machine. Times are those of the machine",
            "that recorded. What a killed daemon did in its last second is missing.",
            "",
            "Exit codes: 0 every decision is as it was recorded, 1 nothing could be replayed, 2 this version decides",
            "something otherwise (each is marked), 3 a part of the recording cannot be read.",
            "",
            "Examples:",
            "  reconciler replay --agent ada                  # what was done to ada, and when it was left alone",
            "  reconciler replay --agent ada --at 03:12       # why, in that minute",
            "  reconciler replay case.jsonl.gz --at 2026-11-20T03:12:04Z",
            "  reconciler replay ~/copy/recording --at -2h    # two hours before its end",
        })
final class ReplayVerb implements Verb {
    static final int DIFFERS = 2;
    static final int DAMAGED = 3;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "A recording, or a directory of them.")
    private @Nullable String file;

    @Option(names = "--at", paramLabel = "TIME",
            description = "Only what was in force then: 03:12, 03:12:04, 2026-11-20T03:12, with a zone (Z, +01:00) or"
                    + " without; or -2h, counted from its end.")
    private String at = "";

    @Option(names = "--agent", paramLabel = "NAME", description = "Only this agent; also when it was left alone.")
    private String agent = "";

    @Option(names = {"-n", "--namespace"}, paramLabel = "NAMESPACE",
            description = "Of the agent (default: default); without --agent all namespaces are shown.")
    private String namespace = "";

    @Option(names = {"-o", "--output"}, paramLabel = "json", description = "As one JSON object.")
    private String output = "";

    @Override
    public int run(Call call) throws Failure, Access.Refusal, IOException {
        if (!output.isEmpty() && !output.equals("json")) {
            throw Failure.of("unable to match a printer suitable for the output format \"" + output
                    + "\", allowed formats are: json");
        }
        var place = file == null
                ? call.settings().state().resolve(FlightRecorder.DIRECTORY)
                : call.directory().resolve(file);
        var extent = new Extent();
        play(place, extent);
        if (extent.first() == null) {
            throw Failure.of(place + ": no round in it can be read"
                    + (extent.damages().isEmpty() ? "" : ": " + extent.damages().getFirst()));
        }
        var span = at.isEmpty() ? null : Span.parse(at, extent);
        var story = new Story(chosen(), span);
        play(place, story);
        if (!agent.isEmpty() && !story.names().contains(chosen())) {
            throw Failure.of("agent \"" + chosen() + "\" is not in this recording, which has: "
                    + (story.names().isEmpty() ? Table.NONE : String.join(", ", story.names())));
        }
        print(call, story, extent, chosen());
        extent.notes(place).forEach(call.err()::println);
        int differing = story.differing();
        if (differing > 0) {
            call.err()
                    .println("warning: this version, " + VersionVerb.version() + ", decides otherwise than "
                            + extent.versions() + " did: " + Text.count(differing, "decision") + ", marked");
        }
        return differing > 0 ? DIFFERS : extent.damages().isEmpty() ? 0 : DAMAGED;
    }

    private void print(Call call, Story story, Extent extent, String chosen) {
        if (output.equals("json")) {
            var root = JsonNodeFactory.instance.objectNode();
            extent.json(root);
            var items = root.putArray("decisions");
            story.told().forEach(told -> items.add(told.json()));
            call.out().print(JsonText.of(root));
            return;
        }
        story.told().forEach(told -> call.out().print(told.text(extent.zone())));
        if (story.told().isEmpty()) {
            call.err()
                    .println("Nothing was done" + (agent.isEmpty() ? "" : " to " + chosen) + " from "
                            + extent.range() + ".");
        }
    }

    /// As actions name it, empty: all.
    private String chosen() throws Failure {
        if (agent.isEmpty()) {
            return namespace;
        }
        try {
            return new AgentName(namespace.isEmpty() ? AgentName.DEFAULT_NAMESPACE : namespace, agent).toString();
        } catch (IllegalArgumentException e) {
            throw Failure.of(String.valueOf(e.getMessage()));
        }
    }

    private static void play(Path place, Replay.Listener listener) throws Failure {
        try {
            Replay.play(place, listener);
        } catch (IOException e) {
            throw Failure.of(String.valueOf(e.getMessage()));
        }
    }
}
