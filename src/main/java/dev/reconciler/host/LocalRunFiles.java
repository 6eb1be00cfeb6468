package dev.reconciler.host;

import dev.reconciler.api.RunId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// [RunFiles] in one folder of the state directory: `<run id>.done`, `.heartbeat`, `.prompt`; sockets in one of the
/// runtime directory.
public final class LocalRunFiles implements RunFiles {
    private static final String DONE_SUFFIX = ".done";
    private static final String HEARTBEAT_SUFFIX = ".heartbeat";
    private static final String PROMPT_SUFFIX = ".prompt";

    /// A file this young may belong to a run that is just being started.
    private static final Duration YOUNG = Duration.ofMinutes(1);

    private final Path folder;
    private final RunSockets sockets;
    private final Listing listing;

    /// @param folder made when it is needed, for its owner only
    public LocalRunFiles(Path folder, RunSockets sockets) {
        this.folder = folder;
        this.sockets = sockets;
        listing = new Listing(folder);
    }

    @Override
    public SortedMap<String, String> prepare(RunId run, @Nullable String prompt) throws IOException {
        try {
            make();
            Files.deleteIfExists(file(run, DONE_SUFFIX));
            Files.deleteIfExists(file(run, HEARTBEAT_SUFFIX));
            var variables = new TreeMap<String, String>();
            variables.put(DONE, file(run, DONE_SUFFIX).toString());
            variables.put(HEARTBEAT, file(run, HEARTBEAT_SUFFIX).toString());
            var socket = sockets.open(run);
            if (socket != null) {
                variables.put(SOCKET, socket.toString());
            }
            if (prompt != null) {
                var file = file(run, PROMPT_SUFFIX);
                Files.deleteIfExists(file);
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, prompt);
                variables.put(PROMPT, file.toString());
            }
            return variables;
        } catch (IOException e) {
            throw new IOException("cannot make the files of a run in " + folder + ": " + Why.of(e), e);
        }
    }

    @Override
    public void listen(Collection<RunId> live) {
        sockets.keep(live);
    }

    @Override
    public boolean bound(RunId run) {
        return sockets.bound(run);
    }

    /// @param onDone called soon after a run may have said that it is done
    DirectoryWatch watch(Runnable onDone) throws IOException {
        make();
        return new DirectoryWatch(folder, file -> file.toString().endsWith(DONE_SUFFIX), onDone);
    }

    private void make() throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private Path file(RunId run, String suffix) {
        return folder.resolve(run + suffix);
    }

    @Override
    public Map<RunId, Notes> look(Collection<RunId> runs) throws IOException {
        var notes = new HashMap<RunId, Notes>();
        if (runs.isEmpty()) {
            return notes;
        }
        Set<String> names;
        try {
            names = listing.names();
        } catch (NoSuchFileException e) {
            // Somebody removed the folder: what runs can speak again once it is there.
            make();
            throw e;
        }
        for (var run : runs) {
            var done = names.contains(run + DONE_SUFFIX) ? read(file(run, DONE_SUFFIX)) : null;
            var heartbeat = names.contains(run + HEARTBEAT_SUFFIX) ? read(file(run, HEARTBEAT_SUFFIX)) : null;
            notes.put(run, done == null && heartbeat == null ? Notes.NOTHING : new Notes(done, heartbeat));
        }
        return notes;
    }

    /// Null when it is gone by now.
    private static @Nullable Text read(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            return new Text.Unusable(file + " is not a file");
        }
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(LIMIT + 1);
            if (bytes.length > LIMIT) {
                return new Text.Unusable(file + " is larger than " + LIMIT / 1024 + " KiB");
            }
            return new Text.Content(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (NoSuchFileException e) {
            return null;
        } catch (CharacterCodingException e) {
            return new Text.Unusable(file + " is not UTF-8 text");
        } catch (IOException e) {
            return new Text.Unusable("cannot read " + file + ": " + Why.of(e));
        }
    }

    @Override
    public void keep(Collection<RunId> runs) {
        sockets.mend();
        var kept = new HashSet<String>();
        runs.forEach(run -> kept.add(run.toString()));
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                var name = String.valueOf(file.getFileName());
                int dot = name.indexOf('.');
                boolean old = Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(YOUNG));
                if (old && dot > 0 && !kept.contains(name.substring(0, dot))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // What cannot be removed now is tried again the next time.
            return;
        }
    }
}
