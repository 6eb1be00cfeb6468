package dev.reconciler.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.AgentSpec;
import dev.reconciler.api.Delivery;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RestartPolicy;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.api.SpecHash;
import dev.reconciler.api.UpdateStrategy;
import dev.reconciler.plan.Action.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ActionTextTest {
    private static final Moment NOW = new Moment("boot", 5_000_000_000L, Instant.parse("2026-11-20T09:00:00Z"));
    private static final AgentName ADA = new AgentName("default", "ada");
    private static final ProcessRef SERVER = new ProcessRef(100, 1);
    private static final RunId RUN = new RunId("u", 3);
    private static final OwnerMark MARK = new OwnerMark("src", ADA, RUN, new SpecHash(1, "aa"), 2, false);
    private static final Session.Pane PANE = new Session.Pane(SERVER, "%7", "$1", MARK, 0, true, false);
    private static final AgentSpec.Logs LOGS = new AgentSpec.Logs(1 << 20, 5);

    private static Agent agent(String... command) {
        var spec = new AgentSpec(
                List.of(command), List.of(), "~", false, List.of(new AgentSpec.EnvVar("TOKEN", "s3cret", null)),
                RestartPolicy.Always, List.of(), new AgentSpec.Backoff(10, 300, 600), null, false, 30, null, null,
                UpdateStrategy.OnExit, null, null, null, null, null, null, null,
                new AgentSpec.Terminal(200, 50, 2000), LOGS, null,
                dev.reconciler.api.Completion.BY_EXIT, null);
        return new Agent(
                ADA, new TreeMap<>(), new TreeMap<>(), spec, new SpecHash(1, "aa"), "d", "{\"TOKEN\":\"s3cret\"}",
                new Agent.Origin("ada.yaml", 1));
    }

    private static Moment in(long millis) {
        return NOW.plus(Duration.ofMillis(millis));
    }

    private static Action.Start start(String... command) {
        return new Action.Start(ADA, agent(command), MARK, Reason.Created, false, null);
    }

    @Test
    void every_action_reads_as_one_line() {
        var process = new ProcessRef(4711, 99);
        var targets = List.of(process, new ProcessRef(4712, 99));
        var delivery = new Delivery(
                Delivery.PROMPT, RUN, "d", true, Delivery.Phase.Typed, NOW, in(60_000), NOW, 0, "", "", "");
        var actions = List.of(
                start("/bin/sh", "-c", "sleep 1"),
                new Action.Restart(ADA, agent("/bin/agent"), MARK, Reason.Restarted, true, PANE),
                new Action.Ask(
                        ADA, RUN, Reason.SpecRemoved, PANE,
                        new dev.reconciler.api.PreStop(
                                null, new dev.reconciler.api.PreStop.Keys(List.of("/exit", "Enter"), 10)),
                        null, in(30_000)),
                new Action.Stop(ADA, RUN, Reason.SpecRemoved, Step.Term, targets, in(30_000)),
                new Action.Stop(ADA, RUN, Reason.SpecRemoved, Step.Kill, targets, NOW),
                new Action.Reap(ADA, PANE, Reason.Expired),
                new Action.Adopt(ADA, new Session.Running(PANE, process), MARK, process, Reason.Adopted),
                new Action.Adopt(ADA, new Session.Absent(null), MARK, null, Reason.Adopted),
                new Action.Restamp(ADA, PANE, MARK, Reason.Restamped),
                new Action.Repipe(ADA, PANE, LOGS, Reason.LogGap),
                new Action.Type(ADA, agent("/bin/agent"), PANE, process, delivery, "", Reason.Typed),
                new Action.Submit(ADA, PANE, process, delivery, 1, "", Reason.Submitted),
                new Action.Submit(ADA, PANE, process, delivery, 2, "", Reason.Submitted),
                new Action.RemoveManifest(ADA, new Agent.Origin("team/ada.yaml", 4), "d", Reason.Deleted),
                new Action.Forget(ADA, Reason.Deleted),
                new Action.Hold(ADA, Reason.CrashLoopBackOff, "back-off 40s", in(39_001)),
                new Action.Hold(ADA, Reason.Suspended, "", null),
                new Action.StartServer("default", Reason.Created),
                new Action.StopServer("default", SERVER, Reason.Vacant),
                new Action.Rescue("default", SERVER, Reason.Ghost),
                new Action.HoldServer("default", Reason.RescueFailed, "no answer", in(4_200_000)),
                new Action.ReapUnit("tmux-spawn-1.scope", Reason.Leaked));
        assertEquals(
                """
                        start    default/ada  Created: run 3 of /bin/sh -c 'sleep 1'
                        restart  default/ada  Restarted: run 3 of /bin/agent in pane %7
                        stop     default/ada  SpecRemoved: run 3: its preStop, then TERM, KILL in 30s
                        stop     default/ada  SpecRemoved: run 3: TERM to pid 4711, KILL in 30s
                        kill     default/ada  SpecRemoved: run 3: KILL to pid 4711, 4712
                        reap     default/ada  Expired: the dead pane %7 of run 3 is removed
                        adopt    default/ada  Adopted: run 3, pid 4711, is taken over as it is
                        adopt    default/ada  Adopted: run 3, ended, is taken over as it is
                        restamp  default/ada  Restamped: pane %7 is marked with generation 2
                        repipe   default/ada  LogGap: the log pipe of pane %7 is opened again
                        type     default/ada  Typed: the prompt of run 3 is typed into pane %7
                        submit   default/ada  Submitted: Enter for the prompt of run 3 in pane %7
                        submit   default/ada  Submitted: Enter for the prompt of run 3 in pane %7, time 2
                        remove   default/ada  Deleted: its manifest at team/ada.yaml:4 is removed
                        forget   default/ada  Deleted: nothing of it is left
                        hold     default/ada  CrashLoopBackOff: back-off 40s (in 40s)
                        hold     default/ada  Suspended: `spec.suspend` is true.
                        start    server default  Created: its tmux server is started
                        stop     server default  Vacant: its tmux server, pid 100, is stopped
                        rescue   server default  Ghost: its tmux server, pid 100, is made reachable again
                        hold     server default  RescueFailed: no answer (in 1h10m)
                        reap     tmux-spawn-1.scope  Leaked: nobody is in it, it is removed
                        """,
                actions.stream().map(a -> ActionText.of(a, NOW) + "\n").collect(Collectors.joining()));
        var kinds = Stream.of(Action.OfAgent.class, Action.OfServer.class, Action.OfUnit.class)
                .flatMap(k -> Stream.of(k.getPermittedSubclasses()))
                .collect(Collectors.toCollection(() -> new ArrayList<Object>()));
        assertEquals(Set.copyOf(kinds), actions.stream().map(Object::getClass).collect(Collectors.toSet()),
                "a new kind of action needs a line here");
    }

    @Test
    void neither_values_nor_control_characters_get_through() {
        var line = ActionText.of(start("sh", "-c", "echo it's\n\u001b[31m\u0000"), NOW);
        assertEquals("start    default/ada  Created: run 3 of sh -c 'echo it'\\''s\\n\\x1b[31m\\x00'", line);
        assertFalse(line.contains("s3cret"));
        assertEquals(
                "hold     default/ada  SpecInvalid: one\\ntwo",
                ActionText.of(new Action.Hold(ADA, Reason.SpecInvalid, "one\ntwo", null), NOW));
    }

    /// Asked of every agent in every round.
    @Test
    void what_is_harmless_is_not_copied() {
        var message = "pid 1, run 1";
        assertSame(message, ActionText.sentence(new Action.Hold(ADA, Reason.Running, message, null)));
    }

    @Test
    void a_page_of_arguments_is_cut_between_characters() {
        var line = ActionText.of(start("\uD83D\uDE80".repeat(500)), NOW);
        assertTrue(line.endsWith("\uD83D\uDE80…"), line);
        assertTrue(line.codePointCount(0, line.length()) < 220);
    }

    @Test
    void what_is_due_or_was_due_in_another_boot_is_due_now() {
        var due = new Action.Hold(ADA, Reason.PendingDeletion, "gone", NOW);
        var old = new Action.Hold(ADA, Reason.PendingDeletion, "gone", new Moment("older", 9_000_000_000L, NOW.wall()));
        assertEquals("hold     default/ada  PendingDeletion: gone (now)", ActionText.of(due, NOW));
        assertEquals("hold     default/ada  PendingDeletion: gone (now)", ActionText.of(old, NOW));
    }

    @Test
    void a_plan_prints_its_servers_first_and_every_name_in_order() {
        var agents = new TreeMap<AgentName, Action.OfAgent>();
        for (var name : List.of("zoe", "ada")) {
            var key = new AgentName("default", name);
            agents.put(key, new Action.Hold(key, Reason.Running, "pid 1, run 1", null));
        }
        var servers = new TreeMap<String, Action.OfServer>();
        servers.put("default", new Action.StartServer("default", Reason.Created));
        assertEquals(
                """
                        start    server default  Created: its tmux server is started
                        hold     default/ada  Running: pid 1, run 1
                        hold     default/zoe  Running: pid 1, run 1
                        """,
                ActionText.of(new Plan(servers, agents, List.of(), new TreeSet<>(), null), NOW));
    }
}
