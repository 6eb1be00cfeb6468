package dev.reconciler.desired;

import dev.reconciler.api.DefaultsManifest;
import dev.reconciler.api.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The JSON Schemas (draft 7, which editors know best) of `kind: Agent` and `kind: Defaults`, from the same model as the
/// reader's. What a schema cannot say is left to `validate`: files that must exist, fields that are compared with each
/// other, lists in which one name may stand once, and what is missing with no Defaults to give it.
public final class JsonSchema {
    /// Where it lies in a manifests folder: hidden from the reader, and found by editors on every machine.
    public static final String FILE = ".schema/agent.json";

    /// The same of `kind: Defaults`.
    public static final String DEFAULTS_FILE = ".schema/defaults.json";

    /// The first line of a manifest in the top of the folder: what editors with a YAML language server look for.
    public static final String MODELINE = "# yaml-language-server: $schema=" + FILE;

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]";
    private static final String KEY = "^(" + LABEL + "(\\\\." + LABEL + ")*/)?" + QUALIFIED + "$";

    private static final String NAME = "{'maxLength': 63, 'pattern': '^" + LABEL + "$'}";
    private static final String PROGRAM = "{'minItems': 1, 'allOf': [{'items': [{'minLength': 1}]}]}";
    private static final String NOT_EMPTY = "{'minLength': 1}";
    private static final String PATTERN = "{'minLength': 1, 'maxLength': 4096}";
    private static final String PROBE = atMostOne("object", "exec", "screen", "output");
    private static final String ONCE = "{'anyOf': [{'const': 1}, {'type': 'null'}]}";
    private static final String SAYS_MODEL = "{'contains': {'type': 'string', 'pattern': '\\\\$\\\\(model\\\\)'}}";

    /// What the types alone cannot say: the rules of [Rules] and [LifeRules], by path.
    private static final Map<String, String> RULES = Map.ofEntries(
            Map.entry("apiVersion", "{'const': 'reconciler.dev/v1alpha1'}"),
            Map.entry("metadata.name", NAME),
            Map.entry("metadata.namespace", NAME),
            Map.entry("metadata.labels", "{'propertyNames': {'pattern': '" + KEY + "'}, 'additionalProperties':"
                    + " {'type': 'string', 'maxLength': 63, 'pattern': '^(" + QUALIFIED + ")?$'}}"),
            Map.entry("metadata.annotations", "{'propertyNames': {'anyOf': [{'const': 'reconciler.dev/reconcile'},"
                    + " {'pattern': '" + KEY + "', 'not': {'pattern': '^reconciler\\\\.dev/'}}]},"
                    + " 'properties': {'reconciler.dev/reconcile': {'enum': ['disabled', 'enabled']}}}"),
            Map.entry("spec", "{'if': {'allOf': [" + written("string", "model") + ", " + written("array", "command")
                    + ", " + written("array", "args") + "]}, 'then': {'anyOf': [" + says("command") + ", "
                    + says("args") + "]}}"),
            Map.entry("spec.command", PROGRAM),
            Map.entry("spec.workingDirectory", NOT_EMPTY),
            Map.entry("spec.model", "{'pattern': '\\\\S'}"),
            Map.entry("spec.modelPattern", PATTERN),
            Map.entry("spec.env[]", "{'oneOf': [" + written("string", "value") + ", " + written("object", "valueFrom")
                    + "]}"),
            Map.entry("spec.env[].name", "{'pattern': '^(?!RECONCILER_)[A-Za-z_][A-Za-z0-9_]*$'}"),
            Map.entry("spec.env[].valueFrom.file", NOT_EMPTY),
            Map.entry("spec.restartPolicyRules", "{'maxItems': 20}"),
            Map.entry("spec.restartPolicyRules[].exitCodes.values",
                    "{'minItems': 1, 'maxItems': 255, 'uniqueItems': true}"),
            Map.entry("spec.prompt", atMostOne("string", "text", "file")),
            Map.entry("spec.prompt.text", "{'pattern': '\\\\S'}"),
            Map.entry("spec.prompt.file", NOT_EMPTY),
            Map.entry("spec.startupProbe", PROBE),
            Map.entry("spec.startupProbe.successThreshold", ONCE),
            Map.entry("spec.startupProbe.exec.command", PROGRAM),
            Map.entry("spec.startupProbe.screen.pattern", PATTERN),
            Map.entry("spec.readinessProbe", PROBE),
            Map.entry("spec.readinessProbe.exec.command", PROGRAM),
            Map.entry("spec.readinessProbe.screen.pattern", PATTERN),
            Map.entry("spec.livenessProbe", PROBE),
            Map.entry("spec.livenessProbe.successThreshold", ONCE),
            Map.entry("spec.livenessProbe.exec.command", PROGRAM),
            Map.entry("spec.livenessProbe.screen.pattern", PATTERN),
            Map.entry("spec.activity.awaitingInput", PATTERN),
            Map.entry("spec.activity.working", PATTERN),
            Map.entry("spec.activity.idle", PATTERN),
            Map.entry("spec.lifecycle.preStop", atMostOne("object", "exec", "sendKeys")),
            Map.entry("spec.lifecycle.preStop.exec.command", PROGRAM),
            Map.entry("spec.lifecycle.preStop.sendKeys.keys",
                    "{'minItems': 1, 'maxItems': 100, 'items':"
                            + " {'type': 'string', 'pattern': '^[^\\\\u0000-\\\\u001f\\\\u007f-\\\\u009f]+$'}}"));

    private final boolean defaults;

    private JsonSchema(boolean defaults) {
        this.defaults = defaults;
    }

    /// Of agents, as a file, the same bytes each time.
    public static String text() {
        return new JsonSchema(false).text(Shape.MANIFEST, Manifest.KIND);
    }

    /// The same of Defaults.
    public static String defaults() {
        return new JsonSchema(true).text(Shape.DEFAULTS, DefaultsManifest.KIND);
    }

    private String text(Shape.Fields shape, String kind) {
        var schema = JSON.objectNode();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", Manifest.API_VERSION + " " + kind);
        schema.setAll(of(shape, ""));
        schema.withObject("/properties/kind").put("const", kind);
        return MAPPER.writeValueAsString(schema) + "\n";
    }

    private ObjectNode of(Shape shape, String path) {
        ObjectNode schema = switch (shape) {
            case Shape.Text _ -> type("string");
            case Shape.Truth _ -> type("boolean");
            case Shape.Whole(long min, long max) -> bounded(type("integer"), min, max);
            case Shape.Bytes(long min, long max) ->
                    bounded(type("string", "integer").put("pattern", "^(" + Quantity.FORM.pattern() + ")$"), min, max);
            case Shape.Cores(long min, long max) -> cores(min, max);
            case Shape.Choice(List<String> values) -> choice(values);
            case Shape.Items(Shape item) -> type("array").set("items", of(item, path + "[]"));
            case Shape.Texts _ -> type("object").set("additionalProperties", type("string"));
            case Shape.Fields fields -> object(fields, path);
        };
        // What a Defaults says of the model is right or wrong with an agent.
        var rule = defaults && path.equals("spec") ? null : RULES.get(path);
        return rule == null ? schema : schema.setAll(read(rule));
    }

    private ObjectNode object(Shape.Fields fields, String path) {
        var schema = type("object");
        schema.put("description", fields.doc());
        var required = new ArrayList<String>();
        var properties = JSON.objectNode();
        for (var field : fields.fields().values()) {
            var below = of(field.shape(), path.isEmpty() ? field.name() : path + "." + field.name());
            below.put("description", field.doc().value());
            var standard = Defaults.of(field);
            if (standard != null) {
                below.set("default", standard);
            }
            boolean open = Merge.isOpen(path);
            if (field.doc().required() && !open) {
                required.add(field.name());
            } else if (!field.doc().required() || defaults) {
                optional(below);
            }
            properties.set(field.name(), below);
        }
        schema.set("properties", properties);
        if (!required.isEmpty()) {
            required.forEach(schema.putArray("required")::add);
        }
        return schema.put("additionalProperties", false);
    }

    /// `null` is the same as not written.
    private static void optional(ObjectNode schema) {
        var type = schema.get("type");
        var types = JSON.arrayNode();
        if (type.isArray()) {
            type.forEach(types::add);
        } else {
            types.add(type);
        }
        schema.set("type", types.add("null"));
        if (schema.get("enum") instanceof ArrayNode values) {
            values.addNull();
        }
        if (schema.get("oneOf") instanceof ArrayNode ways) {
            ways.addObject().put("type", "null");
        }
    }

    private static ObjectNode choice(List<String> values) {
        var schema = type("string");
        values.forEach(schema.putArray("enum")::add);
        return schema;
    }

    private static ObjectNode cores(long min, long max) {
        return type("string", "number")
                .put("pattern", "^(" + Quantity.CORES.pattern() + ")$")
                .put("minimum", min / 1000.0)
                .put("maximum", max / 1000.0);
    }

    private static ObjectNode bounded(ObjectNode schema, long min, long max) {
        if (min != Long.MIN_VALUE) {
            schema.put("minimum", min);
        }
        return max == Long.MAX_VALUE ? schema : schema.put("maximum", max);
    }

    private static ObjectNode type(String... names) {
        var schema = JSON.objectNode();
        if (names.length == 1) {
            return schema.put("type", names[0]);
        }
        List.of(names).forEach(schema.putArray("type")::add);
        return schema;
    }

    private static String written(String type, String name) {
        return "{'type': 'object', 'required': ['" + name + "'], 'properties': {'" + name + "': {'type': '" + type
                + "'}}}";
    }

    private static String says(String list) {
        return "{'type': 'object', 'required': ['" + list + "'], 'properties': {'" + list
                + "': {'type': 'array', 'allOf':"
                + " [" + SAYS_MODEL + "]}}}";
    }

    /// The way that is missing may come from Defaults.
    private static String atMostOne(String type, String... names) {
        var pairs = new ArrayList<String>();
        for (int i = 0; i < names.length; i++) {
            for (int j = 0; j < i; j++) {
                pairs.add("{'allOf': [" + written(type, names[i]) + ", " + written(type, names[j]) + "]}");
            }
        }
        return "{'not': {'anyOf': [" + String.join(", ", pairs) + "]}}";
    }

    /// @param rule JSON with the quotes that need no escape here
    private static ObjectNode read(String rule) {
        return (ObjectNode) MAPPER.readTree(rule.replace('\'', '"'));
    }
}
