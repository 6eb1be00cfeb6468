package dev.reconciler.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// What an installation puts below `share/`: a manual page for each verb, and the completion scripts under the names by
/// which the shells find them.
@Command(name = PagesVerb.NAME, hidden = true)
final class PagesVerb implements Verb {
    static final String NAME = "__pages";

    private final Engine engine;

    @Parameters(paramLabel = "DIRECTORY", description = "Where to; made when it is missing.")
    private String directory = "";

    PagesVerb(Engine engine) {
        this.engine = engine;
    }

    @Override
    public int run(Call call) throws IOException {
        var share = call.directory().resolve(directory);
        var root = new Shell(engine).commands().getCommandSpec();
        write(share, "man/man1/" + ManPage.name(root) + ".1", ManPage.of(root, VersionVerb.version()));
        for (var command : root.subcommands().values()) {
            var verb = command.getCommandSpec();
            if (!ManPage.hidden(verb)) {
                write(share, "man/man1/" + ManPage.name(verb) + ".1", ManPage.of(verb, VersionVerb.version()));
            }
        }
        write(share, "bash-completion/completions/reconciler", CompletionVerb.script("bash"));
        write(share, "zsh/site-functions/_reconciler", CompletionVerb.script("zsh"));
        write(share, "fish/vendor_completions.d/reconciler.fish", CompletionVerb.script("fish"));
        return 0;
    }

    private static void write(Path share, String name, String text) throws IOException {
        var file = share.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text, StandardCharsets.UTF_8);
    }
}
