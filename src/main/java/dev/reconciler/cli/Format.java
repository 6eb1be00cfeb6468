package dev.reconciler.cli;

import dev.reconciler.api.AgentStatus;
import dev.reconciler.controller.View;
import java.io.PrintStream;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// `-o`.
sealed interface Format {
    String ALLOWED = "json,jsonpath,name,wide,yaml";

    record Default() implements Format {}

    record Wide() implements Format {}

    record Name() implements Format {}

    /// Objects rather than lines.
    sealed interface Data extends Format {
        String print(JsonNode node) throws Failure;

        /// @param one the object itself, not a list with it
        default void print(PrintStream out, View view, List<AgentStatus> statuses, boolean one) throws Failure {
            var items = JsonNodeFactory.instance.arrayNode();
            for (var status : statuses) {
                items.add(Written.object(view, status));
            }
            if (one && items.size() == 1) {
                out.print(print(items.get(0)));
                return;
            }
            var list = JsonNodeFactory.instance.objectNode();
            list.put("apiVersion", "v1");
            list.set("items", items);
            list.put("kind", "List");
            out.print(print(list));
        }
    }

    record Json() implements Data {
        @Override
        public String print(JsonNode node) {
            return JsonText.of(node);
        }

        /// A list is written as it is made: a thousand agents are two megabytes.
        @Override
        public void print(PrintStream out, View view, List<AgentStatus> statuses, boolean one) throws Failure {
            if (one && statuses.size() == 1) {
                out.print(print(Written.object(view, statuses.getFirst())));
                return;
            }
            try (var list = new JsonText.Items(out)) {
                statuses.forEach(status -> list.add(Written.object(view, status)));
            }
        }
    }

    record Yaml() implements Data {
        @Override
        public String print(JsonNode node) {
            return YamlText.of(node);
        }
    }

    record Template(JsonPath path) implements Data {
        @Override
        public String print(JsonNode node) throws Failure {
            try {
                return path.print(node);
            } catch (IllegalArgumentException e) {
                throw Failure.of("error executing jsonpath: " + e.getMessage());
            }
        }
    }

    /// @param text after `-o`, empty without
    static Format parse(String text) throws Failure {
        if (text.startsWith("jsonpath=")) {
            try {
                return new Template(JsonPath.parse(text.substring("jsonpath=".length())));
            } catch (IllegalArgumentException e) {
                throw Failure.of(String.valueOf(e.getMessage()));
            }
        }
        return switch (text) {
            case "" -> new Default();
            case "wide" -> new Wide();
            case "name" -> new Name();
            case "json" -> new Json();
            case "yaml" -> new Yaml();
            case "jsonpath" -> throw Failure.of("template format specified but no template given");
            default ->
                    throw Failure.of("unable to match a printer suitable for the output format \"" + text
                            + "\", allowed formats are: " + ALLOWED);
        };
    }
}
