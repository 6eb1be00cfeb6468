package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Condition;
import dev.reconciler.controller.View;

/// What `wait --for` waits for.
sealed interface Goal {
    boolean met(View view, AgentName name);

    /// `condition=Ready`, `condition=Ready=False`; an absent condition is Unknown.
    record InCondition(String type, String status) implements Goal {
        @Override
        public boolean met(View view, AgentName name) {
            var agent = view.statuses().get(name);
            if (agent == null || agent.generation() != agent.observedGeneration()) {
                return false;
            }
            var found = agent.conditions()
                    .stream()
                    .filter(c -> c.type().equalsIgnoreCase(type))
                    .map(c -> c.status().name())
                    .findFirst()
                    .orElse(Condition.Status.Unknown.name());
            return found.equalsIgnoreCase(status);
        }
    }

    /// `delete`
    record Deleted() implements Goal {
        @Override
        public boolean met(View view, AgentName name) {
            return !view.statuses().containsKey(name);
        }
    }

    /// `jsonpath={.status.phase}=Running`; without a value: that there is one.
    record Shows(JsonPath path, String value) implements Goal {
        @Override
        public boolean met(View view, AgentName name) {
            var agent = view.statuses().get(name);
            if (agent == null) {
                return false;
            }
            var found = path.find(Written.object(view, agent));
            return value.isEmpty()
                    ? !found.isEmpty()
                    : found.size() == 1 && found.getFirst().asString().equals(value);
        }
    }

    /// @param text after `--for=`
    static Goal parse(String text) throws Failure {
        if (text.equalsIgnoreCase("delete")) {
            return new Deleted();
        }
        if (text.startsWith("condition=")) {
            var parts = text.substring("condition=".length()).split("=", 2);
            if (!parts[0].isEmpty()) {
                return new InCondition(parts[0], parts.length > 1 ? parts[1] : Condition.Status.True.name());
            }
        }
        if (text.startsWith("jsonpath=")) {
            return jsonPath(text.substring("jsonpath=".length()));
        }
        throw Failure.of("unrecognized condition: \"" + text + "\"; use condition=TYPE[=STATUS], delete, or"
                + " jsonpath={PATH}=VALUE");
    }

    private static Goal jsonPath(String text) throws Failure {
        int end = text.lastIndexOf('}');
        if (!text.startsWith("{") || end < 0) {
            throw Failure.of("jsonpath wait must be like jsonpath={.status.phase}=Running");
        }
        var rest = text.substring(end + 1);
        if (!rest.isEmpty() && (!rest.startsWith("=") || rest.length() == 1)) {
            throw Failure.of("jsonpath wait has no value after the path: " + text);
        }
        try {
            return new Shows(JsonPath.parse(text.substring(0, end + 1)), rest.isEmpty() ? "" : rest.substring(1));
        } catch (IllegalArgumentException e) {
            throw Failure.of(String.valueOf(e.getMessage()));
        }
    }
}
