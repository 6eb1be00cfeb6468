package dev.reconciler.sim;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.ProcessRef;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.controller.View;
import dev.reconciler.host.Signal;
import dev.reconciler.host.Tmux;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// Watches every effect and breaks the history off at the first one that a law forbids.
final class Referee implements Gate.Watcher {
    private static final JsonMapper JSON = new JsonMapper();
    /// Ends that may count as failures of the program.
    private static final Set<Causes.Cause> FAILURES = EnumSet.of(
            Causes.Cause.LOST, Causes.Cause.ILL, Causes.Cause.DONE);

    private final FakeHost host;
    private final Fleet fleet;
    private final Causes causes;
    private final MassChange massChange;
    private final Trace trace;
    private final Set<RunId> begun = new HashSet<>();
    private final Set<RunId> recorded = new HashSet<>();
    private final Map<RunId, Set<Causes.Cause>> sinceRoundStart = new HashMap<>();
    private final Map<AgentName, Wish> wishedAtRoundStart = new HashMap<>();
    private final Map<AgentName, List<Wish>> rememberedAtRoundStart = new HashMap<>();
    private final Map<String, Integer> deaths = new HashMap<>();
    private final Map<AgentName, String> keys = new HashMap<>();
    private boolean stateLost;
    private Violation violation;

    Referee(FakeHost host, Fleet fleet, Causes causes, Trace trace) {
        this.host = host;
        this.fleet = fleet;
        this.causes = causes;
        this.massChange = new MassChange(host.clock, fleet);
        this.trace = trace;
        host.gate.watch(this);
        host.processes.onDeath = this::died;
    }

    MassChange massChange() {
        return massChange;
    }

    /// The daemon starts to look: what it sees from now on may justify what it does in this round.
    void roundStarts() {
        if (stateLost && nothingIsLeft()) {
            massChange.forgotten();
            stateLost = false;
        }
        sinceRoundStart.clear();
        noteCauses();
        wishedAtRoundStart.clear();
        rememberedAtRoundStart.clear();
        fleet.known().forEach(name -> {
            wishedAtRoundStart.put(name, fleet.inForce(name));
            rememberedAtRoundStart.put(name, fleet.remembered(name));
        });
    }

    /// What is reason enough until the world moves in the middle of a round: a probe that failed in it counts although its
    /// agent is disabled right before the signal (seed 552277).
    void noteCauses() {
        var runs = new HashSet<RunId>();
        for (var proc : host.processes.all()) {
            if (proc.live() && proc.owner.ours() && runs.add(proc.owner.mark().run())) {
                sinceRoundStart
                        .computeIfAbsent(proc.owner.mark().run(), run -> EnumSet.noneOf(Causes.Cause.class))
                        .addAll(causes.of(proc.owner.mark()));
            }
        }
    }

    /// Neither a process nor a pane of ours: a machine like one on which we never ran.
    private boolean nothingIsLeft() {
        return host.processes.all().stream().noneMatch(proc -> proc.live() && proc.owner.ours())
                && host.tmux.servers()
                        .stream()
                        .flatMap(server -> server.panes().stream())
                        .noneMatch(pane -> pane.proc.owner.ours());
    }

    /// Whose record this file is.
    private Set<OwnerMark> runs(String key) {
        var marks = new LinkedHashSet<OwnerMark>();
        for (var proc : host.processes.all()) {
            if (proc.live() && proc.owner.ours() && key.equals(key(proc.owner.mark()))) {
                marks.add(proc.owner.mark());
            }
        }
        return marks;
    }

    /// A product that catches everything does not get away with it.
    void rethrow() {
        if (violation != null) {
            throw violation;
        }
    }

    void broken(String law) {
        if (violation == null) {
            violation = new Violation(law);
        }
        throw violation;
    }

    @Override
    public void before(Effect effect) {
        switch (effect) {
            case Effect.Send(ProcessRef target, Signal signal) -> judgeSignal(target, signal);
            case Effect.KillPane(String namespace, Session.Pane pane) -> judgeKillPane(pane);
            case Effect.Keys(Session.Pane pane, var keys) -> judgeEnd(pane.mark(), "keys " + keys + " to " + pane.id());
            case Effect.Save(AgentName name) -> judgeSave(name);
            case Effect.Create(Tmux.Launch launch, String squatter) -> {
                judgeSquatter(launch, squatter);
                judgeStart(launch);
            }
            case Effect.Respawn(Session.Pane pane, Tmux.Launch launch) -> judgeStart(launch);
            case Effect.StopServer(String namespace, ProcessRef server) -> judgeStopServer(namespace);
            case Effect.Type(Session.Pane pane, String key) -> judgeKeys(pane, key);
            case Effect.Enter(Session.Pane pane, String key) -> judgeKeys(pane, key);
            case Effect.StopUnit(String unit) -> judgeStopUnit(unit);
            case Effect.Stamp _,Effect.Repipe _,Effect.StartServer _,Effect.Rescue _,Effect.Replace _ -> {}
            case Effect.Write _,Effect.Append _,Effect.Delete _,Effect.SetAside _ -> {}
        }
    }

    @Override
    public void after(Effect effect) {
        if (!effect.onDisk()) {
            trace.add(effect);
        }
        switch (effect) {
            case Effect.Write(String key) -> {
                noteDecisions(key);
                noteRecords(key);
            }
            case Effect.Create(Tmux.Launch launch, String squatter) -> started(launch.mark());
            case Effect.Respawn(Session.Pane pane, Tmux.Launch launch) -> started(launch.mark());
            default -> {}
        }
        check();
    }

    @Override
    public void later(Effect effect) {
        if (effect instanceof Effect.Create(Tmux.Launch launch, String squatter)) {
            causes.begins(launch.mark());
        }
    }

    private void judgeSignal(ProcessRef target, Signal signal) {
        var proc = host.processes.find(target);
        if (proc == null || !proc.live()) {
            return;
        }
        if (!proc.owner.ours()) {
            if (proc.owner.kind() != Owner.Kind.SERVER || signal != Signal.USR1) {
                broken("law 1: " + signal + " to " + proc + ", which is not ours to end");
            }
            return;
        }
        judgeEnd(proc.owner.mark(), signal + " to " + proc);
    }

    /// A unit is stopped with all that is in it.
    private void judgeStopUnit(String unit) {
        for (var proc : host.processes.all()) {
            if (proc.live() && unit.equals(proc.unit)) {
                broken("law 1: " + unit + " was stopped with " + proc + " in it");
            }
        }
    }

    /// Some live run of it may be ended.
    private void judgeSave(AgentName name) {
        var mains = causes.mains(name);
        if (!mains.isEmpty()
                && mains.stream()
                        .allMatch(main -> !begun.contains(main.owner.mark().run())
                                && reasons(main.owner.mark()).isEmpty())) {
            broken("no reason for the preStop of " + name + "; wish " + fleet.inForce(name));
        }
    }

    private void judgeEnd(OwnerMark mark, String deed) {
        if (begun.contains(mark.run())) {
            return;
        }
        var reasons = reasons(mark);
        if (reasons.isEmpty()) {
            broken("no reason for " + deed + "; wish " + fleet.inForce(mark.name()) + " settled "
                    + fleet.settled(mark.name()).toMillis() + " ms, bad look "
                    + fleet.sinceBadLook().toMillis() + " ms ago, incomplete " + fleet.incomplete());
        }
        begin(mark, reasons);
    }

    private Set<Causes.Cause> reasons(OwnerMark mark) {
        return Stream.concat(
                causes.of(mark).stream(), sinceRoundStart.getOrDefault(mark.run(), Set.of()).stream())
                .collect(Collectors.toSet());
    }

    private void begin(OwnerMark mark, Set<Causes.Cause> reasons) {
        boolean first = begun.add(mark.run());
        if (first && reasons.stream().anyMatch(FAILURES::contains)) {
            deaths.merge(mark.uid(), 1, Integer::sum);
        }
        if (first && Causes.OF_THE_SOURCE.containsAll(reasons)) {
            var why = massChange.add(mark, causes.alive());
            if (why != null) {
                broken(why);
            }
        }
    }

    private void started(OwnerMark mark) {
        stateLost = false;
        causes.started(mark.name());
        noteRecords(key(mark));
    }

    private void noteRecords(String key) {
        var runs = runs(key);
        runs.removeIf(mark -> recorded.contains(mark.run()));
        for (var mark : runs) {
            if (host.storage.says(key, '"' + mark.run().toString() + '"')) {
                recorded.add(mark.run());
            }
        }
    }

    /// It lives, nothing on the machine names it but its own environment, and the disk was full whenever its record was
    /// to be written.
    boolean isUnknowable(AgentName name) {
        return causes.panes(name).isEmpty()
                && causes.live(name)
                        .stream()
                        .noneMatch(proc -> recorded.contains(proc.owner.mark().run()));
    }

    /// A decision is a decision once it is on disk.
    private void noteDecisions(String key) {
        runs(key).stream()
                .filter(mark -> recorded(mark, "decidedAt") && !reasons(mark).isEmpty())
                .toList()
                .forEach(mark -> begin(mark, reasons(mark)));
    }

    private String key(OwnerMark mark) {
        return keys.computeIfAbsent(mark.name(), name -> "agents/" + name + ".json");
    }

    /// Whether the disk knows this about the stop of this very run.
    private boolean recorded(OwnerMark mark, String moment) {
        if (!host.storage.says(key(mark), moment)) {
            return false;
        }
        var agent = JSON.readTree(host.storage.read(key(mark)));
        return Stream.of(agent.path("run"), agent.path("duplicate"))
                .anyMatch(run -> run.path("id").asString("").equals(mark.run().toString())
                        && run.path("termination").has(moment));
    }

    /// Texts go to the run they are meant for, or to nobody.
    private void judgeKeys(Session.Pane pane, String key) {
        for (var server : host.tmux.servers()) {
            for (var there : server.panes()) {
                boolean meant = server.proc.ref.equals(pane.server()) && there.id.equals(pane.id());
                if (meant && there.proc.live()
                        && !(there.proc.owner.ours() && key.startsWith(there.proc.owner.mark().run() + "/"))) {
                    broken("law 1: types " + key + " into " + there.proc);
                }
            }
        }
    }

    private void judgeKillPane(Session.Pane pane) {
        for (var server : host.tmux.servers()) {
            for (var there : server.panes()) {
                if (server.proc.ref.equals(pane.server()) && there.id.equals(pane.id())) {
                    if (!there.proc.owner.ours()) {
                        broken("law 1: kill-pane of " + there.id + " with " + there.proc);
                    }
                    if (there.proc.live()) {
                        judgeEnd(there.proc.owner.mark(), "kill-pane of a live pane with " + there.proc);
                    }
                }
            }
        }
    }

    private void judgeSquatter(Tmux.Launch launch, String squatter) {
        for (var server : host.tmux.servers()) {
            if (squatter != null && server.path.equals(host.tmux.socket(launch.mark().name().namespace()))) {
                var session = server.sessions.get(squatter);
                if (session != null && session.mark == null) {
                    broken("law 1: renames session " + session.name + ", which was never ours");
                }
            }
        }
    }

    private void judgeStart(Tmux.Launch launch) {
        var name = launch.mark().name();
        causes.begins(launch.mark());
        var wishes = Stream.concat(
                Stream.of(fleet.inForce(name), wishedAtRoundStart.get(name)),
                Stream.concat(
                        fleet.remembered(name).stream(),
                        rememberedAtRoundStart.getOrDefault(name, List.of()).stream()))
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (wishes.stream().noneMatch(Referee::wanted)) {
            broken("starts " + name + ", which nobody wants: " + wishes);
        }
        if (wishes.stream().noneMatch(wish -> matches(wish, launch))) {
            broken("starts " + name + " with an old spec: " + launch.argv() + " wanted " + wishes);
        }
        var rest = causes.live(name);
        if (!rest.isEmpty()) {
            broken("law 4: starts " + launch.mark().run() + " while there still is " + rest);
        }
    }

    private static boolean wanted(Wish wish) {
        return wish != null && !wish.suspend() && !wish.disabled();
    }

    private static boolean matches(Wish wish, Tmux.Launch launch) {
        return wish.argv().equals(launch.argv()) && wish.directory().equals(launch.workingDirectory());
    }

    private void judgeStopServer(String namespace) {
        for (var name : fleet.known()) {
            if (name.namespace().equals(namespace)
                    && wanted(fleet.inForce(name))
                    && wanted(wishedAtRoundStart.get(name))) {
                broken("stops the server of " + namespace + " although " + name + " is wanted: "
                        + fleet.inForce(name) + (fleet.hidden(name) ? ", hidden" : ""));
            }
        }
    }

    /// Whatever moved: these hold at any time.
    void check() {
        var seen = new HashSet<AgentName>();
        for (var proc : host.processes.all()) {
            if (proc.live() && proc.owner.kind() == Owner.Kind.AGENT && !seen.add(proc.owner.mark().name())) {
                var name = proc.owner.mark().name();
                broken("law 4: two processes of " + name + ": " + causes.mains(name));
            }
        }
        var paths = new HashSet<Path>();
        for (var server : host.tmux.servers()) {
            judgeTexts(server);
            if (server.proc.owner.kind() == Owner.Kind.SERVER && !paths.add(server.path)) {
                broken("two tmux servers of ours on " + server.path);
            }
        }
    }

    /// A program takes a text whole and once.
    private void judgeTexts(FakeServer server) {
        for (var pane : server.panes()) {
            var taken = pane.keyboard.taken;
            if (taken.isEmpty()) {
                continue;
            }
            var given = taken.stream().filter(text -> !text.startsWith(" ")).toList();
            if (new HashSet<>(given).size() < given.size()) {
                broken("a text was submitted twice: " + given);
            }
            if (given.stream()
                    .anyMatch(text -> !text.endsWith(" " + World.TEXT)
                            || text.indexOf(' ') != text.length() - World.TEXT.length() - 1)) {
                broken("not the text that was meant: " + given);
            }
        }
    }

    /// With the state directory the decisions are lost, and what was known of runs that only it named; what was stopped
    /// lately counts on as long as anything on the machine tells that there was something.
    void stateLost() {
        stateLost = true;
        begun.clear();
        recorded.clear();
        // Why a run was ended is forgotten: its exit code judges.
        for (var server : host.tmux.servers()) {
            for (var pane : server.panes()) {
                if (pane.dead && pane.mark != null) {
                    deaths.merge(pane.mark.uid(), 1, Integer::sum);
                }
            }
        }
        causes.stateLost();
        fleet.stateLost();
    }

    /// What had said that it is done ends by its own word, not by this.
    void reboot() {
        for (var proc : host.processes.all()) {
            if (proc.live() && proc.owner.kind() == Owner.Kind.AGENT
                    && host.runFiles.isDone(proc.owner.mark().run())) {
                deaths.merge(proc.owner.mark().uid(), 1, Integer::sum);
            }
        }
        massChange.forgotten();
    }

    private void died(Proc proc) {
        if (proc.owner.kind() == Owner.Kind.AGENT) {
            trace.add("  ended: " + proc + " " + proc.exit);
            var run = proc.owner.mark().run();
            // What has said that it is done ends by its own word, whoever asks it to end.
            if (!begun.contains(run) || !knownToBeAsked(proc.owner.mark()) || host.runFiles.isDone(run)) {
                deaths.merge(proc.owner.mark().uid(), 1, Integer::sum);
            }
        }
    }

    /// A daemon that dies between TERM and writing it down leaves it to the exit code whose the end was.
    private boolean knownToBeAsked(OwnerMark mark) {
        return recorded(mark, "sentAt");
    }

    /// Restarts count deaths, and nothing else.
    void checkCounts(View view) {
        if (view != null) {
            view.statuses().forEach((name, status) -> {
                int died = deaths.getOrDefault(status.uid(), 0);
                if (status.restartCount() > died) {
                    broken(name + " says " + status.restartCount() + " restarts, but died only " + died + " times");
                }
            });
        }
    }
}
