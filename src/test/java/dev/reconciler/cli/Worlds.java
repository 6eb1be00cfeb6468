package dev.reconciler.cli;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.Reason;
import dev.reconciler.status.Event;
import java.time.Duration;

/// Machines that several tests look at.
final class Worlds {
    static final String TEAM = """
            apiVersion: reconciler.dev/v1alpha1
            kind: Agent
            metadata:
              name: ada
              labels: {team: site, role: worker}
            spec:
              command: [claude]
              args: [--model, sonnet, "it's"]
              workingDirectory: ~/src/site
              env:
                - {name: LOG_LEVEL, value: debug}
                - {name: API_TOKEN, valueFrom: {file: ~/.secrets/token}}
            ---
            apiVersion: reconciler.dev/v1alpha1
            kind: Agent
            metadata:
              name: bob
              namespace: lab
              annotations: {note: "looks\\tafter\\u001b[31mthings"}
            spec:
              command: [codex]
              backoffLimit: 7
            """;

    private Worlds() {}

    static FakeAccess healthy() {
        var access = new FakeAccess(
                new FakeAccess.World().manifest(TEAM).running("default", "ada", 2001).running("lab", "bob", 2002));
        access.events.add(event("ada", Duration.ofHours(1), 1, Event.Type.Normal, Reason.Started, "started run 1"));
        return access;
    }

    static FakeAccess troubled() {
        var access = new FakeAccess(new FakeAccess.World()
                .manifest(TEAM)
                .manifest(TEAM.replace("name: ada", "name: eve"))
                .running("default", "ada", 2001)
                .awaiting("default", "ada")
                .starting("default", "eve")
                .crashing("lab", "bob")
                .silent("spare")
                .problem("ada.yaml:5:3: spec.comand: unknown field; did you mean \"command\"?")
                .trouble("the disk of /home/ada/.local/state is full: logs have gaps"));
        access.events.add(event("ada", Duration.ofHours(1), 1, Event.Type.Normal, Reason.Started, "started run 1"));
        access.events.add(new Event(
                FakeAccess.ago(Duration.ofMinutes(7)),
                FakeAccess.ago(Duration.ofSeconds(40)),
                5,
                Event.Type.Warning,
                Reason.CrashLoopBackOff,
                new AgentName("lab", "bob"),
                "back-off 80s restarting bob"));
        access.events.add(new Event(
                FakeAccess.ago(Duration.ofMinutes(2)),
                FakeAccess.ago(Duration.ofMinutes(2)),
                1,
                Event.Type.Warning,
                Reason.Rescued,
                null,
                "the server of lab had lost its socket"));
        return access;
    }

    private static Event event(
            String name, Duration age, int count, Event.Type type, Reason reason, String message) {
        return new Event(
                FakeAccess.ago(age), FakeAccess.ago(age), count, type, reason, new AgentName("default", name), message);
    }
}
