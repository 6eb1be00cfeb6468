package dev.reconciler.api;

/// Digest of the fields that need a new run when they change, as written, before defaults.
///
/// @param version of the way the digest is computed: an unknown one is adopted and re-stamped, never taken for a
///     change
/// @param digest lower-case hexadecimal
public record SpecHash(int version, String digest) {
    public static final int CURRENT = 1;

    public boolean comparable() {
        return version == CURRENT;
    }

    /// `version:digest`.
    @Override
    public String toString() {
        return version + ":" + digest;
    }

    /// @throws IllegalArgumentException when `text` is not what [#toString] prints
    public static SpecHash parse(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("not a spec hash: " + text);
        }
        return new SpecHash(Integer.parseInt(text.substring(0, colon)), text.substring(colon + 1));
    }
}
