package dev.reconciler.desired;

import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A document as written, completed: what is absent gets its default, quantities become numbers.
final class Defaults {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /// The default of each field that has one, by the identity of the field.
    private static final Map<Shape.Field, JsonNode> PARSED = new IdentityHashMap<>();

    static {
        parse(Shape.MANIFEST);
    }

    private Defaults() {}

    /// A field's default; null without one.
    static @Nullable JsonNode of(Shape.Field field) {
        return PARSED.get(field);
    }

    /// A new tree; `written` stays as it is.
    static JsonNode fill(JsonNode written, Shape shape) {
        if (shape instanceof Shape.Fields fields && written instanceof ObjectNode object) {
            return fields(object, fields);
        }
        if (shape instanceof Shape.Items(Shape item) && written instanceof ArrayNode array) {
            var filled = JSON.arrayNode();
            array.forEach(node -> filled.add(fill(node, item)));
            return filled;
        }
        if (shape instanceof Shape.Bytes && written.isString()) {
            var bytes = Quantity.parse(written.stringValue());
            return bytes == null ? written : JSON.numberNode(bytes.longValue());
        }
        if (shape instanceof Shape.Cores && written.isString()) {
            var milli = Quantity.milli(written.stringValue());
            return milli == null ? written : JSON.numberNode(milli.longValue());
        }
        return written;
    }

    private static ObjectNode fields(ObjectNode written, Shape.Fields shape) {
        var filled = JSON.objectNode();
        for (var field : shape.fields().values()) {
            var value = written.has(field.name()) ? written.get(field.name()) : PARSED.get(field);
            if (value != null) {
                filled.set(field.name(), fill(value, field.shape()));
            }
        }
        return filled;
    }

    private static void parse(Shape shape) {
        if (shape instanceof Shape.Items(Shape item)) {
            parse(item);
        }
        if (shape instanceof Shape.Fields(_, var fields)) {
            for (var field : fields.values()) {
                if (!field.doc().def().isEmpty()) {
                    PARSED.put(field, parse(field));
                }
                parse(field.shape());
            }
        }
    }

    /// @throws IllegalStateException when the default breaks the field's own rules: a mistake of ours
    private static JsonNode parse(Shape.Field field) {
        var findings = new Findings(field.name(), 0);
        Node node = Yaml.compose(field.doc().def(), findings);
        var value = node == null
                ? null
                : new Walker(findings).walk(node, field.shape(), field.name(), findings.start());
        if (value == null || !findings.isEmpty()) {
            throw new IllegalStateException("default of " + field.name() + ": " + findings.errors());
        }
        return value;
    }
}
