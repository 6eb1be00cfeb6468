package dev.reconciler.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Exit;
import dev.reconciler.api.Session;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class AgentJsonTest {
    private final Story story = new Story();

    @Test
    void a_running_agent_is_an_object_as_kubernetes_would_show_it() {
        story.round();
        story.lives(1).pass(1);
        var json = AgentJson.of(story.round(), story.agent().document());
        ((ObjectNode) json.get("metadata")).put("uid", "UID");
        ((ObjectNode) json.get("status")).put("run", "UID-1");
        assertEquals(
                JsonMapper.shared()
                        .readTree(
                                """
                                        {"apiVersion": "reconciler.dev/v1alpha1", "kind": "Agent",
                                         "metadata": {"creationTimestamp": "2026-11-20T09:00:00Z", "generation": 1,
                                           "labels": {"role": "worker", "team": "site"}, "name": "ada", "namespace": "default", "uid": "UID"},
                                         "spec": {"command": ["/bin/agent"], "workingDirectory": "~/src"},
                                         "status": {"argv": ["/bin/agent", "--model", "big one"],
                                           "conditions": [{"lastTransitionTime": "2026-11-20T09:00:01Z", "message": "pid 4001, run 1",
                                             "reason": "Running", "status": "True", "type": "Ready"}],
                                           "message": "pid 4001, run 1", "observedGeneration": 1, "phase": "Running",
                                           "process": {"pid": 4001, "startTime": 7}, "reason": "Running", "restartCount": 0, "run": "UID-1",
                                           "session": {"attached": 0, "id": "$1", "pane": "%1", "server": {"pid": 100, "startTime": 1},
                                             "state": "Running"},
                                           "startedAt": "2026-11-20T09:00:01Z"}}
                                        """)
                        .toString(),
                json.toString(), "keys in this order");
    }

    @Test
    void how_the_last_run_ended_and_when_the_next_one_comes_are_in_it() {
        story.round();
        story.lives(1).pass(1).round();
        story.ends(1, new Exit.Signal(9)).pass(1).round();
        story.lives(2).pass(1).round();
        story.ends(2, new Exit.Code(3)).pass(1);
        var status = AgentJson.of(story.round(), null).get("status");
        assertEquals(3, status.get("lastTermination").get("exitCode").asInt());
        assertFalse(status.get("lastTermination").has("signal"));
        assertFalse(status.get("lastTermination").has("reason"), "it ended by itself");
        assertEquals("2026-11-20T09:00:14Z", status.get("nextRetryAt").asString());
        assertEquals("Exited", status.get("session").get("state").asString());
        assertEquals(3, status.get("session").get("exitCode").asInt());
        assertFalse(status.has("process"));
        assertEquals(1, status.get("restartCount").asInt());
    }

    @Test
    void without_a_manifest_there_is_no_spec() {
        var json = AgentJson.of(story.round(), null);
        assertFalse(json.has("spec"));
        assertFalse(json.get("metadata").has("labels"));
    }

    @Test
    void keys_are_in_order_at_every_depth_whatever_the_session_is() {
        for (var session : new Session[] {
            new Session.Absent(null), new Session.Foreign("evidence"), new Session.OtherSource("other"),
            new Session.Unknown("why"), new Session.Ghost(Story.SERVER)}) {
            story.session = session;
            var json = AgentJson.of(story.round(), story.agent().document());
            assertSorted(json);
            assertEquals(
                    session.getClass().getSimpleName(), json.get("status").get("session").get("state").asString());
        }
        story.ends(1, new Exit.Signal(9));
        assertSorted(AgentJson.of(story.round(), story.agent().document()));
    }

    private static void assertSorted(JsonNode node) {
        var names = node.propertyStream().map(e -> e.getKey()).toList();
        assertEquals(names.stream().sorted().toList(), names);
        assertTrue(!node.isNull());
        node.values().forEach(AgentJsonTest::assertSorted);
    }
}
