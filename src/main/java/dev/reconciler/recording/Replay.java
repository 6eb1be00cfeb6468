package dev.reconciler.recording;

import dev.reconciler.api.AgentHistory;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Health;
import dev.reconciler.api.History;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Preflight;
import dev.reconciler.api.ServerState;
import dev.reconciler.api.Session;
import dev.reconciler.api.Source;
import dev.reconciler.api.Vitals;
import dev.reconciler.desired.DesiredState;
import dev.reconciler.host.SegmentReader;
import dev.reconciler.observed.ObservedState;
import dev.reconciler.observed.ScopesSeen;
import dev.reconciler.plan.Planner;
import dev.reconciler.recording.Frame.Delta;
import dev.reconciler.status.StateJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Runs the planner on what was recorded. Nothing of this machine is in it: no clock, no folder, no tmux.
public final class Replay implements SegmentReader.Heard {
    private final Listener listener;
    private @Nullable Header header;
    private boolean begun;

    // The inputs of the last frame.
    private final TreeMap<AgentName, Desire> desires = new TreeMap<>();
    private final TreeMap<AgentName, Session> sessions = new TreeMap<>();
    private final TreeMap<String, ServerState> servers = new TreeMap<>();
    private final TreeMap<AgentName, Preflight> preflights = new TreeMap<>();
    private final TreeMap<AgentName, Vitals> vitals = new TreeMap<>();
    private final TreeMap<AgentName, Health.Of> health = new TreeMap<>();
    private final TreeMap<AgentName, AgentHistory> agents = new TreeMap<>();
    private final TreeMap<String, Decision> decided = new TreeMap<>();
    private Source source = new Source("", false, false, true, false, List.of());
    private ScopesSeen scopes = ScopesSeen.NOTHING;
    private @Nullable Path runtimeGone;
    private AgentHistory.Fleet fleet =
            new AgentHistory.Fleet(0, List.of(), List.of(), new TreeMap<>());

    /// Who is told what comes, in the order it was recorded.
    public interface Listener {
        /// A daemon began to record, or a new segment begins.
        void begins(Header header);

        /// A round.
        void round(Round round);

        /// Rounds in which nothing was new; each round tells of those right before it, too.
        void quiet(Frame.Quiet quiet);

        /// The daemon ended by itself.
        void ended(Moment at);

        /// This segment has no end; all that is there was read.
        void open(Path file);

        /// Something cannot be read.
        void damaged(Path file, String why);
    }

    /// One recorded round.
    ///
    /// @param inputs with the plan of this program
    /// @param recorded what was decided then, by [dev.reconciler.plan.ActionText#object]
    /// @param whole it does not follow from the round before
    /// @param quiet rounds before it in which nothing was new, null without
    /// @param lost rounds before it that were not recorded
    public record Round(
            Inputs inputs, SortedMap<String, Decision> recorded, boolean whole, Frame.@Nullable Quiet quiet,
            long lost) {}

    private Replay(Listener listener) {
        this.listener = listener;
    }

    /// Takes lines as they are found.
    public static SegmentReader.Heard reader(Listener listener) {
        return new Replay(listener);
    }

    /// @param place a file, or a directory of segments
    /// @throws IOException with a sentence, when there is no recording, or it cannot be read
    public static void play(Path place, Listener listener) throws IOException {
        SegmentReader.read(place, reader(listener));
    }

    @Override
    public void begins() {
        header = null;
        begun = false;
    }

    @Override
    public void open(Path file) {
        listener.open(file);
    }

    @Override
    public void damaged(Path file, String why) {
        listener.damaged(file, why);
    }

    @Override
    public boolean line(byte[] content) {
        try {
            var known = header;
            if (known == null) {
                return header(content);
            }
            return frame(StateJson.read(content, Frame.class, new ArrayList<>()), known);
        } catch (JacksonException e) {
            listener.damaged(Path.of(""), "a line makes no sense: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            listener.damaged(Path.of(""), "a line makes no sense: " + e.getMessage());
        }
        return false;
    }

    private boolean header(byte[] content) {
        var read = StateJson.read(content, Header.class, new ArrayList<>());
        if (read.recording() < 1 || read.recording() > Header.CURRENT) {
            listener.damaged(Path.of(""), "it was written by reconciler " + read.reconciler()
                    + " in a form that this version does not know");
            return false;
        }
        header = read;
        listener.begins(read);
        return true;
    }

    private boolean frame(Frame frame, Header known) {
        if (frame.end()) {
            listener.ended(frame.at());
            return true;
        }
        var quiet = frame.quiet();
        if (frame.same() && quiet != null) {
            listener.quiet(quiet);
            return true;
        }
        if (frame.whole()) {
            forget();
        } else if (!begun) {
            listener.damaged(Path.of(""), "its first round is missing");
            return false;
        }
        begun = true;
        take(frame);
        var desired = new DesiredState(copy(desires), source);
        var observed = new ObservedState(
                copy(sessions), copy(servers), copy(preflights), copy(vitals), copy(health), scopes, runtimeGone);
        var history = new History(fleet, copy(agents));
        var plan = Planner.plan(desired, observed, history, known.policy(), frame.at());
        listener.round(new Round(
                new Inputs(desired, observed, history, frame.at(), plan), copy(decided), frame.whole(), frame.quiet(),
                frame.lost()));
        return true;
    }

    private void forget() {
        desires.clear();
        sessions.clear();
        servers.clear();
        preflights.clear();
        vitals.clear();
        health.clear();
        agents.clear();
        decided.clear();
    }

    private void take(Frame frame) {
        source = frame.source() == null ? source : frame.source();
        fleet = frame.fleet() == null ? fleet : frame.fleet();
        scopes = frame.units() == null ? scopes : scopes(frame.units());
        if (frame.runtimeGone() != null) {
            runtimeGone = frame.runtimeGone().isEmpty() ? null : Path.of(frame.runtimeGone());
        }
        take(desires, frame.desires(), Replay::name);
        take(sessions, frame.sessions(), Replay::name);
        take(servers, frame.servers(), key -> key);
        take(preflights, frame.preflights(), Replay::name);
        take(vitals, frame.vitals(), Replay::name);
        take(health, frame.health(), Replay::name);
        take(agents, frame.agents(), Replay::name);
        take(decided, frame.decisions(), key -> key);
    }

    private static <K, V> void take(TreeMap<K, V> map, @Nullable Delta<V> delta, Function<String, K> key) {
        if (delta != null) {
            delta.gone().forEach(gone -> map.remove(key.apply(gone)));
            delta.set().forEach((name, value) -> map.put(key.apply(name), value));
        }
    }

    private static <K, V> SortedMap<K, V> copy(TreeMap<K, V> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    private static AgentName name(String text) {
        int slash = text.indexOf('/');
        return new AgentName(text.substring(0, Math.max(0, slash)), text.substring(slash + 1));
    }

    private static ScopesSeen scopes(Frame.Units units) {
        var empty = new TreeMap<String, ScopesSeen.Empty>();
        units.empty()
                .forEach(e -> empty.put(
                        e.unit(), new ScopesSeen.Empty(e.unit(), e.ours(), e.server(), e.activeNanos())));
        return new ScopesSeen(
                units.trouble(), units.absent(), new TreeSet<>(units.controllers()), new TreeSet<>(units.names()),
                null, Collections.emptySortedSet(), new TreeSet<>(), new TreeSet<>(), empty);
    }
}
