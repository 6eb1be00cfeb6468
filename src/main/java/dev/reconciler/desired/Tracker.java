package dev.reconciler.desired;

import com.google.common.collect.ImmutableSortedMap;
import dev.reconciler.api.Agent;
import dev.reconciler.api.AgentName;
import dev.reconciler.api.Checkout;
import dev.reconciler.api.Desire;
import dev.reconciler.api.Moment;
import dev.reconciler.api.Source;
import dev.reconciler.host.Folder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One look at the folder after the other to what is desired. It keeps what each file said last, so that a file that is
/// bad or half written, or a folder that is gone, takes nothing away. For one thread; time comes in.
public final class Tracker {
    /// Two equal looks this far apart are a settled picture.
    static final Duration SETTLE = Duration.ofSeconds(1);

    /// When to look again at a file whose writer has not finished.
    static final Duration QUIET = Duration.ofMillis(50);

    private final String source;
    private final boolean allowEmpty;
    private final Library library;
    private Picture picture = Picture.EMPTY;

    /// Agents as they were last read or restored.
    private final Map<AgentName, Agent> known = new HashMap<>();

    /// The first of the equal looks up to now; null when a file was being written in the last one.
    private @Nullable Moment since;

    private @Nullable Answer last;

    /// Whether the files were seen at all.
    private boolean read;

    /// What a person must do about what holds looks back.
    private String trouble = "";

    /// @param source the folder's id
    /// @param allowEmpty the user's word that an empty folder means what it says
    /// @param models those that manifests may ask for
    public Tracker(String source, boolean allowEmpty, Models models) {
        this.source = source;
        this.allowEmpty = allowEmpty;
        this.library = new Library(models);
    }

    /// What one look means.
    ///
    /// @param errors sorted
    /// @param again when a further look would tell more although nothing changes; null: never
    public record Answer(DesiredState desired, List<FieldError> errors, @Nullable Moment again) {}

    /// @param remembered the last good document of every agent that was in the folder when it was last seen whole and
    ///     that nobody deleted: what a file that cannot be read may hold. Asked only while the picture is incomplete
    public Answer update(Folder.Look look, Moment now, Supplier<SortedMap<AgentName, String>> remembered) {
        return switch (look) {
            case Folder.Look.Blind(String why) -> blind(why, null, remembered.get());
            case Folder.Look.Held(var git, String trouble) -> held(git, trouble, remembered);
            case Folder.Look.Seen(var seen, var git) -> seen(seen, git, now, remembered);
        };
    }

    /// The last picture stays, and nothing stops for it: half of what it asks for may be on its way.
    private Answer held(Checkout git, String trouble, Supplier<SortedMap<AgentName, String>> remembered) {
        since = null;
        if (!read) {
            return blind(trouble.isEmpty() ? "not looked at yet: " + git.held() : trouble, git, remembered.get());
        }
        if (last == null || last.desired().source().settled() || !picture.isComplete()
                || !git.equals(last.desired().source().checkout()) || !trouble.equals(this.trouble)) {
            this.trouble = trouble;
            last = new Answer(state(false, git, remembered), picture.errors(), null);
        }
        return last;
    }

    private Answer blind(String why, @Nullable Checkout git, SortedMap<AgentName, String> remembered) {
        since = null;
        last = null;
        var desires = ImmutableSortedMap.<AgentName, Desire>naturalOrder();
        remembered.forEach((name, document) -> desires.put(name, new Desire.Unreadable(lastGood(name, document), why)));
        var state = new Source(source, false, false, false, allowEmpty, List.of(Wording.line(why)), git);
        return new Answer(new DesiredState(desires.build(), state), List.of(), null);
    }

    private Answer seen(
            SortedMap<String, Folder.File> seen, @Nullable Checkout git, Moment now,
            Supplier<SortedMap<AgentName, String>> remembered) {
        read = true;
        trouble = "";
        boolean busy = seen.values().stream().anyMatch(f -> f instanceof Folder.File.Content(_, boolean q) && !q);
        boolean changed = library.takeIn(seen, now);
        var before = picture;
        if (changed) {
            picture = library.picture();
            known.putAll(picture.agents());
        }
        var believed = library.again();
        if (busy || believed != null) {
            since = null;
        } else if (since == null || changed && !picture.saysTheSame(before)) {
            since = now;
        }
        boolean settled = since != null && now.since(since).compareTo(SETTLE) >= 0;
        var again = busy ? now.plus(QUIET) : believed != null ? believed
                : since != null && !settled ? since.plus(SETTLE)
                : null;
        if (last == null || changed || !picture.isComplete() || last.desired().source().settled() != settled
                || !Objects.equals(git, last.desired().source().checkout())) {
            last = new Answer(state(settled, git, remembered), picture.errors(), again);
        } else {
            last = new Answer(last.desired(), last.errors(), again);
        }
        return last;
    }

    private DesiredState state(
            boolean settled, @Nullable Checkout git, Supplier<SortedMap<AgentName, String>> remembered) {
        var desires = new TreeMap<AgentName, Desire>();
        if (picture.isComplete()) {
            known.keySet().retainAll(picture.agents().keySet());
        } else {
            unreadable(desires, remembered.get());
        }
        picture.agents().forEach((name, agent) -> desires.put(name, desire(agent)));
        if (!picture.opaque().isEmpty()) {
            desires.putAll(ungiven(remembered.get()));
        }
        boolean empty = picture.isComplete() && picture.agents().isEmpty();
        var problems = new ArrayList<String>();
        if (!trouble.isEmpty()) {
            problems.add(Wording.line(trouble));
        }
        if (git != null && git.pull() != null && !git.pull().error().isEmpty()) {
            problems.add(Wording.line(git.pull().error()));
        }
        picture.errors().stream().map(FieldError::toString).forEach(problems::add);
        return new DesiredState(
                ImmutableSortedMap.copyOf(desires),
                new Source(
                        source, picture.isComplete(), settled, empty, allowEmpty, List.copyOf(problems), git));
    }

    private void unreadable(Map<AgentName, Desire> desires, SortedMap<AgentName, String> remembered) {
        if (!picture.opaque().isEmpty()) {
            remembered.forEach((name, document) -> {
                var agent = lastGood(name, document);
                desires.put(name, new Desire.Unreadable(agent, whyOpaque(agent)));
            });
        }
        picture.broken().forEach((name, why) -> {
            var document = remembered.get(name);
            desires.put(name, new Desire.Unreadable(document == null ? null : lastGood(name, document), why));
        });
    }

    /// Those that Defaults gave something else when they were last seen whole, while a file that may have been it cannot
    /// be read: they keep that.
    private Map<AgentName, Desire> ungiven(SortedMap<AgentName, String> remembered) {
        var desires = new TreeMap<AgentName, Desire>();
        picture.agents().forEach((name, agent) -> {
            var document = remembered.get(name);
            var good = document == null || document.equals(agent.document()) ? null : lastGood(name, document);
            if (good == null || good.filled().isEmpty() || good.givenTheSame(agent)) {
                return;
            }
            picture.opaque().forEach((file, why) -> {
                if (picture.defaults().reaches(file, agent.origin().file())) {
                    desires.putIfAbsent(name, new Desire.Unreadable(good, why));
                }
            });
        });
        return desires;
    }

    /// The error of the file it was last read from, else of the first file that may hold it.
    private String whyOpaque(@Nullable Agent agent) {
        var own = agent == null ? null : picture.opaque().get(agent.origin().file());
        return own != null ? own : picture.opaque().sequencedValues().getFirst();
    }

    private @Nullable Agent lastGood(AgentName name, String document) {
        var agent = known.get(name);
        if (agent != null && agent.document().equals(document)) {
            return agent;
        }
        var restored = Reader.restore(document);
        if (restored != null) {
            known.put(name, restored);
        }
        return restored;
    }

    private static Desire desire(Agent agent) {
        return agent.spec().suspend() ? new Desire.Suspended(agent) : new Desire.Wanted(agent);
    }
}
