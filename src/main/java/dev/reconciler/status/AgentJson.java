package dev.reconciler.status;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentStatus;
import dev.reconciler.api.Condition;
import dev.reconciler.api.Done;
import dev.reconciler.api.Exit;
import dev.reconciler.api.Manifest;
import dev.reconciler.api.Moment;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.Session;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One agent as the object that `-o json`, `-o yaml` and JSONPath show: Kubernetes' shape, keys in alphabetical order,
/// times in UTC to the second, what is absent left out. `spec` and `metadata` are as written; what Defaults give beside is
/// in `status.defaults`.
public final class AgentJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /// Most of what happened to an agent happened in one second, and to others in the same: telling a time takes longer
    /// than all the rest.
    private static volatile Told lastTold = new Told(Instant.EPOCH, Instant.EPOCH.toString());

    private record Told(Instant second, String text) {}

    private AgentJson() {}

    /// @param document its manifest as JSON, as written or last written; null: neither labels, annotations nor spec
    public static ObjectNode of(AgentStatus status, @Nullable String document) {
        var written = document == null ? NODES.objectNode() : JsonMapper.shared().readTree(document);
        var json = NODES.objectNode();
        json.put("apiVersion", Manifest.API_VERSION);
        json.put("kind", Manifest.KIND);
        json.set("metadata", metadata(status, written.path("metadata")));
        if (written.has("spec")) {
            json.set("spec", sorted(written.get("spec")));
        }
        json.set("status", status(status, written.get(Agent.GIVEN)));
        return json;
    }

    private static ObjectNode metadata(AgentStatus status, JsonNode written) {
        var metadata = NODES.objectNode();
        if (written.path("annotations").isObject()) {
            metadata.set("annotations", sorted(written.get("annotations")));
        }
        metadata.put("creationTimestamp", time(status.createdAt()));
        metadata.put("generation", status.generation());
        if (written.path("labels").isObject()) {
            metadata.set("labels", sorted(written.get("labels")));
        }
        metadata.put("name", status.name().name());
        metadata.put("namespace", status.name().namespace());
        if (!status.uid().isEmpty()) {
            metadata.put("uid", status.uid());
        }
        return metadata;
    }

    private static ObjectNode status(AgentStatus status, @Nullable JsonNode given) {
        var json = NODES.objectNode();
        if (status.health().activity() != null) {
            json.put("activity", status.health().activity().name());
        }
        if (!status.argv().isEmpty()) {
            var argv = json.putArray("argv");
            status.argv().forEach(argv::add);
        }
        var conditions = json.putArray("conditions");
        status.conditions().forEach(condition -> conditions.add(condition(condition)));
        if (given != null) {
            json.set("defaults", sorted(given));
        }
        if (status.done() != null) {
            json.set("done", done(status.done()));
        }
        var last = status.lastTermination();
        if (last != null) {
            json.set("lastTermination", termination(last));
        }
        json.put("message", status.message());
        if (status.health().model() != null) {
            json.put("model", status.health().model());
        }
        put(json, "nextRetryAt", status.nextRetryAt());
        json.put("observedGeneration", status.observedGeneration());
        json.put("phase", status.phase());
        if (status.process() != null) {
            json.set("process", process(status.process()));
        }
        json.put("reason", status.reason().name());
        json.put("restartCount", status.restartCount());
        if (status.revision() != null) {
            json.put("revision", status.revision());
        }
        if (status.run() != null) {
            json.put("run", status.run().toString());
        }
        json.set("session", session(status.session()));
        put(json, "startedAt", status.startedAt());
        return json;
    }

    private static ObjectNode done(Done done) {
        var json = NODES.objectNode();
        json.put("at", time(done.at()));
        if (!done.message().isEmpty()) {
            json.put("message", done.message());
        }
        if (done.result() != null) {
            json.set("result", sorted(JsonMapper.shared().readTree(done.result())));
        }
        json.put("run", done.run().toString());
        json.put("status", done.succeeded() ? "succeeded" : "failed");
        return json;
    }

    private static ObjectNode condition(Condition condition) {
        var json = NODES.objectNode();
        json.put("lastTransitionTime", time(condition.lastTransitionTime()));
        json.put("message", condition.message());
        json.put("reason", condition.reason().name());
        json.put("status", condition.status().name());
        json.put("type", condition.type());
        return json;
    }

    private static ObjectNode termination(AgentHistory.Ended ended) {
        var json = NODES.objectNode();
        exit(json, ended.exit());
        json.put("finishedAt", time(ended.at()));
        if (ended.by() != null) {
            json.put("reason", ended.by().name());
        } else if (ended.exit() instanceof Exit.OutOfMemory) {
            json.put("reason", Reason.OOMKilled.name());
        }
        json.put("run", ended.run().toString());
        exitSignal(json, ended.exit());
        json.put("startedAt", time(ended.startedAt()));
        return json;
    }

    private static void exit(ObjectNode json, Exit exit) {
        if (exit instanceof Exit.Code(int code)) {
            json.put("exitCode", code);
        }
    }

    private static void exitSignal(ObjectNode json, Exit exit) {
        if (exit instanceof Exit.Signal(int number)) {
            json.put("signal", number);
        } else if (exit instanceof Exit.OutOfMemory) {
            json.put("signal", 9);
        }
    }

    private static ObjectNode session(Session session) {
        var json = NODES.objectNode();
        switch (session) {
            case Session.Running(var pane, var process) -> pane(json, pane);
            case Session.Exited(var pane, var exit, var leftovers) -> {
                exit(json, exit);
                pane(json, pane);
                exitSignal(json, exit);
            }
            case Session.Orphaned(var run, var processes) -> {
                var list = json.putArray("processes");
                processes.forEach(p -> list.add(process(p)));
            }
            case Session.Doubled(var runs) -> {
                var list = json.putArray("runs");
                runs.forEach(run -> list.add(session(run)));
            }
            case Session.Ghost(var server) -> json.set("server", process(server));
            case Session.OtherSource(var source) -> json.put("source", source);
            case Session.Foreign(var evidence) -> json.put("evidence", evidence);
            case Session.Unknown(var why) -> json.put("why", why);
            case Session.Absent absent -> {}
        }
        json.put("state", session.getClass().getSimpleName());
        return sorted(json);
    }

    private static void pane(ObjectNode json, Session.Pane pane) {
        json.put("attached", pane.attached());
        json.put("id", pane.sessionId());
        json.put("pane", pane.id());
        json.set("server", process(pane.server()));
    }

    private static ObjectNode process(ProcessRef process) {
        var json = NODES.objectNode();
        json.put("pid", process.pid());
        json.put("startTime", process.startTime());
        return json;
    }

    private static void put(ObjectNode json, String key, @Nullable Moment moment) {
        if (moment != null) {
            json.put(key, time(moment));
        }
    }

    private static String time(Moment moment) {
        var second = moment.wall().truncatedTo(ChronoUnit.SECONDS);
        var before = lastTold;
        if (before.second.equals(second)) {
            return before.text;
        }
        var told = new Told(second, second.toString());
        lastTold = told;
        return told.text;
    }

    /// With all keys in order, at every depth.
    @SuppressWarnings("unchecked")
    private static <T extends JsonNode> T sorted(T node) {
        return (T) switch (node) {
            case ObjectNode object -> {
                var fields = new TreeMap<String, JsonNode>();
                object.forEachEntry((key, value) -> fields.put(key, sorted(value)));
                yield NODES.objectNode().setAll(fields);
            }
            case ArrayNode array -> {
                var list = NODES.arrayNode();
                array.forEach(element -> list.add(sorted(element)));
                yield list;
            }
            default -> node;
        };
    }
}
