package dev.reconciler.desired;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.exceptions.Mark;

/// What is wrong with one document, and where its values stand.
final class Findings {
    private final String file;
    private final int before;
    private final List<FieldError> errors = new ArrayList<>();
    private final Map<String, Position> positions = new HashMap<>();

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

    /// Whether something is written at `path`, right or wrong.
    boolean isWritten(String path) {
        return positions.containsKey(path);
    }

    void add(Position at, String path, String message) {
        errors.add(new FieldError(file, at.line(), at.column(), path, message));
    }

    /// At the place of `path`, or, when it is not written, of what it belongs to.
    void add(String path, String message) {
        add(of(path), path, message);
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
