package dev.reconciler.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.reconciler.desired.ParsedFile.Good;
import dev.reconciler.desired.ParsedFile.GoodDefaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Editors, which know the schema, and the product, which knows the reader, say the same about a manifest.
class JsonSchemaTest {
    private static final Path FOLDER = Path.of("manifests/schema");
    private static final JsonMapper JSON = new JsonMapper();

    private static final Schema SCHEMA =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(JsonSchema.text());
    private static final Schema DEFAULTS =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(JsonSchema.defaults());

    /// What may be right with Defaults.
    private static final Pattern INCOMPLETE = Pattern.compile(
            "Required value(: must specify a handler type.*|: one of text, file|: \\$\\(model\\) stands for it.*|)"
                    + "|Forbidden: neither command nor args says.*|Forbidden: there is no spec.model to compare with");

    /// What only the reader can know: one field compared with another, whole documents, what is no JSON any more.
    private static final Pattern BEYOND = Pattern.compile(
            ".*(not valid YAML|duplicate|Duplicate|must not contain|Too long|greater than or equal to initialSeconds|not a regular"
                    + " expression|must have one group|models in config.yaml|may not be tagged|1 MiB|must be between|must"
                    + " be a whole number of bytes|control character).*",
            Pattern.DOTALL);

    @Test
    void the_files_of_the_project_are_made_from_the_records() throws IOException {
        var files = Map.of("agent.json", JsonSchema.text(), "defaults.json", JsonSchema.defaults());
        for (var file : files.entrySet()) {
            var path = FOLDER.resolve(file.getKey());
            if ("write".equals(System.getProperty("reconciler.golden"))) {
                Files.createDirectories(FOLDER);
                Files.writeString(path, file.getValue());
            }
            assertEquals(Files.readString(path), file.getValue(), "`make golden` writes it");
        }
    }

    @Test
    void samples_and_bad_manifests_are_judged_alike() throws IOException {
        int good = 0;
        int bad = 0;
        for (var directory : List.of("samples", "src/test/resources/manifests")) {
            for (var file : files(Path.of(directory))) {
                for (var segment : Segment.of(Files.readString(file))) {
                    switch (compare(file.toString(), segment.text())) {
                        case Good -> good++;
                        case Bad -> bad++;
                        case NotJson -> {}
                    }
                }
            }
        }
        assertTrue(good >= 5 && bad >= 20, good + " good, " + bad + " bad");
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    private enum Verdict {
        Good,
        Bad,
        NotJson
    }

    private static Verdict compare(String what, String text) {
        var json = json(text);
        if (json == null || json.isNull() || json.isMissingNode()) {
            return Verdict.NotJson;
        }
        return compare(what, text, json);
    }

    private static Verdict compare(String what, String text, JsonNode json) {
        var parsed = Reader.read("a.yaml", text.getBytes(StandardCharsets.UTF_8));
        boolean reader = parsed.errors().isEmpty()
                && parsed.documents()
                        .stream()
                        .allMatch(document -> document instanceof Good || document instanceof GoodDefaults);
        var errors = (json.path("kind").asString("").equals("Defaults") ? DEFAULTS : SCHEMA).validate(json);
        if (reader) {
            assertTrue(errors.isEmpty(), () -> what + ": only the schema refuses it: " + errors + "\n" + text);
        } else if (errors.isEmpty()) {
            parsed.errors()
                    .forEach(error -> assertTrue(
                            BEYOND.matcher(error.message()).matches()
                                    || error.path().startsWith("spec.") && !error.path().contains("[")
                                            && INCOMPLETE.matcher(error.message()).matches(),
                            () -> what + ": only the reader refuses it: " + error + "\n" + text));
        }
        return reader ? Verdict.Good : Verdict.Bad;
    }

    /// Null when it is none.
    private static JsonNode json(String text) {
        try {
            var settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
            var documents = new ArrayList<Object>();
            new Load(settings).loadAllFromString(text).forEach(documents::add);
            return documents.size() == 1 ? JSON.valueToTree(documents.getFirst()) : null;
        } catch (YamlEngineException | StackOverflowError | tools.jackson.core.JacksonException e) {
            return null;
        }
    }

    /// Every field of a manifest that has all of them: left out, null, of each wrong type, beside an unknown one.
    @Test
    void every_field_is_judged_alike_whatever_is_wrong_with_it() throws IOException {
        for (var shape : List.of(Shape.MANIFEST, Shape.DEFAULTS)) {
            var whole = (ObjectNode) JSON.readTree(JSON.writeValueAsString(full(shape, "")));
            if (shape == Shape.DEFAULTS) {
                whole.put("kind", "Defaults");
            }
            // One way of each that exclude each other.
            var spec = (ObjectNode) whole.get("spec");
            spec.set("env",
                    JSON.readTree("[{\"name\": \"A\", \"value\": \"b\"}, {\"name\": \"B\", \"valueFrom\": {\"file\":"
                            + " \"c\"}}]"));
            spec.set("command", JSON.readTree("[\"sh\", \"$(model)\"]"));
            spec.put("modelPattern", "is (.*)");
            ((ObjectNode) spec.get("prompt")).remove("file");
            for (var probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
                ((ObjectNode) spec.get(probe)).remove(List.of("screen", "output"));
                ((ObjectNode) spec.get(probe)).put("successThreshold", 1);
            }
            ((ObjectNode) spec.get("lifecycle").get("preStop")).remove("sendKeys");
            ((ObjectNode) spec.get("backoff")).put("initialSeconds", 1).put("maxSeconds", 2);
            assertEquals(Verdict.Good, compare("all fields", whole.toString(), whole));
            var tried = new TreeMap<String, Integer>();
            vary(whole, whole, "", tried);
            assertTrue(tried.getOrDefault("good", 0) > 50 && tried.getOrDefault("bad", 0) > 300, tried.toString());
        }
    }

    private static void vary(JsonNode whole, JsonNode node, String path, TreeMap<String, Integer> tried) {
        if (node instanceof ObjectNode object) {
            for (var name : new ArrayList<>(object.propertyNames())) {
                var value = object.get(name);
                object.remove(name);
                judge(whole, path + "." + name + " left out", tried);
                for (var wrong : List.of("null", "1", "-1", "99999999999", "1.5", "true", "\"\"", "\"a b\"", "\"1\"",
                        "[]",
                        "[\"\"]", "{}", "{\"x\": 1}")) {
                    object.set(name, JSON.readTree(wrong));
                    judge(whole, path + "." + name + " = " + wrong, tried);
                }
                object.set(name, value);
                vary(whole, value, path + "." + name, tried);
            }
            object.put("unheardOf", "x");
            judge(whole, path + ".unheardOf", tried);
            object.remove("unheardOf");
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                vary(whole, array.get(i), path + "[" + i + "]", tried);
            }
        }
    }

    private static void judge(JsonNode whole, String what, TreeMap<String, Integer> tried) {
        var text = whole.toString();
        tried.merge(compare(what, text, whole) == Verdict.Good ? "good" : "bad", 1, Integer::sum);
    }

    /// A value for everything.
    private static Object full(Shape shape, String name) {
        return switch (shape) {
            case Shape.Text _ -> switch (name) {
                case "apiVersion" -> "reconciler.dev/v1alpha1";
                case "kind" -> "Agent";
                default -> "a";
            };
            case Shape.Truth _ -> true;
            case Shape.Whole(long min, long max) -> Math.max(min, 1);
            case Shape.Bytes(long min, long max) -> Long.toString(Math.max(min, 1));
            case Shape.Cores _ -> "1";
            case Shape.Choice(List<String> values) -> values.getFirst();
            case Shape.Items(Shape item) -> List.of(full(item, name));
            case Shape.Texts _ -> new TreeMap<>(java.util.Map.of("a", "b"));
            case Shape.Fields fields -> {
                var all = new TreeMap<String, Object>();
                fields.fields().forEach((key, field) -> all.put(key, full(field.shape(), key)));
                yield all;
            }
        };
    }
}
