package dev.reconciler.sim;

import dev.reconciler.api.AgentName;
import dev.reconciler.api.OwnerMark;
import dev.reconciler.api.RunId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Why a run may be ended, judged by the truth of the simulated world and not by what the product remembers.
final class Causes {
    private static final Duration HOLD_DOWN = Duration.ofSeconds(30);
    private static final Duration SETTLED = Duration.ofSeconds(1);

    /// A run counts from the moment it was intended.
    private static final Duration START_TAKES = Duration.ofSeconds(1);

    /// The shortest heartbeat timeout with its grace period, less what a look may take: what it saw counts from its
    /// beginning.
    private static final Duration SILENCE = Duration.ofSeconds(14);

    private final FakeHost host;
    private final Fleet fleet;
    private final Set<String> deleted = new HashSet<>();
    private final Map<AgentName, Set<String>> lives = new HashMap<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final Map<AgentName, RunId> rollouts = new HashMap<>();

    /// A legal reason to end a run.
    enum Cause {
        DELETED,
        GONE,
        SUSPENDED,
        CHANGED,
        ROLLOUT,
        DEADLINE,
        DUPLICATE,
        LOST,
        LEFTOVER,
        ILL,
        DONE
    }

    /// What the manifests ask for, as opposed to a person's word or the world's course.
    static final Set<Cause> OF_THE_SOURCE = EnumSet.of(Cause.GONE, Cause.SUSPENDED, Cause.CHANGED);

    Causes(FakeHost host, Fleet fleet) {
        this.host = host;
        this.fleet = fleet;
    }

    Set<Cause> of(OwnerMark mark) {
        var causes = EnumSet.noneOf(Cause.class);
        var name = mark.name();
        var wish = fleet.inForce(name);
        var main = main(mark.run());
        if (handsOff(name, wish, mark.run())) {
            return causes;
        }
        if (main == null) {
            causes.add(Cause.LEFTOVER);
        } else {
            var panes = panes(name);
            var wishes = new ArrayList<>(fleet.remembered(name));
            wishes.add(wish);
            if (panes.stream().noneMatch(pane -> pane.proc == main)) {
                causes.add(Cause.LOST);
            }
            if (panes.size() > 1 || mains(name).size() > 1) {
                causes.add(Cause.DUPLICATE);
            }
            for (var any : wishes) {
                if (ill(any, main)) {
                    causes.add(Cause.ILL);
                }
                if (done(any, main)) {
                    causes.add(Cause.DONE);
                }
                if (overdue(any, main)) {
                    causes.add(Cause.DEADLINE);
                }
            }
        }
        if (deleted.contains(mark.uid())) {
            causes.add(Cause.DELETED);
        }
        if (mark.run().equals(rollouts.get(name))) {
            causes.add(Cause.ROLLOUT);
        }
        if (wish == null) {
            if (!fleet.incomplete() && past(name, HOLD_DOWN) && fleet.sinceBadLook().compareTo(HOLD_DOWN) >= 0) {
                causes.add(Cause.GONE);
            }
        } else if (past(name, SETTLED)) {
            if (wish.suspend()) {
                causes.add(Cause.SUSPENDED);
            } else if (replaces(wish) && main != null && !runs(wish, main)) {
                causes.add(Cause.CHANGED);
            }
        }
        return causes;
    }

    /// What cannot be read now was disabled for sure when the run was told so. It was not when the last readable word
    /// enabled it, although a server that was silent since still has the older stamp (seed 295041).
    private boolean handsOff(AgentName name, Wish wish, RunId run) {
        return wish == null
                ? stampedDisabled(run)
                : wish.disabled() && (!fleet.hidden(name) || stampedDisabled(run));
    }

    /// Whether that program, started there, is what is wanted.
    static boolean runs(Wish wish, Proc main) {
        return main.argv.equals(wish.argv()) && main.directory.equals(wish.directory());
    }

    /// Its spec says that a change replaces the running program, at once or once it is idle.
    private static boolean replaces(Wish wish) {
        return wish.strategy().equals("Immediate") || wish.strategy().equals("OnIdle") && wish.cares("activity");
    }

    /// It said that it is done.
    private boolean done(Wish wish, Proc main) {
        return wish != null && wish.cares("completion") && host.runFiles.isDone(main.owner.mark().run());
    }

    /// A probe that can end it failed in its lifetime, or it is silent for longer than it may be.
    private boolean ill(Wish wish, Proc main) {
        return probedIll(wish, main) || silent(wish);
    }

    private boolean silent(Wish wish) {
        return wish != null
                && wish.cares("heartbeat")
                && host.runFiles.silentSince() >= 0
                && host.clock.lived() - host.runFiles.silentSince() >= SILENCE.toNanos();
    }

    private boolean probedIll(Wish wish, Proc main) {
        return wish != null
                && (wish.cares("liveness") || wish.cares("startup"))
                && host.workplace.lastIll() >= host.clock.lived() - age(main).toNanos();
    }

    private boolean overdue(Wish wish, Proc main) {
        return wish != null
                && wish.deadline() != null
                && age(main).plus(START_TAKES).toSeconds() >= wish.deadline();
    }

    private boolean past(AgentName name, Duration limit) {
        return fleet.settled(name).compareTo(limit) >= 0;
    }

    private Duration age(Proc main) {
        return Duration.ofNanos(host.clock.now().nanos()).minusMillis(main.ref.startTime() * 10);
    }

    private boolean stampedDisabled(RunId run) {
        return host.tmux.servers()
                .stream()
                .flatMap(server -> server.panes().stream())
                .anyMatch(pane -> pane.mark != null && pane.mark.run().equals(run) && pane.mark.disabled());
    }

    /// The live main process of a run, null without.
    Proc main(RunId run) {
        for (var proc : host.processes.all()) {
            if (proc.live() && proc.owner.kind() == Owner.Kind.AGENT && proc.owner.mark().run().equals(run)) {
                return proc;
            }
        }
        return null;
    }

    /// Live main processes of our runs of a name.
    List<Proc> mains(AgentName name) {
        var mains = live(name);
        mains.removeIf(proc -> proc.owner.kind() != Owner.Kind.AGENT);
        return mains;
    }

    /// Names of which something lives.
    Set<AgentName> alive() {
        return host.processes.all()
                .stream()
                .filter(proc -> proc.live() && proc.owner.ours())
                .map(proc -> proc.owner.mark().name())
                .collect(Collectors.toSet());
    }

    /// Everything of our runs of a name that lives.
    List<Proc> live(AgentName name) {
        var live = new ArrayList<Proc>();
        for (var proc : host.processes.all()) {
            if (proc.live() && proc.owner.ours() && proc.owner.mark().name().equals(name)) {
                live.add(proc);
            }
        }
        return live;
    }

    /// Panes of our runs of a name on live servers.
    List<FakePane> panes(AgentName name) {
        var panes = new ArrayList<FakePane>();
        for (var server : host.tmux.servers()) {
            for (var pane : server.panes()) {
                var owner = pane.proc.owner;
                if (owner.kind() == Owner.Kind.AGENT && owner.mark().name().equals(name)) {
                    panes.add(pane);
                }
            }
        }
        return panes;
    }

    /// What was begun of it until now is deleted, too: after a loss of state its history may not know which of its lives
    /// runs, or is still to come from a server that does not answer.
    void personDeleted(AgentName name, String uid) {
        deleted.add(uid);
        deleted.addAll(lives.getOrDefault(name, Set.of()));
    }

    /// The daemon asks for a run of it.
    void begins(OwnerMark mark) {
        lives.computeIfAbsent(mark.name(), n -> new HashSet<>()).add(mark.uid());
    }

    /// The daemon said that it will be done.
    void acknowledged(String uid) {
        acknowledged.add(uid);
    }

    /// With the state directory every word is lost that was not carried out yet.
    void stateLost() {
        acknowledged.clear();
    }

    boolean isAcknowledged(String uid) {
        return acknowledged.contains(uid);
    }

    boolean isDeleted(String uid) {
        return deleted.contains(uid);
    }

    void personRolledOut(AgentName name, RunId run) {
        rollouts.put(name, run);
    }

    boolean isRolledOut(AgentName name) {
        return rollouts.containsKey(name);
    }

    void started(AgentName name) {
        rollouts.remove(name);
    }
}
