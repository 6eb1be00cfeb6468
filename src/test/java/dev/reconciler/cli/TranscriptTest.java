package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Transcripts as a person sees them: `$ reconciler …`, standard output, `[stderr] …`, `[exit n]`. The commands of a file
/// are run again and the file must come out the same; `-Dreconciler.golden=write` rewrites it.
@Tag("golden")
class TranscriptTest {
    private static final Path FOLDER = Path.of("src/test/resources/transcripts");
    private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\\S)+");

    @Test
    void all_is_well() throws IOException {
        check("healthy.txt", Worlds.healthy());
    }

    @Test
    void something_needs_a_person() throws IOException {
        check("trouble.txt", Worlds.troubled());
    }

    @Test
    void nothing_is_there() throws IOException {
        check("empty.txt", new FakeAccess(new FakeAccess.World()));
    }

    @Test
    void mistakes_are_answered_as_kubectl_does() throws IOException {
        check("mistakes.txt", Worlds.healthy());
    }

    @Test
    void every_verb_has_a_help_text_with_examples() throws IOException {
        check("help.txt", Worlds.healthy());
    }

    private static void check(String name, FakeAccess access) throws IOException {
        var file = FOLDER.resolve(name);
        var before = Files.readString(file);
        var after = new StringBuilder();
        for (var command : before.lines().filter(l -> l.startsWith("$ ")).toList()) {
            after.append(after.isEmpty() ? "" : "\n").append(command).append('\n').append(answer(access, command));
        }
        if ("write".equals(System.getProperty("reconciler.golden"))) {
            Files.writeString(file, after, StandardCharsets.UTF_8);
        }
        assertEquals(before, after.toString());
    }

    private static String answer(FakeAccess access, String command) {
        var call = new FakeCall(access);
        int code = call.run(words(command).toArray(String[]::new));
        var text = new StringBuilder(call.printed());
        call.said().lines().forEach(l -> text.append("[stderr] ").append(l).append('\n'));
        return text.append("[exit ").append(code).append("]\n").toString();
    }

    private static List<String> words(String command) {
        var words = new ArrayList<String>();
        var found = WORD.matcher(command.substring("$ reconciler".length()));
        while (found.find()) {
            words.add(found.group().replace("'", ""));
        }
        return words;
    }
}
