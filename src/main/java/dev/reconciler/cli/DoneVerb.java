package dev.reconciler.cli;

import dev.reconciler.host.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// `done`: said by a program of a run, about that run.
@Command(
        name = "done",
        description = "From inside of an agent: say that its task is done, and how it went.",
        footer = {
            "",
            "Examples:",
            "  reconciler done",
            "  reconciler done --status failed --message 'the tests do not pass'",
            "  reconciler done --result-file report.json",
            "",
            "Without this program: write {\"status\": \"succeeded\"} to another file and rename that to"
                    + " $RECONCILER_DONE_FILE.",
        })
final class DoneVerb implements Verb {
    @Option(names = "--status", paramLabel = "succeeded|failed", description = "How it went (default: succeeded).")
    private String status = "succeeded";

    @Option(names = {"-m", "--message"}, paramLabel = "TEXT", description = "A sentence about it.")
    private @Nullable String message;

    @Option(names = "--result-file", paramLabel = "FILE", description = "The result: JSON, or any text.")
    private @Nullable String resultFile;

    @Override
    public int run(Call call) throws Failure, IOException {
        if (!status.equals("succeeded") && !status.equals("failed")) {
            throw Failure.of("invalid argument \"" + status + "\" for \"--status\" flag: must be succeeded or failed");
        }
        var voice = Voice.of(System.getenv(), RunFiles.DONE, "done");
        var words = voice.words(message).put("status", status);
        if (resultFile != null) {
            var text = Files.readString(ManifestInput.existing(call, resultFile));
            try {
                words.set("result", JsonMapper.shared().readTree(text));
            } catch (JacksonException e) {
                words.put("result", text);
            }
        }
        voice.say(words);
        return 0;
    }
}
