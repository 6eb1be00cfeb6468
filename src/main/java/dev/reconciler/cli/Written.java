package dev.reconciler.cli;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Desire;
import dev.reconciler.controller.View;
import dev.reconciler.status.AgentJson;
import java.util.Collections;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the folder says of an agent, or last said.
final class Written {
    private Written() {}

    /// Its last good manifest; null when the folder has none.
    static @Nullable Agent agent(View view, AgentName name) {
        return switch (view.desired().of(name)) {
            case Desire.Wanted(var agent) -> agent;
            case Desire.Suspended(var agent) -> agent;
            case Desire.Unreadable(var lastGood, _) -> lastGood;
            case Desire.Unwanted() -> null;
        };
    }

    /// The object that `-o json` shows.
    static JsonNode object(View view, AgentStatus status) {
        var agent = agent(view, status.name());
        var history = view.history().agents().get(status.name());
        return AgentJson.of(
                status, agent != null ? agent.document() : history == null ? null : history.lastGood());
    }

    static SortedMap<String, String> labels(View view, AgentName name) {
        var agent = agent(view, name);
        return agent == null ? Collections.emptySortedMap() : agent.labels();
    }
}
