package dev.reconciler.host;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which commits are followed: `source.git` and `source.verify` of `config.yaml`.
///
/// @param branch null: the one that is checked out, or the remote's default
/// @param tag followed instead of a branch
/// @param path the folder in the repository; null: what the manifests folder is in its work tree
/// @param remote a remote's name or a URL to fetch from; null: the repository on this machine is followed as it is
/// @param poll between two fetches
/// @param verify what must be signed
/// @param keys public keys of SSH as they are, or files with keys of SSH or OpenPGP
public record CommitSource(
        @Nullable String branch,
        @Nullable String tag,
        @Nullable String path,
        @Nullable String remote,
        Duration poll,
        Verify verify,
        List<Key> keys) {
    /// What was fetched, in whatever repository: nobody else's name.
    static final String FETCHED = "refs/reconciler/source";

    /// What must carry a signature of one of the keys.
    public enum Verify {
        None,
        HEAD,
        Tag,
        TagAndHEAD;

        boolean tag() {
            return this == Tag || this == TagAndHEAD;
        }

        boolean head() {
            return this == HEAD || this == TagAndHEAD;
        }
    }

    /// A key that signs.
    public sealed interface Key {
        /// @param line as in `authorized_keys`: type, key, comment
        record Ssh(String line) implements Key {}

        /// @param path absolute
        record File(Path path) implements Key {}
    }

    /// Whether this is a public key of SSH as it stands in `authorized_keys`.
    public static boolean isSsh(String text) {
        return Signatures.isType(text) && text.indexOf(' ') > 0;
    }

    /// Whether it is in a repository elsewhere, of which there is none here but the daemon's own.
    boolean isElsewhere() {
        return remote != null && (remote.contains("/") || remote.contains(":"));
    }

    /// Where a person changes a manifest.
    ///
    /// @param folder the manifests folder
    /// @param file relative to it
    public String place(Path folder, String file) {
        return isElsewhere()
                ? (path == null || path.equals(".") ? "" : path + "/") + file + " in " + shown(String.valueOf(remote))
                : folder.resolve(file).toString();
    }

    /// A remote, or what git says of one, for people: without who logs in, where some write a password or a token.
    public static String shown(String remote) {
        return remote.replaceAll("(?i)(https?://)[^/@\\s]+@", "$1");
    }

    /// The full name of what is followed, `HEAD` for what is checked out or the remote's default.
    String ref() {
        return tag != null ? "refs/tags/" + tag : branch != null ? "refs/heads/" + branch : "HEAD";
    }

    /// The same as a person calls it.
    String name() {
        return tag != null ? tag : branch != null ? branch : "HEAD";
    }

    /// In a repository of our own there is one name, and the user knows it by others.
    String fetched(String revision) throws IOException {
        var back = revision.replaceFirst("[^~^]*", "");
        var name = revision.substring(0, revision.length() - back.length()).replaceFirst("^origin/", "");
        if (List.of("HEAD", "@", name()).contains(name)) {
            return FETCHED + back;
        }
        if (!name.matches("[0-9a-f]{4,}")) {
            throw new IOException(
                    "only " + name() + " is fetched from " + shown(String.valueOf(remote))
                            + ": name that, what is before"
                            + " it (HEAD~1) or a hash instead of \"" + revision + "\"");
        }
        return revision;
    }
}
