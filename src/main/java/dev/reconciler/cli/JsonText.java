package dev.reconciler.cli;

import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `-o json` as kubectl prints it: four spaces, no space before a colon.
final class JsonText {
    private static final DefaultIndenter INDENT = new DefaultIndenter("    ", "\n");
    private static final DefaultPrettyPrinter PRINTER = new DefaultPrettyPrinter(Separators.createDefaultInstance()
            .withObjectNameValueSpacing(Separators.Spacing.AFTER))
            .withObjectIndenter(INDENT)
            .withArrayIndenter(INDENT);
    private static final JsonMapper MAPPER =
            JsonMapper.builder().defaultPrettyPrinter(PRINTER).build();

    private JsonText() {}

    static String of(JsonNode node) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node) + "\n";
    }
}
