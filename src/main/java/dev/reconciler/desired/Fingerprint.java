package dev.reconciler.desired;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;

/// The short digest of a text that hashes and digests of specs and documents are made with.
public final class Fingerprint {
    /// 64 bits: two of one agent's few versions never meet by accident.
    private static final int LENGTH = 16;

    private Fingerprint() {}

    /// The first 16 hexadecimal digits of SHA-256.
    public static String of(String text) {
        return Hashing.sha256()
                .hashString(text, StandardCharsets.UTF_8)
                .toString()
                .substring(0, LENGTH);
    }
}
