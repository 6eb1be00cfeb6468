package dev.reconciler.plan;

import dev.reconciler.api.ServerHistory;
import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentHistory.Backoff;
import dev.reconciler.api.AgentHistory.Change;
import dev.reconciler.api.AgentHistory.DeleteIntent;
import dev.reconciler.api.AgentHistory.Ended;
import dev.reconciler.api.AgentHistory.Fleet;
import dev.reconciler.api.AgentHistory.Next;
import dev.reconciler.api.AgentHistory.Run;
import dev.reconciler.api.AgentHistory.StartFailure;
import dev.reconciler.api.AgentHistory.Termination;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Exit;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.Reason;
import dev.reconciler.api.RunId;
import dev.reconciler.api.SpecHash;
import dev.reconciler.api.Uids;
import dev.reconciler.desired.ParsedFile;
import dev.reconciler.desired.Reader;
import dev.reconciler.desired.Tracker;
import dev.reconciler.host.Folder;
import dev.reconciler.host.ProcessTable;
import dev.reconciler.host.Tmux;
import dev.reconciler.observed.Census;
import dev.reconciler.observed.Correlator;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.status.StatusCalculator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// One golden case: real manifests, a machine and a memory in a few lines of text, and what one round makes of them.
///
/// `census.txt`, one fact per line, `#` begins a comment; times count seconds since boot:
///
///     at 1000                          now (the default)
///     folder changing | missing        else it is settled
///     allow empty
///     server up 50 | unreachable 50 | silent WHY | none   (a tmux server whose socket is gone is a process)
///     pane %1 $1 ada run 1 pid 100     a pane of ours, its program alive; then any of:
///         dead code 1 | dead signal 9 | dead unseen | zombie | unreadable
///         hash old | hash unknown | source other | generation 2 | disabled | attached | unpiped
///     window %2 $1 ada pid 120         anybody's pane
///     process 110 1 NAME [ada/1]       pid, parent, name, run id in its environment
///     blind /proc/9: denied            the process table is incomplete
///     workplace ada fails WHY          a start would fail
///     fleet size 4
///     fleet did bob SpecRemoved 900
///     fleet approved ada SpecRemoved
///     ada run 1 pid 100 since 900      what is remembered
///     ada ended code 1 at 990 [by Suspended]
///     ada stop Suspended at 990 until 1020 [sent 990] [killed 1020 6]
///     ada next 2 Restarted at 999 | missing since 960 | backoff 20 since 950 | failures 3 | restarts 2
///     ada deleted at 995 [digest this] [grace 0] | rollout 1 | refused 1 at 999
///
/// An agent is remembered as `before/*.yaml` has it, else as it is now.
final class Scenario {
    private static final String SOURCE = "folder";
    private static final ProcessRef NO_SERVER = new ProcessRef(0, 0);

    private final Path directory;
    private final SortedMap<String, Agent> agents = new TreeMap<>();
    private final SortedMap<AgentName, AgentHistory> remembered = new TreeMap<>();
    private final List<Tmux.PaneLine> panes = new ArrayList<>();
    private final SortedMap<Long, ProcessTable.Sighting> sightings = new TreeMap<>();
    private final List<ProcessTable.Process> processes = new ArrayList<>();
    private final List<String> blind = new ArrayList<>();
    private final SortedMap<AgentName, Preflight> preflights = new TreeMap<>();
    private final List<Change> ledger = new ArrayList<>();
    private final List<Change> approvals = new ArrayList<>();
    private Moment now = Sample.at(1000);
    private ProcessRef server = new ProcessRef(50, 1);
    private Tmux.Look look;
    private boolean reachable = true;
    private boolean settled = true;
    private boolean missing;
    private boolean allowEmpty;
    private int size = 4;

    private Scenario(Path directory) {
        this.directory = directory;
        read(directory);
        read(directory.resolve("before"));
    }

    /// What one round makes of it, by the name of the file that holds it.
    static SortedMap<String, String> play(Path directory) throws IOException {
        var scenario = new Scenario(directory);
        int number = 0;
        for (var line : Files.readAllLines(directory.resolve("census.txt"))) {
            number++;
            var fact = line.replaceFirst("#.*", "").strip();
            try {
                if (!fact.isEmpty()) {
                    scenario.fact(fact, new Words(fact));
                }
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(
                        directory + "/census.txt:" + number + ": " + line + ": " + e.getMessage(), e);
            }
        }
        return scenario.round();
    }

    /// What `before` says comes last and wins: that is what is remembered.
    private void read(Path folder) {
        files(folder).forEach((file, content) -> {
            for (var document : Reader.read(file, ((Folder.File.Content) content).bytes()).documents()) {
                if (document instanceof ParsedFile.Good(var agent, var place)) {
                    agents.put(agent.name().name(), agent);
                }
            }
        });
    }

    private static SortedMap<String, Folder.File> files(Path folder) {
        var files = new TreeMap<String, Folder.File>();
        if (Files.isDirectory(folder)) {
            try (var all = Files.newDirectoryStream(folder, "*.yaml")) {
                for (var file : all) {
                    files.put(file.getFileName().toString(), new Folder.File.Content(Files.readAllBytes(file), true));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    /// The words of one line, read from left to right.
    private static final class Words {
        private final List<String> words;

        Words(String line) {
            words = new ArrayList<>(List.of(line.split("\\s+")));
        }

        String next() {
            return words.removeFirst();
        }

        long number() {
            return Long.parseLong(next());
        }

        /// True, and gone, when it is there.
        boolean has(String word) {
            return words.remove(word);
        }

        /// The word after `key`, null without; both are gone then.
        String after(String key) {
            int at = words.indexOf(key);
            if (at < 0) {
                return null;
            }
            words.remove(at);
            return words.remove(at);
        }

        Moment time(String key) {
            var seconds = after(key);
            return seconds == null ? null : Sample.at(Long.parseLong(seconds));
        }

        String rest() {
            var rest = String.join(" ", words);
            words.clear();
            return rest;
        }

        void end() {
            if (!words.isEmpty()) {
                throw new IllegalArgumentException("not understood: " + words);
            }
        }
    }

    private void fact(String line, Words words) {
        var subject = words.next();
        switch (subject) {
            case "at" -> now = Sample.at(words.number());
            case "folder" -> {
                settled = !words.has("changing");
                missing = words.has("missing");
            }
            case "allow" -> allowEmpty = words.has("empty");
            case "server" -> server(words);
            case "pane" -> pane(words);
            case "window" -> window(words);
            case "process" -> process(words);
            case "blind" -> blind.add(words.rest());
            case "workplace" -> {
                var name = name(words.next());
                words.has("fails");
                preflights.put(name, new Preflight.WouldFail(words.rest()));
            }
            case "fleet" -> fleet(words);
            default -> remembered.put(name(subject), memory(words, memory(subject), agents.get(subject)));
        }
        words.end();
    }

    private static AgentName name(String name) {
        return new AgentName("default", name);
    }

    private static String uid(AgentName name) {
        return Uids.prefix(SOURCE, name) + "00000001";
    }

    private static RunId run(AgentName name, long number) {
        return new RunId(uid(name), number);
    }

    private void server(Words words) {
        switch (words.next()) {
            case "up" -> server = new ProcessRef(words.number(), 1);
            case "unreachable" -> {
                server = new ProcessRef(words.number(), 1);
                reachable = false;
            }
            case "silent" -> look = new Tmux.Look.Silent(words.rest());
            case "none" -> {
                look = new Tmux.Look.NobodyListens();
                server = NO_SERVER;
            }
            default -> throw new IllegalArgumentException("up, unreachable, silent or none");
        }
    }

    private void pane(Words words) {
        var id = words.next();
        var session = words.next();
        var name = name(words.next());
        var run = run(name, Long.parseLong(words.after("run")));
        long pid = Long.parseLong(words.after("pid"));
        var agent = agents.get(name.name());
        var hash = words.after("hash");
        var source = words.after("source");
        var generation = words.after("generation");
        var mark = new OwnerMark(
                source == null ? SOURCE : source, name, run,
                hash == null && agent != null
                        ? agent.runHash()
                        : new SpecHash("unknown".equals(hash) ? 99 : SpecHash.CURRENT, String.valueOf(hash)),
                generation == null ? 1 : Long.parseLong(generation), words.has("disabled"));
        boolean dead = words.has("dead");
        var code = words.after("code");
        var signal = words.after("signal");
        words.has("unseen");
        boolean zombie = words.has("zombie");
        boolean unreadable = words.has("unreadable");
        var process = new ProcessRef(pid, 1);
        sightings.put(
                pid,
                unreadable
                        ? new ProcessTable.Sighting.Unreadable("permission denied")
                        : zombie
                                ? new ProcessTable.Sighting.Zombie(process, 0)
                        : dead ? new ProcessTable.Sighting.Gone()
                        : new ProcessTable.Sighting.Alive(process));
        if (!dead && !zombie && !unreadable) {
            processes.add(new ProcessTable.Process(process, server.pid(), pid, "agent", run.toString(), List.of()));
        }
        panes.add(new Tmux.PaneLine(
                session, name.name(), id, pid, dead, code == null ? null : Integer.valueOf(code),
                signal == null ? null : Integer.valueOf(signal), words.has("attached") ? 1 : 0, !words.has("unpiped"),
                mark,
                mark.uid()));
    }

    private void window(Words words) {
        var id = words.next();
        var session = words.next();
        var name = words.next();
        long pid = Long.parseLong(words.after("pid"));
        panes.add(new Tmux.PaneLine(session, name, id, pid, false, null, null, 0, false, null, null));
        processes.add(new ProcessTable.Process(new ProcessRef(pid, 1), server.pid(), pid, "bash", null, List.of()));
    }

    private void process(Words words) {
        var process = new ProcessRef(words.number(), 1);
        long parent = words.number();
        var name = words.next();
        var run = words.rest();
        boolean tmux = name.equals("tmux");
        var parts = run.split("/");
        processes.add(new ProcessTable.Process(
                process, parent, process.pid(), tmux ? "tmux: server" : name,
                run.isEmpty() ? null : run(name(parts[0]), Long.parseLong(parts[1])).toString(),
                tmux ? List.of("tmux", "-S", "/run/default") : List.of()));
        sightings.put(process.pid(), new ProcessTable.Sighting.Alive(process));
    }

    private void fleet(Words words) {
        switch (words.next()) {
            case "size" -> size = (int) words.number();
            case "did" -> ledger.add(change(words, Sample.at(0)));
            case "approved" -> approvals.add(change(words, now));
            default -> throw new IllegalArgumentException("size, did or approved");
        }
    }

    private Change change(Words words, Moment fallback) {
        var name = name(words.next());
        var reason = Reason.valueOf(words.next());
        var at = words.time("at");
        return new Change(name, uid(name), reason, "", at == null ? fallback : at);
    }

    private AgentHistory memory(String name) {
        var known = remembered.get(name(name));
        if (known != null) {
            return known;
        }
        var agent = agents.get(name);
        return new AgentHistory(
                name(name), uid(name(name)), Sample.at(100), agent == null ? 0 : 1,
                agent == null ? "" : agent.specDigest(),
                agent == null ? null : agent.document(),
                agent == null ? 30 : agent.spec().terminationGracePeriodSeconds(), null, 1,
                null, null, null, 0, 0, null, null, null, null, null, null, new TreeMap<>(), null);
    }

    private static AgentHistory memory(Words words, AgentHistory before, Agent agent) {
        var run = before.run();
        UnaryOperator<HistoryEdit> edit = switch (words.next()) {
            case "run" -> h -> h.run(Run.of(
                    run(before.name(), words.number()), new ProcessRef(Long.parseLong(words.after("pid")), 1),
                    agent == null ? new SpecHash(SpecHash.CURRENT, "null") : agent.runHash(),
                    agent == null ? "" : Sample.POLICY.directory(agent.spec()), words.time("since")))
                    .runs(run == null ? 1 : run.id().number());
            case "ended" -> h -> {
                var at = words.time("at");
                var by = words.after("by");
                var exit = switch (words.next()) {
                    case "code" -> new Exit.Code((int) words.number());
                    case "signal" -> new Exit.Signal((int) words.number());
                    default -> new Exit.Unseen();
                };
                var ended = new Ended(run.id(), by == null ? null : Reason.valueOf(by), exit, run.startedAt(), at);
                return h.run(run.ended(ended)).last(ended);
            };
            case "stop" -> h -> {
                var stop = Termination.decided(Reason.valueOf(words.next()), words.time("at"), words.time("until"));
                var sent = words.time("sent");
                stop = sent == null ? stop : stop.sent(sent);
                var killed = words.time("killed");
                for (long times = killed == null ? 0 : words.number(); times > 0; times--) {
                    stop = stop.killed(killed);
                }
                return h.run(run.termination(stop));
            };
            case "next" -> h -> {
                long number = words.number();
                return h.runs(number)
                        .next(new Next(
                                run(before.name(), number), agent.runHash(), Sample.POLICY.directory(agent.spec()),
                                Reason.valueOf(words.next()), true, words.time("at"), null, List.of()));
            };
            case "missing" -> h -> h.absentSince(words.time("since"));
            case "backoff" -> h -> h.backoff(new Backoff((int) words.number(), words.time("since")));
            case "failures" -> h -> h.failures((int) words.number());
            case "restarts" -> h -> h.restarts((int) words.number());
            case "rollout" -> h -> h.rollout(run(before.name(), words.number()));
            case "refused" -> h -> h.startFailure(
                    new StartFailure((int) words.number(), words.time("at"), "tmux: create session failed"));
            case "deleted" -> h -> {
                var grace = words.after("grace");
                var digest = "this".equals(words.after("digest")) ? agent.documentDigest() : null;
                return h.delete(
                        new DeleteIntent(words.time("at"), digest, grace == null ? null : Integer.valueOf(grace)));
            };
            default -> throw new IllegalArgumentException("nothing that is remembered of an agent");
        };
        return edit.apply(new HistoryEdit(before)).done();
    }

    private SortedMap<String, String> round() {
        var history = new History(
                new Fleet(
                        size, ledger, approvals,
                        new TreeMap<>(Map.of("default", ServerHistory.UNKNOWN.well(new ProcessRef(50, 1))))),
                remembered);
        var desired = desired(history);
        var names = new TreeSet<>(desired.desires().keySet());
        names.addAll(remembered.keySet());
        if (server != NO_SERVER) {
            processes.add(new ProcessTable.Process(
                    server, 1, server.pid(), "tmux: server", null, List.of("tmux", "-S", "/run/default")));
        }
        var census = new Census(
                new TreeMap<>(Map.of(
                        "default", look == null ? new Tmux.Look.Answered(server, reachable, panes) : look)),
                sightings, new ProcessTable.Scan(processes, blind.isEmpty(), blind),
                new TreeMap<>(Map.of("default", "/run/default")));
        var seen = Correlator.correlate(census, names, history, SOURCE);
        names.forEach(name -> preflights.putIfAbsent(name, new Preflight.Passed()));
        var observed = new ObservedState(seen.sessions(), seen.servers(), preflights);
        var noted = Recorder.note(desired, observed, history, Set.of(), Sample.POLICY, now);
        var plan = Planner.plan(desired, observed, noted, Sample.POLICY, now);
        return new TreeMap<>(Map.of(
                "plan.txt", text(plan), "status.txt",
                StatusCalculator.all(desired, observed, noted, plan, now)
                        .values()
                        .stream()
                        .map(this::text)
                        .collect(Collectors.joining())));
    }

    private dev.reconciler.desired.DesiredState desired(History history) {
        var tracker = new Tracker(SOURCE, allowEmpty, dev.reconciler.desired.Models.ANY);
        var folder = missing
                ? new Folder.Look.Blind("manifests: no such directory")
                : new Folder.Look.Seen(files(directory));
        var documents = new TreeMap<AgentName, String>();
        history.agents().forEach((name, agent) -> {
            if (agent.lastGood() != null && agent.absentSince() == null && agent.delete() == null) {
                documents.put(name, agent.lastGood());
            }
        });
        if (settled) {
            tracker.update(folder, now.plus(java.time.Duration.ofSeconds(-2)), () -> documents);
        }
        return tracker.update(folder, now, () -> documents).desired();
    }

    private String text(Plan plan) {
        var text = new StringBuilder(ActionText.of(plan, now));
        for (var change : plan.awaitingApproval()) {
            text.append("approve   ").append(change.name()).append("  ").append(change.reason()).append('\n');
        }
        if (plan.wakeAt() != null) {
            text.append("wake in ").append(plan.wakeAt().since(now).toMillis() / 1000.0).append("s\n");
        }
        return text.toString();
    }

    private String text(dev.reconciler.api.AgentStatus status) {
        var conditions = status.conditions()
                .stream()
                .map(c -> c.type() + "=" + c.status() + "(" + c.reason() + ")")
                .collect(Collectors.joining(" "));
        return status.name() + "  " + status.phase() + "  restarts " + status.restartCount() + "  " + conditions
                + "\n    "
                + status.reason() + ": " + status.message() + "\n";
    }
}
