package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.desired.JsonSchema;
import dev.reconciler.host.Repository;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `init [DIR] [--git]`: a folder of manifests to begin with. What is there already stays as it is.
@Command(
        name = "init",
        description = "Make a folder of manifests: a first agent with comments, the schema for editors.",
        footer = {
            "",
            "DIR is the folder that the daemon watches unless it is given. Files that are there already stay as they are;",
            "only the schema is brought up to date. The first agent is suspended: nothing runs before you say so.",
            "",
            "Examples:",
            "  reconciler init",
            "  reconciler init ~/fleet --git    # also a repository, and a hook that validates what is staged",
        })
final class InitVerb implements Verb {
    static final String FIRST =
            """
                    %s
                    # One agent: one program in one tmux session. `reconciler explain agent.spec` lists all there is. What agents
                    # of a folder have in common can stand in a `kind: Defaults` beside them: `reconciler explain defaults`.
                    apiVersion: reconciler.dev/v1alpha1
                    kind: Agent
                    metadata:
                      name: first                 # lower case letters, digits and '-'; <role>-<scope> reads well
                    spec:
                      suspend: true               # remove this line, and it runs
                      command: [bash]             # the program and its arguments; no shell unless you name one
                      workingDirectory: "~"       # where it starts
                      restartPolicy: OnFailure    # Always, OnFailure or Never
                    """
                    .formatted(JsonSchema.MODELINE);

    private static final String IGNORED = """
            # What editors leave behind. The reader of the folder knows to skip it, too.
            *~
            *.swp
            .#*
            \\#*#
            """;

    /// A linked work tree has the same hooks, so the folder is relative to whichever commits. Whoever has no
    /// `reconciler` there (another machine, an editor with a PATH of its own) may commit all the same: a hook that can
    /// only say no teaches `--no-verify`, and the daemon takes in nothing that cannot be read.
    private static final String HOOK = """
            #!/bin/sh
            # Written by `reconciler init --git`: no commit with a manifest that cannot be read. What is staged counts,
            # not what stands in the work tree.
            folder=%s
            if ! command -v reconciler >/dev/null; then
                echo "pre-commit: reconciler is not in the PATH: the manifests were not validated" >&2
                exit 0
            fi
            staged=$(mktemp -d) || exit 1
            trap 'rm -rf "$staged"' EXIT
            trap 'exit 130' INT TERM
            mkdir -p "$staged/$folder" &&
                git --literal-pathspecs ls-files -z -- "$folder" |
                git checkout-index -z --stdin --prefix="$staged/" &&
                cd "$staged" && reconciler validate "$folder"
            """;

    @Parameters(paramLabel = "DIR", arity = "0..*", description = "The folder.")
    private java.util.List<String> folders = java.util.List.of();

    @Option(names = "--git", description = "Make it a git repository, with a hook that validates what is staged.")
    private boolean git;

    @Override
    public int run(Call call) throws Failure, Access.Refusal, IOException {
        if (folders.size() > 1) {
            throw Failure.of("one folder at a time");
        }
        var folder = (folders.isEmpty()
                ? call.settings().manifests()
                : call.directory().resolve(folders.getFirst())).normalize();
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw Failure.of(folder + " is there, and no folder");
        }
        var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(folder, mine);
        try {
            schema(folder);
            tell(call, folder, "first.yaml", empty(folder) ? FIRST : null);
            if (git) {
                repository(call, folder);
            }
        } catch (IOException e) {
            throw Failure.of(folder + ": " + e.getMessage());
        }
        call.out().println("Next: edit " + folder.resolve("first.yaml") + ", then");
        call.out().println("  reconciler validate " + folder);
        return 0;
    }

    private static void repository(Call call, Path folder) throws IOException {
        var repository = new Repository(folder, System.getenv());
        call.out().println(folder + (repository.make() ? ": git repository made" : ": is in a git work tree already"));
        tell(call, folder, ".gitignore", IGNORED);
        var hook = Files.createDirectories(repository.hooks()).resolve("pre-commit");
        var below = ShellWords.quote(repository.below());
        if (create(hook, HOOK.formatted(below))) {
            Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
            call.out().println(hook + " created");
        } else {
            call.out().println(hook + " is there already: add `reconciler validate " + below + "` to it");
        }
    }

    /// No first agent beside others.
    private static boolean empty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.allMatch(file -> file.getFileName().toString().startsWith("."));
        }
    }

    /// Up to date with this version.
    static void schema(Path folder) throws IOException {
        write(folder.resolve(JsonSchema.FILE), JsonSchema.text());
        write(folder.resolve(JsonSchema.DEFAULTS_FILE), JsonSchema.defaults());
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }

    private static void tell(Call call, Path folder, String name, @Nullable String text) throws IOException {
        var file = folder.resolve(name);
        boolean made = text != null && create(file, text);
        call.out()
                .println(made ? file + " created" : file + (Files.exists(file) ? " is there already" : " not needed"));
    }

    private static boolean create(Path file, String text) throws IOException {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }
}
