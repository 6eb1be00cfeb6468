package dev.reconciler.cli;

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
    private static final List<String> OF_A_KIND = List.of("get", "describe", "delete");

    private final Engine engine;

    /// After a `--`: the options of the unfinished command are not ours.
    @Parameters(arity = "0..*")
    private List<String> words = new ArrayList<>();

    CompleteVerb(Engine engine) {
        this.engine = engine;
    }

    @Override
    public int run(Call call) {
        var typed = words.isEmpty() ? List.<String>of() : words.subList(0, words.size() - 1);
        var unfinished = words.isEmpty() ? "" : words.getLast();
        candidates(call, typed, unfinished).filter(c -> c.startsWith(unfinished))
                .distinct()
                .sorted()
                .forEach(call.out()::println);
        return 0;
    }

    private Stream<String> candidates(Call call, List<String> typed, String unfinished) {
        var verb = Words.verb(typed);
        if (!Verbs.NAMES.contains(verb)) {
            return verb.isEmpty() ? Verbs.NAMES.stream().filter(n -> !n.equals(NAME)) : Stream.of();
        }
        var last = typed.getLast();
        if (last.equals("-n") || last.equals("--namespace")) {
            return namespaces(call);
        }
        if (last.equals("-o") || last.equals("--output")) {
            return Stream.of("wide", "json", "yaml", "name", "jsonpath=");
        }
        if (unfinished.startsWith("-")) {
            return options(verb);
        }
        var words = plain(typed);
        return switch (verb) {
            case "service" -> Stream.of("install", "uninstall", "status");
            case "completion" -> Stream.of("bash", "zsh", "fish");
            case "help" -> Verbs.NAMES.stream().filter(n -> !n.equals(NAME));
            case "explain" -> Stream.of("agent", "agent.metadata", "agent.spec");
            case "rollout" -> words.size() < 2 ? Stream.of("restart") : words.size() < 3 ? kinds() : names(call, typed);
            case "wait" -> names(call, typed).map(n -> "agent/" + n);
            default -> {
                if (OF_ONE_AGENT.contains(verb)) {
                    yield names(call, typed);
                }
                if (OF_A_KIND.contains(verb)) {
                    yield words.size() < 2 ? kinds() : names(call, typed);
                }
                yield Stream.of();
            }
        };
    }

    private static Stream<String> kinds() {
        return Stream.of("agents", "agent");
    }

    /// Without options and their values.
    private static List<String> plain(List<String> typed) {
        var plain = new ArrayList<String>();
        boolean value = false;
        for (var word : typed) {
            if (!value && !word.startsWith("-")) {
                plain.add(word);
            }
            value = !value && List.of("-n", "--namespace", "-o", "--output", "-l", "--selector").contains(word);
        }
        return plain;
    }

    private Stream<String> options(String verb) {
        var spec = new CommandLine(Verbs.create(verb, engine)).getCommandSpec();
        return spec.options().stream().map(OptionSpec::longestName);
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
            if ((word.equals("-n") || word.equals("--namespace")) && i + 1 < typed.size()) {
                return typed.get(i + 1);
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
