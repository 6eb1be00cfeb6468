package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.node.JsonNodeFactory;

class YamlTextTest {
    private static final List<String> NASTY = List.of(
            "", " ", "~", "null", "Null", "true", "no", "on", "y", "1", "1.5", "0x1f", "1e3", "0o7", "1_000", ".5",
            "+1",
            ".inf", ".NaN", "=", "<<", "-", "- a", "?", ":", "a: b", "a:", "#", "a #b", "*a", "&a", "!a", "%a", "@a",
            "`a",
            "'", "\"", "[a]", "{a}", "a\nb", "a\n", "\na", " a", "a ", "a\tb", "\u001b[31m", "2026-11-20", "12:30:45",
            "2026-11-20T11:00:00Z", "---", "...", "- - -", "é", "🙂", "|", ">", "a\\b", "a\u0000b", "\r", "a\r\nb", ",",
            "it's", "x".repeat(300) + " y");

    @Test
    void every_text_is_read_back_as_the_same_text() {
        for (var text : NASTY) {
            var node = JsonNodeFactory.instance.objectNode();
            node.put("value", text);
            var array = node.putArray("list");
            array.add(text);
            var yaml = YamlText.of(node);
            var read = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(yaml);
            assertEquals(text, read.get("value"), yaml);
            assertEquals(List.of(text), read.get("list"), yaml);
        }
    }

    @Test
    void numbers_and_truths_stay_what_they_are() {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("count", 3);
        node.put("suspend", true);
        assertEquals("count: 3\nsuspend: true\n", YamlText.of(node));
    }

    @Test
    void times_are_quoted_as_kubectl_quotes_them() {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("creationTimestamp", "2026-11-20T11:00:00Z");
        assertEquals("creationTimestamp: \"2026-11-20T11:00:00Z\"\n", YamlText.of(node));
    }
}
