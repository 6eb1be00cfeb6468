package dev.reconciler.desired;

import java.util.Comparator;

/// One mistake in one file, for the person who wrote it.
///
/// @param file as the user knows it: relative to the manifests folder, or as given on the command line
/// @param line from 1; 0 when it is about the whole file
/// @param column from 1, in code points
/// @param path such as `spec.env[0].name`; empty when it is about the document or the file
/// @param message in Kubernetes' wording where it has one
public record FieldError(String file, int line, int column, String path, String message)
        implements Comparable<FieldError> {
    private static final Comparator<FieldError> ORDER = Comparator.comparing(FieldError::file)
            .thenComparingInt(FieldError::line)
            .thenComparingInt(FieldError::column)
            .thenComparing(FieldError::path)
            .thenComparing(FieldError::message);

    static FieldError ofFile(String file, String message) {
        return new FieldError(file, 0, 0, "", message);
    }

    @Override
    public int compareTo(FieldError other) {
        return ORDER.compare(this, other);
    }

    /// `ada.yaml:5:3: spec.comand: unknown field; did you mean "command"?`, always one line.
    @Override
    public String toString() {
        return Wording.line(file) + (line == 0 ? "" : ":" + line + ":" + column) + ": "
                + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
