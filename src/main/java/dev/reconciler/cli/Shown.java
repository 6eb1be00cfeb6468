package dev.reconciler.cli;

import dev.reconciler.api.Manifest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What `get -o yaml` or `-o json` printed, as a manifest again: `get … | edit | apply -f -` is a habit of kubectl's
/// users. What only the daemon can say is left out; a list is taken apart.
final class Shown {
    private static final List<String> SAID_BY_DAEMON = List.of("creationTimestamp", "generation", "uid");

    private Shown() {}

    /// The bytes as they are, comments and all, unless something in them was printed by `get`.
    static byte[] asManifest(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        if (!text.contains("status") && !text.contains("items")) {
            return bytes;
        }
        try {
            var documents = YamlText.read(text);
            var agents = new ArrayList<JsonNode>();
            boolean shown = false;
            for (var document : documents) {
                shown |= isShown(document);
                if (document.path("kind").asString("").equals("List") && document.path("items").isArray()) {
                    document.get("items").forEach(agents::add);
                } else {
                    agents.add(document);
                }
            }
            return shown ? written(agents) : bytes;
        } catch (JacksonException e) {
            // The reader says what is wrong with it, and where.
            return bytes;
        }
    }

    private static boolean isShown(JsonNode document) {
        var kind = document.path("kind").asString("");
        return kind.equals("List") || kind.equals(Manifest.KIND) && document.has("status");
    }

    private static byte[] written(List<JsonNode> agents) {
        var out = new ByteArrayOutputStream();
        for (var agent : agents) {
            if (agent instanceof ObjectNode object) {
                object.remove("status");
                if (object.path("metadata") instanceof ObjectNode metadata) {
                    metadata.remove(SAID_BY_DAEMON);
                }
            }
            out.writeBytes(("---\n" + YamlText.of(agent)).getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }
}
