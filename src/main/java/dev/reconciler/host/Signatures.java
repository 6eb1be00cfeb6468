package dev.reconciler.host;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Whether a commit or tag is signed by one of the keys of `source.verify`, by git's own check with `ssh-keygen` or
/// `gpg`: with a list of signers and a key ring that hold these keys and no others.
final class Signatures {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ARMOUR = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

    private final CommitSource source;
    private final Path directory;
    private final SortedMap<String, String> environment;

    /// @param directory of our own, for the key ring
    /// @param base what programs of the user start from
    Signatures(CommitSource source, Path directory, SortedMap<String, String> base) {
        this.source = source;
        this.directory = directory;
        environment = new TreeMap<>(base);
    }

    /// What was found.
    ///
    /// @param good whether all that must be signed is
    /// @param what who signed it, or what is wrong
    record Verdict(boolean good, String what) {}

    /// @param repository its git directory
    Verdict check(Path repository, CommitTree.Found found) {
        try {
            prepare(repository);
            var said = new ArrayList<String>();
            if (source.verify().tag()) {
                var verdict = check(repository, found.tag());
                if (!verdict.good) {
                    return verdict;
                }
                said.add("tag: " + verdict.what);
            }
            if (source.verify().head()) {
                var verdict = check(repository, "verify-commit", found.commit(), "commit " + brief(found.commit()));
                if (!verdict.good) {
                    return verdict;
                }
                said.add((said.isEmpty() ? "" : "commit: ") + verdict.what);
            }
            return new Verdict(true, String.join("; ", said));
        } catch (IOException e) {
            return new Verdict(false, Why.of(e));
        }
    }

    /// What tells whether an earlier verdict still says something: what had to be signed, and by whom as of now.
    String policy() {
        return source.verify() + " " + String.valueOf(source.tag()) + " "
                + source.keys().stream().map(Signatures::print).collect(Collectors.joining(" "));
    }

    /// Of a file what is in it: keys are taken out of it, too.
    private static String print(CommitSource.Key key) {
        try {
            var bytes = switch (key) {
                case CommitSource.Key.Ssh(var line) -> line.getBytes(StandardCharsets.UTF_8);
                case CommitSource.Key.File(var path) -> Files.readAllBytes(path);
            };
            return Hashing.sha256().hashBytes(bytes).toString();
        } catch (IOException e) {
            return "unreadable";
        }
    }

    private static String brief(String commit) {
        return commit.substring(0, Math.min(7, commit.length()));
    }

    /// A tag is signed together with its name: otherwise an old version could be put under the name of a new one.
    private Verdict check(Path repository, CommitTree.@Nullable Tag tag) {
        var what = "tag " + source.tag();
        return tag == null ? new Verdict(false, what + " is not an annotated tag: it cannot be signed")
                : !tag.name().equals(source.tag()) ? new Verdict(false, what + " is signed as " + tag.name())
                : check(repository, "verify-tag", tag.id(), what);
    }

    private Verdict check(Path repository, String verb, String object, String what) {
        var git = new GitProgram(environment, "GNUPGHOME", ring().toString());
        // No key of X.509 is ever listed, and to find that out gpgsm would start an agent that stays.
        var outcome = git.run(repository, LIMIT, List.of(
                "-c", "gpg.ssh.allowedSignersFile=" + signers(), "-c", "gpg.minTrustLevel=undefined",
                "-c", "gpg.x509.program=false", verb, object));
        return switch (outcome) {
            case Command.Outcome.Ended(int code, var out, var err) when code == 0 ->
                    new Verdict(true, signer(err + out));
            case Command.Outcome.Ended(int code, var out, var err) ->
                    new Verdict(false, what + (err + out).lines()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty())
                            .reduce((first, last) -> last)
                            .map(line -> " is not signed by a key of source.verify.keys: " + line)
                            .orElse(" is not signed"));
            case Command.Outcome.TimedOut(var limit) ->
                    new Verdict(false, what + ": its signature was not checked within " + limit.toSeconds() + "s");
            case Command.Outcome.NotStarted(var why) -> new Verdict(false, what + ": " + why);
        };
    }

    /// From `Good "git" signature for ada with ED25519 key …` or `gpg: Good signature from "Ada <…>" …`.
    private static String signer(String said) {
        return said.lines()
                .filter(line -> line.contains("Good "))
                .findFirst()
                .map(line -> line.substring(line.indexOf("Good ")).strip())
                .orElse("good signature");
    }

    private Path signers() {
        return directory.resolve("allowed_signers");
    }

    private Path ring() {
        return directory.resolve("gnupg");
    }

    /// The keys as they are now: a key that was taken out of its file is no key any more.
    private void prepare(Path repository) throws IOException {
        var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(directory, mine);
        clear(ring());
        Files.createDirectory(ring(), mine);
        Files.writeString(ring().resolve("gpg.conf"), "trust-model always\nno-auto-key-retrieve\nno-autostart\n");
        var lines = new ArrayList<String>();
        for (var key : source.keys()) {
            switch (key) {
                case CommitSource.Key.Ssh(var line) -> lines.add(signer(line, lines.size()));
                case CommitSource.Key.File(var path) -> read(path, repository, lines);
            }
        }
        Files.write(signers(), lines);
    }

    private void read(Path file, Path repository, List<String> lines) throws IOException {
        var facts = FileFacts.of(file);
        var distrust = User.current().distrust(facts.owner(), facts.group(), facts.mode());
        if (!distrust.isEmpty()) {
            throw new IOException("the key file " + file + " " + distrust);
        }
        // A commit, or a checkout of one, must not be able to add a key.
        var top = repository.getFileName().toString().equals(".git") ? repository.getParent() : repository;
        if (top != null && file.toRealPath().startsWith(top.toRealPath())) {
            throw new IOException(
                    "the key file " + file + " is in the repository it is to vouch for: keep it elsewhere");
        }
        var bytes = Files.readAllBytes(file);
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.contains(ARMOUR) || bytes.length > 0 && bytes[0] < 0) {
            var outcome = new Command(
                    List.of("gpg", "--homedir", ring().toString(), "--batch", "--quiet", "--import", file.toString()),
                    environment)
                    .run(LIMIT);
            if (!(outcome instanceof Command.Outcome.Ended(int code, var out, var err) && code == 0)) {
                throw new IOException("gpg cannot read the keys in " + file + ": " + outcome);
            }
            return;
        }
        for (var line : Files.readAllLines(file)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                lines.add(signer(line.strip(), lines.size()));
            }
        }
    }

    /// The comment of a key is its signer's name, for people.
    private static String signer(String line, int number) throws IOException {
        var words = line.split("\\s+", 3);
        if (words.length < 2 || !isType(words[0])) {
            throw new IOException("not a public key of SSH: " + line);
        }
        var comment = words.length > 2 ? words[2].replaceAll("[^A-Za-z0-9@._+-]", "_") : "";
        return (comment.isEmpty() ? "key-" + (number + 1) : comment) + " namespaces=\"git\" " + words[0] + " "
                + words[1];
    }

    /// As `ssh-keygen` names the types of keys.
    static boolean isType(String word) {
        return word.startsWith("ssh-") || word.startsWith("ecdsa-") || word.startsWith("sk-");
    }

    private static void clear(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var entries = Files.walk(directory)) {
            for (var entry : entries.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
