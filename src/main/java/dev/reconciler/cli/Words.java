package dev.reconciler.cli;

import dev.reconciler.controller.Directories;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The little that has to be known of a command line before it is sent: on the path of every command, so nothing but
/// the JDK and no lambdas.
final class Words {
    private Words() {}

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
                    "approve", "rescue", "gc", CompleteVerb.NAME -> true;
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
