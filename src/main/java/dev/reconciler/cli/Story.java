package dev.reconciler.cli;

import dev.reconciler.api.Moment;
import dev.reconciler.plan.Action;
import dev.reconciler.plan.ActionText;
import dev.reconciler.recording.Decision;
import dev.reconciler.recording.Frame;
import dev.reconciler.recording.Header;
import dev.reconciler.recording.Replay;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What was decided about each agent, server and unit, from when to when.
final class Story implements Replay.Listener {
    private final String chosen;
    private final @Nullable Span span;
    private final TreeMap<String, Told> current = new TreeMap<>();
    private final List<Told> told = new ArrayList<>();
    private final TreeSet<String> names = new TreeSet<>();
    private String daemon = "";
    private int differing;
    private @Nullable Instant last;

    /// @param chosen `namespace/name`, or a namespace, empty: everything
    /// @param span null: all of the time
    Story(String chosen, @Nullable Span span) {
        this.chosen = chosen;
        this.span = span;
    }

    /// In the order they began.
    List<Told> told() {
        var shown = new ArrayList<Told>();
        for (var one : told) {
            boolean asked = chosen.contains("/") || span != null || !one.decision().holds();
            if (asked && (span == null || span.meets(one.from().wall(), one.until()))) {
                shown.add(one);
            }
        }
        return shown;
    }

    /// All agents that the recording decides about.
    TreeSet<String> names() {
        return names;
    }

    /// Decisions of the whole recording that were recorded otherwise.
    int differing() {
        return differing;
    }

    @Override
    public void begins(Header header) {
        if (!header.daemon().equals(daemon)) {
            daemon = header.daemon();
            current.values().forEach(one -> one.end(last));
            current.clear();
        }
    }

    @Override
    public void quiet(Frame.Quiet quiet) {
        last = quiet.until().wall();
    }

    @Override
    public void ended(Moment at) {
        last = at.wall();
        current.values().forEach(one -> one.end(at.wall()));
        current.clear();
    }

    @Override
    public void open(Path file) {}

    @Override
    public void damaged(Path file, String why) {}

    @Override
    public void round(Replay.Round round) {
        var inputs = round.inputs();
        var quiet = round.quiet();
        last = quiet == null ? inputs.at().wall() : quiet.until().wall();
        var seen = new TreeSet<String>();
        inputs.plan().all().forEach(action -> {
            var name = ActionText.object(action);
            seen.add(name);
            if (action instanceof Action.OfAgent) {
                names.add(name);
            }
            decided(round, name, action);
        });
        round.recorded().forEach((name, decision) -> differing += seen.contains(name) ? 0 : 1);
        current.entrySet().removeIf(entry -> {
            if (seen.contains(entry.getKey())) {
                return false;
            }
            entry.getValue().end(inputs.at().wall());
            return true;
        });
        last = inputs.at().wall();
    }

    private void decided(Replay.Round round, String name, Action action) {
        var decision = Decision.of(action);
        var recorded = round.recorded().get(name);
        boolean same = decision.equals(recorded);
        var before = current.get(name);
        differing += same || before != null && before.goesOn(decision, recorded) ? 0 : 1;
        if (before != null && before.goesOn(decision, recorded)) {
            return;
        }
        if (before != null) {
            before.end(round.inputs().at().wall());
        }
        boolean asked = chosen.isEmpty() || name.equals(chosen) || ReplayFacts.namespace(action).equals(chosen);
        var one = new Told(
                action, decision, same ? null : recorded, same, round.inputs().at(),
                asked && (!decision.holds() || chosen.contains("/")) ? ReplayFacts.of(round.inputs(), action)
                        : Map.of());
        current.put(name, one);
        if (asked) {
            told.add(one);
        }
    }
}
