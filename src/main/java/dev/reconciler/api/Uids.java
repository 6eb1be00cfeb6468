package dev.reconciler.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Uids of agents: the first eight digits are derived from source and name, so that a process which carries a run id
/// can be traced to its agent even when state and session are lost; the last eight tell incarnations apart.
public final class Uids {
    private static final int PART = 8;

    private Uids() {}

    public static String mint(String source, AgentName name, Moment now) {
        return prefix(source, name) + digest(source + " " + name + " " + now.bootId() + " " + now.nanos());
    }

    /// What every uid of this source's agent of that name begins with.
    public static String prefix(String source, AgentName name) {
        return digest(source + " " + name);
    }

    /// The first eight hexadecimal digits of its SHA-256.
    public static String digest(String text) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, PART);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
