package dev.reconciler.cli;

import java.util.List;

/// The end of a verb that could not do what was asked: kubectl's sentence and its exit code.
final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    /// Exit code of a failure.
    static final int FAILED = 1;

    private final String sentence;
    private final int code;

    private Failure(String sentence, int code) {
        super(sentence);
        this.sentence = sentence;
        this.code = code;
    }

    /// What to print, empty when the verb has printed it.
    String sentence() {
        return sentence;
    }

    int code() {
        return code;
    }

    /// `error: message`
    static Failure of(String message) {
        return new Failure("error: " + message, FAILED);
    }

    static Failure notFound(String name) {
        return notFound(List.of(name));
    }

    /// One line each, as the API server says it.
    static Failure notFound(List<String> names) {
        return new Failure(
                String.join(
                        "\n",
                        names.stream()
                                .map(n -> "Error from server (NotFound): " + Kind.RESOURCE + " \"" + n + "\" not found")
                                .toList()),
                FAILED);
    }

    /// The same of things that no manifest makes.
    static Failure notFound(String resource, List<String> names) {
        return new Failure(
                String.join(
                        "\n",
                        names.stream()
                                .map(n -> "Error from server (NotFound): " + resource + " \"" + n + "\" not found")
                                .toList()),
                FAILED);
    }

    /// As it is.
    static Failure verbatim(String sentence) {
        return new Failure(sentence, FAILED);
    }

    /// One line each, and a last one that says what that means.
    static Failure lines(List<String> lines, String summary) {
        return new Failure(String.join("\n", lines) + "\nerror: " + summary, FAILED);
    }

    static Failure timedOut(String name) {
        return of("timed out waiting for the condition on agents/" + name);
    }

    /// The verb has printed what is to be said.
    static Failure silent(int code) {
        return new Failure("", code);
    }
}
