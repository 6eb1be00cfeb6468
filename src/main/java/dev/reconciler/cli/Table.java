package dev.reconciler.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Columns as kubectl prints them: upper-case headers, three spaces between columns, no borders; the last cell of a
/// line is not padded, an empty last cell leaves the spaces before it. Remembers its widths, so that lines printed
/// later (`--watch`) stand below the earlier ones.
final class Table {
    private static final int GAP = 3;
    private static final int NARROWEST = 6;

    /// What an absent cell shows.
    static final String NONE = "<none>";

    private final List<String> headers;
    private final int[] widths;
    private final int gap;
    private final Map<String, UnaryOperator<String>> paints = new HashMap<>();

    Table(List<String> headers) {
        this(headers, GAP, NARROWEST);
    }

    private Table(List<String> headers, int gap, int narrowest) {
        this.headers = headers;
        this.gap = gap;
        widths = new int[headers.size()];
        Arrays.fill(widths, narrowest);
    }

    /// Colours what stands below that header; widths are those of the plain text.
    Table painted(String header, UnaryOperator<String> paint) {
        paints.put(header, paint);
        return this;
    }

    /// The form inside `describe`: two spaces between columns, a line of dashes below the headers, indented.
    static String section(List<String> headers, List<? extends List<@Nullable String>> rows, int indent) {
        var dashes = headers.stream().map(h -> "-".repeat(width(h))).toList();
        var table = new Table(headers, 2, 0);
        var lines = new ArrayList<List<@Nullable String>>();
        lines.add(List.copyOf(dashes));
        lines.addAll(rows);
        return table.print(lines, true).indent(indent);
    }

    /// Lines, each ended by a newline.
    ///
    /// @param rows each as long as the headers; null is `<none>`; text from a newline on is cut to `...`
    /// @param withHeaders false for `--no-headers` and for what follows in a watch
    String print(List<? extends List<@Nullable String>> rows, boolean withHeaders) {
        var cells = new ArrayList<List<String>>();
        if (withHeaders) {
            cells.add(headers);
        }
        for (var row : rows) {
            if (row.size() != headers.size()) {
                throw new IllegalArgumentException(row.size() + " cells under " + headers.size() + " headers: " + row);
            }
            cells.add(row.stream().map(Table::cell).toList());
        }
        for (var line : cells) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], width(line.get(column)) + gap);
            }
        }
        var text = new StringBuilder();
        for (var line : cells) {
            int last = widths.length - 1;
            for (int column = 0; column < last; column++) {
                var cell = line.get(column);
                text.append(painted(line, column)).repeat(' ', widths[column] - width(cell));
            }
            text.append(painted(line, last)).append('\n');
        }
        return text.toString();
    }

    private String painted(List<String> line, int column) {
        var cell = line.get(column);
        var paint = line == headers ? null : paints.get(headers.get(column));
        return paint == null ? cell : paint.apply(cell);
    }

    /// One line without control characters: what a program prints never drives the terminal of who looks at it.
    private static String cell(@Nullable String value) {
        if (value == null) {
            return NONE;
        }
        var text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\n' || c == '\r' || c == '\f') {
                return text.append("...").toString();
            }
            if (c < ' ' || c == 0x7f) {
                text.append('^').append((char) (c ^ 0x40));
            } else if (c >= 0x80 && c < 0xa0) {
                text.append('?');
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    /// Columns of a terminal that `text` takes.
    static int width(String text) {
        return text.codePoints().map(Columns::of).sum();
    }
}
