package dev.reconciler.api;

import org.jspecify.annotations.Nullable;

/// Our mark on a pane, set in the same tmux command sequence that creates it.
///
/// @param source the manifests folder it came from: sessions of another source are held, never pruned
/// @param generation of the spec that was acted on
/// @param disabled whether `reconciler.dev/reconcile: disabled` held when it was stamped
public record OwnerMark(
        String source, AgentName name, RunId run, SpecHash hash, long generation, boolean disabled) {
    private static final String VERSION = "r1";

    public String uid() {
        return run.uid();
    }

    /// One line without spaces at its ends; every part is free of spaces by construction.
    public String encode() {
        return String.join(
                " ",
                VERSION,
                source,
                name.namespace(),
                name.name(),
                run.toString(),
                hash.toString(),
                Long.toString(generation),
                disabled ? "disabled" : "enabled");
    }

    /// Null when `text` is no mark of a version we know: then nothing is proven.
    public static @Nullable OwnerMark parse(String text) {
        var parts = text.split(" ", -1);
        if (parts.length != 8 || !parts[0].equals(VERSION)) {
            return null;
        }
        try {
            return new OwnerMark(
                    parts[1],
                    new AgentName(parts[2], parts[3]),
                    RunId.parse(parts[4]),
                    SpecHash.parse(parts[5]),
                    Long.parseLong(parts[6]),
                    parts[7].equals("disabled"));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
