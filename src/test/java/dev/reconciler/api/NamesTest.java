package dev.reconciler.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Against answers computed by Kubernetes' own validators.
class NamesTest {
    @TestFactory
    Stream<DynamicTest> says_what_kubernetes_says() throws IOException {
        var vectors = new JsonMapper().readTree(Files.readString(Path.of("src/test/resources/vectors/names.json")));
        return vectors.valueStream()
                .map(vector -> DynamicTest.dynamicTest(vector.path("Value").toString(), () -> {
                    var value = vector.path("Value").stringValue();
                    assertEquals(messages(vector.path("Label")), Names.labelErrors(value), "label");
                    assertEquals(messages(vector.path("Subdomain")), Names.subdomainErrors(value), "subdomain");
                    assertEquals(messages(vector.path("LabelValue")), Names.labelValueErrors(value), "label value");
                    assertEquals(messages(vector.path("Qualified")), Names.qualifiedErrors(value), "qualified name");
                    assertEquals(messages(vector.path("Label")).isEmpty(), Names.isLabel(value));
                }));
    }

    private static List<String> messages(JsonNode list) {
        var messages = new ArrayList<String>();
        list.forEach(message -> messages.add(message.stringValue()));
        return messages;
    }
}
