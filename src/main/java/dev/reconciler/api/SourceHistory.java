package dev.reconciler.api;

import org.jspecify.annotations.Nullable;

/// What is remembered of the manifests folder as a whole.
///
/// @param applied the revision that was taken in last, [Revision#toString]; null: none was, or it is not in git
/// @param suspended a person said that nothing new is taken in
/// @param trouble why the newest commit is not taken in, empty when it is
/// @param verified false when that is for its signature
public record SourceHistory(@Nullable String applied, boolean suspended, String trouble, boolean verified) {
    public static final SourceHistory NONE = new SourceHistory(null, false, "", true);

    public SourceHistory applied(String value) {
        return new SourceHistory(value, suspended, trouble, verified);
    }

    public SourceHistory suspended(boolean value) {
        return new SourceHistory(applied, value, trouble, verified);
    }

    public SourceHistory trouble(String value, boolean signed) {
        return new SourceHistory(applied, suspended, value, signed);
    }

    /// The applied revision for people, null without.
    public @Nullable String brief() {
        var revision = applied == null ? null : Revision.parse(applied);
        return revision == null ? null : revision.brief();
    }
}
