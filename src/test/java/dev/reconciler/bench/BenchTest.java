package dev.reconciler.bench;

import static org.awaitility.Awaitility.await;

import dev.reconciler.bench.Figure.Wanted;
import dev.reconciler.host.RawTmux;
import dev.reconciler.host.Segments;
import dev.reconciler.plan.Policy;
import dev.reconciler.real.TestDirs;
import dev.reconciler.recording.FlightRecorder;
import dev.reconciler.recording.Frames;
import dev.reconciler.recording.Recording;
import dev.reconciler.status.StateJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// Prints what the product costs. Floor and figure take turns, so that a busy machine is busy for both.
@Tag("bench")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BenchTest {
    private static final boolean QUICK = Boolean.getBoolean("bench.quick");
    private static final List<Figure> FIGURES = new ArrayList<>();

    /// What the heap may hold before it is collected, and some more: a soak may be looked at right before that.
    private static final double ROOM_MEGABYTES = 20;

    /// Agents that run before anything is measured.
    private static final int WARM = 40;

    @Test
    @Order(1)
    void a_fleet_converges() throws Exception {
        int fleet = QUICK ? 20 : 200;
        var ours = new Times();
        var loop = new Times();
        var pipelined = new Times();
        for (int turn = 0; turn < (QUICK ? 1 : 5); turn++) {
            loop.add(Converging.byShellLoop(WARM, fleet));
            ours.add(Converging.byDaemon(WARM, fleet));
            pipelined.add(Converging.byOneClient(WARM, fleet));
        }
        add("converge " + fleet + " / a shell loop of tmux", "ms", ours, loop, new Wanted.Times(0.7));
        add("converge " + fleet + " / one pipelined tmux client", "ms", ours, pipelined, new Wanted.Times(1.3));
    }

    @Test
    @Order(2)
    void one_agent_starts_and_restarts() throws Exception {
        int turns = QUICK ? 3 : 40;
        try (var dirs = TestDirs.create();
                var handDirs = TestDirs.create();
                var daemon = new RunningDaemon(dirs);
                var reports = new Reports(dirs.root().resolve("reports"));
                var hand = new RawTmux(handDirs);
                var shell = new HandShell(handDirs.environment())) {
            var one = new OneAgent(daemon, reports, hand, shell);
            one.start(QUICK ? 1 : 10);
            one.run(turns);
            add("drop a file, until the program runs", "ms", one.drops, one.creates, new Wanted.Above(15));
            add("kill the program, until it runs again", "ms", one.crashes, one.respawns, new Wanted.Above(15));
        }
    }

    @Test
    @Order(3)
    void a_look_at_200_sessions() throws Exception {
        int sessions = QUICK ? 20 : 200;
        try (var dirs = TestDirs.create(); var raw = new RawTmux(dirs)) {
            var lines = new ArrayList<byte[]>();
            for (var agent : Manifests.agents("agent", sessions, _ -> Manifests.SLEEP).entrySet()) {
                lines.add(raw.createByControl(agent.getKey(), agent.getValue()));
            }
            raw.pipeline(lines);
            var looks = new Times();
            var lists = new Times();
            for (int i = 0; i < 50; i++) {
                raw.look();
            }
            var before = Children.seen();
            for (int i = 0; i < (QUICK ? 20 : 200); i++) {
                lists.measure(raw.wire()::list);
                looks.measure(raw::look);
            }
            add("look at " + sessions + " sessions / list-panes", "ms", looks, lists, new Wanted.AtMost(5));
            FIGURES.add(new Figure(
                    "  processes started by all these looks", "", Children.seen().equals(before) ? 0 : 1, Double.NaN,
                    new Wanted.AtMost(0)));
        }
    }

    @Test
    @Order(4)
    void a_quiet_round() throws Exception {
        try (var dirs = TestDirs.create(); var rounds = new QuietRounds(dirs)) {
            rounds.grow(10);
            // What a daemon calls every few seconds is compiled: an hour of it.
            rounds.measure(QUICK ? 5 : 600, new Times(), new Times());
            for (int agents : QUICK ? new int[] {10, 20} : new int[] {10, 100, 1000}) {
                var times = new Times();
                var floor = new Times();
                rounds.grow(agents);
                rounds.measure(QUICK ? 5 : agents < 1000 ? 300 : 100, times, floor);
                add("quiet round, " + agents + " agents / list-panes + stat", "ms", times, floor,
                        new Wanted.Times(1.3));
            }
        }
    }

    @Test
    @Order(5)
    void what_recording_costs() throws Exception {
        int agents = QUICK ? 20 : 200;
        int turns = QUICK ? 5 : 200;
        try (var dirs = TestDirs.create(); var rounds = new QuietRounds(dirs)) {
            rounds.grow(agents);
            var policy = new Policy(Duration.ofSeconds(30), dirs.home().toString());
            var without = new Times();
            var with = new Times();
            for (int turn = 0; turn < 3; turn++) {
                rounds.record(Recording.NONE);
                rounds.measure(turns, without, new Times());
                var directory = dirs.root().resolve("recording-" + turn);
                try (var recorder = new FlightRecorder(
                        Segments.in(directory, 16 << 20, Duration.ofHours(24)), policy)) {
                    rounds.record(recorder);
                    rounds.measure(turns, with, new Times());
                }
            }
            add("quiet round, " + agents + " agents, recorded / not", "ms", with, without, new Wanted.Times(1.05));
            for (int changed : new int[] {1, agents / 10, agents}) {
                var file = dirs.root().resolve("busy-" + changed);
                var times = new Times();
                try (var segments = Segments.file(file)) {
                    segments.begin(Instant.EPOCH);
                    var frames = new Frames(new byte[] {1});
                    segments.write(StateJson.write(frames.next(rounds.inputs(0, 0))));
                    for (int i = 0; i < 2 * turns; i++) {
                        var inputs = rounds.inputs(changed, i + 1);
                        (i < turns ? new Times() : times).measure(() -> {
                            segments.write(StateJson.write(frames.next(inputs)));
                            segments.flush();
                            return null;
                        });
                    }
                }
                FIGURES.add(new Figure(
                        "  " + changed + " of them changed: written beside it in", "ms", times.median(), Double.NaN,
                        new Wanted.Shown()));
                FIGURES.add(new Figure(
                        "    bytes on disk", "", (double) Files.size(file) / (2 * turns), Double.NaN,
                        new Wanted.Shown()));
            }
        }
    }

    @Test
    @Order(6)
    void a_round_beside_hanging_probes() throws Exception {
        int agents = QUICK ? 20 : 100;
        try (var dirs = TestDirs.create(); var rounds = new QuietRounds(dirs)) {
            var without = new Times();
            var with = new Times();
            rounds.grow(agents);
            for (int turn = 0; turn < (QUICK ? 1 : 3); turn++) {
                rounds.hang(false);
                rounds.measure(QUICK ? 5 : 200, without, new Times());
                rounds.hang(true);
                rounds.measure(QUICK ? 5 : 200, with, new Times());
            }
            add("round, " + agents + " hanging exec probes / none", "ms", with, without, new Wanted.Times(1.2));
        }
    }

    @Test
    @Order(5)
    void idle_with_200_agents() throws Exception {
        int fleet = QUICK ? 20 : 200;
        var rest = Duration.ofSeconds(QUICK ? 3 : 150);
        var window = Duration.ofSeconds(QUICK ? 3 : 60);
        try (var dirs = TestDirs.create(); var daemon = new RunningDaemon(dirs)) {
            daemon.drop(Manifests.agents("agent", fleet, _ -> Manifests.SLEEP));
            daemon.awaitRunning(fleet);
            daemon.settle();
            // What a burst leaves to be done is no idling: records are written to their files, what rounds call is
            // compiled, memory goes back (`HeapRoom`: after two minutes).
            await().pollDelay(rest).atMost(rest.multipliedBy(2)).until(() -> true);
            double cpu = daemon.cpuSeconds();
            long begun = System.nanoTime();
            await().pollDelay(window).atMost(window.multipliedBy(2)).until(() -> true);
            double percent = (daemon.cpuSeconds() - cpu) / ((System.nanoTime() - begun) / 1e9) * 100;
            FIGURES.add(new Figure(
                    "idle, " + fleet + " agents: of a core", "%", percent, Double.NaN, new Wanted.AtMost(0.3)));
            FIGURES.add(new Figure(
                    "idle, " + fleet + " agents: resident memory", "MB", daemon.residentMegabytes(), Double.NaN,
                    new Wanted.AtMost(80)));
        }
    }

    @Test
    @Order(6)
    void a_lost_socket_is_made_good() throws Exception {
        int fleet = QUICK ? 10 : 50;
        try (var dirs = TestDirs.create(); var daemon = new RunningDaemon(dirs)) {
            daemon.drop(Manifests.agents("agent", fleet, _ -> Manifests.SLEEP));
            daemon.awaitRunning(fleet);
            daemon.settle();
            var times = new Times();
            for (int i = 0; i < (QUICK ? 5 : 100); i++) {
                times.add(daemon.unlinkAndAwait());
            }
            FIGURES.add(new Figure(
                    "unlink our socket, until it is reachable", "ms", times.median(), Double.NaN,
                    new Wanted.AtMost(150)));
        }
    }

    @Test
    @Order(7)
    void ghosts_among_many_servers() throws Exception {
        int servers = QUICK ? 20 : 200;
        var ours = new Times();
        var lsof = new Times();
        Servers.measure(servers, servers / 10, QUICK ? 5 : 40, ours, lsof);
        add("all ghosts among " + servers + " servers / lsof -U", "ms", ours, lsof, new Wanted.Times(0.1));
    }

    @Test
    @Order(8)
    void a_command_from_the_shell() throws Exception {
        int turns = QUICK ? 3 : 20;
        Times status;
        try (var dirs = TestDirs.create(); var daemon = new RunningDaemon(dirs)) {
            fleet(daemon, QUICK ? 10 : 100);
            var commands = new Commands(dirs).product("status", "status")
                    .product("complete", "__complete", "--", "logs", "agent-1")
                    .hello("hello");
            if (Commands.hasKubectl()) {
                commands.kubectl("kubectl");
            }
            commands.run(turns);
            status = commands.of("status");
            if (Commands.hasKubectl()) {
                add("status / kubectl version --client", "ms", status, commands.of("kubectl"), new Wanted.Times(1.2));
            }
            add("status / a JVM that says hello", "ms", status, commands.of("hello"), new Wanted.Times(2.2));
            add("a name completed / a JVM that says hello", "ms", commands.of("complete"), commands.of("hello"),
                    new Wanted.AtMost(100));
        }
        try (var dirs = TestDirs.create(); var daemon = new RunningDaemon(dirs)) {
            // Looked at and told about like any other, without a thousand programs.
            daemon.suspended(QUICK ? 20 : 1000);
            var commands =
                    new Commands(dirs).product("json", "get", "agents", "-o", "json").product("again", "version");
            commands.run(turns);
            add("get 1000 agents -o json / status", "ms", commands.of("json"), status, new Wanted.Times(1.5));
        }
    }

    private static void fleet(RunningDaemon daemon, int agents) throws Exception {
        daemon.drop(Manifests.agents("agent", agents, _ -> Manifests.SLEEP));
        daemon.awaitRunning(agents);
        daemon.settle();
    }

    /// `-Dsoak.hours=24` of clients that come and go, by default; `-Dsoak.minutes=1` of agents that end and are started.
    @Test
    @Order(9)
    void a_day_of_streams_leaves_nothing_behind() throws Exception {
        int hours = Integer.getInteger("soak.hours", QUICK ? 1 : 24);
        try (var dirs = TestDirs.create(); var daemon = new RunningDaemon(dirs)) {
            fleet(daemon, 10);
            var streams = new Streams(daemon.api());
            streams.hours(1);
            daemon.settle();
            int descriptors = daemon.descriptors();
            int threads = daemon.threads();
            double memory = daemon.residentMegabytes();
            int clients = streams.hours(hours);
            daemon.settle();
            // That a client is gone is seen with the next beat, and memory goes back with the next patrol (4 s).
            var rest = Duration.ofSeconds(10);
            await().pollDelay(rest).atMost(rest.multipliedBy(2)).until(() -> true);
            grown(clients + " clients in " + hours + " h: descriptors left", "", daemon.descriptors() - descriptors, 2);
            grown("  threads left", "", daemon.threads() - threads, 2);
            grown("  memory grown", "MB", daemon.residentMegabytes() - memory, ROOM_MEGABYTES);
        }
    }

    @Test
    @Order(10)
    void churning_agents_do_not_make_it_grow() throws Exception {
        int minutes = Integer.getInteger("soak.minutes", 1);
        int agents = QUICK ? 10 : Integer.getInteger("soak.agents", 200);
        try (var dirs = TestDirs.create(); var daemon = new RunningDaemon(dirs)) {
            daemon.churning(agents);
            // The first turns fill what is kept of each agent: histories, events, log files.
            var warm = Duration.ofSeconds(Math.max(20, minutes * 60L / 4));
            await().pollDelay(warm).atMost(warm.plusSeconds(10)).until(() -> true);
            double memory = daemon.residentMegabytes();
            int descriptors = daemon.descriptors();
            var window = Duration.ofMinutes(minutes);
            await().pollDelay(window).atMost(window.plusSeconds(10)).until(() -> true);
            grown(agents + " agents churn " + minutes + " min: memory grown", "MB",
                    daemon.residentMegabytes() - memory, ROOM_MEGABYTES);
            // Two for each agent that happens to run, more or less.
            grown("  descriptors left", "", daemon.descriptors() - descriptors, 2 * agents);
        }
    }

    private static void grown(String what, String unit, double value, double most) {
        FIGURES.add(new Figure(what, unit, value, Double.NaN, new Wanted.AtMost(most)));
    }

    @AfterAll
    static void print() throws Exception {
        var load = Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        System.out.println();
        System.out.println(Figure.HEADER);
        FIGURES.forEach(System.out::println);
        System.out.println("Load of the machine at the end: " + load + ", " + Runtime.getRuntime().availableProcessors()
                + " cores" + (QUICK ? ". A quick run: the numbers mean nothing." : ""));
        System.out.println();
    }

    private static void add(String what, String unit, Times value, Times floor, Wanted wanted) {
        FIGURES.add(new Figure(what, unit, value.median(), floor.median(), wanted));
    }
}
