package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SelectorTest {
    @Test
    void every_selector_parses_prints_and_matches_as_kubernetes_own_code_does() throws IOException {
        try (var in = getClass().getResourceAsStream("/vectors/selectors.json")) {
            var vectors = JsonMapper.shared().readTree(in);
            var labelSets = vectors.get("labelSets").values().stream().map(SelectorTest::labels).toList();
            assertTrue(vectors.get("cases").size() > 10);
            assertAll(vectors.get("cases").values().stream().map(c -> () -> {
                var text = c.get("Selector").asString();
                var error = c.get("Error").asString();
                if (!error.isEmpty()) {
                    assertEquals(error, errorOf(text));
                    return;
                }
                var selector = Selector.parse(text);
                assertEquals(c.get("Canonical").asString(), selector.toString());
                for (int i = 0; i < labelSets.size(); i++) {
                    assertEquals(
                            c.get("Matches").get(i).asBoolean(),
                            selector.matches(labelSets.get(i)),
                            "'" + text + "' on " + labelSets.get(i));
                }
            }));
        }
    }

    private static Map<String, String> labels(JsonNode set) {
        return set.propertyStream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().asString(), (a, b) -> b, TreeMap::new));
    }

    private static String errorOf(String text) {
        return assertThrows(IllegalArgumentException.class, () -> Selector.parse(text), text)
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a in (b       | unable to parse requirement: found '', expected: ',' or ')'",
                "a in b        | unable to parse requirement: found 'b' expected: '('",
                "a=b c         | found 'c', expected: ',' or 'end of string'",
                "x<y           | unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer",
                "!             | unable to parse requirement: found '', expected: identifier",
                "a=b,          | found '', expected: identifier after ','",
                "!a=b          | found '=', expected: ',' or 'end of string'",
            })
    void a_selector_that_is_none_says_what_was_found_and_what_was_expected(String text, String error) {
        assertEquals(error, errorOf(text));
    }

    @Test
    void requirements_are_ordered_by_key_and_words_like_in_may_be_keys_and_values() {
        assertEquals("a>1,in in (in,notin),z", Selector.parse("z, in in (notin,in), a > 1").toString());
        assertTrue(Selector.parse("in=notin").matches(Map.of("in", "notin")));
    }

    @Test
    void a_label_key_that_breaks_the_rules_is_named() {
        assertTrue(errorOf("-a=b").startsWith("unable to parse requirement: invalid label key \"-a\": name part must"));
        assertTrue(errorOf("a=-b").contains("invalid label value: \"-b\": at key: \"a\": a valid label must be"));
    }

    @Test
    void numbers_compare_as_numbers_and_words_are_neither_more_nor_less() {
        assertTrue(Selector.parse("n>9").matches(Map.of("n", "10")));
        assertFalse(Selector.parse("n<9").matches(Map.of("n", "10")));
        assertFalse(Selector.parse("n>9").matches(Map.of("n", "many")));
    }
}
