package dev.reconciler.cli;

import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;
import tools.jackson.dataformat.yaml.util.StringQuotingChecker;

/// `-o yaml` as kubectl prints it: block style, quotes where a reader would take the text for something else.
final class YamlText {
    private static final YAMLMapper MAPPER = YAMLMapper.builder(
            YAMLFactory.builder().stringQuotingChecker(new Quoting()).build())
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLWriteFeature.LITERAL_BLOCK_STYLE)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .build();

    private YamlText() {}

    static String of(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    /// Every document.
    ///
    /// @throws tools.jackson.core.JacksonException when it is not YAML
    static List<JsonNode> read(String text) {
        try (var documents = MAPPER.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
            return documents.readAll();
        }
    }

    /// What any YAML reader, of whichever version, might take for a number, a date or a truth value is quoted.
    private static final class Quoting extends StringQuotingChecker.Default {
        private static final long serialVersionUID = 1L;
        private static final Pattern NUMBER_OR_DATE = Pattern.compile("[-+.]?[0-9].*");

        @Override
        public boolean needToQuoteValue(String value) {
            return value.isEmpty()
                    || NUMBER_OR_DATE.matcher(value).matches()
                    || value.startsWith(".")
                    || value.equals("=")
                    || value.equals("<<")
                    || super.needToQuoteValue(value);
        }
    }
}
