package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.RunId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The recorded output of one run: numbered segments, read in order, from where the last reading stopped. Old segments
/// may be deleted meanwhile; what is gone is skipped.
final class RunLog {
    private final Path folder;
    private final String prefix;
    private @Nullable String segment;
    private long offset;

    RunLog(Path logs, AgentName name, RunId run) {
        this.folder = folder(logs, name);
        this.prefix = run + ".";
    }

    private static Path folder(Path logs, AgentName name) {
        return logs.resolve(name.namespace()).resolve(name.name());
    }

    /// The runs of an agent that have a log, by number; of all its incarnations.
    static List<RunId> runs(Path logs, AgentName name) throws IOException {
        var runs = new TreeSet<>(Comparator.comparing(RunId::uid).thenComparingLong(RunId::number));
        for (var file : files(folder(logs, name))) {
            int dot = file.lastIndexOf('.');
            try {
                if (dot > 0) {
                    runs.add(RunId.parse(file.substring(0, dot)));
                }
            } catch (IllegalArgumentException e) {
                // Not one of ours.
                continue;
            }
        }
        return List.copyOf(runs);
    }

    /// Copies what came since the last call.
    ///
    /// @return whether there was anything
    boolean copy(OutputStream to) throws IOException {
        boolean any = false;
        for (var name : segments()) {
            if (segment != null && name.compareTo(segment) < 0) {
                continue;
            }
            long from = name.equals(segment) ? offset : 0;
            long end = copy(folder.resolve(name), from, to);
            any |= end > from;
            segment = name;
            offset = end;
        }
        return any;
    }

    private static long copy(Path file, long from, OutputStream to) throws IOException {
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(from);
            var buffer = new byte[32 * 1024];
            long at = from;
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                to.write(buffer, 0, read);
                at += read;
            }
            return at;
        } catch (java.io.FileNotFoundException e) {
            return from;
        }
    }

    private List<String> segments() throws IOException {
        var names = new ArrayList<String>();
        for (var file : files(folder)) {
            if (file.startsWith(prefix) && file.substring(prefix.length()).matches("[0-9]{6,}")) {
                names.add(file);
            }
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }

    private static List<String> files(Path folder) throws IOException {
        var names = new ArrayList<String>();
        try (var stream = Files.newDirectoryStream(folder)) {
            stream.forEach(p -> names.add(String.valueOf(p.getFileName())));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }
}
