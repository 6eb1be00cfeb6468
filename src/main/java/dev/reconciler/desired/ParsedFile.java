package dev.reconciler.desired;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What one file holds: its documents in order, and everything that is wrong with it.
///
/// @param errors sorted; empty when every document is good
public record ParsedFile(List<Document> documents, List<FieldError> errors) {
    /// One document that is not empty.
    public sealed interface Document {}

    /// @param named where its name stands
    public record Good(Agent agent, Place named) implements Document {}

    /// @param name of the agent it is about, null when that cannot be told: then it may be about any
    /// @param named where the name stands, null without
    /// @param first its first error
    public record Bad(@Nullable AgentName name, @Nullable Place named, FieldError first) implements Document {}

    /// Of `kind: Defaults`.
    public record GoodDefaults(DefaultsDocument content) implements Document {}

    /// Of `kind: Defaults`, or what may be one: what it gives is not known.
    ///
    /// @param first its first error
    public record BadDefaults(FieldError first) implements Document {}

    /// The Defaults in it that can be read.
    public List<DefaultsDocument> defaults() {
        return documents.stream()
                .flatMap(document -> document instanceof GoodDefaults(var content) ? Stream.of(content) : null)
                .toList();
    }

    /// @param line from 1
    /// @param column from 1, in code points
    public record Place(String file, int line, int column) {
        @Override
        public String toString() {
            return Wording.line(file) + ":" + line + ":" + column;
        }
    }

    /// A file that could not be read at all: it may be about any agent.
    static ParsedFile unreadable(FieldError error) {
        return new ParsedFile(List.of(new Bad(null, null, error)), List.of(error));
    }
}
