package dev.reconciler.api;

import org.jspecify.annotations.Nullable;

/// A commit and how it was reached, as Flux writes it: `main@sha1:1a2b3c4d…`.
///
/// @param ref the branch or tag; `HEAD` when detached
/// @param commit 40 hex digits of SHA-1, or 64 of SHA-256
public record Revision(String ref, String commit) {
    private static final int SHORT = 7;
    private static final int SHA1 = 40;

    /// What [#toString] gave; null when it did not.
    public static @Nullable Revision parse(String text) {
        int at = text.lastIndexOf('@');
        int colon = text.indexOf(':', at + 1);
        return at <= 0 || colon < 0 ? null : new Revision(text.substring(0, at), text.substring(colon + 1));
    }

    /// For people: the commit's first seven digits.
    public String brief() {
        return ref + "@" + algorithm() + ":" + commit.substring(0, Math.min(SHORT, commit.length()));
    }

    private String algorithm() {
        return commit.length() > SHA1 ? "sha256" : "sha1";
    }

    @Override
    public String toString() {
        return ref + "@" + algorithm() + ":" + commit;
    }
}
