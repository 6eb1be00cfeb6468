package dev.reconciler.cli;

import dev.reconciler.controller.Directories;
import dev.reconciler.host.RunFiles;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The little that has to be known of a command line before it is sent: on the path of every command, so nothing but
/// the JDK and no lambdas.
final class Words {
    static final String APPLY = "apply";

    private Words() {}

    /// The socket of the run that this command is given in, null outside of one: then it is a person's. Directories that
    /// are given lead to another daemon; a socket that is gone was that of a run that is over, and its environment
    /// outlived it, such as in a tmux server that it started.
    static @Nullable Path ownSocket(Directories.Given flags, Map<String, String> environment) {
        var own = environment.get(RunFiles.SOCKET);
        if (own == null || !own.startsWith("/")
                || given(flags.manifests(), environment.get("RECONCILER_MANIFESTS"))
                || given(flags.state(), environment.get("RECONCILER_STATE"))
                || given(flags.runtime(), environment.get("RECONCILER_RUNTIME"))) {
            return null;
        }
        try {
            var path = Path.of(own);
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? path : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    static boolean given(@Nullable String flag, @Nullable String variable) {
        return flag != null && !flag.isEmpty() || variable != null && !variable.isEmpty();
    }

    /// Whether a run has to be allowed it, although no daemon renders it.
    static boolean asked(String verb, List<String> arguments) {
        return verb.equals(APPLY) && !arguments.contains("--dry-run=client");
    }

    /// Behind a `--` there are no options.
    static boolean help(List<String> arguments) {
        int end = arguments.indexOf("--");
        var options = end < 0 ? arguments : arguments.subList(0, end);
        return options.contains("--help") || options.contains("-h");
    }

    /// The first word that is no option, empty without one.
    static String verb(List<String> arguments) {
        boolean value = false;
        for (var argument : arguments) {
            if (value) {
                value = false;
            } else if (!argument.startsWith("-")) {
                return argument;
            } else {
                value = takesValue(argument);
            }
        }
        return "";
    }

    private static boolean takesValue(String option) {
        return switch (option) {
            case "--manifests", "--state", "--runtime", "-n", "--namespace" -> true;
            default -> false;
        };
    }

    /// Whether the daemon renders it.
    static boolean rendered(String verb) {
        return switch (verb) {
            case "status", "get", "describe", "diff", "events", "wait", "logs", "screen", "attach", "delete", "rollout",
                    "send",
                    "approve", "source", "rescue", "gc", CompleteVerb.NAME -> true;
            default -> false;
        };
    }

    /// The exit code of a verb that got no answer.
    static int couldNotLook(String verb) {
        return switch (verb) {
            case "status" -> StatusVerb.COULD_NOT_LOOK;
            case "diff" -> DiffVerb.COULD_NOT_LOOK;
            default -> Failure.FAILED;
        };
    }

    /// The exit code of a command that could not be read: of `diff` 1 would mean "something to do".
    static int usageError(String verb) {
        return verb.equals("diff") ? DiffVerb.COULD_NOT_LOOK : Failure.FAILED;
    }

    /// The directories among the options, wherever they stand.
    static Directories.Given directories(List<String> arguments) {
        return new Directories.Given(
                value(arguments, "--manifests"), value(arguments, "--state"), value(arguments, "--runtime"));
    }

    private static @Nullable String value(List<String> arguments, String option) {
        String value = null;
        for (int i = 0; i < arguments.size() && !arguments.get(i).equals("--"); i++) {
            var argument = arguments.get(i);
            if (argument.equals(option) && i + 1 < arguments.size()) {
                value = arguments.get(i + 1);
            } else if (argument.length() > option.length()
                    && argument.startsWith(option)
                    && argument.charAt(option.length()) == '=') {
                value = argument.substring(option.length() + 1);
            }
        }
        return value;
    }

    /// Whether the verb reads standard input: `-f -`.
    static boolean wantsInput(String verb, List<String> arguments) {
        return (verb.equals("delete") || verb.equals("send"))
                && (arguments.contains("-") || arguments.contains("-f-") || arguments.contains("--filename=-")
                        || arguments.contains("--file=-"));
    }
}
