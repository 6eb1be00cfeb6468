package dev.reconciler.desired;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Moment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// Manifests and moments for tests.
final class Manifests {
    private Manifests() {}

    static AgentName name(String name) {
        return new AgentName("default", name);
    }

    /// A good document of six lines.
    static String agent(String name) {
        return agent(name, "command: [sh]");
    }

    static String agent(String name, String spec) {
        return """
                apiVersion: reconciler.dev/v1alpha1
                kind: Agent
                metadata:
                  name: %s
                spec:
                  %s
                """.formatted(name, spec);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static ParsedFile read(String text) {
        return Reader.read("ada.yaml", bytes(text));
    }

    static Moment at(double seconds) {
        return new Moment("boot", Math.round(seconds * 1e9), Instant.EPOCH.plusMillis(Math.round(seconds * 1e3)));
    }
}
