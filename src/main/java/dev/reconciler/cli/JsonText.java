package dev.reconciler.cli;

import java.io.PrintStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
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

    /// A `List` that is written while its items are found; closing ends it, and not what it is written to.
    static final class Items implements AutoCloseable {
        private final PrintStream out;
        private final JsonGenerator json;

        Items(PrintStream out) {
            this.out = out;
            json = MAPPER.writerWithDefaultPrettyPrinter()
                    .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .without(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                    .createGenerator(out);
            json.writeStartObject().writeStringProperty("apiVersion", "v1").writeArrayPropertyStart("items");
        }

        void add(JsonNode item) {
            json.writeTree(item);
        }

        @Override
        public void close() {
            json.writeEndArray().writeStringProperty("kind", "List").writeEndObject().close();
            out.print('\n');
        }
    }
}
