package dev.reconciler.api;

import java.util.Collections;
import java.util.SortedMap;
import java.util.stream.Stream;

/// A valid manifest, checked at the door.
///
/// @param runHash digest of what needs a new run when it changes
/// @param runHash digest of what needs a new run when it changes, with what Defaults give
/// @param specDigest digest of the whole spec as written, with what Defaults give: a change is a new generation
/// @param document the document as written, as canonical JSON, under [#GIVEN] what Defaults give it: what a last good
///     version is restored from
/// @param origin where it was read
/// @param own the document as written alone; the very same as `document` where no Defaults give anything
/// @param filled what Defaults give it, by path, such as `spec.logs.keep`, `spec.env[TOKEN]`, `metadata.labels[team]`
public record Agent(
        AgentName name,
        SortedMap<String, String> labels,
        SortedMap<String, String> annotations,
        AgentSpec spec,
        SpecHash runHash,
        String specDigest,
        String document,
        Origin origin,
        String own,
        SortedMap<String, Filled> filled) {
    public static final String RECONCILE = "reconciler.dev/reconcile";

    /// The key in [#document], and the first one in it, of what Defaults give.
    public static final String GIVEN = "defaults";

    /// One without Defaults.
    public Agent(
            AgentName name,
            SortedMap<String, String> labels,
            SortedMap<String, String> annotations,
            AgentSpec spec,
            SpecHash runHash,
            String specDigest,
            String document,
            Origin origin) {
        this(
                name, labels, annotations, spec, runHash, specDigest, document, origin, document,
                Collections.emptySortedMap());
    }

    /// A value that Defaults give.
    ///
    /// @param value as JSON
    /// @param from the Defaults' file, and the line of the field in it
    public record Filled(String value, Origin from) {}

    /// @param file path relative to the manifests folder
    /// @param line of the document's first key, from 1; 0 when it is remembered, not read
    public record Origin(String file, int line) {
        /// Of an agent that is restored from its last good document: no file has this name.
        public static final Origin REMEMBERED = new Origin("(last good version)", 0);

        @Override
        public String toString() {
            return line == 0 ? file : file + ":" + line;
        }
    }

    /// The same for a run that the prompt is not meant for.
    public Agent withoutPrompt() {
        return new Agent(
                name, labels, annotations, spec.withoutPrompt(), runHash, specDigest, document, origin, own, filled);
    }

    /// Digest of the document: tells whether a person's word was about this text.
    public String documentDigest() {
        return Uids.digest(own);
    }

    /// Every file that it is made of.
    public Stream<String> files() {
        return filled.isEmpty()
                ? Stream.of(origin.file())
                : Stream.concat(
                        Stream.of(origin.file()),
                        filled.values().stream().map(given -> given.from().file()).distinct());
    }

    /// Whether Defaults give both the same, wherever that stands.
    public boolean givenTheSame(Agent other) {
        return filled.keySet().equals(other.filled.keySet())
                && filled.entrySet()
                        .stream()
                        .allMatch(e -> {
                            var there = other.filled.get(e.getKey());
                            return there != null && there.value().equals(e.getValue().value());
                        });
    }

    /// The annotation that says: look, but leave it alone.
    public boolean reconcileDisabled() {
        return "disabled".equals(annotations.get(RECONCILE));
    }
}
