package dev.reconciler.cli;

import dev.reconciler.api.Condition;
import dev.reconciler.controller.Access;
import dev.reconciler.controller.View;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

/// What the completion scripts ask: the words typed so far, the unfinished one last; one candidate a line. Says nothing
/// on standard error, and nothing at all rather than something wrong.
@Command(name = CompleteVerb.NAME, hidden = true)
final class CompleteVerb implements Verb {
    static final String NAME = "__complete";

    private static final List<String> OF_ONE_AGENT = List.of("logs", "attach", "screen", "send", "approve");
    private static final List<String> OF_EVERY_VERB = List.of("--help", "--manifests", "--state", "--runtime");
    private static final List<String> WITH_VALUE =
            List.of("-n", "--namespace", "-o", "--output", "-l", "--selector", "--for", "--witness", "-f",
                    "--filename", "--agent", "--at", "--record");

    private final Engine engine;

    /// After a `--`: the options of the unfinished command are not ours.
    @Parameters(arity = "0..*")
    private List<String> words = new ArrayList<>();

    CompleteVerb(Engine engine) {
        this.engine = engine;
    }

    @Override
    public int run(Call call) {
        var typed = new ArrayList<>(words.isEmpty() ? List.of() : words.subList(0, words.size() - 1));
        var unfinished = words.isEmpty() ? "" : words.getLast();
        var prefix = "";
        int equals = unfinished.indexOf('=');
        if (unfinished.equals("=")) {
            // bash makes a word of it.
            unfinished = "";
        } else if (!typed.isEmpty() && typed.getLast().equals("=")) {
            typed.removeLast();
        } else if (unfinished.startsWith("--") && equals > 0) {
            typed.add(unfinished.substring(0, equals));
            prefix = unfinished.substring(0, equals + 1);
            unfinished = unfinished.substring(equals + 1);
        }
        var begun = unfinished;
        var before = prefix;
        candidates(call, typed, begun).filter(c -> c.startsWith(begun))
                .distinct()
                .sorted()
                .forEach(c -> call.out().println(before + c));
        return 0;
    }

    private Stream<String> candidates(Call call, List<String> typed, String unfinished) {
        var last = typed.isEmpty() ? "" : typed.getLast();
        if (last.equals("-n") || last.equals("--namespace")) {
            return namespaces(call);
        }
        var verb = Words.verb(typed);
        if (!Verbs.NAMES.contains(verb)) {
            return verb.isEmpty() ? Verbs.shown().stream() : Stream.of();
        }
        if (last.equals("--for")) {
            return verb.equals("events")
                    ? names(call, typed).map(n -> "agent/" + n)
                    : Stream.of("condition=" + Condition.READY, "delete", "jsonpath=");
        }
        if (last.equals("--agent")) {
            return names(call, typed);
        }
        if (last.equals("--witness")) {
            return Stream.of("proc", "lsof", "both");
        }
        if (last.equals("-o") || last.equals("--output")) {
            return verb.equals("doctor") || verb.equals("replay") ? Stream.of("json")
                    : Stream.of("wide", "json", "yaml", "name", "jsonpath=");
        }
        if (unfinished.startsWith("-")) {
            return options(verb);
        }
        return words(call, verb, typed, unfinished);
    }

    private Stream<String> words(Call call, String verb, List<String> typed, String unfinished) {
        var given = plain(typed).size() - 1;
        if (OF_ONE_AGENT.contains(verb)) {
            return names(call, typed);
        }
        return switch (verb) {
            case "service" -> Stream.of("install", "uninstall", "status");
            case "completion" -> Stream.of("bash", "zsh", "fish");
            case "help" -> Verbs.shown().stream();
            case "explain" -> Stream.of("agent", "agent.metadata", "agent.spec", "defaults", "defaults.metadata",
                    "defaults.spec");
            case "source" -> words.size() < 2 ? Stream.of("suspend", "resume", "sync") : Stream.of();
            case "rollout" -> given == 0 ? Stream.of("restart") : ofKind(call, typed, unfinished, given - 1, "agents");
            case "wait" -> names(call, typed).map(n -> "agent/" + n);
            case "get", "describe" -> ofKind(call, typed, unfinished, given, "agents", "servers", "scopes");
            case "delete" -> ofKind(call, typed, unfinished, given, "agents");
            default -> Stream.of();
        };
    }

    /// `agents NAME` or `agent/NAME`.
    private static Stream<String> ofKind(
            Call call, List<String> typed, String unfinished, int given, String... kinds) {
        if (unfinished.startsWith("agent/")) {
            return names(call, typed).map(n -> "agent/" + n);
        }
        if (given == 0) {
            return Stream.of(kinds);
        }
        return plain(typed).stream().anyMatch(Kind::is) ? names(call, typed) : Stream.of();
    }

    /// Without options and their values.
    private static List<String> plain(List<String> typed) {
        var plain = new ArrayList<String>();
        boolean value = false;
        for (var word : typed) {
            if (!value && !word.startsWith("-")) {
                plain.add(word);
            }
            value = !value && WITH_VALUE.contains(word);
        }
        return plain;
    }

    private Stream<String> options(String verb) {
        var spec = new CommandLine(Verbs.create(verb, engine)).getCommandSpec();
        return Stream.concat(spec.options().stream().map(OptionSpec::longestName), OF_EVERY_VERB.stream());
    }

    private static Stream<String> namespaces(Call call) {
        var view = view(call);
        return view == null ? Stream.of() : view.statuses().keySet().stream().map(n -> n.namespace());
    }

    private static Stream<String> names(Call call, List<String> typed) {
        var view = view(call);
        var namespace = namespace(typed);
        return view == null
                ? Stream.of()
                : view.statuses()
                        .keySet()
                        .stream()
                        .filter(n -> n.namespace().equals(namespace))
                        .map(n -> n.name());
    }

    private static String namespace(List<String> typed) {
        for (int i = 0; i < typed.size(); i++) {
            var word = typed.get(i);
            if (word.equals("-n") || word.equals("--namespace")) {
                // As one word, or as bash cuts `--namespace=x`.
                int value = i + 1 < typed.size() && typed.get(i + 1).equals("=") ? i + 2 : i + 1;
                return value < typed.size() ? typed.get(value) : "default";
            }
            if (word.startsWith("--namespace=")) {
                return word.substring("--namespace=".length());
            }
        }
        return "default";
    }

    private static @Nullable View view(Call call) {
        try {
            return call.access().view();
        } catch (Access.Refusal e) {
            return null;
        }
    }
}
