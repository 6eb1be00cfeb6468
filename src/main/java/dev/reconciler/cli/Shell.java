package dev.reconciler.cli;

import dev.reconciler.controller.Access;
import dev.reconciler.desired.Nearest;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// Reads the words of one command and runs its verb. Whatever goes wrong ends in a sentence, never in a stack trace.
final class Shell {
    private static final System.Logger LOG = System.getLogger(Shell.class.getName());

    /// Of help texts: their examples fit, and no terminal is so narrow that fewer would be read more easily.
    private static final int WIDTH = 110;
    private static final int NARROWEST = 60;

    private final Engine engine;

    Shell(Engine engine) {
        this.engine = engine;
    }

    /// For a client: only what a daemon may render.
    int runRendered(List<String> arguments, Call call) {
        var verb = Words.verb(arguments);
        if (!Words.rendered(verb)) {
            call.err().println("error: \"" + Text.plain(verb) + "\" is not for the daemon");
            return Failure.FAILED;
        }
        return run(arguments, call);
    }

    int run(List<String> arguments, Call call) {
        var name = Words.verb(arguments);
        var commands = commands(name, call);
        try {
            var parsed = commands.parseArgs(arguments.toArray(String[]::new));
            var asked = parsed;
            while (asked.hasSubcommand()) {
                asked = asked.subcommand();
            }
            if (asked.isUsageHelpRequested()) {
                asked.commandSpec().commandLine().usage(call.out());
                return 0;
            }
            if (asked.commandSpec().userObject() instanceof Verb verb) {
                return verb.run(call);
            }
            commands.usage(call.out());
            return 0;
        } catch (CommandLine.ParameterException e) {
            return usage(e, name, call);
        } catch (Failure e) {
            say(call, e.sentence());
            return e.code();
        } catch (Access.Refusal e) {
            say(call, "error: " + e.getMessage());
            return Words.couldNotLook(name);
        } catch (IOException e) {
            say(call, "error: " + sentence(e));
            return Words.couldNotLook(name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Failure.FAILED;
        } catch (LinkageError e) {
            // Its jar was replaced under a running daemon: what is not loaded yet is gone.
            LOG.log(Level.DEBUG, "a verb could not be loaded", e);
            say(call, "error: the files of the running program were replaced: restart the daemon (sessions run on)");
            return Words.couldNotLook(name);
        } catch (RuntimeException e) {
            // A defect of ours: its place helps us, a whole trace helps nobody at a terminal.
            LOG.log(Level.DEBUG, "a verb failed", e);
            var at = e.getStackTrace();
            say(call, "error: this is a defect of reconciler, please report it: " + e
                    + (at.length > 0 ? " at " + at[0] : ""));
            return Words.couldNotLook(name);
        }
    }

    private CommandLine commands(String name, Call call) {
        boolean known = Verbs.NAMES.contains(name);
        var root = commands(known ? List.of(name) : Verbs.NAMES);
        root.setUnmatchedArgumentsAllowed(false);
        root.setErr(new PrintWriter(call.err(), true, StandardCharsets.UTF_8));
        int columns = call.terminal().columns();
        root.setUsageHelpWidth(columns == 0 ? WIDTH : Math.clamp(columns, NARROWEST, WIDTH));
        return root;
    }

    /// All verbs, to tell about them.
    CommandLine commands() {
        return commands(Verbs.NAMES);
    }

    private CommandLine commands(List<String> names) {
        var root = new CommandLine(new Root());
        names.forEach(name -> root.addSubcommand(name, Verbs.create(name, engine)));
        return root;
    }

    /// kubectl's words for what it can't read.
    private static int usage(CommandLine.ParameterException e, String verb, Call call) {
        var command = e.getCommandLine().getCommandSpec().qualifiedName();
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
            var word = unmatched.getUnmatched().getFirst();
            if (word.startsWith("--")) {
                say(call, "error: unknown flag: " + word.split("=", 2)[0]);
            } else if (word.startsWith("-") && word.length() > 1) {
                say(call, "error: unknown shorthand flag: '" + word.charAt(1) + "' in " + word);
            } else if (command.equals("reconciler")) {
                var meant = Nearest.of(word, Verbs.NAMES);
                say(call, "error: unknown command \"" + word + "\" for \"reconciler\""
                        + (meant == null ? "" : "; did you mean \"" + meant + "\"?"));
            } else {
                say(call, "error: unexpected argument: \"" + word + "\"");
            }
        } else {
            say(call, "error: " + e.getMessage());
        }
        call.err().println("See '" + command + " --help' for usage.");
        return Words.usageError(verb);
    }

    private static void say(Call call, String message) {
        if (!message.isEmpty()) {
            call.out().flush();
            call.err().println(Text.plain(message));
        }
    }

    static String sentence(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException missing -> "the path \"" + missing.getFile() + "\" does not exist";
            case java.nio.file.AccessDeniedException denied -> "permission denied: " + denied.getFile();
            default -> String.valueOf(e.getMessage());
        };
    }

    /// The options of every verb. `Main` has read them already: here they are only known.
    @Command(
            name = "reconciler",
            description = "kubectl and the kubelet for coding agents on one machine: YAML files in a folder become live"
                    + " tmux sessions, and stay true.",
            footer = {
                "",
                "Options of every verb:",
                "  -h, --help            More about it.",
                "      --manifests=DIR   The folder of manifests (RECONCILER_MANIFESTS).",
                "      --state=DIR       History, events, logs (RECONCILER_STATE).",
                "      --runtime=DIR     Sockets (RECONCILER_RUNTIME)."
            })
    static final class Root {
        @Option(names = "--manifests", hidden = true, scope = ScopeType.INHERIT)
        private String manifests = "";

        @Option(names = "--state", hidden = true, scope = ScopeType.INHERIT)
        private String state = "";

        @Option(names = "--runtime", hidden = true, scope = ScopeType.INHERIT)
        private String runtime = "";

        @Option(names = {"-h", "--help"}, hidden = true, usageHelp = true, scope = ScopeType.INHERIT)
        private boolean help;
    }
}
