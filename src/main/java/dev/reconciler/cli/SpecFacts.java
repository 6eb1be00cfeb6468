package dev.reconciler.cli;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The spec in `describe`: what counts, and which Defaults it comes from where the manifest leaves it out.
final class SpecFacts {
    /// Shown in words of their own.
    private static final List<String> SHOWN = List.of(
            "spec.command", "spec.args", "spec.model", "spec.workingDirectory", "spec.env", "spec.restartPolicy",
            "spec.suspend", "spec.updateStrategy", "spec.terminationGracePeriodSeconds", "spec.activeDeadlineSeconds",
            "spec.backoffLimit", "spec.ttlSecondsAfterFinished");

    private final Agent agent;
    private final Map<String, String> facts = new LinkedHashMap<>();

    SpecFacts(Agent agent) {
        this.agent = agent;
    }

    /// ` (from defaults.yaml:7)`; empty when no Defaults give what is at `path`.
    static String from(Agent agent, String path) {
        var given = agent.filled().get(path);
        return given == null ? "" : " (from " + place(given) + ")";
    }

    private static String place(Agent.Filled given) {
        return given.from().line() == 0 ? "Defaults, last good version" : given.from().toString();
    }

    Map<String, String> all() {
        var spec = agent.spec();
        facts.put("Command", ShellWords.quote(spec.argv()) + command(spec));
        put("Working Directory", spec.workingDirectory(), "workingDirectory");
        facts.put(
                "Environment",
                spec.env().isEmpty()
                        ? Table.NONE
                        : String.join("\n", spec.env().stream().map(this::variable).toList()));
        put("Restart Policy", spec.restartPolicy().name(), "restartPolicy");
        put("Suspend", Boolean.toString(spec.suspend()), "suspend");
        put("Update Strategy", spec.updateStrategy().name(), "updateStrategy");
        put("Termination Grace Period", spec.terminationGracePeriodSeconds() + "s", "terminationGracePeriodSeconds");
        var deadline = spec.activeDeadlineSeconds();
        if (deadline != null) {
            put("Active Deadline", deadline + "s", "activeDeadlineSeconds");
        }
        var limit = spec.backoffLimit();
        if (limit != null) {
            put("Backoff Limit", limit.toString(), "backoffLimit");
        }
        var ttl = spec.ttlSecondsAfterFinished();
        if (ttl != null) {
            put("TTL After Finished", ttl + "s", "ttlSecondsAfterFinished");
        }
        agent.filled().forEach((path, given) -> {
            if (path.startsWith("spec.") && SHOWN.stream().noneMatch(shown -> path.split("\\[")[0].equals(shown))) {
                put(path.substring("spec.".length()), given.value(), path.substring("spec.".length()));
            }
        });
        return facts;
    }

    private void put(String key, String value, String field) {
        facts.put(key, value + from(agent, "spec." + field));
    }

    /// Command, arguments and model are shown as one: which of them come from where.
    private String command(AgentSpec spec) {
        var parts = new ArrayList<>(List.of("command"));
        if (!spec.args().isEmpty()) {
            parts.add("args");
        }
        if (spec.model() != null) {
            parts.add("model");
        }
        boolean all = parts.stream().allMatch(part -> agent.filled().containsKey("spec." + part));
        var places = parts.stream().flatMap(part -> {
            var given = agent.filled().get("spec." + part);
            return given == null ? Stream.of() : Stream.of(all ? place(given) : part + " from " + place(given));
        }).distinct().collect(Collectors.joining(", "));
        return places.isEmpty() ? "" : all ? " (from " + places + ")" : " (" + places + ")";
    }

    private String variable(AgentSpec.EnvVar variable) {
        var from = variable.valueFrom();
        return variable.name() + ": "
                + (from != null ? "<set from the file " + from.file() + ">" : String.valueOf(variable.value()))
                + from(agent, "spec.env[" + variable.name() + "]");
    }
}
