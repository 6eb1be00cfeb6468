package dev.reconciler.cli;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import dev.reconciler.controller.Access;
import dev.reconciler.controller.Settings;
import dev.reconciler.desired.FieldError;
import dev.reconciler.desired.FolderDefaults;
import dev.reconciler.desired.JsonSchema;
import dev.reconciler.desired.ManifestEditor;
import dev.reconciler.desired.ParsedFile;
import dev.reconciler.desired.Models;
import dev.reconciler.desired.Picture;
import dev.reconciler.desired.Reader;
import dev.reconciler.desired.Validator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The manifests folder, for writing: one writer at a time, each file replaced whole or not at all.
final class ManifestsFolder implements AutoCloseable {
    private static final String LOCK = "apply.lock";

    private final Path folder;
    private final boolean dry;
    private final @Nullable FileChannel lock;

    private ManifestsFolder(Path folder, boolean dry, @Nullable FileChannel lock) {
        this.folder = folder;
        this.dry = dry;
        this.lock = lock;
    }

    /// Waits for another `apply` to end.
    ///
    /// @param dry look only
    static ManifestsFolder open(Settings settings, boolean dry) throws IOException {
        if (dry) {
            return new ManifestsFolder(settings.manifests(), true, null);
        }
        var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(settings.state(), mine);
        Files.createDirectories(settings.manifests(), mine);
        var channel = FileChannel.open(
                settings.state().resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.lock();
        return new ManifestsFolder(settings.manifests(), false, channel);
    }

    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }

    /// @param document as written
    /// @return created, configured or unchanged
    String put(Agent agent, byte[] document) throws Failure, IOException {
        var name = agent.name();
        var picture = Files.isDirectory(folder) ? Validator.check(List.of(folder), Models.ANY) : Picture.EMPTY;
        var old = picture.agents().get(name);
        if (old != null && saysTheSame(old, agent)) {
            return "unchanged";
        }
        var file = where(name, picture);
        boolean created = file == null;
        if (file == null) {
            file = folder.resolve(ManifestEditor.fileFor(name));
        }
        if (!dry) {
            if (created) {
                InitVerb.schema(folder);
            }
            var given = picture.defaults().of(file.toString());
            write(file, agent, created ? shown(document) : document, given);
        }
        return created ? "created" : "configured";
    }

    /// With the line that tells editors where the schema is, unless the document has one.
    private static byte[] shown(byte[] document) {
        var text = new String(document, StandardCharsets.UTF_8);
        return text.contains("yaml-language-server:")
                ? document
                : (JsonSchema.MODELINE + "\n" + text).getBytes(StandardCharsets.UTF_8);
    }

    /// Also in what they leave to Defaults.
    private static boolean saysTheSame(Agent one, Agent other) {
        return one.givenTheSame(other)
                && one.specDigest().equals(other.specDigest())
                && one.labels().equals(other.labels())
                && one.annotations().equals(other.annotations());
    }

    /// The file that declares it, well or badly; null when none does.
    private static @Nullable Path where(AgentName name, Picture picture) throws Failure, IOException {
        var files = new TreeSet<String>();
        picture.agents().values().forEach(a -> files.add(a.origin().file()));
        picture.errors().stream().map(FieldError::file).forEach(files::add);
        files.addAll(picture.places().values());
        var holders = new TreeSet<String>();
        for (var file : files) {
            if (Files.isRegularFile(Path.of(file))
                    && ManifestEditor.documents(file, Files.readAllBytes(Path.of(file))).containsKey(name)) {
                holders.add(file);
            }
        }
        if (holders.size() > 1) {
            throw Failure.of("agent " + name + " stands in " + String.join(" and in ", holders)
                    + ": remove all but one of them");
        }
        return holders.isEmpty() ? null : Path.of(holders.first());
    }

    private static void write(Path file, Agent agent, byte[] document, FolderDefaults given)
            throws Failure, IOException {
        // A link stays a link: what it points to is replaced.
        var real = Files.exists(file) ? file.toRealPath() : file;
        var before = Files.exists(real) ? Files.readAllBytes(real) : new byte[0];
        var text = file.toString().endsWith(".json") ? json(agent) : document;
        var after = ManifestEditor.put(real.toString(), before, agent.name(), text);
        check(real, after, agent, given);
        var beside = real.resolveSibling("." + real.getFileName() + ".reconciler-" + ProcessHandle.current().pid());
        try {
            try (var out = FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                var bytes = ByteBuffer.wrap(after);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            if (Files.exists(real)) {
                Files.setPosixFilePermissions(beside, Files.getPosixFilePermissions(real));
                if (!Arrays.equals(before, Files.readAllBytes(real))) {
                    throw Failure.of(file + " was changed by somebody else just now: try again");
                }
            }
            Files.move(beside, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private static byte[] json(Agent agent) {
        return (agent.own() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /// What was spliced in must be read back as what was meant.
    private static void check(Path file, byte[] bytes, Agent agent, FolderDefaults given) throws Failure {
        for (var document : Reader.read(file.toString(), bytes, Models.ANY, _ -> given).documents()) {
            if (document instanceof ParsedFile.Good(Agent found, _)
                    && found.name().equals(agent.name())
                    && found.own().equals(agent.own())) {
                return;
            }
        }
        throw Failure.of("agent " + agent.name() + " cannot be put into " + file + " without damage: edit it by hand");
    }
}
