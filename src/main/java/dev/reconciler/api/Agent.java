package dev.reconciler.api;

import java.util.SortedMap;

/// A valid manifest, checked at the door.
///
/// @param runHash digest of what needs a new run when it changes
/// @param specDigest digest of the whole spec as written: a change is a new generation
/// @param document the document as written, as canonical JSON: what a last good version is restored from
/// @param origin where it was read
public record Agent(
        AgentName name,
        SortedMap<String, String> labels,
        SortedMap<String, String> annotations,
        AgentSpec spec,
        SpecHash runHash,
        String specDigest,
        String document,
        Origin origin) {
    public static final String RECONCILE = "reconciler.dev/reconcile";

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
                name, labels, annotations, spec.withoutPrompt(), runHash, specDigest, document, origin);
    }

    /// Digest of the document: tells whether a person's word was about this text.
    public String documentDigest() {
        return Uids.digest(document);
    }

    /// The annotation that says: look, but leave it alone.
    public boolean reconcileDisabled() {
        return "disabled".equals(annotations.get(RECONCILE));
    }
}
