package dev.reconciler.host;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.RunId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// What agents printed: `<root>/<namespace>/<name>/<run id>.<six digits>`, one series of segments a run.
public final class LogFiles {
    private final Path root;
    private final Map<AgentName, Pruned> pruned = new ConcurrentHashMap<>();

    /// Segments come and go in a directory only with its time: as long as that is the same, all is as it was left.
    private record Pruned(FileTime modified, int keep, long maxBytes) {}

    public LogFiles(Path root) {
        this.root = root;
    }

    public Path directory(AgentName name) {
        return root.resolve(name.namespace()).resolve(name.name());
    }

    /// The runs that left output, oldest first.
    public List<String> runs(AgentName name) throws IOException {
        return List.copyOf(series(name).keySet());
    }

    /// One run's segments, oldest first; joined they are what it printed, without what was dropped.
    public List<Path> segments(AgentName name, String run) throws IOException {
        return series(name).getOrDefault(run, List.of());
    }

    /// Drops the oldest runs beyond `keep`, and of each run the oldest segments beyond `maxBytes`; never the newest
    /// segment, which is being written.
    public void prune(AgentName name, int keep, long maxBytes) throws IOException {
        FileTime modified;
        try {
            modified = Files.getLastModifiedTime(directory(name));
        } catch (NoSuchFileException e) {
            pruned.remove(name);
            return;
        }
        var now = new Pruned(modified, keep, maxBytes);
        if (now.equals(pruned.put(name, now))) {
            return;
        }
        var series = series(name);
        while (series.size() > keep) {
            for (var segment : series.pollFirstEntry().getValue()) {
                Files.deleteIfExists(segment);
            }
        }
        for (var segments : series.values()) {
            long kept = 0;
            for (int i = segments.size() - 1; i >= 0; i--) {
                kept += size(segments.get(i));
                if (kept > maxBytes && i < segments.size() - 1) {
                    Files.deleteIfExists(segments.get(i));
                }
            }
        }
    }

    /// Forgets what it knows of the directories of others.
    public void keep(Set<AgentName> names) {
        pruned.keySet().retainAll(names);
    }

    private static long size(Path segment) throws IOException {
        try {
            return Files.size(segment);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private TreeMap<String, List<Path>> series(AgentName name) throws IOException {
        var runs = new TreeMap<String, List<Path>>(Comparator.comparing(LogFiles::number).thenComparing(r -> r));
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory(name), "*.[0-9][0-9][0-9][0-9][0-9][0-9]")) {
            for (var file : files) {
                var text = file.getFileName().toString();
                runs.computeIfAbsent(text.substring(0, text.length() - 7), r -> new ArrayList<>())
                        .add(file);
            }
        } catch (NoSuchFileException e) {
            return runs;
        }
        runs.values().forEach(segments -> segments.sort(null));
        return runs;
    }

    /// Run ids are `uid-number`: a later incarnation's runs are not comparable by number, so files of another uid count
    /// as older by their own numbers, which only matters for what is dropped first.
    private static long number(String run) {
        try {
            return RunId.parse(run).number();
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }
}
