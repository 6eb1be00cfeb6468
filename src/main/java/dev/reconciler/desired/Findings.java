package dev.reconciler.desired;

import dev.reconciler.api.Agent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.exceptions.Mark;

/// What is wrong with one document, and where its values stand.
final class Findings {
    private final String file;
    private final int before;
    private final List<FieldError> errors = new ArrayList<>();
    private final Map<String, Position> positions = new HashMap<>();
    private final Map<String, Position> lacking = new HashMap<>();
    private final Map<String, Agent.Origin> given = new HashMap<>();

    /// @param before how many lines of the file stand before the text that marks count from
    Findings(String file, int before) {
        this.file = file;
        this.before = before;
    }

    Position position(Mark mark) {
        return new Position(before + mark.getLine() + 1, mark.getColumn() + 1);
    }

    /// The first line of the text.
    Position start() {
        return new Position(before + 1, 1);
    }

    void place(String path, Position position) {
        positions.put(path, position);
    }

    /// Whether something is written at `path`, right or wrong, here or in Defaults.
    boolean isWritten(String path) {
        return positions.containsKey(path) || given.containsKey(path);
    }

    /// A required field is not here; Defaults may have it.
    void lack(String path, Position position) {
        lacking.put(path, position);
    }

    /// After Defaults were merged in, a required field of the object at `parent` is nowhere.
    void stillLacks(String parent, String path) {
        var at = lacking.get(path);
        if (at != null) {
            add(at, path, Wording.required(""));
        } else if (!positions.containsKey(parent)) {
            add(path, Wording.required(""), parent);
        }
    }

    /// Defaults gave what is at `path`, and with it all that it lies in.
    void give(String path, Agent.Origin from) {
        for (var p = path; !p.isEmpty(); p = parent(p)) {
            given.putIfAbsent(p, from);
        }
    }

    void add(Position at, String path, String message) {
        errors.add(new FieldError(file, at.line(), at.column(), path, message));
    }

    /// At the place of `path`, or, when it is not written, of what it belongs to. What Defaults give of it is named with
    /// its place.
    ///
    /// @param others fields that have a part in it
    void add(String path, String message, String... others) {
        var places = new TreeMap<String, Agent.Origin>();
        note(path, places);
        for (var other : others) {
            note(other, places);
        }
        add(of(path), path, places.isEmpty() ? message
                : message + places.entrySet()
                        .stream()
                        .map(e -> e.getKey() + " from " + e.getValue())
                        .collect(Collectors.joining(", ", " (", ")")));
    }

    private void note(String path, Map<String, Agent.Origin> places) {
        var from = positions.containsKey(path) ? null : given.get(path);
        if (from != null) {
            places.put(path, from);
        }
    }

    Position of(String path) {
        for (var p = path; !p.isEmpty(); p = parent(p)) {
            var position = positions.get(p);
            if (position != null) {
                return position;
            }
        }
        return positions.getOrDefault("", start());
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }

    /// Says what is wrong at `path` in other words, if anything is.
    void reword(String path, String message) {
        errors.replaceAll(error -> error.path().equals(path)
                ? new FieldError(error.file(), error.line(), error.column(), path, message)
                : error);
    }

    void addAll(Findings others) {
        errors.addAll(others.errors);
    }

    boolean isEmpty() {
        return errors.isEmpty();
    }

    /// Sorted, each once.
    List<FieldError> errors() {
        return errors.stream().sorted().distinct().toList();
    }
}
