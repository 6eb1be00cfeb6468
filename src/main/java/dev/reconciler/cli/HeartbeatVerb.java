package dev.reconciler.cli;

import dev.reconciler.host.RunFiles;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `heartbeat`: said by a program of a run, about that run.
@Command(
        name = "heartbeat",
        description = "From inside of an agent: give a sign of life.",
        footer = {
            "",
            "Examples:",
            "  reconciler heartbeat",
            "  reconciler heartbeat --message 'testing, 40%%'",
            "",
            "Without this program: change the content of $RECONCILER_HEARTBEAT_FILE, such as by a counter.",
        })
final class HeartbeatVerb implements Verb {
    @Option(names = {"-m", "--message"}, paramLabel = "TEXT", description = "What it is at.")
    private @Nullable String message;

    @Override
    public int run(Call call) throws Failure, IOException {
        var voice = Voice.of(System.getenv(), RunFiles.HEARTBEAT, "heartbeat");
        var last = voice.last();
        long sequence = last == null ? 0 : last.path("sequence").asLong(0);
        voice.say(voice.words(message).put("sequence", sequence + 1));
        return 0;
    }
}
