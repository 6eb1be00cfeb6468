package dev.reconciler.controller;

import dev.reconciler.controller.ConfigFile.Entry;
import dev.reconciler.controller.ConfigFile.Keys;
import dev.reconciler.host.CommitSource;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/// `source` of `config.yaml`: what is read, the folder's files or commits, and what must be signed. Only there: a commit
/// must not be able to switch off the check that it has to pass.
final class SourceKeys {
    private static final int DEFAULT_POLL = 60;
    private static final int LONGEST_POLL = 86_400;

    /// Nothing that git could take for an option or a range.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/@+-]*");

    private final Keys keys;
    private final Path file;
    private boolean allowEmpty;
    private boolean commit;
    private @Nullable Entry git;
    private @Nullable Entry verify;
    private @Nullable String branch;
    private @Nullable String tag;
    private @Nullable String path;
    private @Nullable String remote;
    private int poll = DEFAULT_POLL;
    private CommitSource.Verify what = CommitSource.Verify.None;
    private List<CommitSource.Key> signers = List.of();

    /// @param file `config.yaml`: key files are relative to its directory
    SourceKeys(Keys keys, Path file) {
        this.keys = keys;
        this.file = file;
    }

    boolean allowEmpty() {
        return allowEmpty;
    }

    /// Null: the folder's files as they stand.
    @Nullable
    CommitSource commits() {
        return commit
                ? new CommitSource(branch, tag, path, remote, Duration.ofSeconds(poll), what, List.copyOf(signers))
                : null;
    }

    void read(Entry source) {
        for (var entry : keys.of(source.value(), "source.", List.of("allowEmpty", "mode", "git", "verify"))) {
            switch (entry.key()) {
                case "allowEmpty" -> allowEmpty = keys.truth(entry);
                case "mode" -> commit = mode(entry);
                case "git" -> {
                    git = entry;
                    git(entry);
                }
                default -> {
                    verify = entry;
                    verify(entry);
                }
            }
        }
        if (!commit && git != null) {
            keys.wrong(git.value(), git.path(), "needs source.mode: Commit");
        }
        if (!commit && verify != null) {
            keys.wrong(verify.value(), verify.path(),
                    "needs source.mode: Commit: files in a work tree are not signed, commits are");
        }
        if (git != null && branch != null && tag != null) {
            keys.wrong(git.value(), git.path(), "follows a branch or a tag, not both");
        }
        if (verify != null && tag == null
                && (what == CommitSource.Verify.Tag || what == CommitSource.Verify.TagAndHEAD)) {
            keys.wrong(verify.value(), verify.path(), "mode " + what + " needs source.git.tag");
        }
        if (verify != null && what != CommitSource.Verify.None && signers.isEmpty()) {
            keys.wrong(verify.value(), verify.path(), "needs keys: without one nothing could be good");
        }
    }

    private boolean mode(Entry entry) {
        var mode = keys.text(entry);
        if (mode != null && !mode.equals("WorkTree") && !mode.equals("Commit")) {
            keys.wrong(entry.value(), entry.path(), "must be WorkTree or Commit");
        }
        return "Commit".equals(mode);
    }

    private void git(Entry source) {
        for (var entry : keys.of(source.value(), "source.git.",
                List.of("branch", "tag", "path", "pollSeconds", "remote"))) {
            switch (entry.key()) {
                case "branch" -> branch = name(entry);
                case "tag" -> tag = name(entry);
                case "path" -> path = path(entry);
                case "pollSeconds" -> poll = keys.number(entry, 1, LONGEST_POLL);
                default -> remote = remote(entry);
            }
        }
    }

    private @Nullable String name(Entry entry) {
        var name = keys.text(entry);
        if (name != null && (!NAME.matcher(name).matches() || name.contains("..") || name.endsWith("/"))) {
            keys.wrong(entry.value(), entry.path(), "must be the name of a branch or tag, without refs/heads/");
            return null;
        }
        return name;
    }

    private @Nullable String path(Entry entry) {
        var text = keys.text(entry);
        if (text == null) {
            return null;
        }
        var given = Path.of(text).normalize();
        if (given.isAbsolute() || given.startsWith("..")) {
            keys.wrong(entry.value(), entry.path(), "must be a folder inside the repository, such as agents");
            return null;
        }
        return given.toString().isEmpty() ? "." : given.toString();
    }

    private @Nullable String remote(Entry entry) {
        var text = keys.text(entry);
        if (text != null && (text.startsWith("-") || text.chars().anyMatch(Character::isISOControl))) {
            keys.wrong(entry.value(), entry.path(), "must be a remote's name or a URL");
            return null;
        }
        return text;
    }

    private void verify(Entry source) {
        for (var entry : keys.of(source.value(), "source.verify.", List.of("mode", "keys"))) {
            if (entry.key().equals("mode")) {
                what = verified(entry);
            } else {
                signers = signers(entry);
            }
        }
        if (what == CommitSource.Verify.None) {
            keys.wrong(source.value(), source.path(), "needs a mode: HEAD, Tag or TagAndHEAD");
        }
    }

    private CommitSource.Verify verified(Entry entry) {
        var mode = keys.text(entry);
        for (var known : CommitSource.Verify.values()) {
            if (known != CommitSource.Verify.None && known.name().equals(mode)) {
                return known;
            }
        }
        keys.wrong(entry.value(), entry.path(), "must be HEAD, Tag or TagAndHEAD");
        return CommitSource.Verify.None;
    }

    private List<CommitSource.Key> signers(Entry entry) {
        var found = new ArrayList<CommitSource.Key>();
        for (var item : keys.list(entry, "public keys, or files with them", "a public key of SSH, or a file")) {
            var key = item.getValue().strip();
            if (CommitSource.isSsh(key)) {
                found.add(new CommitSource.Key.Ssh(key));
            } else {
                file(item, entry, key, found);
            }
        }
        return found;
    }

    private void file(Node item, Entry entry, String key, List<CommitSource.Key> found) {
        try {
            var home = System.getProperty("user.home", "/");
            var named = key.startsWith("~/") ? Path.of(home, key.substring(2)) : Path.of(key);
            var directory = file.toAbsolutePath().getParent();
            found.add(new CommitSource.Key.File(directory == null ? named : directory.resolve(named)));
        } catch (InvalidPathException e) {
            keys.wrong(item, entry.path(), "is neither a public key of SSH nor a file: " + e.getReason());
        }
    }
}
