package dev.reconciler.cli;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.Probe;
import dev.reconciler.api.Revision;
import dev.reconciler.api.Session;
import dev.reconciler.controller.Access;
import dev.reconciler.controller.View;
import dev.reconciler.plan.ActionText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// The text of `describe`: keys and values in kubectl's layout.
final class Description {
    private static final int INDENT = 2;

    private final Access access;
    private final View view;
    private final AgentStatus status;
    private final Moment now;

    Description(Access access, View view, AgentStatus status) {
        this.access = access;
        this.view = view;
        this.status = status;
        this.now = access.now();
    }

    String text() {
        var agent = Written.agent(view, status.name());
        return block(head(agent), 0)
                + (agent == null ? "" : "Spec:\n" + block(new SpecFacts(agent).all(), INDENT))
                + "Evidence:\n" + block(evidence(), INDENT)
                + last()
                + conditions()
                + events();
    }

    private Map<String, String> head(@Nullable Agent agent) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("Name", status.name().name());
        facts.put("Namespace", status.name().namespace());
        facts.put("Labels", agent == null ? Table.NONE : pairs(agent, "labels", agent.labels(), "="));
        facts.put("Annotations", agent == null ? Table.NONE : pairs(agent, "annotations", agent.annotations(), ": "));
        facts.put("UID", status.uid().isEmpty() ? Table.NONE : status.uid());
        facts.put("Manifest", manifest(agent));
        var source = view.desired().source().checkout();
        var revision = status.revision() == null ? null : Revision.parse(status.revision());
        if (source != null || revision != null) {
            facts.put("Revision", revision == null ? "<none>: what runs is in no commit" : revision.brief());
        }
        facts.put(
                "Generation",
                status.generation()
                        + (status.generation() == status.observedGeneration()
                                ? ""
                                : " (acted on: " + status.observedGeneration() + ")"));
        facts.put("Created", moment(status.createdAt()));
        facts.put("Status", status.phase());
        facts.put("Reason", status.reason().name());
        facts.put("Message", status.message().isEmpty() ? status.reason().meaning() : status.message());
        var activity = status.health().activity();
        if (activity != null) {
            facts.put("Activity", activity.name());
        }
        facts.put("To Do", Text.remedy(status.reason(), status.name()));
        facts.put("Restarts", Integer.toString(status.restartCount()));
        var retry = status.nextRetryAt();
        if (retry != null) {
            facts.put("Next Retry", AgentTable.in(retry, now) + " (" + Text.time(retry.wall()) + ")");
        }
        return facts;
    }

    private String manifest(@Nullable Agent agent) {
        return switch (view.desired().of(status.name())) {
            case Desire.Unwanted() -> "<none>: no file in " + access.manifests() + " asks for it";
            case Desire.Unreadable(_, String why) -> "cannot be read: " + why
                    + (agent == null ? "" : "\nlast good version: " + agent.origin());
            case Desire.Wanted(var wanted) -> wanted.origin().toString();
            case Desire.Suspended(var wanted) -> wanted.origin().toString();
        };
    }

    private Map<String, String> evidence() {
        var facts = new LinkedHashMap<String, String>();
        var session = view.observed().sessions().get(status.name());
        facts.put("Session", Text.session(session == null ? status.session() : session));
        var server = view.observed().servers().get(status.name().namespace());
        facts.put("Server", server == null ? "not looked at" : Text.server(server));
        facts.put("Socket", access.socket(status.name().namespace()).toString());
        if (session instanceof Session.Running(var pane, _)) {
            facts.put("Attached", Integer.toString(pane.attached()));
            facts.put("Log Pipe", pane.piped() ? "open" : "closed");
        }
        var process = status.process();
        facts.put("Process",
                process == null ? Table.NONE : "pid " + process.pid() + ", start time " + process.startTime());
        var run = status.run();
        facts.put("Run", run == null ? Table.NONE : run.toString());
        if (!status.argv().isEmpty()) {
            facts.put("Command Line", ShellWords.quote(status.argv()));
        }
        probes(facts);
        var started = status.startedAt();
        if (started != null) {
            facts.put("Started", moment(started));
        }
        var preflight = view.observed().preflights().get(status.name());
        if (preflight instanceof Preflight.WouldFail(String message)) {
            facts.put("Preflight", "would fail: " + message);
        } else if (preflight instanceof Preflight.Unseen(String why)) {
            facts.put("Preflight", "could not look: " + why);
        }
        var action = view.plan().agents().get(status.name());
        if (action != null) {
            facts.put("Plan", ActionText.of(action, now));
        }
        return facts;
    }

    private void probes(Map<String, String> facts) {
        for (var kind : Probe.Kind.values()) {
            var answer = status.health().of(kind);
            if (answer != null) {
                facts.put(kind + " Probe", answer.passed() ? "passed" : "failed: " + answer.message());
            }
        }
        var trouble = status.health().trouble();
        if (trouble != null) {
            facts.put("Not Asked", trouble);
        }
        var model = status.health().model();
        if (model != null) {
            facts.put("Model", "its screen says " + model);
        }
    }

    private String last() {
        var last = status.lastTermination();
        if (last == null) {
            return "";
        }
        var by = last.by();
        var facts = new LinkedHashMap<String, String>();
        facts.put("Run", last.run().toString());
        facts.put("Ended By", by == null ? "itself" : "the reconciler (" + by + ")");
        facts.put("Exit Code", AgentTable.exit(last.exit()));
        facts.put("Started", moment(last.startedAt()));
        facts.put("Finished", moment(last.at()));
        return "Last Termination:\n" + block(facts, INDENT);
    }

    private String conditions() {
        if (status.conditions().isEmpty()) {
            return block(Map.of("Conditions", Table.NONE), 0);
        }
        var rows = new ArrayList<List<@Nullable String>>();
        for (var condition : status.conditions()) {
            rows.add(List.of(
                    condition.type(),
                    condition.status().name(),
                    Ages.human(now.since(condition.lastTransitionTime())),
                    condition.reason().name(),
                    condition.message()));
        }
        return "Conditions:\n" + Table.section(List.of("Type", "Status", "Since", "Reason", "Message"), rows, INDENT);
    }

    private String events() {
        var rows = new ArrayList<List<@Nullable String>>();
        for (var event : access.events()) {
            if (status.name().equals(event.object())) {
                rows.add(List.of(
                        event.type().name(), event.reason().name(), EventTable.age(event, now), event.message()));
            }
        }
        return rows.isEmpty()
                ? block(Map.of("Events", Table.NONE), 0)
                : "Events:\n" + Table.section(List.of("Type", "Reason", "Age", "Message"), rows, INDENT);
    }

    private String moment(Moment moment) {
        return Text.time(moment.wall()) + " (" + Ages.human(now.since(moment)) + " ago)";
    }

    private static String pairs(Agent agent, String field, SortedMap<String, String> map, String between) {
        return map.isEmpty()
                ? Table.NONE
                : String.join(
                        "\n",
                        map.entrySet()
                                .stream()
                                .map(e -> e.getKey() + between + e.getValue()
                                        + SpecFacts.from(agent, "metadata." + field + "[" + e.getKey() + "]"))
                                .toList());
    }

    /// `Key:  value`, values below each other, two spaces after the longest key.
    private static String block(Map<String, String> facts, int indent) {
        int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0) + 3;
        var text = new StringBuilder();
        facts.forEach((key, value) -> {
            var lines = Text.plain(value).split("\n", -1);
            text.repeat(' ', indent)
                    .append(key)
                    .append(':')
                    .repeat(' ', width - key.length() - 1)
                    .append(lines[0])
                    .append('\n');
            for (int i = 1; i < lines.length; i++) {
                text.repeat(' ', indent + width).append(lines[i]).append('\n');
            }
        });
        return text.toString();
    }
}
