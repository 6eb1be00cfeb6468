package dev.reconciler.desired;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Walks one document's nodes along a [Shape]: collects every error and builds the document as written, as JSON with
/// sorted keys. `null` is the same as not written, as in Kubernetes; it is kept where Defaults could give something else.
final class Walker {
    /// Aliases may not blow a document up beyond what a file may hold.
    private static final int MAX_CHARS = Reader.MAX_BYTES;

    /// Instead of a hint that would show the value.
    private static final String SECRET = "; put it in quotes";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Findings findings;
    private int chars;

    Walker(Findings findings) {
        this.findings = findings;
    }

    /// Null when nothing of it can be used.
    ///
    /// @param at where it is announced: its key, or its dash
    @Nullable
    JsonNode walk(Node node, Shape shape, String path, Position at) {
        var position = node instanceof CollectionNode<?> list && list.getFlowStyle() != FlowStyle.FLOW ? at : of(node);
        findings.place(path, position);
        return switch (shape) {
            case Shape.Fields fields when node instanceof MappingNode map -> fields(map, fields, path, at);
            case Shape.Texts _ when node instanceof MappingNode map -> texts(map, path);
            case Shape.Items(Shape item) when node instanceof SequenceNode list -> items(list, item, path);
            case Shape.Text _ when isText(node) -> text(node, path);
            case Shape.Truth _ when is(node, Tag.BOOL) -> JSON.booleanNode(text(node).equalsIgnoreCase("true"));
            case Shape.Whole whole when is(node, Tag.INT) -> whole(text(node), whole, path);
            case Shape.Bytes bytes when isText(node) || is(node, Tag.INT) || is(node, Tag.FLOAT) ->
                    bytes(node, bytes, path);
            case Shape.Cores cores when isText(node) || is(node, Tag.INT) || is(node, Tag.FLOAT) ->
                    cores(node, cores, path);
            case Shape.Choice choice when isText(node) -> choice(text(node), choice, path);
            case Shape.Fields _,Shape.Texts _ -> mismatch(node, "object", path, "");
            case Shape.Items _ -> mismatch(node, "array", path, "");
            case Shape.Text(boolean secret) ->
                    mismatch(node, "string", path, secret ? SECRET : "; write " + Wording.quote(text(node)));
            case Shape.Truth _,Shape.Whole _,Shape.Bytes _,Shape.Cores _,Shape.Choice _ ->
                    mismatch(node, shape.type(), path, "");
        };
    }

    private ObjectNode fields(MappingNode map, Shape.Fields shape, String path, Position at) {
        var written = new TreeMap<String, JsonNode>();
        var keys = new HashMap<String, Position>();
        var present = new HashSet<String>();
        for (var tuple : map.getValue()) {
            var name = key(tuple, keys, path);
            if (name == null) {
                continue;
            }
            var field = shape.fields().get(name);
            if (field == null) {
                var meant = Nearest.of(name, shape.fields().keySet());
                if (meant != null) {
                    present.add(meant); // one mistake, one error
                }
                findings.add(
                        of(tuple.getKeyNode()),
                        child(path, name),
                        "unknown field" + Explain.didYouMean(name, shape.fields().keySet()));
            } else if (!is(tuple.getValueNode(), Tag.NULL)) {
                present.add(name);
                put(written, name,
                        walk(tuple.getValueNode(), field.shape(), child(path, name), of(tuple.getKeyNode())));
            } else if (Merge.isOpen(path)) {
                written.put(name, JSON.nullNode());
            }
        }
        for (var field : shape.fields().values()) {
            if (field.doc().required() && !present.contains(field.name())) {
                var place = keys.getOrDefault(field.name(), at);
                if (Merge.isOpen(path)) {
                    findings.lack(child(path, field.name()), place);
                } else {
                    findings.add(place, child(path, field.name()), Wording.required(""));
                }
            }
        }
        return JSON.objectNode().setAll(written);
    }

    private ObjectNode texts(MappingNode map, String path) {
        var written = new TreeMap<String, JsonNode>();
        var keys = new HashMap<String, Position>();
        for (var tuple : map.getValue()) {
            var name = key(tuple, keys, path);
            if (name == null) {
                continue;
            }
            var value = tuple.getValueNode();
            var entry = path + "[" + Wording.key(name) + "]";
            findings.place(entry, of(tuple.getKeyNode()));
            var hint = "; write " + Wording.quote(text(value));
            put(written, name, isText(value) ? text(value, entry) : mismatch(value, "string", entry, hint));
        }
        return JSON.objectNode().setAll(written);
    }

    /// Null when it is no key, or one that was there before.
    private @Nullable String key(NodeTuple tuple, Map<String, Position> keys, String path) {
        var at = of(tuple.getKeyNode());
        if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
            findings.add(at, path, "a key must be a plain word, not a list or mapping");
            return null;
        }
        var name = scalar.getValue();
        var first = keys.putIfAbsent(name, at);
        if (first != null) {
            findings.add(at, child(path, name), "duplicate key; the first is in line " + first.line());
            return null;
        }
        return name;
    }

    private ArrayNode items(SequenceNode list, Shape item, String path) {
        var items = JSON.arrayNode();
        int index = 0;
        for (var node : list.getValue()) {
            var entry = path + "[" + index++ + "]";
            if (is(node, Tag.NULL)) {
                findings.add(of(node), entry, Wording.required(""));
                items.add(JSON.nullNode());
                continue;
            }
            var value = walk(node, item, entry, of(node));
            // A place holder for what is wrong keeps the numbers of the others.
            items.add(value == null ? JSON.nullNode() : value);
        }
        return items;
    }

    private @Nullable JsonNode text(Node node, String path) {
        var text = text(node);
        boolean fitted = chars <= MAX_CHARS;
        chars += text.length();
        if (chars > MAX_CHARS) {
            if (fitted) {
                findings.add(of(node), path, "aliases repeat more than 1 MiB of text");
            }
            return null;
        }
        return JSON.stringNode(text);
    }

    private @Nullable JsonNode whole(String text, Shape.Whole shape, String path) {
        var number = number(text);
        if (number == null) {
            return null;
        }
        if (number.compareTo(BigInteger.valueOf(shape.min())) < 0
                || number.compareTo(BigInteger.valueOf(shape.max())) > 0) {
            findings.add(path, Wording.invalid(Wording.bare(text), Wording.between(shape.min(), shape.max())));
            return null;
        }
        return JSON.numberNode(number.longValueExact());
    }

    /// YAML's three ways to write an integer; null behind a tag that was refused already.
    private static @Nullable BigInteger number(String text) {
        try {
            return text.startsWith("0x")
                    ? new BigInteger(text.substring(2), 16)
                    : text.startsWith("0o") ? new BigInteger(text.substring(2), 8)
                    : new BigInteger(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private @Nullable JsonNode bytes(Node node, Shape.Bytes shape, String path) {
        var text = text(node);
        var bytes = Quantity.parse(text);
        if (bytes == null) {
            var detail = "must be a whole number of bytes, such as 65536, 512Ki, 10Mi or 1G";
            findings.add(path, Wording.invalid(shown(node), detail));
            return null;
        }
        if (bytes < shape.min() || bytes > shape.max()) {
            var detail = Wording.between(shape.min(), shape.max());
            findings.add(path, Wording.invalid(shown(node), detail));
            return null;
        }
        return isText(node) ? JSON.stringNode(text) : JSON.numberNode(bytes.longValue());
    }

    private @Nullable JsonNode cores(Node node, Shape.Cores shape, String path) {
        var text = text(node);
        var milli = Quantity.milli(text);
        var detail = milli == null
                ? "must be a number of processor cores, such as 2, 0.5 or 500m"
                : milli < shape.min() || milli > shape.max()
                        ? "must be between " + shape.min() + "m and " + shape.max() / 1000 + ", inclusive"
                : null;
        if (detail != null) {
            findings.add(path, Wording.invalid(shown(node), detail));
            return null;
        }
        // As text in any case: a bare number means cores here, and thousandths inside.
        return JSON.stringNode(text);
    }

    private @Nullable JsonNode choice(String text, Shape.Choice shape, String path) {
        if (!shape.values().contains(text)) {
            findings.add(path, Wording.unsupported(text, shape.values()));
            return null;
        }
        return JSON.stringNode(text);
    }

    /// @param hint how to write a scalar instead
    private @Nullable JsonNode mismatch(Node node, String type, String path, String hint) {
        if (!(node instanceof ScalarNode)) {
            var actual = node instanceof MappingNode ? "\"object\"" : "\"array\"";
            findings.add(path, Wording.invalid(actual, "must be of type " + type));
        } else {
            findings.add(path,
                    Wording.invalid(hint.equals(SECRET) ? "\"***\"" : shown(node), "must be of type " + type + hint));
        }
        return null;
    }

    private static void put(Map<String, JsonNode> written, String name, @Nullable JsonNode value) {
        if (value != null) {
            written.put(name, value);
        }
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? Wording.key(name) : path + "." + Wording.key(name);
    }

    private static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /// A scalar as a message shows it.
    private static String shown(Node node) {
        return isText(node) ? Wording.quote(text(node)) : Wording.bare(text(node));
    }

    private static boolean isText(Node node) {
        return is(node, Tag.STR);
    }

    private static boolean is(Node node, Tag tag) {
        return node instanceof ScalarNode && tag.equals(node.getTag());
    }

    private Position of(Node node) {
        return node.getStartMark().map(findings::position).orElseGet(findings::start);
    }
}
