package dev.reconciler.sim;

import dev.reconciler.api.AgentName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// One simulated world: the machine, the people, the judges, and the chance that moves them.
final class World {
    static final String SOURCE = "5eed5eed5eed5eed";
    private static final List<String> NAMES = List.of("ada", "ada-2", "bob", "eve", "kim", "lea");
    private static final List<String> DIRECTORIES = List.of("/srv/a", "/srv/b", "/srv/c", "/srv/d");

    /// What agents are told.
    static final String TEXT = "build it";

    /// Timeouts of heartbeats, in seconds.
    static final List<Integer> HEARTBEATS = List.of(5, 60);

    final Chance chance;
    final Random random;
    final FakeHost host = new FakeHost(SOURCE);
    final Trace trace = new Trace(host.clock);
    final Fleet fleet = new Fleet(host);
    final Causes causes = new Causes(host, fleet);
    final Referee referee = new Referee(host, fleet, causes, trace);
    final Strangers strangers = new Strangers(this);
    Daemon daemon;

    World(long seed) {
        chance = new Chance(seed);
        random = chance.random;
        host.runFiles.tick(host.clock);
        if (chance(60)) {
            host.scopes.answer();
        }
        int agents = 1 + random.nextInt(6);
        for (int i = 0; i < agents; i++) {
            fleet.put(wish(name(i)), file());
        }
    }

    AgentName name(int index) {
        return new AgentName(index % 3 == 2 ? "lab" : AgentName.DEFAULT_NAMESPACE, NAMES.get(index));
    }

    /// A name of the six there may be.
    AgentName anyName() {
        return name(random.nextInt(NAMES.size()));
    }

    String file() {
        return List.of("a.yaml", "b.yaml", "team/c.yml", "d.yaml", "e.yaml", "f.yaml").get(random.nextInt(6));
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    Duration seconds(double from, double to) {
        return Duration.ofMillis((long) ((from + random.nextDouble() * (to - from)) * 1000));
    }

    Wish wish(AgentName name) {
        return new Wish(
                name,
                args(),
                any(DIRECTORIES),
                any(List.of("OnFailure", "OnFailure", "Always", "Never")),
                any(List.of("OnExit", "Immediate", "Immediate", "OnIdle")),
                chance(7),
                chance(3),
                any(List.of(0, 2, 5, 30)),
                chance(10) ? 20 + random.nextInt(200) : null,
                chance(10) ? random.nextInt(4) : null,
                chance(10) ? random.nextInt(60) : null,
                care());
    }

    /// How the agent is asked how it is, and asked to end.
    List<String> care() {
        var care = new ArrayList<String>();
        if (chance(20)) {
            care.add("livenessProbe: {exec: {command: [" + FakeWorkplace.ALIVE + "]}, periodSeconds: "
                    + any(List.of(1, 5, 10)) + ", failureThreshold: " + any(List.of(1, 3)) + "}");
        }
        if (chance(10)) {
            care.add("startupProbe: {exec: {command: [" + FakeWorkplace.ALIVE + "]}, periodSeconds: 2}");
        }
        if (chance(20)) {
            care.add("activity: {idleAfterSeconds: " + any(List.of(1, 5, 60)) + "}");
        }
        if (chance(20)) {
            care.add("lifecycle: {preStop: " + any(List.of(
                    "{exec: {command: [" + FakeWorkplace.SAVE + "]}}",
                    "{sendKeys: {keys: [/exit, Enter], waitSeconds: 1}}",
                    "{sendKeys: {keys: [C-c], waitSeconds: 20}}"))
                    + "}");
        }
        if (chance(15)) {
            care.add("prompt: {text: " + TEXT + ", on: " + any(List.of("FirstRun", "EveryRun")) + "}");
        }
        if (chance(10)) {
            care.add("heartbeat: {timeoutSeconds: " + any(HEARTBEATS) + ", gracePeriodSeconds: 10}");
        }
        if (chance(10)) {
            care.add("completion: {by: " + any(List.of("DoneFile", "Either")) + ", onDone: "
                    + any(List.of("Stop", "Keep")) + "}");
        }
        return care;
    }

    /// What a program does, from the healthy to the hopeless.
    List<String> args() {
        var args = new ArrayList<String>();
        args.add("v=" + random.nextInt(1000));
        if (chance(35)) {
            args.add(any(List.of("exit=0", "exit=1", "exit=1", "signal=9")));
            args.add("after=" + any(List.of("0", "0.001", "0.4", "5", "30", "700")));
            if (chance(50)) {
                args.add("fails=" + (1 + random.nextInt(4)));
            }
        }
        if (chance(25)) {
            args.add("ignore=term");
        }
        if (chance(25)) {
            args.add("ignore=hup");
        }
        if (chance(15)) {
            args.add("quits");
        }
        if (chance(20)) {
            args.add("term=" + any(List.of("0.5", "1", "3", "20")));
        }
        if (chance(25)) {
            args.add("child=" + any(List.of("plain", "stubborn", "escaped", "tmux")));
        }
        return args;
    }
}
