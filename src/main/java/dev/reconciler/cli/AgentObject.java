package dev.reconciler.cli;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

final class AgentObject {
    private AgentObject() {}

    static JsonNode of(AgentStatus status, @Nullable Agent agent) {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("name", status.name().name());
        return node;
    }
}
