package dev.reconciler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Moment;
import dev.reconciler.plan.Planner;
import dev.reconciler.plan.Policy;
import dev.reconciler.plan.Recorder;
import dev.reconciler.plan.Remembered;
import dev.reconciler.recording.Frame;
import dev.reconciler.recording.Frames;
import dev.reconciler.recording.Header;
import dev.reconciler.recording.Inputs;
import dev.reconciler.status.StateJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.History;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Source;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.desired.ParsedFile;
import dev.reconciler.desired.Reader;
import dev.reconciler.observed.ObservedState;

/// "Why did it stop ada at 03:12?", answered from a file.
class ReplayVerbTest {
    private static final Policy POLICY = new Policy(Duration.ofSeconds(30), "/home/user");
    private static final AgentName ADA = new AgentName("default", "ada");
    private static final ProcessRef SERVER = new ProcessRef(50, 1);
    /// 03:10:00 in Berlin.
    private static final Instant BEGIN = Instant.parse("2026-11-20T02:10:00Z");

    @TempDir
    private Path home;

    private FakeCall call = new FakeCall(new FakeAccess(new FakeAccess.World()));
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final Frames frames = new Frames(new byte[] {1});
    private History history = new History(
            new AgentHistory.Fleet(1, List.of(), List.of(), new TreeMap<>()), new TreeMap<>());
    private Path file;

    @BeforeEach
    void a_night() throws IOException {
        file = home.resolve("case.jsonl.gz");
        line(StateJson.write(Header.of(POLICY, "0.9", "d1", "Europe/Berlin")));
        round(0, true);
        round(60, false);
        round(124, false);
        round(125, false);
        write();
    }

    private static Moment at(long second) {
        return new Moment("boot", second * 1_000_000_000L, BEGIN.plusSeconds(second));
    }

    private static Agent ada() {
        var read = Reader.read("ada.yaml", """
                apiVersion: reconciler.dev/v1alpha1
                kind: Agent
                metadata: {name: ada}
                spec:
                  command: [claude, --key, sk-secret]
                  env: [{name: TOKEN, value: tok-secret}]
                  restartPolicy: Always
                """.getBytes(StandardCharsets.UTF_8));
        return ((ParsedFile.Good) read.documents().getFirst()).agent();
    }

    /// One round, as the daemon makes it.
    private void round(long second, boolean wanted) {
        var agent = ada();
        var now = at(second);
        var desires = new TreeMap<AgentName, Desire>();
        if (wanted) {
            desires.put(ADA, new Desire.Wanted(agent));
        }
        var desired = new DesiredState(desires, new Source("source", true, true, !wanted, true, List.of()));
        var sessions = new TreeMap<AgentName, Session>();
        var known = history.agents().get(ADA);
        var run = new RunId(known == null ? "0000000011111111" : known.uid(), 1);
        var mark = new OwnerMark("source", ADA, run, agent.runHash(), 1, false);
        sessions.put(
                ADA,
                new Session.Running(new Session.Pane(SERVER, "%1", "$1", mark, 0, true, false),
                        new ProcessRef(4711, 9)));
        var servers = new TreeMap<String, ServerState>();
        servers.put("default", new ServerState.Up(SERVER, true, false));
        var observed = new ObservedState(sessions, servers, new TreeMap<>());
        history = Recorder.note(desired, observed, history, Set.of(), POLICY, now);
        if (known == null) {
            var noted = history.agents().get(ADA);
            var begun = AgentHistory.Run.of(run, new ProcessRef(4711, 9), agent.runHash(), "/home/user", now);
            var agents = new TreeMap<>(history.agents());
            agents.put(ADA, Remembered.run(noted, begun));
            history = new History(history.fleet(), agents);
        }
        var plan = Planner.plan(desired, observed, history, POLICY, now);
        frame(frames.next(new Inputs(desired, observed, history, now, plan)));
    }

    private void frame(Frame frame) {
        line(StateJson.write(frame));
    }

    private void line(byte[] json) {
        lines.writeBytes(json);
        lines.write('\n');
    }

    private void write() throws IOException {
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            lines.writeTo(out);
        }
    }

    private String replay(int code, String... words) {
        call = new FakeCall(new FakeAccess(new FakeAccess.World()));
        var all = new java.util.ArrayList<>(List.of("replay", file.toString()));
        all.addAll(List.of(words));
        assertEquals(code, call.run(all.toArray(String[]::new)), call.said());
        return call.printed();
    }

    @Test
    void without_anything_it_says_what_was_done_with_row_and_facts() {
        var said = replay(0);
        assertTrue(
                said.startsWith("2026-11-20 03:12:04.000  stop     default/ada  SpecRemoved: run 1: TERM to pid 4711"),
                said);
        assertTrue(said.contains("    row       | Running, Orphaned | Unwanted |  | Stop | SpecRemoved |\n"), said);
        assertTrue(said.contains("no file asks for it, since 64s before; folder complete, settled, empty"), said);
        assertTrue(said.contains("running in pane %1 of session $1, pid 4711; its server up (pid 50)"), said);
        assertTrue(said.contains("run 1 since 2m4s before"), said);
        assertFalse(said.contains("hold"), said);
        assertFalse(said.contains("secret"), said);
        assertTrue(call.said().contains("4 rounds, recorded by reconciler 0.9"), call.said());
    }

    @Test
    void with_the_agent_it_says_when_it_was_left_alone_and_until_when() {
        var said = replay(0, "--agent", "ada").lines().filter(l -> !l.startsWith(" ")).toList();
        assertEquals(3, said.size(), said::toString);
        assertTrue(said.get(0).startsWith("2026-11-20 03:10:00.000  hold     default/ada  Running: "), said.get(0));
        assertTrue(said.get(0).endsWith(", until 03:11:00.000 (60s)"), said.get(0));
        assertTrue(said.get(1).contains("03:11:00.000  hold     default/ada  PendingDeletion: "), said.get(1));
        assertTrue(said.get(2).contains("03:12:04.000  stop"), said.get(2));
    }

    @Test
    void at_a_time_it_says_what_was_in_force_then_in_whatever_form_that_is_given() {
        for (var time : List.of("03:12", "03:12:04", "2026-11-20T03:12", "2026-11-20 03:12:04", "2026-11-20T02:12:04Z",
                "2026-11-20T03:12:04+01:00", "-1s")) {
            var said = replay(0, "--agent", "ada", "--at", time);
            assertTrue(said.contains("stop     default/ada  SpecRemoved"), time + "\n" + said);
            assertFalse(said.contains("Running: "), time + "\n" + said);
        }
        var before = replay(0, "--at", "03:11:30");
        assertEquals(1, before.lines().count(), before);
        assertTrue(before.contains("PendingDeletion"), before);
        assertTrue(replay(1, "--at", "05:00").isEmpty());
        assertTrue(call.said().contains("the recording goes from 2026-11-20 03:10:00.000 to 2026-11-20 03:12:05.000"),
                call.said());
        replay(1, "--at", "soon");
        assertTrue(call.said().contains("not a time such as 03:12"), call.said());
    }

    @Test
    void who_is_not_in_it_is_said_with_who_is() {
        replay(1, "--agent", "bob");
        assertEquals("error: agent \"default/bob\" is not in this recording, which has: default/ada",
                call.said().strip());
        replay(1, "--agent", "NO");
        replay(1, "-o", "yaml");
        call = new FakeCall(new FakeAccess(new FakeAccess.World()));
        assertEquals(1, call.run("replay", home.resolve("none").toString()));
        assertTrue(call.said().contains("no such file or directory"), call.said());
    }

    @Test
    void as_json_it_says_the_same() {
        var json = JsonMapper.shared().readTree(replay(0, "-o", "json", "--agent", "ada"));
        assertEquals("Europe/Berlin", json.path("zone").asString());
        var decisions = json.path("decisions");
        assertEquals(3, decisions.size());
        var stop = decisions.get(2);
        assertEquals("stop", stop.path("action").asString());
        assertEquals("SpecRemoved", stop.path("reason").asString());
        assertEquals("2026-11-20T02:12:04Z", stop.path("from").asString());
        assertTrue(stop.path("asRecorded").asBoolean());
        assertTrue(stop.path("facts").path("history").asString().contains("run 1"));
    }

    @Test
    void what_this_version_decides_otherwise_is_marked() throws IOException {
        var text = lines.toString(StandardCharsets.UTF_8).replace("\"verb\":\"stop\"", "\"verb\":\"kill\"");
        lines.reset();
        lines.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        write();
        var said = replay(ReplayVerb.DIFFERS);
        assertTrue(said.contains("OTHERWISE: kill SpecRemoved: run 1: TERM to pid 4711"), said);
        assertTrue(call.said().contains("decides otherwise than 0.9 did: 1 decision, marked"), call.said());
    }

    @Test
    void a_torn_end_is_said_and_what_is_before_it_is_answered() throws IOException {
        line("{\"at\":".getBytes(StandardCharsets.UTF_8));
        write();
        var said = replay(ReplayVerb.DAMAGED);
        assertTrue(said.contains("stop     default/ada  SpecRemoved"), said);
        assertTrue(call.said().contains("warning: ") && call.said().contains("; read up to 2026-11-20 03:12:05.000"),
                call.said());
    }
}
