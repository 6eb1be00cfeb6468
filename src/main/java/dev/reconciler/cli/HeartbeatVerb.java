package dev.reconciler.cli;

import java.util.Arrays;
import dev.reconciler.api.Activity;
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
            "  reconciler heartbeat --activity AwaitingInput    # such as from a hook of the program",
            "",
            "Without this program: change the content of $RECONCILER_HEARTBEAT_FILE, such as by a counter.",
        })
final class HeartbeatVerb implements Verb {
    @Option(names = {"-m", "--message"}, paramLabel = "TEXT", description = "What it is at.")
    private @Nullable String message;

    @Option(names = "--activity", paramLabel = "Working|Idle|AwaitingInput|Unknown",
            description = "What it does; counts until another is said, unless its screen shows work or a question.")
    private @Nullable String activity;

    @Override
    public int run(Call call) throws Failure, IOException {
        var voice = Voice.of(System.getenv(), RunFiles.HEARTBEAT, "heartbeat");
        var last = voice.last();
        long sequence = last == null ? 0 : last.path("sequence").asLong(0);
        var words = voice.words(message).put("sequence", sequence + 1);
        var doing = activity != null ? checked(activity) : last == null ? "" : last.path("activity").asString("");
        voice.say(doing.isEmpty() ? words : words.put("activity", doing));
        return 0;
    }

    private static String checked(String activity) throws Failure {
        var names = Arrays.stream(Activity.values()).map(Activity::name).toList();
        if (!names.contains(activity)) {
            throw Failure.of("invalid argument \"" + activity + "\" for \"--activity\" flag: must be one of "
                    + String.join(", ", names));
        }
        return activity;
    }
}
