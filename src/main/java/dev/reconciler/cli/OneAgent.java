package dev.reconciler.cli;

import java.util.List;

/// Verbs about exactly one agent: `logs ada`, `logs agent/ada`, `logs agent ada`.
final class OneAgent {
    private OneAgent() {}

    static String name(List<String> words) throws Failure {
        if (words.size() == 1 && words.getFirst().indexOf('/') < 0) {
            return words.getFirst();
        }
        if (words.isEmpty()) {
            throw Failure.of("the name of an agent is needed");
        }
        var names = Kind.someNames(words);
        if (names.size() > 1) {
            throw Failure.of("only one agent at a time");
        }
        return names.getFirst();
    }
}
