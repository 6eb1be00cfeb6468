package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Doc;
import dev.reconciler.api.Reason;
import dev.reconciler.plan.DecisionTable;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the README says in tables is what the code says. `make golden` rewrites the generated ones.
class ReadmeTest {
    private static final Path README = Path.of("README.md");

    @Test
    void the_table_of_the_spec_is_the_records() throws IOException {
        equal("spec", spec());
    }

    @Test
    void the_decision_table_is_the_planners() throws IOException {
        equal("decisions", DecisionTable.markdown().strip());
    }

    @Test
    void troubleshooting_knows_every_reason() throws IOException {
        var rows = new ArrayList<String>();
        rows.add("| reason | what it means | what to do |");
        rows.add("|---|---|---|");
        for (var reason : Reason.values()) {
            rows.add("| `" + reason + "` | " + reason.meaning() + " | " + reason.remedy() + " |");
        }
        equal("reasons", String.join("\n", rows));
    }

    @Test
    void every_verb_has_a_row() throws IOException {
        var text = Files.readString(README);
        for (var verb : Verbs.NAMES) {
            assertTrue(verb.startsWith("__") || text.contains("| `" + verb), "no row for the verb " + verb);
        }
    }

    static String spec() {
        var rows = new ArrayList<String>();
        rows.add("| field of `spec` | type | default | what it means |");
        rows.add("|---|---|---|---|");
        fields(AgentSpec.class, "", rows, new HashMap<>());
        return String.join("\n", rows);
    }

    /// A type that was described before is named, not repeated.
    private static void fields(Class<?> type, String prefix, List<String> rows, Map<Class<?>, String> described) {
        for (var component : type.getRecordComponents()) {
            var doc = component.getAnnotation(Doc.class);
            var name = prefix + component.getName();
            var fallback = doc.required() ? "required" : doc.def().isEmpty() ? "none" : "`" + doc.def() + "`";
            var nested = nested(component);
            var before = nested == null ? null : described.putIfAbsent(nested, name);
            rows.add("| `" + name + "` | " + typeName(component)
                    + (before == null ? "" : ", as `" + before + "`") + " | "
                    + (nested != null && doc.def().equals("{}") ? "" : fallback) + " | " + doc.value() + " |");
            if (nested != null && before == null) {
                fields(nested, name + (List.class.isAssignableFrom(component.getType()) ? "[]." : "."), rows,
                        described);
            }
        }
    }

    private static Class<?> nested(RecordComponent component) {
        var type = element(component);
        return type.isRecord() ? type : null;
    }

    private static Class<?> element(RecordComponent component) {
        return component.getGenericType() instanceof ParameterizedType list
                && list.getActualTypeArguments()[0] instanceof Class<?> element
                        ? element
                        : component.getType();
    }

    private static String typeName(RecordComponent component) {
        var type = element(component);
        var name = type.isRecord()
                ? "object"
                : type.isEnum()
                        ? String.join(" \\| ", Arrays.stream(type.getEnumConstants()).map(Object::toString).toList())
                : type == String.class
                        ? "string"
                : type == boolean.class
                        ? "boolean"
                : component.getAnnotation(Doc.class).quantity() || component.getAnnotation(Doc.class).cores()
                        ? "quantity"
                : "integer";
        return List.class.isAssignableFrom(component.getType()) ? "list of " + name : name;
    }

    private static void equal(String block, String wanted) throws IOException {
        var text = Files.readString(README);
        var open = "<!-- " + block + " -->\n";
        var close = "\n<!-- /" + block + " -->";
        int from = text.indexOf(open) + open.length();
        int to = text.indexOf(close);
        assertTrue(from >= open.length() && to >= from, "README.md has no block " + block);
        if ("write".equals(System.getProperty("reconciler.golden"))) {
            Files.writeString(README, text.substring(0, from) + wanted + text.substring(to));
            return;
        }
        assertEquals(wanted, text.substring(from, to), "README.md, block " + block + ": `make golden` rewrites it");
    }
}
