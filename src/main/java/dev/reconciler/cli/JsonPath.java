package dev.reconciler.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// kubectl's JSONPath template: text, and paths in braces. A missing key prints nothing; several results are joined by
/// a space; objects and lists print as JSON.
///
/// @param parts in order
record JsonPath(List<Part> parts) {
    /// One piece of the template.
    sealed interface Part {}

    record Text(String text) implements Part {}

    record Path(List<Step> steps) implements Part {}

    /// `{range path}parts{end}`: the parts once for each result.
    record Range(Path over, List<Part> parts) implements Part {}

    /// One step of a path: from a list of values to a list of values.
    sealed interface Step {}

    record Field(String name) implements Step {}

    /// `.*`
    record Wildcard() implements Step {}

    /// `..`
    record Descent() implements Step {}

    /// `[from:to:step]`, `[index]` and `[*]`; null where nothing is written.
    record Slice(@Nullable Integer from, @Nullable Integer to, int step, boolean index) implements Step {}

    /// `[a,b]`
    record Union(List<Step> steps) implements Step {}

    /// `[?(left operator right)]`; operator and right are null for `[?(left)]`.
    record Filter(Operand left, @Nullable String operator, @Nullable Operand right) implements Step {}

    /// What a filter compares.
    sealed interface Operand {}

    record Literal(JsonNode value) implements Operand {}

    record Relative(Path path) implements Operand {}

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /// @param template `{.metadata.name}`, or `.metadata.name` or `metadata.name` for a single path
    /// @throws IllegalArgumentException with a sentence when it is no template
    static JsonPath parse(String template) {
        return new JsonPathParser(template).parse();
    }

    /// @throws IllegalArgumentException with kubectl's sentence, such as an index out of bounds
    String print(JsonNode root) {
        var text = new StringBuilder();
        print(parts, root, root, text);
        return text.toString();
    }

    /// All results of all paths, in order.
    List<JsonNode> find(JsonNode root) {
        return parts.stream()
                .flatMap(p -> p instanceof Path path ? walk(path, root, root).stream() : Stream.of())
                .toList();
    }

    private static void print(List<Part> parts, JsonNode root, JsonNode current, StringBuilder out) {
        for (var part : parts) {
            switch (part) {
                case Text(String text) -> out.append(text);
                case Path path ->
                        out.append(walk(path, root, current).stream()
                                .map(JsonPath::text)
                                .collect(Collectors.joining(" ")));
                case Range(Path over, List<Part> body) ->
                        walk(over, root, current).forEach(value -> print(body, root, value, out));
            }
        }
    }

    private static String text(JsonNode value) {
        return value.isContainer() ? JSON.writeValueAsString(JSON.treeToValue(value, Object.class)) : value.asString();
    }

    private static List<JsonNode> walk(Path path, JsonNode root, JsonNode current) {
        var values = List.of(current);
        for (var step : path.steps()) {
            values = apply(step, root, values);
        }
        return values;
    }

    private static List<JsonNode> apply(Step step, JsonNode root, List<JsonNode> values) {
        var results = new ArrayList<JsonNode>();
        for (var value : values) {
            switch (step) {
                case Field(String name) -> {
                    var found = value instanceof ObjectNode object ? object.get(name) : null;
                    if (found != null) {
                        results.add(found);
                    }
                }
                case Wildcard() -> results.addAll(value.values());
                case Descent() -> descend(value, results);
                case Slice slice -> results.addAll(slice(slice, value));
                case Union(List<Step> steps) -> steps.forEach(s -> results.addAll(apply(s, root, List.of(value))));
                case Filter filter -> {
                    if (!value.isArray()) {
                        throw new IllegalArgumentException(
                                kind(value) + " is not array or slice and cannot be filtered");
                    }
                    value.values().stream().filter(v -> accepts(filter, root, v)).forEach(results::add);
                }
            }
        }
        return results;
    }

    /// The value and all containers below it.
    private static void descend(JsonNode value, List<JsonNode> results) {
        if (value.isContainer() && !value.isEmpty()) {
            results.add(value);
            value.values().forEach(v -> descend(v, results));
        }
    }

    private static List<JsonNode> slice(Slice slice, JsonNode array) {
        if (!array.isArray()) {
            throw new IllegalArgumentException(kind(array) + " is not array or slice");
        }
        int length = array.size();
        int from = fromEnd(slice.from() == null ? 0 : slice.from(), length);
        Integer end = slice.to();
        int to = slice.index() ? from + 1 : fromEnd(end == null ? length : end, length);
        if (from == to) {
            return List.of();
        }
        if (from >= length || from < 0) {
            throw outOfBounds(from, length);
        }
        if (to > length || to < 0) {
            throw outOfBounds(to - 1, length);
        }
        if (from > to) {
            throw new IllegalArgumentException("starting index " + from + " is greater than ending index " + to);
        }
        var results = new ArrayList<JsonNode>();
        for (int i = from; i < to; i += slice.step()) {
            results.add(array.get(i));
        }
        return results;
    }

    private static int fromEnd(int index, int length) {
        return index < 0 ? index + length : index;
    }

    private static IllegalArgumentException outOfBounds(int index, int length) {
        return new IllegalArgumentException("array index out of bounds: index " + index + ", length " + length);
    }

    private static String kind(JsonNode value) {
        return value.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    private static boolean accepts(Filter filter, JsonNode root, JsonNode element) {
        var left = operand(filter.left(), root, element);
        if (filter.operator() == null || filter.right() == null) {
            return !left.isEmpty();
        }
        var right = operand(filter.right(), root, element);
        if (left.size() > 1 || right.size() > 1) {
            throw new IllegalArgumentException("can only compare one element at a time");
        }
        if (left.isEmpty() || right.isEmpty()) {
            return false;
        }
        var a = left.getFirst();
        var b = right.getFirst();
        return switch (filter.operator()) {
            case "==" -> equal(a, b);
            case "!=" -> !equal(a, b);
            case "<" -> ordered(a, b) && compare(a, b) < 0;
            case "<=" -> ordered(a, b) && compare(a, b) <= 0;
            case ">" -> ordered(a, b) && compare(a, b) > 0;
            case ">=" -> ordered(a, b) && compare(a, b) >= 0;
            default -> throw new IllegalArgumentException("unrecognized filter operator " + filter.operator());
        };
    }

    private static List<JsonNode> operand(Operand operand, JsonNode root, JsonNode element) {
        return switch (operand) {
            case Literal(JsonNode value) -> List.of(value);
            case Relative(Path path) -> walk(path, root, element);
        };
    }

    private static boolean equal(JsonNode a, JsonNode b) {
        return ordered(a, b) ? compare(a, b) == 0 : a.equals(b);
    }

    private static boolean ordered(JsonNode a, JsonNode b) {
        return a.isNumber() && b.isNumber() || a.isString() && b.isString();
    }

    private static int compare(JsonNode a, JsonNode b) {
        return a.isNumber()
                ? a.decimalValue().compareTo(b.decimalValue())
                : a.stringValue().compareTo(b.stringValue());
    }

    /// @param text of a number, of a quoted string, `true` or `false`; null when it is none of them
    static @Nullable JsonNode literal(String text) {
        if (text.equals("true") || text.equals("false")) {
            return BooleanNode.valueOf(text.equals("true"));
        }
        if (text.length() >= 2 && (text.startsWith("\"") || text.startsWith("'"))) {
            return StringNode.valueOf(JsonPathParser.unquote(text));
        }
        try {
            return DecimalNode.valueOf(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return text.equals("null") ? JsonNodeFactory.instance.nullNode() : null;
        }
    }
}
