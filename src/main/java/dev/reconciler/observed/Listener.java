package dev.reconciler.observed;

import java.util.Set;
import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.RunId;
import dev.reconciler.api.Session;
import dev.reconciler.api.Vitals;
import dev.reconciler.api.Vitals.DoneFile;
import dev.reconciler.api.Vitals.Terminal;
import dev.reconciler.host.Host;
import dev.reconciler.host.RunFiles;
import dev.reconciler.host.RunFiles.Notes;
import dev.reconciler.host.TmuxException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Looks closer at runs: their own words, their signs of life, and the terminals of those that wait for a text. What it
/// remembers from look to look is only since when something is as it is; a new daemon begins anew, so nothing grows
/// old while nobody looks.
public final class Listener {
    private static final System.Logger LOG = System.getLogger("reconciler");

    /// Longer than the slowest relist: when more time passed since the last look, the rest does not count, whether the
    /// daemon was stopped, the disk was gone or the machine slept.
    private static final Duration GAP = Duration.ofSeconds(10);

    private final Host host;
    private final Map<RunId, Pulse> pulses = new HashMap<>();
    private final Map<RunId, Moment> wrong = new HashMap<>();
    private final Map<RunId, Screens> screens = new HashMap<>();
    private @Nullable Moment listened;

    /// A heartbeat file's content, and since when it is that.
    private record Pulse(RunFiles.@Nullable Text text, Vitals.Beat beat) {
        Pulse later(Duration lost) {
            return new Pulse(text, new Vitals.Beat(beat.at().plus(lost), beat.message(), beat.activity()));
        }
    }

    public Listener(Host host) {
        this.host = host;
    }

    /// Called after the look at sessions, so that what a program said before it ended is there.
    ///
    /// @param watched whose terminals matter, besides those of whom a text waits for
    public SortedMap<AgentName, Vitals> listen(
            SortedMap<AgentName, Session> sessions, History history, Set<AgentName> watched, Moment now) {
        var runs = new TreeMap<AgentName, RunId>();
        sessions.forEach((name, session) -> {
            var run = run(session, history.agents().get(name));
            if (run != null) {
                runs.put(name, run);
            }
        });
        // One with an action under way is not seen right now, and not forgotten.
        var known = new HashSet<>(runs.values());
        for (var agent : history.agents().values()) {
            if (agent.run() != null && agent.run().ended() == null) {
                known.add(agent.run().id());
            }
        }
        pulses.keySet().retainAll(known);
        wrong.keySet().retainAll(known);
        screens.keySet().retainAll(known);
        var notes = notes(runs, now);
        var vitals = new TreeMap<AgentName, Vitals>();
        runs.forEach((name, run) -> {
            var agent = history.agents().get(name);
            boolean looked = watched.contains(name) || agent != null && agent.dialogue().open(run) != null;
            var terminal = looked ? terminal(run, sessions.get(name), now) : null;
            var note = notes == null ? null : notes.getOrDefault(run, Notes.NOTHING);
            boolean said = agent != null && agent.dialogue().done(run) != null;
            vitals.put(
                    name,
                    new Vitals(
                            note == null || said ? new DoneFile.None() : done(note, run, now),
                            note == null ? null : beat(note, run, now), terminal));
        });
        return vitals;
    }

    /// The run whose word counts: the one that is seen, else the last known one until its end is noted.
    private static @Nullable RunId run(Session session, @Nullable AgentHistory agent) {
        return switch (session) {
            case Session.Running(var pane, var process) -> pane.mark().run();
            case Session.Exited(var pane, var exit, var leftovers) -> ended(agent, pane.mark().run());
            case Session.Orphaned(var run, var processes) -> run;
            case Session.Absent absent -> agent == null || agent.run() == null ? null : ended(agent, agent.run().id());
            case Session.Doubled doubled -> null;
            case Session.Ghost ghost -> null;
            case Session.OtherSource other -> null;
            case Session.Foreign foreign -> null;
            case Session.Unknown unknown -> null;
        };
    }

    private static @Nullable RunId ended(@Nullable AgentHistory agent, RunId run) {
        boolean noted = agent != null
                && agent.run() != null
                && agent.run().id().equals(run)
                && agent.run().ended() != null;
        return noted ? null : run;
    }

    /// Null when it could not be looked: then nobody is late.
    private @Nullable Map<RunId, Notes> notes(Map<AgentName, RunId> runs, Moment now) {
        try {
            var notes = host.runFiles().look(runs.values());
            var gap = listened == null ? Duration.ZERO : now.since(listened);
            if (gap.compareTo(GAP) > 0) {
                pulses.replaceAll((run, pulse) -> pulse.later(gap.minus(GAP)));
            }
            listened = now;
            return notes;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot look at the files of runs: {0}", e.getMessage());
            return null;
        }
    }

    private Vitals.Beat beat(Notes note, RunId run, Moment now) {
        var before = pulses.get(run);
        var pulse = before != null && Objects.equals(before.text(), note.heartbeat())
                ? before
                : new Pulse(note.heartbeat(), DoneFiles.beat(note.heartbeat(), now));
        pulses.put(run, pulse);
        return pulse.beat();
    }

    private DoneFile done(Notes note, RunId run, Moment now) {
        return switch (DoneFiles.read(note.done(), run, now)) {
            case DoneFile.None none -> {
                wrong.remove(run);
                yield none;
            }
            case DoneFile.Said said -> said;
            case DoneFile.Wrong(var why, var since) ->
                    new DoneFile.Wrong(why, wrong.computeIfAbsent(run, r -> since));
        };
    }

    private @Nullable Terminal terminal(RunId run, @Nullable Session session, Moment now) {
        if (!(session instanceof Session.Running(var pane, var process))) {
            return null;
        }
        try {
            return screens.computeIfAbsent(run, r -> new Screens()).see(host.tmux().screen(pane), now);
        } catch (TmuxException e) {
            LOG.log(Level.DEBUG, "cannot look at the terminal of {0}: {1}", run, e.getMessage());
            return null;
        }
    }
}
