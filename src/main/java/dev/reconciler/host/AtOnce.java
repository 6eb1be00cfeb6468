package dev.reconciler.host;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// Questions that may take long, asked side by side.
public final class AtOnce {
    private AtOnce() {}

    /// A single question is asked by the caller itself, who waits for it in any case.
    ///
    /// @return all answers, once the last is there
    public static <K extends Comparable<K>, V> SortedMap<K, V> ask(Map<K, Supplier<V>> questions, Executor executor) {
        var open = new TreeMap<K, CompletableFuture<V>>();
        questions.forEach((key, question) -> open.put(
                key, questions.size() == 1
                        ? CompletableFuture.completedFuture(question.get())
                        : CompletableFuture.supplyAsync(question, executor)));
        var answers = new TreeMap<K, V>();
        open.forEach((key, answer) -> answers.put(key, answer.join()));
        return answers;
    }
}
